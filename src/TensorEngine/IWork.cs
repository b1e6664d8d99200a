namespace TensorEngine;

/// <summary>
/// Work that consists of parts, each of which may run on any thread, for <see cref="Workers.Run{TWork}(int, in TWork, double)"/>.
/// </summary>
public interface IWork
{
    /// <summary>
    /// Does one part. It is called once for each part, on several threads at the same time. A part must not wait for another part.
    /// </summary>
    /// <param name="part">The part's number, from 0.</param>
    void Run(int part);
}

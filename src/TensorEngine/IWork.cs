namespace TensorEngine;

/// <summary>
/// Work that falls into parts, each of which may run on any thread, for <see cref="Workers.Run{TWork}(int, in TWork, double)"/>.
/// </summary>
public interface IWork
{
    /// <summary>Does one part. It is called once for each, on several threads at once, and must not wait for another part.</summary>
    /// <param name="part">The part's number, from 0.</param>
    void Run(int part);
}

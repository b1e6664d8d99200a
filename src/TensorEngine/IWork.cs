namespace TensorEngine;

/// <summary>Work that falls into parts, each of which may run on any thread.</summary>
internal interface IWork
{
    /// <summary>Does part number <paramref name="part"/>; called once for each.</summary>
    void Run(int part);
}

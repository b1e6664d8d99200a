using Samples.Shared.Timing;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>Something of the library that is timed: a row of a run.</summary>
/// <param name="Name">What it does, and on how much; no other kernel has the name.</param>
/// <param name="Group">Where it stands in reports.</param>
/// <param name="Make">Makes the work, on memory of its own that the scope gives back.</param>
internal sealed record Kernel(string Name, string Group, Func<KernelScope, TimedWork> Make)
{
    /// <summary>A number of elements that is past the caches of most machines, with two buffers and more.</summary>
    public const int PastCaches = 8 << 20;

    /// <summary>A number of elements whose buffers stay in the second-level cache.</summary>
    public const int InCaches = 16 << 10;

    /// <summary>Of one call; 0 where a time per element says nothing.</summary>
    public double Elements { get; init; }

    /// <summary>What one call has to read and write; 0 if that was not counted.</summary>
    public double Bytes { get; init; }

    /// <summary>The floating-point operations of one call; 0 if they were not counted.</summary>
    public double Operations { get; init; }

    /// <summary>Whether the memory's speed is its limit, which drifts by itself.</summary>
    public bool IsPastCaches => Elements >= PastCaches;
}

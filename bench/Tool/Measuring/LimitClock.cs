using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Benchmarks.Tool.Runs;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>Measures what the machine can do at the best: fused multiply-adds, and memory traffic at every level of the caches.</summary>
/// <param name="isQuick">Whether a rough result will do, of the caches alone.</param>
internal sealed class LimitClock(bool isQuick)
{
    private const int MemoryBytes = 128 << 20;

    // A multiple of what both loops read in one turn, at any width.
    private const int Granularity = 1024;
    private readonly double _sampleNanoseconds = isQuick ? 1e5 : 1e6;
    private readonly int _samples = isQuick ? 3 : 11;
    private readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(isQuick ? 15 : 50);

    /// <summary>Measures all of them; each has one rate.</summary>
    public IEnumerable<MeasuredLimit> Measure()
    {
        const int Rounds = 10_000;
        yield return new(
            MeasuredLimit.Peak, "core", "GFLOP/s", 0, [FmaPeak.Operations(Rounds) / Time(AlternatingPairs.Timed(() => FmaPeak.Run(Rounds)))]);
        foreach (CacheLevel level in CacheLevel.Assumed)
        {
            // The half of it, as other data and perhaps other processors have a part.
            if (level.Bytes < MemoryBytes)
            {
                foreach (MeasuredLimit limit in OfLevel(level.Name, level.Bytes / 2))
                    yield return limit;
            }
        }

        if (isQuick)
            yield break;
        foreach (MeasuredLimit limit in OfLevel("memory", MemoryBytes))
            yield return limit;
    }

    private IEnumerable<MeasuredLimit> OfLevel(string level, long bytes)
    {
        const int Arrays = 4;
        const int BytesPerElement = 28;
        int length = (int)(bytes / sizeof(float) / Granularity) * Granularity;
        float[] values = GC.AllocateUninitializedArray<float>(length, pinned: true);
        values.AsSpan().Fill(1e-6f);
        yield return new($"reading, {level}", level, "GB/s", bytes, [length * (double)sizeof(float) / Time(AlternatingPairs.Timed(() => ReadLimit.Run(values)))]);

        // As much memory in all: p, g and two states, of which three are written.
        length = Math.Max(1, length / Arrays / Granularity) * Granularity;
        using var buffers = new StepBuffers(length);
        yield return new(
            $"reading and writing, {level}",
            level,
            "GB/s",
            bytes,
            [BytesPerElement * (double)length / Time(AlternatingPairs.Timed(() => LimitLoop.Run(buffers, states: 2)))]);
    }

    // The least, as a limit is what the machine can do at the best.
    private double Time(TimedWork work)
    {
        int repeats = AlternatingPairs.Repeats(work, _sampleNanoseconds, _warmUp);
        return Enumerable.Range(0, _samples).Min(_ => work(repeats) / repeats);
    }
}

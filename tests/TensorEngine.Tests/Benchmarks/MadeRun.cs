using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Tests.Benchmarks;

/// <summary>Runs that nobody has measured.</summary>
internal static class MadeRun
{
    /// <summary>A run with these rows: their times are those of the processes, and so are they relative to the reference loop.</summary>
    public static MachineRun Of(params (string Name, double[] Times)[] rows) => new(
        MachineRunFile.Format,
        "2026-11-29 03:00 UTC",
        "tensorengine-bench run",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["processor"] = "A processor, 2 of 2 cores in use", ["lanes"] = "16 floats" },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["TensorEngine"] = "0.1.0" },
        rows[0].Times.Length,
        [
            new(MeasuredLimit.Peak, "core", "GFLOP/s", 0, [.. Enumerable.Repeat(200.0, rows[0].Times.Length)]),
            new("reading, L1", "L1", "GB/s", 16384, [.. Enumerable.Repeat(300.0, rows[0].Times.Length)]),
            new("reading, memory", "memory", "GB/s", 1e8, [.. Enumerable.Repeat(30.0, rows[0].Times.Length)]),
        ],
        [.. rows.Select(row => new MeasuredKernel(row.Name, "functions", "core", 1000, 8000, 16000, row.Times, row.Times))]);

    /// <summary>Times of a row that scatter by about a part in a hundred around <paramref name="median"/>.</summary>
    public static double[] Times(double median, int processes, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, processes).Select(_ => median * (1 + 0.01 * (random.NextDouble() + random.NextDouble() - 1)))];
    }
}

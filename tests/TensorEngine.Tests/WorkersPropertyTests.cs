using CsCheck;
using NUnit.Framework;
using TensorEngine.Numerics;

namespace TensorEngine.Tests;

/// <summary>Any work divided among any number of threads: everything is done once, and sums have the bits of one thread.</summary>
public sealed class WorkersPropertyTests
{
    private static readonly float[] s_values = Values(1_500_007);

    [Test]
    public void EveryElementIsInOnePartOfWholeUnits() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, 10_000_000]), Gen.Int[1, 5000], Gen.Int[1, 17], Gen.Double[0.001, 100]).Sample(
            (elements, unit, threads, nanoseconds) =>
            {
                using var workers = new Workers(threads) { ShareAll = true };
                WorkParts parts = Workers.Divide(workers, elements, nanoseconds, unit);
                int next = 0;
                for (int part = 0; part < parts.Count; part++)
                {
                    (int start, int length) = parts.Of(part);
                    if (start != next || (part < parts.Count - 1 && length % unit != 0) || (length <= 0 && elements > 0))
                        return false;
                    next += length;
                }

                return next == elements;
            },
            iter: 100,
            threads: 1);

    [Test]
    public void EveryPartRunsOnce() => Gen.Select(Gen.Int[0, 200], Gen.Int[1, 8], Gen.Double[0, 1e6]).Sample(
        (count, threads, nanoseconds) =>
        {
            using var workers = new Workers(threads);
            int[] times = new int[count];
            workers.Run(count, part => Interlocked.Increment(ref times[part]), nanoseconds);
            return Array.TrueForAll(times, one => one == 1);
        },
        iter: 50,
        threads: 1);

    /// <summary>Also where parts are no power of two, and beyond a million elements.</summary>
    [Test]
    public void ReductionsHaveTheSameBitsOnAnyNumberOfThreads() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 10_000], Gen.Int[900_000, s_values.Length]), Gen.Int[2, 9]).Sample(
            (length, threads) =>
            {
                using var workers = new Workers(threads) { ShareAll = true };
                ReadOnlySpan<float> values = s_values.AsSpan(s_values.Length - length);
                return Reduction.Sum(values, workers).Equals(Reduction.Sum(values))
                    && Reduction.SquaredNorm(values, workers).Equals(Reduction.SquaredNorm(values))
                    && Reduction.Dot(values, s_values.AsSpan(0, length), workers).Equals(Reduction.Dot(values, s_values.AsSpan(0, length)))
                    && (length == 0 || Reduction.Max(values, workers).Equals(Reduction.Max(values)));
            },
            iter: 40,
            threads: 1);

    private static float[] Values(int length)
    {
        float[] values = new float[length];
        uint state = 1;
        for (int i = 0; i < length; i++)
        {
            state = (state * 1664525) + 1013904223;
            values[i] = ((state >> 8) / 16777216f) - 0.3f;
        }

        return values;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// How far the processors of two threads are from each other: what a cache line takes to the other one and back, and how fast one
/// reads what the other has written. No sharing of work costs less.
/// </summary>
internal static class CoreDistance
{
    private const string Work = "distance of two cores";
    private const int Turns = 20_000;
    private const int Floats = 64 << 10;
    private const int Samples = 41;

    private static Line s_line;

    public static void Run(PeerSession session)
    {
        if (!session.Wants(Work) || Environment.ProcessorCount < 2)
            return;
        double[] trips = new double[Samples], own = new double[Samples], other = new double[Samples];
        float[] floats = new float[Floats];
        var thread = new Thread(() => Answer(floats)) { IsBackground = true };
        thread.Start();
        for (int sample = 0; sample < Samples; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int turn = 0; turn < Turns; turn++)
                Exchange();
            trips[sample] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Turns;
            other[sample] = Read(floats);
            own[sample] = Read(floats);
        }

        thread.Join();
        session.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{Work}: a cache line goes to the other core and back in {Median(trips):0} ns; 256 KB that the other core has written are "
            + $"read at {Rate(other):0} GB/s, what this one has read before at {Rate(own):0} GB/s"));
    }

    private static double Median(double[] values) => new Quartiles(values).Median;

    private static double Rate(double[] nanoseconds) => Floats * sizeof(float) / Median(nanoseconds);

    private static double Read(float[] floats)
    {
        long start = Stopwatch.GetTimestamp();
        ReadLimit.Run(floats);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    // Odd numbers are this thread's, even ones the other's.
    private static void Exchange()
    {
        int turn = s_line.Turn + 1;
        Volatile.Write(ref s_line.Turn, turn);
        Await(turn + 1);
    }

    private static void Answer(float[] floats)
    {
        int turn = 1;
        for (int sample = 0; sample < Samples; sample++)
        {
            for (int i = 0; i < Turns; i++, turn += 2)
            {
                Await(turn);
                // With the last answer of a sample the floats are written anew.
                if (i == Turns - 1)
                    floats.AsSpan().Fill(sample);
                Volatile.Write(ref s_line.Turn, turn + 1);
            }
        }
    }

    private static void Await(int turn)
    {
        while (Volatile.Read(ref s_line.Turn) != turn)
        {
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Line
    {
        [FieldOffset(128)]
        public int Turn;
    }
}

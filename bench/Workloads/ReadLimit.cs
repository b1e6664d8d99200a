using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>Reads floats and hardly does anything with them: no reduction can cost less once they are past the caches.</summary>
internal static class ReadLimit
{
    private static float s_kept;

    /// <summary>Adds the floats up in eight registers.</summary>
    /// <param name="values">A multiple of eight times the lane width.</param>
    public static void Run(ReadOnlySpan<float> values)
    {
        var kernel = new Kernel(values);
        LaneDispatch.Float(ref kernel);
    }

    private readonly ref struct Kernel(ReadOnlySpan<float> values) : IFloatKernel
    {
        private readonly ReadOnlySpan<float> _values = values;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            Span<float> sums = stackalloc float[TFloat.Width];
            Run<TFloat>(ref MemoryMarshal.GetReference(_values), _values.Length, ref sums[0]);
            s_kept = sums[0];
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float values, nint length, ref float sums)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint width = TFloat.Width;
            TFloat s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint i = 0; i <= length - 8 * width; i += 8 * width)
            {
                s0 += TFloat.Load(ref values, i);
                s1 += TFloat.Load(ref values, i + width);
                s2 += TFloat.Load(ref values, i + 2 * width);
                s3 += TFloat.Load(ref values, i + 3 * width);
                s4 += TFloat.Load(ref values, i + 4 * width);
                s5 += TFloat.Load(ref values, i + 5 * width);
                s6 += TFloat.Load(ref values, i + 6 * width);
                s7 += TFloat.Load(ref values, i + 7 * width);
            }

            (s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))).Store(ref sums, 0);
        }
    }
}

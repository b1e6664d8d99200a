using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Benchmarks.Workloads;
using Engine.Simd;

namespace Engine.Benchmarks.Peers;

/// <summary>
/// Adam's loads and stores with one operation per store: no step can cost less once the arrays are past the caches. It is a loop
/// of its own rather than an update rule, so that it does not share what it measures. The values stay what they are, so it runs
/// on the very arrays that Adam steps, and their place in memory makes no difference.
/// </summary>
internal static class LimitLoop
{
    /// <summary>Reads p, g, m and v and writes p, m and v, with 0 * g added to each.</summary>
    /// <param name="buffers">Lengths must be multiples of the lane width.</param>
    /// <param name="zero">0, which the compiler does not know.</param>
    public static void Run(StepBuffers buffers, float zero)
    {
        var kernel = new Kernel(buffers, zero);
        LaneDispatch.Float(ref kernel);
    }

    private readonly struct Kernel(StepBuffers buffers, float zero) : IFloatKernel
    {
        private readonly StepBuffers _buffers = buffers;
        private readonly float _zero = zero;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            Run<TFloat>(
                ref MemoryMarshal.GetReference(_buffers.Values),
                ref MemoryMarshal.GetReference(_buffers.Gradients),
                ref MemoryMarshal.GetReference(_buffers.State0),
                ref MemoryMarshal.GetReference(_buffers.State1),
                _buffers.Length,
                TFloat.Splat(_zero));
        }

        // Not inlined: the caller is compiled again when it is hot, and what it inlines then need not be as good.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float p, ref float g, ref float m, ref float v, nint length, TFloat zero)
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (nint i = 0; i <= length - TFloat.Width; i += TFloat.Width)
            {
                TFloat gradient = TFloat.Load(ref g, i);
                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref p, i)).Store(ref p, i);
                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref m, i)).Store(ref m, i);
                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref v, i)).Store(ref v, i);
            }
        }
    }
}

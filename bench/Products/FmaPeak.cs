using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Samples.Shared.Timing;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Products;

/// <summary>Fused multiply-adds and nothing else: what a core can do at the most.</summary>
internal static class FmaPeak
{
    private const int Chains = 12;

    /// <summary>Floating-point operations of a <see cref="Run"/> of so many rounds.</summary>
    public static double Operations(int rounds) => 2.0 * Chains * LaneWidth.Current * rounds;

    /// <summary>So many operations, which may be more than fit into one sample.</summary>
    public static TimedWork Of(double operations)
    {
        int rounds = (int)(operations / Operations(1));
        return AlternatingPairs.Timed(() => Run(rounds));
    }

    /// <summary>Goes on with twelve chains, more than the latency of an operation needs on any processor of today.</summary>
    public static float Run(int rounds)
    {
        var kernel = new Kernel(rounds);
        LaneDispatch.Float(ref kernel);
        return kernel.Result;
    }

    private struct Kernel(int rounds) : IFloatKernel
    {
        public float Result { get; private set; }

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> => Result = Loop<TFloat>(rounds, 1f, 0f);

        // The factors are such that the sums stay what they are, which the compiler does not know.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static float Loop<TFloat>(int rounds, float one, float zero)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat x = TFloat.Splat(one), y = TFloat.Splat(zero);
            TFloat c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
            for (int i = 0; i < rounds; i++)
            {
                c0 = TFloat.FusedMultiplyAdd(x, y, c0);
                c1 = TFloat.FusedMultiplyAdd(x, y, c1);
                c2 = TFloat.FusedMultiplyAdd(x, y, c2);
                c3 = TFloat.FusedMultiplyAdd(x, y, c3);
                c4 = TFloat.FusedMultiplyAdd(x, y, c4);
                c5 = TFloat.FusedMultiplyAdd(x, y, c5);
                c6 = TFloat.FusedMultiplyAdd(x, y, c6);
                c7 = TFloat.FusedMultiplyAdd(x, y, c7);
                c8 = TFloat.FusedMultiplyAdd(x, y, c8);
                c9 = TFloat.FusedMultiplyAdd(x, y, c9);
                c10 = TFloat.FusedMultiplyAdd(x, y, c10);
                c11 = TFloat.FusedMultiplyAdd(x, y, c11);
            }

            TFloat sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
            Span<float> lanes = stackalloc float[TFloat.Width];
            sum.Store(ref MemoryMarshal.GetReference(lanes), 0);
            return lanes[0];
        }
    }
}

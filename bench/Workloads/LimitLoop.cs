using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>
/// The loads and stores of an optimizer with one operation per store: no step can cost less once the arrays are past the caches.
/// It is a loop of its own rather than an update rule, so that it does not share what it measures. The values stay what they are,
/// so it runs on the very arrays that the optimizer steps, and their place in memory makes no difference.
/// </summary>
internal static class LimitLoop
{
    private const int Parts = 8;

    // 0, which the compiler does not know.
    private static readonly float s_zero = Environment.ProcessorCount > 0 ? 0 : 1;

    /// <summary>Reads p, g and so many states, and writes p and the states, with 0 * g added to each.</summary>
    /// <param name="buffers">Lengths must be multiples of the lane width.</param>
    /// <param name="states">0 to 4.</param>
    /// <param name="clearGradients">Whether to write zeros over the gradients; with two states only.</param>
    /// <param name="workers">The threads that share the loop, or null to use the calling thread alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such loop: the ratio to another one would say nothing.</exception>
    public static void Run(StepBuffers buffers, int states, bool clearGradients = false, Workers? workers = null)
    {
        switch (states, clearGradients)
        {
            case (0, false): Run<None, No>(buffers, workers); break;
            case (1, false): Run<One, No>(buffers, workers); break;
            case (2, false): Run<Two, No>(buffers, workers); break;
            case (2, true): Run<Two, Yes>(buffers, workers); break;
            case (3, false): Run<Three, No>(buffers, workers); break;
            case (4, false): Run<Four, No>(buffers, workers); break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(states),
                    states,
                    $"states is {states}; it must be from 0 to 4, and 2 if gradients are cleared, or the limit would be another rule's.");
        }
    }

    private static void Run<TStates, TClear>(StepBuffers buffers, Workers? workers)
        where TStates : struct, INumber
        where TClear : struct, INumber
    {
        int parts = workers is null ? 1 : Parts;
        var kernel = new Kernel<TStates, TClear>(buffers, 0, buffers.Length / parts);
        Workers.Run(workers, ref kernel, parts);
    }

    private interface INumber
    {
        static abstract int Value { get; }
    }

    private readonly struct None : INumber
    {
        public static int Value => 0;
    }

    private readonly struct One : INumber
    {
        public static int Value => 1;
    }

    private readonly struct Two : INumber
    {
        public static int Value => 2;
    }

    private readonly struct Three : INumber
    {
        public static int Value => 3;
    }

    private readonly struct Four : INumber
    {
        public static int Value => 4;
    }

    private readonly struct No : INumber
    {
        public static int Value => 0;
    }

    private readonly struct Yes : INumber
    {
        public static int Value => 1;
    }

    private readonly struct Kernel<TStates, TClear>(StepBuffers buffers, int start, int length) : IFloatKernel, IWork
        where TStates : struct, INumber
        where TClear : struct, INumber
    {
        public void Run(int part)
        {
            var own = new Kernel<TStates, TClear>(buffers, part * length, length);
            LaneDispatch.Float(ref own);
        }

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            Run<TFloat>(
                ref MemoryMarshal.GetReference(buffers.Values[start..]),
                ref MemoryMarshal.GetReference(buffers.Gradients[start..]),
                ref MemoryMarshal.GetReference(buffers.State0[start..]),
                ref MemoryMarshal.GetReference(buffers.State1[start..]),
                ref MemoryMarshal.GetReference(buffers.State2[start..]),
                ref MemoryMarshal.GetReference(buffers.State3[start..]),
                length,
                TFloat.Splat(s_zero));
        }

        // Not inlined: the caller is compiled again when it is hot, and what it inlines then need not be as good.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(
            ref float p, ref float g, ref float state0, ref float state1, ref float state2, ref float state3, nint length, TFloat zero)
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (nint i = 0; i <= length - TFloat.Width; i += TFloat.Width)
            {
                TFloat gradient = TFloat.Load(ref g, i);
                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref p, i)).Store(ref p, i);
                if (TStates.Value > 0)
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state0, i)).Store(ref state0, i);
                if (TStates.Value > 1)
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state1, i)).Store(ref state1, i);
                if (TStates.Value > 2)
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state2, i)).Store(ref state2, i);
                if (TStates.Value > 3)
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state3, i)).Store(ref state3, i);
                if (TClear.Value > 0)
                    zero.Store(ref g, i);
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The loads and stores of Adam with two states of so many bytes for each element, with one operation per store: floats p and g, and a
/// float of state for each 4, 2 or 1 elements.
/// </summary>
internal static class CodedLimitLoop
{
    private const int Parts = 8;

    // 0, which the compiler does not know.
    private static readonly float s_zero = Environment.ProcessorCount > 0 ? 0 : 1;

    /// <summary>Reads p, g and the states, and writes p and the states.</summary>
    /// <param name="buffers">Lengths must be multiples of 512.</param>
    /// <param name="elementsPerFloat">How many elements' state four bytes have: 1, 2 or 4.</param>
    /// <param name="workers">The threads that share the loop, or null to use the calling thread alone.</param>
    public static void Run(StepBuffers buffers, int elementsPerFloat, Workers? workers)
    {
        int parts = workers is null ? 1 : Parts;
        var work = new Work(buffers, elementsPerFloat, 0, buffers.Length / parts);
        Workers.Run(workers, ref work, parts);
    }

    private readonly struct Work(StepBuffers buffers, int elementsPerFloat, int start, int length) : IFloatKernel, IWork
    {
        public void Run(int part)
        {
            var own = new Work(buffers, elementsPerFloat, part * length, length);
            LaneDispatch.Float(ref own);
        }

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> => Loop<TFloat>(
                ref MemoryMarshal.GetReference(buffers.Values[start..]),
                ref MemoryMarshal.GetReference(buffers.Gradients[start..]),
                ref MemoryMarshal.GetReference(buffers.State0[(start / elementsPerFloat)..]),
                ref MemoryMarshal.GetReference(buffers.State1[(start / elementsPerFloat)..]),
                length,
                elementsPerFloat,
                TFloat.Splat(s_zero));

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Loop<TFloat>(
            ref float p, ref float g, ref float state0, ref float state1, nint length, nint elementsPerFloat, TFloat zero)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint state = 0;
            for (nint i = 0; i < length; state += TFloat.Width)
            {
                TFloat gradient = zero;
                for (nint end = i + elementsPerFloat * TFloat.Width; i < end; i += TFloat.Width)
                {
                    gradient = TFloat.Load(ref g, i);
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref p, i)).Store(ref p, i);
                }

                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state0, state)).Store(ref state0, state);
                TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state1, state)).Store(ref state1, state);
            }
        }
    }
}

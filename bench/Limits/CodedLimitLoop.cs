using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The loads and stores of Adam with so many bytes for each element, with one operation per store: of p and g a float for each element or
/// for two, of two states a float for each 4, 2 or 1 elements.
/// </summary>
internal static class CodedLimitLoop
{
    private const int Parts = 8;

    // 0, which the compiler does not know.
    private static readonly float s_zero = Environment.ProcessorCount > 0 ? 0 : 1;

    /// <summary>Reads p, g and the states, and writes p and the states.</summary>
    /// <param name="buffers">Lengths must be multiples of 512.</param>
    /// <param name="perValue">How many elements' value, or gradient, four bytes have: 1 or 2.</param>
    /// <param name="perState">How many elements' state four bytes have: 1, 2 or 4.</param>
    /// <param name="workers">The threads that share the loop, or null to use the calling thread alone.</param>
    public static void Run(StepBuffers buffers, int perValue, int perState, Workers? workers)
    {
        int parts = workers is null ? 1 : Parts;
        var work = new Work(buffers, perValue, perState, 0, buffers.Length / parts);
        Workers.Run(workers, ref work, parts);
    }

    private readonly struct Work(StepBuffers buffers, int perValue, int perState, int start, int length) : IFloatKernel, IWork
    {
        public void Run(int part)
        {
            var own = new Work(buffers, perValue, perState, part * length, length);
            LaneDispatch.Float(ref own);
        }

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> => Loop<TFloat>(
                ref MemoryMarshal.GetReference(buffers.Values[(start / perValue)..]),
                ref MemoryMarshal.GetReference(buffers.Gradients[(start / perValue)..]),
                ref MemoryMarshal.GetReference(buffers.State0[(start / perState)..]),
                ref MemoryMarshal.GetReference(buffers.State1[(start / perState)..]),
                length,
                perValue,
                perState,
                TFloat.Splat(s_zero));

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Loop<TFloat>(
            ref float p, ref float g, ref float state0, ref float state1, nint length, nint perValue, nint perState, TFloat zero)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint value = 0, state = 0;
            for (nint i = 0; i < length; i += 4 * TFloat.Width)
            {
                TFloat gradient = zero;
                for (nint end = value + 4 * TFloat.Width / perValue; value < end; value += TFloat.Width)
                {
                    gradient = TFloat.Load(ref g, value);
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref p, value)).Store(ref p, value);
                }

                for (nint end = state + 4 * TFloat.Width / perState; state < end; state += TFloat.Width)
                {
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state0, state)).Store(ref state0, state);
                    TFloat.FusedMultiplyAdd(zero, gradient, TFloat.Load(ref state1, state)).Store(ref state1, state);
                }
            }
        }
    }
}

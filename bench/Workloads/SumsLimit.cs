using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>
/// Reads some arrays side by side and hardly does anything with them: no sums over their elements can cost less once they are past the
/// caches.
/// </summary>
internal static class SumsLimit
{
    private static float s_kept;

    /// <summary>Adds up the elements of the gradients, and of some states.</summary>
    /// <param name="buffers">Lengths must be multiples of four times the lane width.</param>
    /// <param name="arrays">1 to 4.</param>
    public static void Run(StepBuffers buffers, int arrays)
    {
        if (arrays is < 1 or > 4)
            throw new ArgumentOutOfRangeException(nameof(arrays), arrays, $"arrays is {arrays}; it must be from 1 to 4.");
        if (arrays == 1)
        {
            ReadLimit.Run(buffers.Gradients);
            return;
        }

        var kernel = new Kernel(buffers, arrays);
        LaneDispatch.Float(ref kernel);
    }

    private readonly struct Kernel(StepBuffers buffers, int arrays) : IFloatKernel
    {
        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            Span<float> sums = stackalloc float[TFloat.Width];
            // Arrays that are not read stand for one that is.
            Run<TFloat>(
                ref MemoryMarshal.GetReference(buffers.Gradients),
                ref MemoryMarshal.GetReference(buffers.State0),
                ref MemoryMarshal.GetReference(arrays > 2 ? buffers.State1 : buffers.Gradients),
                ref MemoryMarshal.GetReference(arrays > 3 ? buffers.State2 : buffers.State0),
                buffers.Length,
                ref sums[0]);
            s_kept = sums[0];
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(
            ref float array0, ref float array1, ref float array2, ref float array3, nint length, ref float sums)
            where TFloat : struct, IFloatLane<TFloat>
        {
            nint width = TFloat.Width;
            TFloat s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint i = 0; i <= length - 2 * width; i += 2 * width)
            {
                s0 += TFloat.Load(ref array0, i);
                s1 += TFloat.Load(ref array1, i);
                s2 += TFloat.Load(ref array2, i);
                s3 += TFloat.Load(ref array3, i);
                s4 += TFloat.Load(ref array0, i + width);
                s5 += TFloat.Load(ref array1, i + width);
                s6 += TFloat.Load(ref array2, i + width);
                s7 += TFloat.Load(ref array3, i + width);
            }

            (s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))).Store(ref sums, 0);
        }
    }
}

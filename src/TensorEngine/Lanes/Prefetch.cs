using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>Hints that memory will be needed soon.</summary>
internal static class Prefetch
{
    /// <summary>Starts fetching the cache line of a float; does nothing if the processor has no such hint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line(ref readonly float place)
    {
        // A hint may have an address that the garbage collector has just made wrong.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }
}

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>
/// Reports how many floats the kernels process at once, and how many the processor could. Results do not depend on it.
/// </summary>
public static class LaneWidth
{
    private static readonly int s_preferred = Preferred();

    private static int s_forced;

    /// <summary>
    /// Gets the number of floats per register in use: 16 (AVX-512), 8 (AVX2), 4 (Arm64, and x86-64 without AVX2) or 1 (no vector
    /// registers).
    /// </summary>
    /// <remarks>
    /// A program compiled just in time uses the widest registers of its processor, unless .NET avoids them or is configured to
    /// (<c>DOTNET_EnableAVX512=0</c>). A program published with NativeAOT uses the width it was compiled for: on x86-64 the package sets
    /// <c>IlcInstructionSet</c> to <c>x86-64-v3</c> (8 floats) unless the project sets it.
    /// </remarks>
    public static int Current => s_forced != 0 ? s_forced : s_preferred;

    /// <summary>Gets the number of floats per register that the processor has and the operating system allows: 16, 8, 4 or 1.</summary>
    /// <remarks>
    /// If <see cref="Current"/> is smaller in a program published with NativeAOT, one published with <c>IlcInstructionSet</c> set to
    /// <c>native</c> or <c>x86-64-v4</c> is faster on this processor. It is 1 on x86-64 if hardware intrinsics are disabled
    /// (<c>DOTNET_EnableHWIntrinsic=0</c>), because the processor cannot be queried then.
    /// </remarks>
    public static int Processor => Math.Max(s_preferred, ProcessorWidth.Found);

    /// <summary>
    /// Makes every kernel run at <paramref name="width"/> lanes; 0 restores the default. Intended for tests and benchmarks.
    /// </summary>
    internal static void Force(int width) =>
        s_forced = width is 0 or 1 or 4 or 8 or 16
            ? width
            : throw new ArgumentOutOfRangeException(
                nameof(width), width, "The lane width must be 16, 8, 4 or 1, or 0 for the preferred one.");

    private static int Preferred()
    {
        if (Vector512.IsHardwareAccelerated)
            return 16;
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            return 8;
        return Vector128.IsHardwareAccelerated ? 4 : 1;
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>
/// Queries the processor for the width of its registers: in a program compiled ahead of time, the IsSupported properties only tell what it
/// was compiled for.
/// </summary>
internal static class ProcessorWidth
{
    private const int FusedMultiplyAdd = 1 << 12;
    private const int StateSavedBySystem = 1 << 27;
    private const int Avx = 1 << 28;
    private const int Avx2 = 1 << 5;

    // F, DQ, CD, BW and VL: what .NET asks of a processor before it uses registers of 512 bits.
    private const int Avx512 = 1 << 16 | 1 << 17 | 1 << 28 | 1 << 30 | 1 << 31;

    private const int AvxState = 2;
    private const int UpperRegistersState = 7;

    /// <summary>16, 8, 4 or 1 floats, as in <see cref="LaneWidth.Current"/>; 1 if it cannot be determined.</summary>
    public static int Found { get; } = Find();

    private static int Find()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return 4;
        if (!X86Base.IsSupported)
            return 1;
        if (X86Base.CpuId(0, 0).Eax < 13)
            return 4;

        int basic = X86Base.CpuId(1, 0).Ecx;
        int extended = X86Base.CpuId(7, 0).Ebx;
        if (!Has(basic, FusedMultiplyAdd | StateSavedBySystem | Avx) || !Has(extended, Avx2) || !IsSaved(AvxState))
            return 4;
        return Has(extended, Avx512) && IsSaved(UpperRegistersState) ? 16 : 8;
    }

    private static bool Has(int flags, int wanted) => (flags & wanted) == wanted;

    // The operating system must save a register for each thread, or nobody may use it. What it saves is read from the size of the area
    // that it saves to, as .NET has no access to the register (XCR0) that says it: the state's place must lie within.
    private static bool IsSaved(int state)
    {
        (int size, int offset, _, _) = X86Base.CpuId(13, state);
        return size > 0 && X86Base.CpuId(13, 0).Ebx >= offset + size;
    }
}

using System.Runtime.InteropServices;
using SharpFuzz.Common;
using TensorEngine.Tests.Files;

namespace TensorEngine.Fuzz;

/// <summary>What libFuzzer calls, in its own process.</summary>
internal static unsafe class Exports
{
    private static Func<ReadOnlySpan<byte>, bool> s_read = static _ => false;

    /// <summary>Chooses the reader and says where branches are counted.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fuzz_begin")]
    public static void Begin(byte* counters, byte* reader)
    {
        Trace.SharedMem = counters;
        s_read = FuzzTarget.Named(Marshal.PtrToStringUTF8((nint)reader)!);
    }

    /// <summary>Reads one input. An exception that is not a refusal ends the process, and libFuzzer keeps the input.</summary>
    [UnmanagedCallersOnly(EntryPoint = "fuzz_one")]
    public static void One(byte* data, nuint length)
    {
        Trace.PrevLocation = 0;
        s_read(new ReadOnlySpan<byte>(data, (int)length));
    }
}

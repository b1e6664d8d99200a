using System.Runtime.InteropServices;
using NUnit.Framework;

namespace TensorEngine.Tests.Support;

/// <summary>A page of floats between two pages that must not be touched: whoever reads or writes past an end crashes. Linux only.</summary>
public sealed partial class GuardedFloats : IDisposable
{
    private const int ReadAndWrite = 3, Private = 2, Anonymous = 0x20;

    private readonly nint _start;
    private readonly int _page = Environment.SystemPageSize;

    public GuardedFloats()
    {
        _start = MapMemory(0, 3 * _page, protection: 0, Private | Anonymous, file: -1, 0);
        Assert.That(_start, Is.Not.EqualTo(-1), "mmap");
        Assert.That(ProtectMemory(_start + _page, _page, ReadAndWrite), Is.Zero, "mprotect");
    }

    /// <summary>Floats that begin where the page before ends.</summary>
    public unsafe Span<float> AtStart(int length) => new((void*)(_start + _page), length);

    /// <summary>Floats that end where the page after begins.</summary>
    public unsafe Span<float> AtEnd(int length) => new((void*)(_start + 2 * _page - length * sizeof(float)), length);

    public void Dispose() => UnmapMemory(_start, 3 * _page);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MapMemory(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProtectMemory(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnmapMemory(nint address, nint length);
}

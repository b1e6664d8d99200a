using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>A level of the caches that hold data.</summary>
/// <param name="Name">L1, L2, ...</param>
/// <param name="Bytes">Its size, of which other processors may use a part.</param>
internal sealed record CacheLevel(string Name, long Bytes)
{
    private const int DataType = 1;
    private const int UnifiedType = 3;
    private const int IntelLeaf = 4;
    private const int AmdLeaf = unchecked((int)0x8000001D);

    // What nearly every processor of today has at the least.
    private static readonly CacheLevel[] s_usual = [new("L1", 32 << 10), new("L2", 512 << 10), new("L3", 16 << 20)];

    /// <summary>Of this processor, in rising order: as the system says, or else the processor; if neither does, none.</summary>
    public static IReadOnlyList<CacheLevel> All { get; } = Find();

    /// <summary>The same, or what is usual where nothing is known, as in many virtual machines.</summary>
    public static IReadOnlyList<CacheLevel> Assumed => All.Count > 0 ? All : s_usual;

    /// <summary>All levels as text.</summary>
    public static string Text => $"{(All.Count > 0 ? "" : "unknown, taken as ")}{string.Join(", ", Assumed)}";

    /// <summary>The level in a few letters, as in: L2 1 MB.</summary>
    public override string ToString() => $"{Name} {RowTexts.Bytes(Bytes)}";

    private static CacheLevel[] Find()
    {
        CacheLevel[] levels = FromSystem();
        if (levels.Length == 0 && X86Base.IsSupported)
            levels = [.. FromProcessor(AmdLeaf)];
        if (levels.Length == 0 && X86Base.IsSupported)
            levels = [.. FromProcessor(IntelLeaf)];
        return levels;
    }

    private static CacheLevel[] FromSystem()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
            return [];
        return
        [
            .. from cache in Directory.GetDirectories(Folder, "index*").Order(StringComparer.Ordinal)
               where Read(cache, "type") is not "Instruction"
               select new CacheLevel($"L{Read(cache, "level")}", Size(Read(cache, "size"))),
        ];

        static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();
    }

    // The kernel writes 48K, 1024K and the like.
    private static long Size(string text) =>
        long.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture) << (text[^1] == 'M' ? 20 : 10);

    // Both makers describe one cache in each subleaf, in the same form, until there are no more.
    private static IEnumerable<CacheLevel> FromProcessor(int leaf)
    {
        if ((uint)X86Base.CpuId(leaf & unchecked((int)0x80000000), 0).Eax < (uint)leaf)
            yield break;
        for (int cache = 0; ; cache++)
        {
            (int eax, int ebx, int ecx, _) = X86Base.CpuId(leaf, cache);
            int type = eax & 31;
            if (type == 0)
                yield break;
            long ways = ((uint)ebx >> 22) + 1, partitions = (((uint)ebx >> 12) & 1023) + 1, line = ((uint)ebx & 4095) + 1;
            if (type is DataType or UnifiedType)
                yield return new($"L{(eax >> 5) & 7}", ways * partitions * line * ((uint)ecx + 1L));
        }
    }
}

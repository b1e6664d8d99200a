using System.Runtime.CompilerServices;
using System.Text.Json;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Goldens;

/// <summary>Where PyTorch's optimizers ended at settings that were drawn: odd_settings.json and odd_settings.bin.gz.</summary>
public static class RecordedOddSettings
{
    private static readonly GoldenFile s_file = new("odd_settings");

    public static IReadOnlyList<OddSetting> All { get; } =
        [.. s_file.Root.GetProperty("settings").EnumerateArray().Select(entry => new OddSetting(entry))];

    internal static T[] Read<T>(string array, int start, int length)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        return s_file.Array<T>(s_file.Root.GetProperty("offsets").GetProperty(array).GetInt32() + start * size, length);
    }
}

/// <summary>One optimizer at one drawn setting.</summary>
public sealed class OddSetting(JsonElement entry)
{
    /// <summary>The optimizer and a number.</summary>
    public string Name => entry.GetProperty("name").GetString()!;

    /// <summary>The optimizer by the library's division, in which decoupled decay is a type: NAdamW, RAdamW.</summary>
    public string Optimizer => entry.GetProperty("optimizer").GetString()!;

    public TorchOptions Options => new(entry.GetProperty("options"));

    public int Steps => entry.GetProperty("steps").GetInt32();

    public Shape[] Shapes => [.. entry.GetProperty("shapes").EnumerateArray().Select(shape => Shape.Create(Integers(shape)))];

    public int Elements => (int)Shapes.Sum(shape => shape.ElementCount);

    /// <summary>The numbers of a parameter: tables have rows of their own, and what is dense shares one stream.</summary>
    public OddNumbers Numbers(int stream = 0) => new(entry.GetProperty("seed").GetUInt64() + (ulong)stream, entry.GetProperty("gradients"));

    /// <summary>The exponents of the smallest and the largest first value.</summary>
    public (int Lowest, int Highest) ValueExponents
    {
        get
        {
            int[] exponents = Integers(entry.GetProperty("values"));
            return (exponents[0], exponents[1]);
        }
    }

    /// <summary>The learning rate that holds from a step on, if one begins there.</summary>
    public double? NewRate(int step) => entry.GetProperty("rates").EnumerateArray()
        .Where(change => change.GetProperty("step").GetInt32() == step)
        .Select(change => (double?)change.GetProperty("lr").GetDouble()).SingleOrDefault();

    public bool IsFrozen(int parameter, int step) => entry.GetProperty("frozen").EnumerateArray().Any(span =>
        span.GetProperty("parameter").GetInt32() == parameter
        && span.GetProperty("from").GetInt32() <= step
        && step <= span.GetProperty("to").GetInt32());

    /// <summary>What ended where: the values, and ASGD's averages.</summary>
    public OddTrack[] Tracks => [.. entry.GetProperty("tracks").EnumerateArray().Select(track => new OddTrack(track, Elements))];

    public string Description => entry.GetRawText();

    public override string ToString() => Name;

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
}

/// <summary>Where one number of every element ended in PyTorch.</summary>
public sealed class OddTrack(JsonElement entry, int length)
{
    /// <summary><c>value</c> or <c>average</c>.</summary>
    public string Of => entry.GetProperty("of").GetString()!;

    public bool IsAverage => string.Equals(Of, "average", StringComparison.Ordinal);

    public int Length => length;

    /// <summary>PyTorch's own float32 error over the elements that stayed in range.</summary>
    public OddErrors TorchErrors => new(
        entry.GetProperty("torchErrorOnTheWay").GetDouble(),
        entry.GetProperty("torchErrorMean").GetDouble(),
        entry.GetProperty("torchErrorMeanAtTheEnd").GetDouble());

    public double[] Truth => Read<double>("truth");

    /// <summary>The end of PyTorch's float32 run.</summary>
    public float[] InFloat32 => [.. Truth.Zip(Read<uint>("single"), (truth, bits) =>
        BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)truth) ^ bits))];

    /// <summary>The exponent of the unit in the last place at the end.</summary>
    public short[] Unit => Read<short>("unit");

    /// <summary>How much larger that exponent is for the largest value or update on the way.</summary>
    public short[] LargestUnit => Read<short>("largestUnit");

    public OddFates[] Fates => Read<OddFates>("flags");

    /// <summary>The elements that share a fate and, if PyTorch's float32 run has one, whose end there is a number.</summary>
    public IEnumerable<int> Elements(OddFates fate)
    {
        (OddFates[] fates, float[] torch) = (Fates, InFloat32);
        return Enumerable.Range(0, length).Where(i => fates[i] == fate && float.IsFinite(torch[i]));
    }

    private T[] Read<T>(string array)
        where T : unmanaged => RecordedOddSettings.Read<T>(array, entry.GetProperty("start").GetInt32(), length);
}

/// <summary>What happened to an element in PyTorch.</summary>
[Flags]
public enum OddFates : byte
{
    None = 0,

    /// <summary>The float64 run has left the range of floats.</summary>
    Left = 1,

    /// <summary>A value or state of the float32 run was not finite.</summary>
    Beyond = 2,

    /// <summary>The float32 run ended far from the truth.</summary>
    Strayed = 4,
}

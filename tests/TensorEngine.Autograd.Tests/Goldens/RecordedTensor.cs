using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A result of PyTorch in double precision, and how far its float32 run was from it.</summary>
public sealed class RecordedTensor
{
    private enum Kind
    {
        Finite,
        NotANumber,
        PositiveInfinity,
        NegativeInfinity,
    }

    private readonly double[] _expected;
    private readonly int _stride;
    private readonly double _floor;
    private readonly double _torchError;
    private readonly double _torchErrorMean;
    private readonly Dictionary<int, Kind> _torchKinds = [];

    public RecordedTensor(GoldenFile file, JsonElement entry)
    {
        ArgumentNullException.ThrowIfNull(file);
        Name = entry.GetProperty("name").GetString()!;
        Shape = [.. entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        _stride = entry.TryGetProperty("stride", out JsonElement stride) ? stride.GetInt32() : 1;
        int count = _stride > 1 ? entry.GetProperty("count").GetInt32() : Length;
        _expected = file.Array<double>(entry.GetProperty("offset"), count);
        _floor = entry.GetProperty("floor").GetDouble();
        _torchError = entry.GetProperty("torchError").GetDouble();
        _torchErrorMean = entry.GetProperty("torchErrorMean").GetDouble();
        if (entry.TryGetProperty("torchKinds", out JsonElement kinds))
            _torchKinds = kinds.EnumerateArray().ToDictionary(pair => pair[0].GetInt32(), pair => KindNamed(pair[1].GetString()!));
    }

    public string Name { get; }

    public int[] Shape { get; }

    public int Length => Shape.Aggregate(1, (product, length) => product * length);

    /// <summary>
    /// Compares: an element's error is at most twice PyTorch's largest and 4 units in the last place, the mean of the errors at most twice
    /// PyTorch's and 1. NaN and infinities are where PyTorch has them, in one of its two precisions.
    /// </summary>
    public void AssertClose(ReadOnlySpan<float> actual)
    {
        Assert.That(actual.Length, Is.EqualTo(Length), $"elements of {Name}");
        double bound = 2 * _torchError + 4, sum = 0;
        for (int i = 0; i < _expected.Length; i++)
        {
            int place = Math.Min(i * _stride, actual.Length - 1);
            double expected = _expected[i];
            float value = actual[place];
            if (_torchKinds.TryGetValue(place, out Kind kind) && kind == KindOf(value))
                continue;
            if (KindOf(value) != KindOf((float)expected))
                Assert.Fail($"{Name}: element {place} is {value}, PyTorch's {expected:R}.");
            if (!float.IsFinite(value))
                continue;
            double error = Math.Abs(value - expected) / UnitInTheLastPlace(Math.Max(Math.Abs(expected), _floor));
            if (error > bound)
                Assert.Fail($"{Name}: element {place} is {value:R}, PyTorch's {expected:R}: {error:G4} units off, at most {bound:G4}.");
            sum += error;
        }

        Assert.That(sum / _expected.Length, Is.LessThanOrEqualTo(2 * _torchErrorMean + 1), $"mean error of {Name}");
    }

    private static Kind KindNamed(string name) => name switch
    {
        "finite" => Kind.Finite,
        "NaN" => Kind.NotANumber,
        "infinity" => Kind.PositiveInfinity,
        _ => Kind.NegativeInfinity,
    };

    private static Kind KindOf(float value) =>
        float.IsNaN(value) ? Kind.NotANumber
        : float.IsFinite(value) ? Kind.Finite
        : value > 0 ? Kind.PositiveInfinity : Kind.NegativeInfinity;

    /// <summary>The distance of the floats at a magnitude.</summary>
    private static double UnitInTheLastPlace(double magnitude) =>
        Math.ScaleB(1, Math.Max(magnitude > 0 ? Math.ILogB(magnitude) : -126, -126) - 23);
}

using System.Text.Json;

namespace TensorEngine.Tests.Goldens;

/// <summary>A point of one of the functions that scalars.json and scalars.bin.gz hold.</summary>
/// <param name="First">The first argument.</param>
/// <param name="Second">The second, or 0 for a function of one.</param>
/// <param name="Nearest">The double nearest to the exact result.</param>
/// <param name="Rest">The exact result less that, in ULP.</param>
public readonly record struct ScalarPoint(double First, double Second, double Nearest, double Rest)
{
    /// <summary>How far a result is from the exact one, in ULP.</summary>
    public double Error(double actual)
    {
        if (!double.IsFinite(Nearest) || !double.IsFinite(actual))
            return actual == Nearest ? 0 : double.PositiveInfinity;
        return Math.Abs((actual - Nearest) / (Math.BitIncrement(Math.Abs(Nearest)) - Math.Abs(Nearest)) - Rest);
    }
}

/// <summary>Functions of doubles at many points, recorded in high precision.</summary>
public static class RecordedScalars
{
    private static readonly GoldenFile s_file = new("scalars");

    public static ScalarPoint[] Read(string function)
    {
        JsonElement entry = s_file.Root.GetProperty("functions").EnumerateArray()
            .Single(candidate => string.Equals(candidate.GetProperty("name").GetString(), function, StringComparison.Ordinal));
        int length = entry.GetProperty("points").GetInt32();
        double[][] arguments = [.. entry.GetProperty("arguments").EnumerateArray().Select(offset => s_file.Array<double>(offset, length))];
        double[] nearest = s_file.Array<double>(entry.GetProperty("result"), length);
        float[] rest = s_file.Array<float>(entry.GetProperty("rest"), length);
        return
        [
            .. Enumerable.Range(0, length)
                .Select(i => new ScalarPoint(arguments[0][i], arguments.Length > 1 ? arguments[1][i] : 0, nearest[i], rest[i])),
        ];
    }
}

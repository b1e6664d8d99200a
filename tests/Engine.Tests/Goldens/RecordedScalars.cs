using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;

namespace Engine.Tests.Goldens;

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
    public static ScalarPoint[] Read(string function)
    {
        string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "scalars.json")));
        byte[] content = new byte[document.RootElement.GetProperty("byteLength").GetInt32()];
        using (var packed = new GZipStream(File.OpenRead(Path.Combine(folder, "scalars.bin.gz")), CompressionMode.Decompress))
            packed.ReadExactly(content);

        JsonElement entry = document.RootElement.GetProperty("functions").EnumerateArray()
            .Single(candidate => string.Equals(candidate.GetProperty("name").GetString(), function, StringComparison.Ordinal));
        int[] arguments = [.. entry.GetProperty("arguments").EnumerateArray().Select(offset => offset.GetInt32())];
        ReadOnlySpan<double> first = Array<double>(arguments[0]);
        ReadOnlySpan<double> second = arguments.Length > 1 ? Array<double>(arguments[1]) : new double[first.Length];
        ReadOnlySpan<double> nearest = Array<double>(entry.GetProperty("result").GetInt32());
        ReadOnlySpan<float> rest = Array<float>(entry.GetProperty("rest").GetInt32());
        var points = new ScalarPoint[entry.GetProperty("points").GetInt32()];
        for (int i = 0; i < points.Length; i++)
            points[i] = new(first[i], second[i], nearest[i], rest[i]);
        return points;

        ReadOnlySpan<T> Array<T>(int byteOffset)
            where T : unmanaged
        {
            Assert.That(BitConverter.IsLittleEndian, "The recordings are read in place.");
            return MemoryMarshal.Cast<byte, T>(content.AsSpan(byteOffset, entry.GetProperty("points").GetInt32() * Marshal.SizeOf<T>()));
        }
    }
}

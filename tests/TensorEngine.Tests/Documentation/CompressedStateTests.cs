using System.Globalization;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using TensorEngine.Compression;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Documentation;

/// <summary>What the page on compressed state says is so.</summary>
public sealed class CompressedStateTests
{
    [Test]
    public void ThePageHasTheBytesOfAdamsState([Values] StateCodec codec)
    {
        string row = Lines().First(line => line.StartsWith($"| `{codec}` | ", StringComparison.Ordinal));
        double stated = double.Parse(row.Split('|')[2], CultureInfo.InvariantCulture);
        double bytes = 0;
        foreach (bool isNonNegative in (bool[])[false, true])
        {
            Coding coding = Codings.For(codec, isNonNegative);
            bytes += coding.Size() + (coding.HasScales() ? 1.0 / Codings.Block : 0);
        }

        Assert.That(stated, Is.EqualTo(bytes).Within(0.005));
    }

    [Test]
    public void ThePagesLineKeepsStateInHalves()
    {
        var store = new ParameterStore();
        store.Add("weight", [64, 64]);
        var adam = new Adam(store, new() { StateCompression = StateCodec.BFloat16 });

        Assert.That(
            string.Join('\n', Lines()), Does.Contain("var adam = new Adam(store, new() { StateCompression = StateCodec.BFloat16 });"));
        Assert.That(adam.CodecOf(store["weight"], "exp_avg"), Is.EqualTo(StateCodec.BFloat16));
    }

    private static IEnumerable<string> Lines([CallerFilePath] string file = "") =>
        File.ReadLines(
            Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "src", "TensorEngine", "Documentation", "CompressedState.md"));
}

using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Documentation;

/// <summary>The messages on the page "When something is refused" are those that a user gets.</summary>
public sealed class WhenSomethingIsRefusedTests
{
    private const string Page = "src/TensorEngine/Documentation/WhenSomethingIsRefused.md";

    [Test]
    public void ThePageHasTheRealMessages()
    {
        using var folder = new TemporaryFolder();
        string run = folder.PathOf("run.safetensors");
        Checkpoint(4).Save(run);
        string damaged = folder.Write("damaged.safetensors", File.ReadAllBytes(run).AsSpan(0, 100));
        string newer = folder.PathOf("newer.safetensors");
        SafeTensorsFile.Save(newer, [], new Dictionary<string, string>(StringComparer.Ordinal) { ["tensorengine.version"] = "2" });

        GeneratedPage.Check(
            Page,
            Section<InvalidOperationException>("A parameter is added too late", () =>
            {
                ParameterStore store = Store(4);
                Initialize.Constant(store["weight"], 0);
                store.Add("bias", [4]);
            }),
            Section<ArgumentException>("A span has the wrong length", () =>
            {
                float[] values = new float[8], gradients = new float[6];
                Sgd.Update(new SgdOptions(), 1, values, gradients);
            }),
            Section<ArgumentException>("The shapes of a matrix product do not match", () =>
            {
                float[] input = new float[8 * 3], weight = new float[4 * 3], output = new float[8 * 4];
                MatrixProduct.Multiply(new(input, 8, 3), new(weight, 4, 3), new MatrixSpan(output, 8, 4));
            }),
            Section<ArgumentException>("An initializer gets a shape it cannot fill", () =>
            {
                var store = new ParameterStore();
                Initialize.Orthogonal(store.Add("bias", [4]), new Philox(1));
            }),
            Section<ArgumentOutOfRangeException>(
                "An option is out of range", () => _ = new Adam(Store(4), new AdamOptions { Beta1 = 1 })),
            Section<ArgumentException>("Two optimizers want the same parameter", () =>
            {
                ParameterStore store = Store(4);
                _ = new Adam(store);
                _ = new Sgd(store);
            }),
            Section<FileNotFoundException>("The file does not exist", () => Checkpoint(4).Load(folder.PathOf("rnu.safetensors"))),
            Section<InvalidFileException>("The file is damaged", () => Checkpoint(4).Load(damaged)),
            Section<CheckpointMismatchException>("The checkpoint belongs to another network", () => Checkpoint(5).Load(run)),
            Section<CheckpointMismatchException>(
                "The checkpoint has other parts", () => new Checkpoint(Store(4)) { { "noise", new Philox(1) } }.Load(run)),
            Section<CheckpointMismatchException>(
                "The checkpoint has a version that this library does not know", () => Checkpoint(4).Load(newer)));

        GeneratedPage.Block Section<TException>(string heading, Action call)
            where TException : Exception
        {
            string message = $"{typeof(TException).Name}: {Assert.Throws<TException>(call)!.Message}";
            message = message.Replace(folder.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            string[] lines = message.ReplaceLineEndings("\n").Split('\n');
            return new("## " + heading, "```text", ["```text", .. lines, "```"]);
        }
    }

    private static ParameterStore Store(int units)
    {
        var store = new ParameterStore();
        store.Add("weight", [units, 3]);
        return store;
    }

    private static Checkpoint Checkpoint(int units)
    {
        ParameterStore store = Store(units);
        return new(store) { { "optimizer", new Adam(store) } };
    }
}

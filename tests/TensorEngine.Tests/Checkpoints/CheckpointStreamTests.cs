using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A run is saved to a stream and loaded from one as from a file.</summary>
public sealed class CheckpointStreamTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void AStreamGetsTheBytesOfTheFile()
    {
        (ParameterStore store, Checkpoint run) = NewRun();
        string path = _folder.PathOf("run.safetensors");
        run.Save(path);
        var memory = new MemoryStream();
        memory.Write("before"u8);
        using var oneWay = new DripStream(memory, canSeek: false);
        run.Save(oneWay);
        Assert.That(memory.ToArray()[6..], Is.EqualTo(File.ReadAllBytes(path)));

        float[] values = store.Values.ToArray();
        Forget(store);
        memory.Position = 6;
        using var stream = new DripStream(memory, most: 5);
        run.Load(stream);
        Assert.That(store.Values.ToArray(), Is.EqualTo(values));

        Forget(store);
        stream.Position = 6;
        Assert.That(Checkpoint.LoadValues(stream, store).IsExactMatch);
        Assert.That(store.Values.ToArray(), Is.EqualTo(values));
        Assert.That(stream.IsClosed || oneWay.IsClosed, Is.False);
    }

    [Test]
    public void AStreamThatDoesNotFitChangesNothing()
    {
        (ParameterStore store, Checkpoint run) = NewRun();
        var saved = new MemoryStream();
        run.Save(saved);
        Forget(store);
        var other = new ParameterStore();
        other.Add("w", [5]);
        var otherRun = new Checkpoint(other);
        var otherSaved = new MemoryStream();
        otherRun.Save(otherSaved);

        Refusal.Of<CheckpointMismatchException>(() => run.Load(From(otherSaved.ToArray())), "(MemoryStream): \"optimizer\" was added here");
        Refusal.Of<CheckpointMismatchException>(
            () => Checkpoint.LoadValues(From(otherSaved.ToArray()), store), "(MemoryStream): The values do not match");
        for (int length = 0; length < saved.Length; length += 1 + length / 50)
            Refusal.Of<InvalidFileException>(() => run.Load(From(saved.ToArray()[..length])), "(MemoryStream), byte");
        Refusal.Of<InvalidFileException>(() => run.Load(From([.. saved.ToArray(), 0])), "(MemoryStream), byte");
        Assert.That(store.Parameters.SelectMany(parameter => parameter.Values.ToArray()), Is.All.EqualTo(9));
    }

    [Test]
    public void StreamsThatCannotBeUsedAreRefused()
    {
        (ParameterStore store, Checkpoint run) = NewRun();
        using var oneWay = new DripStream(new MemoryStream(), canSeek: false);
        Refusal.OfArgument<ArgumentException>("stream", () => run.Load(oneWay), "cannot seek");
        Refusal.OfArgument<ArgumentException>("stream", () => Checkpoint.LoadValues(oneWay, store), "cannot seek");
        Refusal.OfArgument<ArgumentNullException>("stream", () => run.Load((Stream)null!));
        Refusal.OfArgument<ArgumentNullException>("stream", () => run.Save((Stream)null!));
        Refusal.OfArgument<ArgumentNullException>("stream", () => Checkpoint.LoadValues((Stream)null!, store));
        Refusal.OfArgument<ArgumentNullException>("store", () => Checkpoint.LoadValues(new MemoryStream(), null!));
        Refusal.OfArgument<ArgumentException>("stream", () => run.Save(new MemoryStream([], writable: false)), "cannot be written");
        var memory = new MemoryStream();
        run.Notes["tensorengine.x"] = "";
        Assert.Throws<InvalidOperationException>(() => run.Save(memory));
        Assert.That(memory.Length, Is.Zero);
    }

    private static void Forget(ParameterStore store)
    {
        foreach (Parameter parameter in store.Parameters)
            parameter.Values.Fill(9);
    }

    private static MemoryStream From(byte[] bytes) => new(bytes);

    private static (ParameterStore Store, Checkpoint Run) NewRun()
    {
        var store = new ParameterStore();
        store.Add("w", [3, 5]);
        store.Add("bias", [3]);
        store.Freeze();
        store.Values.Fill(0.5f);
        store.Gradients.Fill(1);
        var adam = new Adam(store);
        adam.Step();
        return (store, new Checkpoint(store) { { "optimizer", adam } });
    }
}

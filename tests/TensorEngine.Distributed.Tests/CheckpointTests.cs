using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Tests;

public sealed class CheckpointTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sharded-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ARunGoesOnWithAnotherNumberOfRanks(
        [ValueSource(typeof(TestOptimizers), nameof(TestOptimizers.Names))] string name,
        [Values(2, 8)] int first,
        [Values(1, 4)] int then)
    {
        string expected = Run(name, 1, 6, load: null, save: null);
        string path = Path.Combine(_folder, "run");
        Run(name, first, 3, load: null, save: path);
        Assert.That(Run(name, then, 3, load: path, save: null), Is.EqualTo(expected));
    }

    /// <summary>The file of several ranks is that of one process that never heard of ranks.</summary>
    [Test]
    public void TheFileDoesNotDependOnTheNumberOfRanks([ValueSource(typeof(TestOptimizers), nameof(TestOptimizers.Names))] string name)
    {
        byte[][] files =
        [
            .. new[] { 1, 2, 4, 8 }.Select(size =>
            {
                string path = Path.Combine(_folder, $"{size}");
                Run(name, size, 2, load: null, save: path);
                return File.ReadAllBytes(path);
            }),
        ];
        Assert.That(files, Is.All.EqualTo(files[0]));

        var alone = new TestTraining();
        Optimizer optimizer = TestOptimizers.Make(name, TestOptimizers.Chosen(name, alone));
        string again = Path.Combine(_folder, "again");
        Checkpoint checkpoint = alone.CheckpointOf(optimizer);
        checkpoint.Load(Path.Combine(_folder, "4"));
        checkpoint.Save(again);
        Assert.That(File.ReadAllBytes(again), Is.EqualTo(files[0]));
    }

    [Test]
    public void APartAloneIsNotSaved()
    {
        var training = new TestTraining();
        Optimizer adam = TestOptimizers.Make("adam", new ParameterShard(training.Weights, 1, 2));
        Assert.That(
            () => training.CheckpointOf(adam).Save(Path.Combine(_folder, "part")),
            Throws.InvalidOperationException.With.Message.Contains("gather the whole state before saving"));
    }

    [Test]
    public void AllRanksLearnThatTheFileCouldNotBeWritten([Values(1, 4)] int size)
    {
        string[] messages = new string[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            messages[transport.Rank] = Assert.Throws<TransportException>(
                () => optimizer.Save(training.CheckpointOf(optimizer), Path.Combine(_folder, "missing", "run"))).Message;
            training.Step(optimizer);
        });
        Assert.That(messages, Is.All.StartsWith("Rank 0 could not save"));
    }

    [Test]
    public void AllRanksLearnThatOneCannotLoad()
    {
        string path = Path.Combine(_folder, "run");
        Run("adam", 2, 1, load: null, save: path);
        string[] messages = new string[2];
        InProcessTransport.Run(2, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded("adam", training, transport);
            string seen = transport.Rank == 1 ? path + ".not-here" : path;
            messages[transport.Rank] = Assert.Throws<TransportException>(
                () => optimizer.Load(training.CheckpointOf(optimizer), seen)).Message;
        });
        Assert.That(messages, Is.All.Contains("Rank 1 could not load").And.All.Contains("not-here"));
    }

    private static string Run(string name, int size, int steps, string? load, string? save)
    {
        string[] digests = new string[size];
        InProcessTransport.Run(size, transport =>
        {
            var training = new TestTraining();
            ShardedOptimizer optimizer = TestOptimizers.Sharded(name, training, transport);
            Checkpoint checkpoint = training.CheckpointOf(optimizer);
            if (load is not null)
                optimizer.Load(checkpoint, load);
            for (int step = 0; step < steps; step++)
                training.Step(optimizer);
            if (save is not null)
                optimizer.Save(checkpoint, save);
            digests[transport.Rank] = training.Digest();
        });
        Assert.That(digests, Is.All.EqualTo(digests[0]));
        return digests[0];
    }
}

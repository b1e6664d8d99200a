using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Tests;

/// <summary>A small network with dropout and batch norm, larger than a norm's block and not cut evenly by any number of ranks.</summary>
internal sealed class TestTraining
{
    public const int BatchSize = 32;

    private const int Inputs = 50;
    private const int Hidden = 101;
    private const int Classes = 7;

    private readonly Tape _tape;
    private readonly Linear _first;
    private readonly BatchNorm _norm;
    private readonly Linear _second;
    private readonly Linear _last;
    private readonly Dropout _dropout = new(0.25, new Philox(seed: 3, stream: 5));
    private readonly float[] _images = new float[BatchSize * Inputs];
    private readonly int[] _labels = new int[BatchSize];
    private readonly Philox _data = new(seed: 11);

    public TestTraining(Workers? workers = null)
    {
        _tape = new Tape(workers);
        _first = new Linear(Store, "first", Inputs, Hidden);
        _norm = new BatchNorm(Store, "norm", Hidden);
        _second = new Linear(Store, "second", Hidden, Hidden);
        _last = new Linear(Store, "last", Hidden, Classes);
        Layer.Initialize(new Philox(seed: 1), _first, _norm, _second, _last);
    }

    public ParameterStore Store { get; } = new();

    public IEnumerable<Parameter> Weights => Store.Where(parameter => parameter.Trainable);

    public double LastLoss { get; private set; }

    public Checkpoint CheckpointOf(IStateful optimizer) =>
        new(Store) { { "optimizer", optimizer }, { "dropout", _dropout.Generator }, { "data", _data } };

    /// <summary>SHA-256 of all values, with the running statistics.</summary>
    public string Digest() => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(Store.Values)));

    /// <summary>Gradients of one batch, in one piece.</summary>
    public void Backward()
    {
        NextBatch();
        _tape.Reset();
        Backward(0, BatchSize);
    }

    /// <summary>One step by lanes.</summary>
    public StepResult Step(ShardedOptimizer optimizer)
    {
        NextBatch();
        foreach (BatchLane lane in optimizer.Lanes(BatchSize))
        {
            _tape.ResetForPart(lane.Index, lane.Count);
            optimizer.AddLoss(Backward(lane.Start, lane.Length));
        }

        StepResult result = optimizer.Step();
        LastLoss = optimizer.Loss;
        return result;
    }

    private double Backward(int start, int length)
    {
        Variable images = _tape.Constant(_images.AsSpan(start * Inputs, length * Inputs), [length, Inputs]);
        Variable hidden = _dropout.Apply(_norm.Apply(_first.Apply(images)).Relu());
        Variable logits = _last.Apply(_dropout.Apply(_second.Apply(hidden).Relu()));
        Variable loss = logits.CrossEntropy(_labels.AsSpan(start, length));
        _tape.Backward(loss);
        return loss.Item();
    }

    private void NextBatch()
    {
        _data.Normal(_images);
        for (int i = 0; i < _labels.Length; i++)
            _labels[i] = (int)(Math.Abs(_images[i * Inputs] * 1000) % Classes);
    }
}

/// <summary>The optimizers that are sharded.</summary>
internal static class TestOptimizers
{
    public static readonly string[] Names =
    [
        "momentum", "adam", "adamw", "lion", "rmsprop", "lamb", "lars", "muon", "adafactor", "nadam", "schedule-free", "clipped", "groups",
        "lars clamped", "lamb groups",
    ];

    public static Optimizer Make(string name, IEnumerable<Parameter> parameters)
    {
        Optimizer optimizer = name switch
        {
            "momentum" => new Sgd(parameters, new SgdOptions { LearningRate = 0.05, Momentum = 0.9 }),
            "adam" => new Adam(parameters),
            "adamw" => new AdamW(parameters),
            "lion" => new Lion(parameters),
            "rmsprop" => new RmsProp(parameters),
            "lamb" => new Lamb(parameters, new LambOptions { WeightDecay = 0.01 }),
            "lars" => new Lars(parameters, new LarsOptions { WeightDecay = 0.01 }),
            "lars clamped" => new Lars(parameters) { GradientOptions = { ClipValue = 1e-3, Scale = 1.5 } },
            "lamb groups" => new Lamb(parameters),
            "muon" => new Muon(parameters),
            "adafactor" => new Adafactor(parameters),
            "nadam" => new NAdam(parameters),
            "schedule-free" => new ScheduleFreeAdamW(parameters),
            "clipped" => new Adam(parameters) { GradientOptions = { ClipNorm = 0.5, SkipNonFinite = true, Scale = 1.5, Clear = true } },
            "groups" => new AdamW(parameters),
            _ => throw new ArgumentException(name, nameof(name)),
        };
        if (optimizer is AdamW adamW && name is "groups")
            adamW.AddGroup(parameter => parameter.Shape.Rank < 2, options => options with { WeightDecay = 0, LearningRate = 0.01 });
        if (optimizer is Lamb lamb && name is "lamb groups")
            lamb.AddGroup(parameter => parameter.Shape.Rank < 2, options => options with { WeightDecay = 0.1 });
        return optimizer;
    }

    public static ShardedOptimizer Sharded(string name, TestTraining training, Transport transport, int lanes = 16) =>
        Sharded(Make(name, new ParameterShard(Chosen(name, training), transport.Rank, transport.Size)), transport, lanes);

    public static ShardedOptimizer Sharded(Optimizer optimizer, Transport transport, int lanes = 16) =>
        new(optimizer, transport, new ShardedOptions { BatchLanes = lanes });

    public static IEnumerable<Parameter> Chosen(string name, TestTraining training) =>
        name is "muon" ? training.Weights.Where(parameter => parameter.Shape.Rank == 2) : training.Weights;
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TensorEngine.Autograd.Data;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Tests.Networks;

/// <summary>A run of a network over images that are made up: ten patterns with noise.</summary>
public sealed class Training
{
    private const int Images = 200;
    private const int Pixels = 64;

    private readonly ParameterStore _store = new();
    private readonly Network _network;
    private readonly Tape _tape;
    private readonly Adam _adam;
    private readonly MiniBatches _batches = new(Images, 33, new Philox(3));
    private readonly float[] _images = new float[Images * Pixels];
    private readonly int[] _labels = new int[Images];
    private readonly float[] _batchImages;
    private readonly int[] _batchLabels;

    public Training(NetworkCase network, Workers? workers = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network.Make(_store);
        Layer.Initialize(new TorchGenerator(1), _network.Layers);
        _adam = new Adam(_store, new AdamOptions { LearningRate = 3e-3 }) { Workers = workers };
        _adam.GradientOptions.Clear = true;
        _tape = new Tape(workers);
        float[] patterns = new float[10 * Pixels];
        var generator = new Philox(2);
        generator.Normal(patterns);
        generator.Normal(_images, 0, 0.5);
        for (int i = 0; i < Images; i++)
        {
            _labels[i] = i % 10;
            for (int j = 0; j < Pixels; j++)
                _images[i * Pixels + j] += patterns[_labels[i] * Pixels + j];
        }

        _batchImages = new float[_batches.Size * Pixels];
        _batchLabels = new int[_batches.Size];
    }

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_store.Values)));

    /// <summary>Takes steps and returns the last loss.</summary>
    public double Run(int steps)
    {
        double loss = 0;
        for (int i = 0; i < steps; i++)
        {
            ReadOnlySpan<int> rows = _batches.Next();
            Span<float> images = _batchImages.AsSpan(0, rows.Length * Pixels);
            Span<int> labels = _batchLabels.AsSpan(0, rows.Length);
            MiniBatches.Gather(_images, rows, images);
            MiniBatches.Gather(_labels, rows, labels);
            _tape.Reset();
            Variable mean = _network.Apply(_tape.Constant(images, [rows.Length, Pixels])).CrossEntropy(labels);
            _tape.Backward(mean);
            _adam.Step();
            loss = mean.Item();
        }

        return loss;
    }

    public void Save(Stream stream) => Checkpoint().Save(stream);

    public void Load(Stream stream) => Checkpoint().Load(stream);

    private Checkpoint Checkpoint()
    {
        var checkpoint = new Checkpoint(_store) { { "adam", _adam }, { "batches", _batches } };
        foreach ((string name, IStateful part) in _network.Parts)
            checkpoint.Add(name, part);
        return checkpoint;
    }
}

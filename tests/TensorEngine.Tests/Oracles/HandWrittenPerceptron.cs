using System.Globalization;
using Samples.Shared.Choices;
using TensorEngine.Generators;
using TensorEngine.Numerics.Activations;

namespace TensorEngine.Tests.Oracles;

/// <summary>
/// A classifier of linear layers with ReLU between them:
/// <code>
/// h1 = relu(images · W1ᵀ + b1)
/// h2 = relu(h1 · W2ᵀ + b2)
/// logits = h2 · W3ᵀ + b3                 (and so on with more layers)
/// loss = mean over the images of -ln(softmax(logits)[label])
/// </code>
/// All buffers are made once: neither a forward nor a backward pass allocates.
/// </summary>
public sealed class HandWrittenPerceptron
{
    private readonly HandWrittenLayer[] _layers;

    // For each layer its output [rows, outputs], after ReLU where there is one, and the loss's gradient before the ReLU.
    private readonly float[][] _outputs;
    private readonly float[][] _gradients;
    private readonly int _maximumRows;

    /// <param name="sizes">The inputs, the hidden layers' units and the classes: [64, 100, 100, 10].</param>
    /// <param name="maximumRows">The largest number of images at a time.</param>
    public HandWrittenPerceptron(IReadOnlyList<int> sizes, int maximumRows)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2)
            throw new ArgumentException($"sizes has {sizes.Count} entries; inputs and classes are two.", nameof(sizes));
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRows, 1);
        _maximumRows = maximumRows;
        _layers = new HandWrittenLayer[sizes.Count - 1];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new HandWrittenLayer(Parameters, string.Create(CultureInfo.InvariantCulture, $"fc{i + 1}"), sizes[i], sizes[i + 1]);
        _outputs = [.. _layers.Select(layer => new float[(long)maximumRows * layer.OutputCount])];
        _gradients = [.. _layers.Select(layer => new float[(long)maximumRows * layer.OutputCount])];
    }

    /// <summary>All weights and biases, in the order of the layers: fc1.weight, fc1.bias, fc2.weight, ...</summary>
    public ParameterStore Parameters { get; } = new();

    /// <summary>The threads that share the products, or null (the default) for the calling thread alone; the bits are the same.</summary>
    public Workers? Workers
    {
        get;
        set
        {
            field = value;
            foreach (HandWrittenLayer layer in _layers)
                layer.Workers = value;
        }
    }

    /// <summary>Draws the weights, layer after layer from one stream. Biases start at 0.</summary>
    public void Initialize(InitializerChoice initializer, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        foreach (HandWrittenLayer layer in _layers)
        {
            initializer.Fill(layer.Weights, generator);
            layer.Biases.Values.Clear();
        }
    }

    /// <summary>What the network thinks of images.</summary>
    /// <param name="images">[rows, inputs].</param>
    /// <returns>The logits, [rows, classes]; valid until the next call.</returns>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> images)
    {
        int rows = images.Length / _layers[0].InputCount;
        if (rows > _maximumRows || rows * _layers[0].InputCount != images.Length)
        {
            throw new ArgumentException(
                $"images has {images.Length} elements; it must have {_layers[0].InputCount} for each of at most {_maximumRows} images.",
                nameof(images));
        }

        ReadOnlySpan<float> input = images;
        for (int i = 0; i < _layers.Length; i++)
        {
            Span<float> output = Rows(_outputs, i, rows);
            _layers[i].Forward(input, output);
            if (i < _layers.Length - 1)
                Activation.Relu(output, output);
            input = output;
        }

        return input;
    }

    /// <summary>
    /// Backpropagation: the loss on a batch, and its gradient with respect to every parameter, for an optimizer to step by.
    /// </summary>
    /// <param name="images">[rows, inputs].</param>
    /// <param name="labels">[rows], the right class of each image.</param>
    /// <returns>The mean cross-entropy, in nats.</returns>
    public double FindGradients(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        int rows = labels.Length;
        int last = _layers.Length - 1;
        int classes = _layers[last].OutputCount;
        double loss = Softmax.CrossEntropy(
            new(Forward(images), rows, classes), labels, new(Rows(_gradients, last, rows), rows, classes));
        for (int i = last; i >= 0; i--)
        {
            ReadOnlySpan<float> input = i > 0 ? Rows(_outputs, i - 1, rows) : images;
            ReadOnlySpan<float> outputGradient = Rows(_gradients, i, rows);
            _layers[i].FindParameterGradients(input, outputGradient);
            if (i > 0)
            {
                Span<float> inputGradient = Rows(_gradients, i - 1, rows);
                _layers[i].FindInputGradient(outputGradient, inputGradient);
                Activation.ReluGradient(input, inputGradient, inputGradient);
            }
        }

        return loss;
    }

    private Span<float> Rows(float[][] buffers, int layer, int rows) => buffers[layer].AsSpan(0, rows * _layers[layer].OutputCount);
}

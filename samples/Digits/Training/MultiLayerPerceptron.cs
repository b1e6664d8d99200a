using System.Globalization;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;

namespace Digits.Training;

/// <summary>
/// Linear layers with ReLU between them, and PyTorch's names: fc1.weight, fc1.bias, fc2.weight, ...
/// </summary>
public sealed class MultiLayerPerceptron : DigitsNetwork
{
    private readonly Linear[] _layers;

    /// <param name="sizes">The inputs, the hidden layers' units and the classes: [64, 100, 100, 10].</param>
    public MultiLayerPerceptron(IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count < 2)
            throw new ArgumentException($"sizes has {sizes.Count} entries; inputs and classes are two.", nameof(sizes));
        _layers = new Linear[sizes.Count - 1];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new Linear(Parameters, string.Create(CultureInfo.InvariantCulture, $"fc{i + 1}"), sizes[i], sizes[i + 1]);
    }

    /// <inheritdoc/>
    protected override Variable Apply(Tape tape, ReadOnlySpan<float> images)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Variable hidden = tape.Constant(images, [images.Length / _layers[0].Inputs, _layers[0].Inputs]);
        foreach (Linear layer in _layers.AsSpan(0, _layers.Length - 1))
            hidden = layer.Apply(hidden).Relu(inPlace: true);
        return _layers[^1].Apply(hidden);
    }
}

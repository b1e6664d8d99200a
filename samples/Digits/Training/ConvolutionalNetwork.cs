using Digits.Datasets;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;

namespace Digits.Training;

/// <summary>
/// Two convolutions of 3 x 3 to 16 and 32 channels, each with ReLU and the largest of every 2 x 2 pixels, and a linear layer:
/// <code>
/// [rows, 1, 8, 8] - conv1 - [rows, 16, 4, 4] - conv2 - [rows, 32, 2, 2] - fc - [rows, 10]
/// </code>
/// </summary>
public sealed class ConvolutionalNetwork : DigitsNetwork
{
    private readonly Convolution2D _conv1;
    private readonly Convolution2D _conv2;
    private readonly Linear _output;
    private readonly int _height;
    private readonly int _width;

    /// <param name="height">The rows of an image; at least 4.</param>
    /// <param name="width">The pixels of a row; at least 4.</param>
    public ConvolutionalNetwork(int height, int width)
    {
        (_height, _width) = (height, width);
        _conv1 = new Convolution2D(Parameters, "conv1", 1, 16, kernel: 3, padding: 1);
        _conv2 = new Convolution2D(Parameters, "conv2", 16, 32, kernel: 3, padding: 1);
        _output = new Linear(Parameters, "fc", 32 * (height / 4) * (width / 4), LabelledImages.ClassCount);
    }

    /// <inheritdoc/>
    protected override Variable Apply(Tape tape, ReadOnlySpan<float> images)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Variable pixels = tape.Constant(images, [images.Length / (_height * _width), 1, _height, _width]);
        Variable hidden = _conv2.Apply(_conv1.Apply(pixels).Relu(inPlace: true).MaxPool2D(2)).Relu(inPlace: true).MaxPool2D(2);
        return _output.Apply(hidden.Flatten());
    }
}

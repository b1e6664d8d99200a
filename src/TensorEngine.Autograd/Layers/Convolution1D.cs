using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Convolution over one dimension, as torch.nn.Conv1d.</summary>
public sealed class Convolution1D : Layer
{
    private readonly (int Stride, int Padding, int Dilation, int Groups) _window;

    /// <summary>Adds <c>name.weight</c> [outputs, inputs / groups, kernel] and <c>name.bias</c> [outputs] to a store.</summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>conv1</c>.</param>
    /// <param name="inputs">The number of input channels; at least 1 and a multiple of the groups.</param>
    /// <param name="outputs">The number of output channels; at least 1 and a multiple of the groups.</param>
    /// <param name="kernel">The length of the kernel; at least 1.</param>
    /// <param name="stride">The distance from one position of the kernel to the next; 1 by default.</param>
    /// <param name="padding">The number of zeros added on either side; 0 by default.</param>
    /// <param name="dilation">The distance from one element of the kernel to the next; 1 by default.</param>
    /// <param name="groups">The number of groups of channels that are convolved separately; 1 by default.</param>
    /// <param name="bias">Whether to add a bias; true by default.</param>
    /// <inheritdoc cref="Convolution2D(ParameterStore, string, int, int, HeightWidth, HeightWidth, HeightWidth, HeightWidth, int, bool)"
    /// path="/exception"/>
    public Convolution1D(
        ParameterStore store,
        string name,
        int inputs,
        int outputs,
        int kernel,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1,
        bool bias = true)
        : base(store, name)
    {
        Require.Groups(inputs, outputs, groups);
        _window = (stride, padding, dilation, groups);
        Weight = Add("weight", [outputs, inputs / groups, kernel]);
        Bias = bias ? Add("bias", [outputs]) : null;
    }

    /// <summary>[outputs, inputs / groups, kernel].</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Computes the output; see <see cref="Functional.Convolution1D"/>.</summary>
    /// <param name="input">[rows, inputs, length].</param>
    /// <returns>[rows, outputs, length].</returns>
    public Variable Apply(Variable input) => input.Convolution1D(
        input.Tape.Parameter(Weight),
        Bias is null ? null : input.Tape.Parameter(Bias),
        _window.Stride,
        _window.Padding,
        _window.Dilation,
        _window.Groups);

    /// <inheritdoc/>
    public override void Initialize(Generator generator) => Initializers.Initialize.Convolution(Weight, generator, Bias);
}

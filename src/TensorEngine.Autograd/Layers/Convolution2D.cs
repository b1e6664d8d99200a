using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Convolution over two dimensions, as torch.nn.Conv2d.</summary>
public sealed class Convolution2D : Layer
{
    private readonly HeightWidth _stride;
    private readonly HeightWidth _padding;
    private readonly HeightWidth _dilation;
    private readonly int _groups;

    /// <summary>
    /// Adds <c>name.weight</c> [outputs, inputs / groups, kernel height, kernel width] and <c>name.bias</c> [outputs] to a store.
    /// </summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>conv1</c>.</param>
    /// <param name="inputs">The number of input channels; at least 1 and a multiple of the groups.</param>
    /// <param name="outputs">The number of output channels; at least 1 and a multiple of the groups.</param>
    /// <param name="kernel">The size of the kernel; at least 1.</param>
    /// <param name="stride">The distance from one position of the kernel to the next; 0 (the default) for 1.</param>
    /// <param name="padding">The number of zeros added on either side; 0 by default.</param>
    /// <param name="dilation">The distance from one element of the kernel to the next; 0 (the default) for 1.</param>
    /// <param name="groups">The number of groups of channels that are convolved separately; 1 by default.</param>
    /// <param name="bias">Whether to add a bias; true by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The store has a parameter of one of these names, or the groups do not divide the channels.
    /// </exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public Convolution2D(
        ParameterStore store,
        string name,
        int inputs,
        int outputs,
        HeightWidth kernel,
        HeightWidth stride = default,
        HeightWidth padding = default,
        HeightWidth dilation = default,
        int groups = 1,
        bool bias = true)
        : base(store, name)
    {
        Require.Groups(inputs, outputs, groups);
        (_stride, _padding, _dilation, _groups) = (stride, padding, dilation, groups);
        Weight = Add("weight", [outputs, inputs / groups, kernel.Height, kernel.Width]);
        Bias = bias ? Add("bias", [outputs]) : null;
    }

    /// <summary>[outputs, inputs / groups, kernel height, kernel width].</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Computes the output; see <see cref="Functional.Convolution2D"/>.</summary>
    /// <param name="input">[rows, inputs, height, width].</param>
    /// <returns>[rows, outputs, height, width].</returns>
    public Variable Apply(Variable input) => input.Convolution2D(
        input.Tape.Parameter(Weight), Bias is null ? null : input.Tape.Parameter(Bias), _stride, _padding, _dilation, _groups);

    /// <inheritdoc/>
    public override void Initialize(Generator generator) => Initializers.Initialize.Convolution(Weight, generator, Bias);
}

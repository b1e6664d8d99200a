using System.Globalization;
using System.Text;

namespace TensorEngine.Initializers;

/// <summary>
/// The number of connections by which the deviation of weights is chosen, to keep a variance the same through the layers.
/// </summary>
public enum FanMode
{
    /// <summary>The inputs of one output: keeps the variance of the activations on the way forward.</summary>
    FanIn,

    /// <summary>The outputs of one input: keeps the variance of their gradients on the way back.</summary>
    FanOut,
}

/// <summary>The number of inputs that feed an output and the number of outputs that an input feeds.</summary>
/// <param name="In">The number of inputs of one output.</param>
/// <param name="Out">The number of outputs of one input.</param>
public readonly record struct Fan(long In, long Out)
{
    /// <summary>
    /// The fans of a weight of shape [outputs, inputs, ...]: what follows the first two dimensions is the receptive field,
    /// which multiplies both, as in PyTorch.
    /// </summary>
    /// <param name="shape">At least two dimensions.</param>
    /// <exception cref="ArgumentException"><paramref name="shape"/> has fewer than two dimensions.</exception>
    public static Fan Of(Shape shape)
    {
        if (shape.Rank < 2)
            throw new ArgumentException($"shape is {shape}; fans need at least 2 dimensions.", nameof(shape));
        long receptiveField = shape.ElementCount / shape[0] / shape[1];
        return new Fan(shape[1] * receptiveField, shape[0] * receptiveField);
    }

    // Record texts follow the culture unless they are written out.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"In = {In}, Out = {Out}");
        return true;
    }
}

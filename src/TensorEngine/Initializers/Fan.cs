using System.Globalization;
using System.Text;

namespace TensorEngine.Initializers;

/// <summary>
/// The number of connections from which the standard deviation of weights is computed, to keep a variance constant through the layers.
/// </summary>
public enum FanMode
{
    /// <summary>The inputs of one output: preserves the variance of the activations in the forward pass.</summary>
    FanIn,

    /// <summary>The outputs of one input: preserves the variance of the gradients in the backward pass.</summary>
    FanOut,
}

/// <summary>The number of inputs that feed an output and the number of outputs that an input feeds.</summary>
/// <param name="In">The number of inputs of one output.</param>
/// <param name="Out">The number of outputs of one input.</param>
public readonly record struct Fan(long In, long Out)
{
    /// <summary>
    /// Returns the fans of a weight of shape [outputs, inputs, ...]. The dimensions after the first two are the receptive field, which
    /// multiplies both fans, as in PyTorch.
    /// </summary>
    /// <param name="shape">At least two dimensions.</param>
    /// <exception cref="ArgumentException"><paramref name="shape"/> has fewer than two dimensions.</exception>
    public static Fan Of(Shape shape)
    {
        if (shape.Rank < 2)
            throw new ArgumentException($"shape is {shape}; it must have at least 2 dimensions.", nameof(shape));
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

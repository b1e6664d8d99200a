namespace TensorEngine.Initializers;

/// <summary>Which number of connections keeps the variance: of the activations or of their gradients.</summary>
public enum FanMode
{
    /// <summary>The inputs of one output, which keeps the variance on the way forward.</summary>
    FanIn,

    /// <summary>The outputs of one input, which keeps the variance on the way back.</summary>
    FanOut,
}

/// <summary>How many inputs feed an output and how many outputs an input feeds.</summary>
/// <param name="In">The inputs of one output.</param>
/// <param name="Out">The outputs of one input.</param>
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
}

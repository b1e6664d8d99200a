using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Options of a <see cref="TransformerBlock"/>, corresponding to the arguments of torch.nn.TransformerEncoderLayer.</summary>
public sealed record TransformerBlockOptions
{
    /// <summary>Whether to normalize the input before each part (norm_first) instead of the sum after it; false by default.</summary>
    public bool NormFirst { get; init; }

    /// <summary>The function between the linear maps; ReLU by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of the enumeration.</exception>
    public TransformerActivation Activation
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Activation is {(int)value}; it must be Relu (0), Gelu (1) or GeluTanh (2).");
    }

    /// <summary>
    /// The probability of dropping elements in training: of the attention's weights, between the linear maps and of the results of both
    /// parts; at least 0 and below 1. 0 by default; torch's default is 0.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double Dropout
    {
        get;
        init => field = HyperParameter.InUnitInterval(value);
    }

    /// <summary>
    /// The source of the dropped elements; blocks may share it. Add it to the run's checkpoint. May be null only without dropout.
    /// </summary>
    public Philox? Generator { get; init; }

    /// <summary>Added to variances; at least 0, 1e-5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Epsilon
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    } = 1e-5;

    /// <summary>Whether the linear maps, the attention and the norms have biases; true by default.</summary>
    public bool Bias { get; init; } = true;
}

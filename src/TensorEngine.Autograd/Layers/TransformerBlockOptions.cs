using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>What a <see cref="TransformerBlock"/> is made of, as torch.nn.TransformerEncoderLayer's arguments.</summary>
public sealed record TransformerBlockOptions
{
    /// <summary>Whether inputs are normalized before each part (norm_first), instead of sums after it; false by default.</summary>
    public bool NormFirst { get; init; }

    /// <summary>The function between the linear maps; ReLU by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of those.</exception>
    public TransformerActivation Activation
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Activation is {(int)value}; it must be Relu (0), Gelu (1) or GeluTanh (2).");
    }

    /// <summary>
    /// How likely elements are dropped in training, of the attention's weights, between the linear maps and of both parts' results: from 0
    /// to below 1. 0 by default, where torch has 0.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double Dropout
    {
        get;
        init => field = HyperParameter.InUnitInterval(value);
    }

    /// <summary>Which elements are dropped; blocks may share it. Add it to the run's checkpoint. Null only without dropout.</summary>
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

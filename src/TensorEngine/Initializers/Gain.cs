namespace TensorEngine.Initializers;

/// <summary>The activation that follows a layer, for which the standard deviation of the weights compensates.</summary>
public enum Nonlinearity
{
    /// <summary>No activation.</summary>
    Linear,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>max(x, 0) + negativeSlope * min(x, 0).</summary>
    LeakyRelu,

    /// <summary>The scaled exponential linear unit.</summary>
    Selu,
}

/// <summary>The factors by which initializers scale the standard deviation, as torch.nn.init.calculate_gain.</summary>
public static class Gain
{
    /// <summary>
    /// Returns the gain of a nonlinearity: linear and sigmoid 1, tanh 5/3, ReLU sqrt(2), leaky ReLU sqrt(2 / (1 + negativeSlope^2)), SELU
    /// 3/4.
    /// </summary>
    /// <param name="nonlinearity">The activation that follows the layer.</param>
    /// <param name="negativeSlope">The slope of leaky ReLU below 0, finite; ignored by the other nonlinearities.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="nonlinearity"/> is not a member of the enumeration, or <paramref name="negativeSlope"/> is not finite.
    /// </exception>
    public static double Of(Nonlinearity nonlinearity, double negativeSlope = 0.01)
    {
        HyperParameter.Finite(negativeSlope, nameof(negativeSlope));
        return nonlinearity switch
        {
            Nonlinearity.Linear or Nonlinearity.Sigmoid => 1,
            Nonlinearity.Tanh => 5.0 / 3,
            Nonlinearity.Relu => Math.Sqrt(2),
            Nonlinearity.LeakyRelu => Math.Sqrt(2 / (1 + negativeSlope * negativeSlope)),
            Nonlinearity.Selu => 0.75,
            _ => throw new ArgumentOutOfRangeException(
                nameof(nonlinearity), nonlinearity, $"nonlinearity is {nonlinearity}; it must be a member of the enumeration."),
        };
    }
}

using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>The curve from one value to another.</summary>
public enum AnnealingShape
{
    /// <summary>Half a wave: slow at both ends.</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,
}

/// <summary>Computes values on the curve, which are exact at both ends and where both ends are equal.</summary>
internal static class AnnealingShapes
{
    /// <summary>Returns <paramref name="from"/> at share 0 and <paramref name="to"/> at share 1.</summary>
    public static double Between(this AnnealingShape shape, double from, double to, double share)
    {
        double weight = shape == AnnealingShape.Linear ? 1 - share : 0.5 * (1 + Scalar.Cos(Math.PI * share));
        return weight >= 0.5 ? from + ((to - from) * (1 - weight)) : to + ((from - to) * weight);
    }

    public static AnnealingShape Check(AnnealingShape shape, string name) =>
        shape is AnnealingShape.Cosine or AnnealingShape.Linear
            ? shape
            : throw new ArgumentOutOfRangeException(name, shape, $"{name} is {shape}; it must be Cosine or Linear.");
}

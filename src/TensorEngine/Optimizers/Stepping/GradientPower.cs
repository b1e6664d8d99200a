using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The power of a norm, with the data needed to sum magnitudes: for powers other than 1 and 2 the largest magnitude, by which all are
/// divided first, so that finite gradients always have a finite norm.
/// </summary>
internal readonly struct GradientPower
{
    private readonly double _power;
    private readonly double _largest;

    private GradientPower(double power, double largest) => (_power, _largest) = (power, largest);

    /// <summary>Returns the norm with the given power, of the gradients of all trainable parameters of an optimizer.</summary>
    public static double NormOf(Optimizer optimizer, double power)
    {
        if (power is 1 or 2)
        {
            double sum = optimizer.GradientSum(new(power, largest: 1));
            return power == 1 ? sum : Math.Sqrt(sum);
        }

        double largest = optimizer.LargestGradient();
        if (double.IsPositiveInfinity(power) || largest == 0 || !double.IsFinite(largest))
            return largest;
        return largest * Scalar.Power(optimizer.GradientSum(new(power, largest)), 1 / power);
    }

    /// <summary>Returns the sum of the powers of the magnitudes, relative to the largest magnitude if the power requires it.</summary>
    public double SumOf(ReadOnlySpan<float> gradients, Workers? workers) => _power switch
    {
        1 => PowerSum.OfMagnitudes(gradients, workers),
        2 => Reduction.SquaredNorm(gradients, workers),
        _ => PowerSum.Of(gradients, _power, (float)_largest, workers),
    };
}

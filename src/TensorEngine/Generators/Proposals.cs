using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Generators;

/// <summary>One attempt at a truncated normal draw.</summary>
internal interface IProposal
{
    /// <summary>Returns the draw, or NaN where the attempt is rejected. Each attempt takes two words of its own.</summary>
    TFloat Try<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>Proposes from the whole normal distribution and accepts draws within the bounds.</summary>
internal readonly struct NormalProposal(float mean, float standardDeviation, float low, float high) : IProposal
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Try<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat radius = TFloat.Sqrt(Word.ToLogarithm(firstWord, -2f)) * TFloat.Splat(standardDeviation);
        (_, TFloat cosine) = Elementary.SinCosOfTurn(secondWord);
        return Bounds.Within(TFloat.FusedMultiplyAdd(radius, cosine, TFloat.Splat(mean)), low, high);
    }
}

/// <summary>
/// Proposes near + range * u, uniform over the interval, and accepts it with the ratio of the density there to its maximum: e^-(quadratic
/// u^2 + linear u + constant).
/// Source: Robert, Simulation of truncated normal variables, 1995, section 2.2.
/// </summary>
internal readonly struct UniformProposal(
    float near, float range, float quadratic, float linear, float constant, float low, float high) : IProposal
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Try<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat u = Word.ToUnit(firstWord);
        TFloat exponent = TFloat.FusedMultiplyAdd(u, TFloat.Splat(quadratic), TFloat.Splat(linear));
        exponent = TFloat.FusedMultiplyAdd(u, exponent, TFloat.Splat(constant));
        TFloat value = TFloat.FusedMultiplyAdd(u, TFloat.Splat(range), TFloat.Splat(near));
        // Rounding alone can lead out of the interval, and by less than the distance of two floats.
        value = TFloat.Min(TFloat.Max(value, TFloat.Splat(low)), TFloat.Splat(high));
        TFloat probability = Elementary.Exp(TFloat.Splat(0f) - exponent);
        return TFloat.SelectLess(Word.ToUnit(secondWord), probability, value, TFloat.Splat(float.NaN));
    }
}

/// <summary>
/// Proposes near + reach * y with y exponentially distributed, and accepts it with probability e^-((y * step - shift)^2 / 2) if it
/// is not beyond the other bound.
/// Source: Robert, Simulation of truncated normal variables, 1995, section 2.1.
/// </summary>
internal readonly struct ExponentialProposal(float near, float reach, float step, float shift, float low, float high) : IProposal
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Try<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat y = Word.ToLogarithm(firstWord, -1f);
        TFloat distance = TFloat.FusedMultiplyAdd(y, TFloat.Splat(step), TFloat.Splat(-shift));
        TFloat probability = Elementary.Exp(distance * distance * TFloat.Splat(-0.5f));
        TFloat value = TFloat.FusedMultiplyAdd(y, TFloat.Splat(reach), TFloat.Splat(near));
        TFloat taken = TFloat.SelectLess(Word.ToUnit(secondWord), probability, value, TFloat.Splat(float.NaN));
        return Bounds.Within(taken, low, high);
    }
}

/// <summary>Compares values with both bounds.</summary>
internal static class Bounds
{
    /// <summary>Returns the value where it lies within [low, high], and NaN elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Within<TFloat>(TFloat value, float low, float high)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat nan = TFloat.Splat(float.NaN);
        value = TFloat.SelectLess(value, TFloat.Splat(low), nan, value);
        return TFloat.SelectLess(TFloat.Splat(high), value, nan, value);
    }
}

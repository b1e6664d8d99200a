using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Generators;

/// <summary>Turns a block's random words, two adjacent words at a time, into draws.</summary>
internal interface IDraw
{
    (TFloat First, TFloat Second) Pair<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>Converts 32 random bits to a number.</summary>
internal static class Word
{
    /// <summary>Returns the upper 24 bits as a number from [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat ToUnit<TFloat>(TFloat word)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.SignedToFloat(TFloat.ShiftRight(word, 8)) * TFloat.Splat(1f / (1 << 24));

    /// <summary>
    /// ln((word + 1/2) / 2^32) * scale, from -22.9 * scale to 0: all 32 bits are used, so that normal draws from it reach 6.76 deviations.
    /// Scale is a power of two, possibly negated, so it costs neither time nor accuracy.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat ToLogarithm<TFloat>(TFloat word, float scale)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // (word + 1/2) / 2^32, rounded once: the halves are converted exactly.
        TFloat high = TFloat.SignedToFloat(TFloat.ShiftRight(word, 16));
        TFloat low = TFloat.SignedToFloat(word & TFloat.SplatBits(0xFFFF));
        low = TFloat.FusedMultiplyAdd(low, TFloat.Splat(1f / (1L << 32)), TFloat.Splat(1f / (1L << 33)));
        return Elementary.LogOfNormal(TFloat.FusedMultiplyAdd(high, TFloat.Splat(1f / (1 << 16)), low), scale);
    }
}

/// <summary>The words as they are.</summary>
internal readonly struct WordDraw : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TFloat First, TFloat Second) Pair<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat> => (firstWord, secondWord);
}

/// <summary>low + range * u with u from the upper 24 bits of the word, and at most <c>largest</c>.</summary>
internal readonly struct UniformDraw(float low, float range, float largest) : IDraw
{
    /// <summary>Returns draws from [low, high), or low if the two are equal as floats.</summary>
    public static UniformDraw Between(double low, double high)
    {
        (float lowest, float bound) = ((float)low, (float)high);
        return new(lowest, bound - lowest, bound > lowest ? MathF.BitDecrement(bound) : bound);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TFloat First, TFloat Second) Pair<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat> => (One(firstWord), One(secondWord));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TFloat One<TFloat>(TFloat word)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat value = TFloat.FusedMultiplyAdd(Word.ToUnit(word), TFloat.Splat(range), TFloat.Splat(low));
        TFloat bound = TFloat.Splat(largest);
        return TFloat.SelectLess(value, bound, value, bound);
    }
}

/// <summary>
/// mean + standardDeviation * r * (cos t, sin t) with r = sqrt(-2 ln u), u from all 32 bits of the first word and t from those
/// of the second. The smallest u is 2^-33, so draws reach 6.76 deviations.
/// Source: Box and Muller, A note on the generation of random normal deviates, 1958.
/// </summary>
internal readonly struct NormalDraw(float mean, float standardDeviation) : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TFloat First, TFloat Second) Pair<TFloat>(TFloat firstWord, TFloat secondWord)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat radius = TFloat.Sqrt(Word.ToLogarithm(firstWord, -2f)) * TFloat.Splat(standardDeviation);
        (TFloat sine, TFloat cosine) = Elementary.SinCosOfTurn(secondWord);
        return (
            TFloat.FusedMultiplyAdd(radius, cosine, TFloat.Splat(mean)),
            TFloat.FusedMultiplyAdd(radius, sine, TFloat.Splat(mean)));
    }
}

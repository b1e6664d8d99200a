namespace TensorEngine.Lanes;

/// <summary>
/// As many 64-bit integers as <typeparamref name="TFloat"/> has lanes: the words of a counter-based generator, kept in the low
/// halves so that a 32 x 32 -> 64 bit product is one instruction. The vector widths hold the even counters in one register and
/// the odd ones in another, so that <see cref="ToBits"/> is a shift and a blend.
/// </summary>
internal interface ICounterLane<TSelf, TFloat>
    where TSelf : struct, ICounterLane<TSelf, TFloat>
    where TFloat : struct, IFloatLane<TFloat>
{
    /// <summary>first, first + 1, ... in lane order.</summary>
    static abstract TSelf Sequence(ulong first);

    static abstract TSelf Splat(ulong value);

    /// <summary>Returns the exclusive or of all three, which is one instruction with AVX-512.</summary>
    static abstract TSelf Xor(TSelf first, TSelf second, TSelf third);

    /// <summary>Returns the 64-bit product of the low 32 bits of every lane with <paramref name="multiplier"/>.</summary>
    static abstract TSelf MultiplyLow(TSelf value, uint multiplier);

    /// <summary>Returns the high 32 bits of every lane as its low 32 bits.</summary>
    static abstract TSelf High(TSelf value);

    /// <summary>Returns the low 32 bits of every lane, in lane order.</summary>
    static abstract TFloat ToBits(TSelf value);
}

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>The two key words of each of ten rounds, the first words before the second ones.</summary>
[InlineArray(2 * Rounds)]
internal struct PhiloxKeys
{
    /// <summary>The number of rounds.</summary>
    public const int Rounds = 10;

    private const uint Step0 = 0x9E3779B9;
    private const uint Step1 = 0xBB67AE85;

    private ulong _first;

    /// <summary>Returns the keys for a seed: the key of the first round is its low half, then its high half.</summary>
    public static PhiloxKeys Of(ulong seed)
    {
        PhiloxKeys keys = default;
        (uint key0, uint key1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            keys[round] = key0;
            keys[Rounds + round] = key1;
            key0 += Step0;
            key1 += Step1;
        }

        return keys;
    }
}

/// <summary>
/// The block function of Philox4x32-10: 128 bits of counter and 64 bits of key to 128 random bits, one counter per lane.
/// Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011.
/// </summary>
internal static class PhiloxRounds
{
    public const uint Multiplier0 = 0xD2511F53;
    public const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>Turns the counter words c0 to c3, in the low halves of the lanes, into random words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TCounter, TFloat>(
        ref TCounter c0, ref TCounter c1, ref TCounter c2, ref TCounter c3, ref readonly PhiloxKeys keys)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref ulong key = ref Unsafe.As<PhiloxKeys, ulong>(ref Unsafe.AsRef(in keys));
        Round<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, ref key);
        ApplyAfterFirst<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, in keys);
    }

    /// <summary>Applies all rounds except the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ApplyAfterFirst<TCounter, TFloat>(
        ref TCounter c0, ref TCounter c1, ref TCounter c2, ref TCounter c3, ref readonly PhiloxKeys keys)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        // The key's words are read where they are used, so that they take no registers. Two rounds are written out: then the
        // counter's words are back in the registers that they came from.
        ref ulong key = ref Unsafe.As<PhiloxKeys, ulong>(ref Unsafe.AsRef(in keys));
        Round<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, ref Unsafe.Add(ref key, 1));
        for (nint round = 2; round < PhiloxKeys.Rounds; round += 2)
        {
            Round<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, ref Unsafe.Add(ref key, round));
            Round<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, ref Unsafe.Add(ref key, round + 1));
        }
    }

    // The high halves of c1 and c3 hold what is left of a product; nothing looks at them but the next product's operand, which
    // takes the low half only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TCounter, TFloat>(
        ref TCounter c0, ref TCounter c1, ref TCounter c2, ref TCounter c3, ref ulong key)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TCounter product0 = TCounter.MultiplyLow(c0, Multiplier0);
        TCounter product1 = TCounter.MultiplyLow(c2, Multiplier1);
        c0 = TCounter.Xor(TCounter.High(product1), c1, TCounter.Splat(key));
        c1 = product1;
        c2 = TCounter.Xor(TCounter.High(product0), c3, TCounter.Splat(Unsafe.Add(ref key, PhiloxKeys.Rounds)));
        c3 = product0;
    }
}

/// <summary>The first round for counters of one stream: the half that depends on the stream alone is computed once.</summary>
internal readonly struct PhiloxFirstRound<TCounter, TFloat>
    where TCounter : struct, ICounterLane<TCounter, TFloat>
    where TFloat : struct, IFloatLane<TFloat>
{
    private readonly TCounter _product;
    private readonly TCounter _first;
    private readonly TCounter _third;
    private readonly TCounter _zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhiloxFirstRound(ulong stream, ref readonly PhiloxKeys keys)
    {
        _zero = TCounter.Splat(0);
        _product = TCounter.MultiplyLow(TCounter.Splat(stream), PhiloxRounds.Multiplier1);
        _first = TCounter.Xor(TCounter.High(_product), TCounter.Splat(keys[0]), _zero);
        _third = TCounter.Xor(TCounter.Splat(stream >> 32), TCounter.Splat(keys[PhiloxKeys.Rounds]), _zero);
    }

    /// <summary>Applies the round to the blocks in the counter's lower half and the stream in its upper half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (TCounter C0, TCounter C1, TCounter C2, TCounter C3) Apply(TCounter blocks)
    {
        TCounter product = TCounter.MultiplyLow(blocks, PhiloxRounds.Multiplier0);
        return (
            TCounter.Xor(_first, TCounter.High(blocks), _zero),
            _product,
            TCounter.Xor(_third, TCounter.High(product), _zero),
            product);
    }
}

using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Generators;

/// <summary>
/// The block function of Philox4x32-10: 128 bits of counter and 64 bits of key to 128 random bits, one counter per lane.
/// Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011.
/// </summary>
internal static class PhiloxRounds
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9;
    private const uint KeyStep1 = 0xBB67AE85;

    /// <summary>Turns the counter words c0 to c3, in the low halves of the lanes, into random words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TCounter, TFloat>(
        ref TCounter c0, ref TCounter c1, ref TCounter c2, ref TCounter c3, uint key0, uint key1)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Round<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, key0, key1);
            key0 += KeyStep0;
            key1 += KeyStep1;
        }
    }

    // The high halves of c1 and c3 hold what is left of a product; nothing looks at them but the next product's operand, which
    // takes the low half only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TCounter, TFloat>(
        ref TCounter c0, ref TCounter c1, ref TCounter c2, ref TCounter c3, uint key0, uint key1)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TCounter product0 = TCounter.MultiplyLow(c0, Multiplier0);
        TCounter product1 = TCounter.MultiplyLow(c2, Multiplier1);
        c0 = TCounter.High(product1) ^ c1 ^ TCounter.Splat(key0);
        c1 = product1;
        c2 = TCounter.High(product0) ^ c3 ^ TCounter.Splat(key1);
        c3 = product0;
    }
}

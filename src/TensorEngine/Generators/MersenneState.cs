namespace TensorEngine.Generators;

/// <summary>The state of a generator over <see cref="MersenneTwister"/> with a normal draw kept for the next call.</summary>
internal static class MersenneState
{
    private const int UsedAt = MersenneTwister.Length;
    private const int HasSpareAt = UsedAt + 1;
    private const int SpareAt = UsedAt + 2;
    private const int Count = UsedAt + 3;

    /// <summary>The 624 words, how many of them are drawn, 1 if there is a spare and 0 if not, and the spare's bits.</summary>
    public static GeneratorState Save(string kind, MersenneTwister twister, double? spare)
    {
        ulong[] words = new ulong[Count];
        for (int i = 0; i < UsedAt; i++)
            words[i] = twister.State[i];
        words[UsedAt] = (ulong)twister.Used;
        words[HasSpareAt] = spare is null ? 0u : 1u;
        words[SpareAt] = BitConverter.DoubleToUInt64Bits(spare ?? 0);
        return new GeneratorState(kind, words);
    }

    /// <summary>Checks all numbers, then sets the twister and returns the spare.</summary>
    public static double? Restore(string kind, GeneratorState state, MersenneTwister twister)
    {
        ReadOnlySpan<ulong> words = GeneratorState.WordsOf(state, kind, Count);
        uint[] twisterState = new uint[UsedAt];
        for (int i = 0; i < UsedAt; i++)
            twisterState[i] = (uint)GeneratorState.WordOf(state, i, uint.MaxValue);
        // Of the first word only the upper bit counts.
        if (twisterState[0] >> 31 == 0 && twisterState.AsSpan(1).IndexOfAnyExcept(0u) < 0)
            throw new ArgumentException("state has no word that is not 0, from which nothing but 0 would be drawn.", nameof(state));
        int used = (int)GeneratorState.WordOf(state, UsedAt, MersenneTwister.Length);
        bool hasSpare = GeneratorState.WordOf(state, HasSpareAt, 1) == 1;
        double spare = BitConverter.UInt64BitsToDouble(words[SpareAt]);
        if (!double.IsFinite(spare))
            throw new ArgumentException($"state has {spare} as the normal draw that is kept; it must be finite.", nameof(state));
        twister.Restore(twisterState, used);
        return hasSpare ? spare : null;
    }
}

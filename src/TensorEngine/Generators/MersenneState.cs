namespace TensorEngine.Generators;

/// <summary>The state of a generator over <see cref="MersenneTwister"/> with a normal draw kept for the next call.</summary>
internal static class MersenneState
{
    private const int UsedAt = MersenneTwister.Length;
    private const int HasSpareAt = UsedAt + 1;
    private const int SpareAt = UsedAt + 2;
    private const int Count = UsedAt + 3;

    /// <summary>
    /// Returns the 624 words, the number of words already drawn, 1 if there is a spare and 0 if not, and the spare's bits.
    /// </summary>
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

    /// <summary>Throws if a number is not one that a twister can save.</summary>
    public static void Check(string kind, GeneratorState state)
    {
        ReadOnlySpan<ulong> words = GeneratorState.WordsOf(state, kind, Count);
        for (int i = 0; i < UsedAt; i++)
            GeneratorState.WordOf(state, i, uint.MaxValue);
        // Of the first word only the upper bit counts.
        if (words[0] >> 31 == 0 && words[1..UsedAt].IndexOfAnyExcept(0ul) < 0)
            throw new ArgumentException("state is all zeros and would produce only zeros.", nameof(state));
        GeneratorState.WordOf(state, UsedAt, MersenneTwister.Length);
        GeneratorState.WordOf(state, HasSpareAt, 1);
        double spare = BitConverter.UInt64BitsToDouble(words[SpareAt]);
        if (!double.IsFinite(spare))
            throw new ArgumentException($"state has {spare} as the kept normal draw; it must be finite.", nameof(state));
    }

    /// <summary>Checks all numbers, then sets the twister and returns the spare.</summary>
    public static double? Restore(string kind, GeneratorState state, MersenneTwister twister)
    {
        Check(kind, state);
        ReadOnlySpan<ulong> words = state.Words;
        uint[] twisterState = new uint[UsedAt];
        for (int i = 0; i < UsedAt; i++)
            twisterState[i] = (uint)words[i];
        twister.Restore(twisterState, (int)words[UsedAt]);
        return words[HasSpareAt] == 1 ? BitConverter.UInt64BitsToDouble(words[SpareAt]) : null;
    }
}

namespace TensorEngine.Generators;

/// <summary>
/// What a generator's next draws depend on, as plain numbers that any file format can hold. A generator of the same kind goes
/// on from it: <see cref="Generator.RestoreState"/>.
/// </summary>
public sealed class GeneratorState
{
    private readonly ulong[] _words;

    /// <summary>Makes a state from what was read from a file. The generator that restores it checks the numbers.</summary>
    /// <param name="kind">The kind of generator, as <see cref="Kind"/> gave it.</param>
    /// <param name="words">The numbers, as <see cref="Words"/> gave them; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="kind"/> is null.</exception>
    public GeneratorState(string kind, ReadOnlySpan<ulong> words)
    {
        Kind = Require.NotNull(kind);
        _words = words.ToArray();
    }

    /// <summary>Which generator the numbers belong to, as in <c>philox4x32-10</c>.</summary>
    public string Kind { get; }

    /// <summary>The numbers, whose meaning is documented beside each generator's <see cref="Generator.SaveState"/>.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>The numbers, if they are as many as the generator needs and are of its kind.</summary>
    internal static ReadOnlySpan<ulong> WordsOf(GeneratorState state, string kind, int count)
    {
        Require.NotNull(state);
        if (!string.Equals(state.Kind, kind, StringComparison.Ordinal))
            throw new ArgumentException($"state is of kind \"{state.Kind}\"; this generator needs \"{kind}\".", nameof(state));
        if (state._words.Length != count)
            throw new ArgumentException($"state has {state._words.Length} numbers; \"{kind}\" has {count}.", nameof(state));
        return state._words;
    }

    /// <summary>Number <paramref name="index"/>, if it is not too large.</summary>
    internal static ulong WordOf(GeneratorState state, int index, ulong largest) =>
        state._words[index] <= largest
            ? state._words[index]
            : throw new ArgumentException($"state has {state._words[index]} as number {index}; it must be at most {largest}.", nameof(state));
}

namespace TensorEngine.Generators;

/// <summary>
/// The complete state of a generator, as plain numbers that any file format can hold. A generator of the same kind continues from it:
/// <see cref="Generator.RestoreState"/>.
/// </summary>
public sealed class GeneratorState
{
    private readonly ulong[] _words;

    /// <summary>Creates a state, to save it or from the contents of a file. The generator that restores it checks the numbers.</summary>
    /// <param name="kind">The kind of generator, a unique name, as in <see cref="Kind"/>.</param>
    /// <param name="words">The numbers, as in <see cref="Words"/>; they are copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="kind"/> is null.</exception>
    public GeneratorState(string kind, ReadOnlySpan<ulong> words)
    {
        Kind = Require.NotNull(kind);
        _words = words.ToArray();
    }

    /// <summary>The kind of generator that the numbers belong to, such as <c>philox4x32-10</c>.</summary>
    public string Kind { get; }

    /// <summary>The numbers, whose meaning is documented with each generator's <see cref="Generator.SaveState"/>.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>
    /// Returns the numbers of a state, after checking that they belong to a kind of generator and that their count is right.
    /// </summary>
    /// <param name="state">The state to restore.</param>
    /// <param name="kind">The generator's kind.</param>
    /// <param name="count">The number of numbers that the generator saves.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> or <paramref name="kind"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="state"/> is of a different kind, or has a different number of numbers.
    /// </exception>
    public static ReadOnlySpan<ulong> WordsOf(GeneratorState state, string kind, int count)
    {
        if (!string.Equals(Require.NotNull(state).Kind, Require.NotNull(kind), StringComparison.Ordinal))
            throw new ArgumentException($"state is of kind \"{state.Kind}\"; this generator needs \"{kind}\".", nameof(state));
        if (state._words.Length != count)
            throw new ArgumentException($"state has {state._words.Length} numbers; \"{kind}\" has {count}.", nameof(state));
        return state._words;
    }

    /// <summary>Returns one of the numbers of a state, after checking that it is not too large.</summary>
    /// <param name="state">The state to restore.</param>
    /// <param name="index">Its index in <see cref="Words"/>.</param>
    /// <param name="largest">The largest allowed number.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no number at <paramref name="index"/>.</exception>
    /// <exception cref="ArgumentException">The number is larger.</exception>
    public static ulong WordOf(GeneratorState state, int index, ulong largest)
    {
        ulong[] words = Require.NotNull(state)._words;
        if ((uint)index >= (uint)words.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"index is {index}; it must be at least 0 and below {words.Length}, the number of numbers.");
        }

        return words[index] <= largest
            ? words[index]
            : throw new ArgumentException($"state has {words[index]} as number {index}; it must be at most {largest}.", nameof(state));
    }
}

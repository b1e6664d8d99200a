namespace TensorEngine.Generators;

/// <summary>
/// Everything that a generator's next draws depend on, as plain numbers that any file format can hold. A generator of the same kind
/// goes on from it: <see cref="Generator.RestoreState"/>.
/// </summary>
public sealed class GeneratorState
{
    private readonly ulong[] _words;

    /// <summary>Makes a state, to save it or from what a file has. The generator that restores it checks the numbers.</summary>
    /// <param name="kind">The kind of generator, a name that no other kind has, as <see cref="Kind"/> gives it.</param>
    /// <param name="words">The numbers, as <see cref="Words"/> gives them; copied.</param>
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

    /// <summary>The numbers of a state, once it is sure that they are of a generator's kind and as many as it saves.</summary>
    /// <param name="state">The state that the generator is to restore.</param>
    /// <param name="kind">The kind that the generator saves.</param>
    /// <param name="count">The number of numbers that it saves.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> or <paramref name="kind"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="state"/> is of another kind, or does not have that many numbers.</exception>
    public static ReadOnlySpan<ulong> WordsOf(GeneratorState state, string kind, int count)
    {
        if (!string.Equals(Require.NotNull(state).Kind, Require.NotNull(kind), StringComparison.Ordinal))
            throw new ArgumentException($"state is of kind \"{state.Kind}\"; this generator needs \"{kind}\".", nameof(state));
        if (state._words.Length != count)
            throw new ArgumentException($"state has {state._words.Length} numbers; \"{kind}\" has {count}.", nameof(state));
        return state._words;
    }

    /// <summary>One of the numbers of a state, once it is sure that it is not too large.</summary>
    /// <param name="state">The state that the generator is to restore.</param>
    /// <param name="index">Its place among <see cref="Words"/>, from 0.</param>
    /// <param name="largest">The largest number that is allowed there.</param>
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

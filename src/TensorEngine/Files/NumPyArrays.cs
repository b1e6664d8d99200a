using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Files;

/// <summary>The arrays of an .npz archive by name, without the extension .npy, in the order of the archive.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class NumPyArrays : IReadOnlyDictionary<string, NumPyArray>
{
    private readonly Dictionary<string, NumPyArray> _arrays;
    private readonly LeftOutMember[] _leftOut;

    internal NumPyArrays(Dictionary<string, NumPyArray> arrays, LeftOutMember[] leftOut) =>
        (_arrays, _leftOut, LeftOut) = (arrays, leftOut, Array.AsReadOnly(leftOut));

    /// <summary>
    /// The members that are not arrays that can be read: other files, directories, arrays of texts, complex numbers, records or objects,
    /// and members that are encrypted or packed with an unsupported method.
    /// </summary>
    public IReadOnlyList<LeftOutMember> LeftOut { get; }

    /// <summary>The number of arrays.</summary>
    public int Count => _arrays.Count;

    /// <summary>The names of the arrays.</summary>
    public IEnumerable<string> Keys => _arrays.Keys;

    /// <summary>The arrays.</summary>
    public IEnumerable<NumPyArray> Values => _arrays.Values;

    /// <summary>The array with the name <paramref name="key"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">
    /// No array has that name; the message has the reason if a member with that name was left out.
    /// </exception>
    public NumPyArray this[string key] => _arrays.TryGetValue(key, out NumPyArray? array) ? array : throw Missing(key);

    /// <summary>Returns whether there is an array with the name <paramref name="key"/> (ordinal comparison).</summary>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool ContainsKey(string key) => _arrays.ContainsKey(key);

    /// <summary>Finds the array with the name <paramref name="key"/> (ordinal comparison).</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out NumPyArray value) => _arrays.TryGetValue(key, out value);

    /// <summary>Enumerates the arrays.</summary>
    public IEnumerator<KeyValuePair<string, NumPyArray>> GetEnumerator() => _arrays.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns a summary such as "3 arrays, 1 member left out".</summary>
    public override string ToString() =>
        $"{Count} {(Count == 1 ? "array" : "arrays")}, {_leftOut.Length} {(_leftOut.Length == 1 ? "member" : "members")} left out";

    private KeyNotFoundException Missing(string key)
    {
        int member = Array.FindIndex(_leftOut, one => string.Equals(one.Name, key + NumPyArchive.Extension, StringComparison.Ordinal));
        return new(member < 0
            ? $"There is no array {Excerpt.Quoted(key)} in the archive; it has {this}."
            : $"The array {Excerpt.Quoted(key)} was left out. {_leftOut[member].Reason}");
    }
}

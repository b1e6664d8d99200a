using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// The lengths of a tensor's dimensions, outermost first, each at least 1. A shape without dimensions is a scalar of one element. A
/// collection expression creates a shape: <c>store.Add("fc1.weight", [100, 64])</c>. Up to 8 dimensions are stored in the struct itself, so
/// that creating it allocates nothing.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    private const int InlineRank = 8;

    // Stored less one, so that the default value is a scalar.
    private readonly long _elementCountLessOne;
    private readonly int _rank;
    private readonly EightLengths _lengths;

    // All lengths where they are more than eight.
    private readonly int[]? _manyLengths;

    private Shape(ReadOnlySpan<int> lengths, long elementCount)
    {
        _elementCountLessOne = elementCount - 1;
        _rank = lengths.Length;
        if (_rank > InlineRank)
            _manyLengths = lengths.ToArray();
        else
            lengths.CopyTo(_lengths);
    }

    /// <summary>The number of elements: the product of the lengths.</summary>
    public long ElementCount => _elementCountLessOne + 1;

    /// <summary>The number of dimensions.</summary>
    public int Rank => _rank;

    /// <inheritdoc cref="Rank"/>
    int IReadOnlyCollection<int>.Count => _rank;

    /// <summary>The lengths, outermost first, in the memory of the shape itself.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Lengths => _manyLengths ?? ((ReadOnlySpan<int>)_lengths)[.._rank];

    /// <summary>The length of dimension <paramref name="dimension"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is negative or not below <see cref="Rank"/>.</exception>
    public int this[int dimension] =>
        (uint)dimension < (uint)_rank
            ? Lengths[dimension]
            : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"The shape {this} has {_rank} dimensions.");

    /// <summary>Creates a shape with the lengths <paramref name="lengths"/>, outermost first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A length is below 1, or the number of elements does not fit in 64 bits.
    /// </exception>
    public static Shape Create(ReadOnlySpan<int> lengths)
    {
        long elementCount = 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[i], $"Dimension {i} has length {lengths[i]}; lengths must be at least 1.");
            }

            if (elementCount > long.MaxValue / lengths[i])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), $"The shape [{string.Join(", ", lengths.ToArray())}] has more than {long.MaxValue} elements.");
            }

            elementCount *= lengths[i];
        }

        return new Shape(lengths, elementCount);
    }

    /// <summary>Whether both shapes have the same lengths in the same order.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the shapes differ in a length or in the number of dimensions.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) => Lengths.SequenceEqual(other.Lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in Lengths)
            hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>Returns the lengths in brackets, such as <c>[100, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Lengths.ToArray())}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Lengths.ToArray()).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [InlineArray(InlineRank)]
    private struct EightLengths
    {
        private int _first;
    }
}

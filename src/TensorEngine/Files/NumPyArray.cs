using System.Diagnostics;

namespace TensorEngine.Files;

/// <summary>An array that was read from an .npy or .npz file.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class NumPyArray
{
    private readonly long[] _lengths;

    internal NumPyArray(long[] lengths, float[] values)
    {
        _lengths = lengths;
        Values = values;
    }

    /// <summary>The lengths of the dimensions, outermost first; none for a scalar, and 0 is possible.</summary>
    public ReadOnlySpan<long> Lengths => _lengths;

    /// <summary>The elements in row-major order, regardless of the order in the file: the last index varies fastest.</summary>
    public float[] Values { get; }

    /// <summary>Returns whether the lengths are those of <paramref name="shape"/>.</summary>
    public bool HasShape(Shape shape) => StoredTensor.AreLengthsOf(shape, _lengths);

    /// <summary>Returns the lengths in brackets, such as <c>[100, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _lengths)}]";
}

using System.Numerics;
using CsCheck;
using NUnit.Framework;

namespace TensorEngine.Tests;

/// <summary>Any lengths at all: a shape counts as numbers without a limit do, or is refused.</summary>
public sealed class ShapePropertyTests
{
    private static readonly Gen<int[]> s_lengths = Gen.OneOf(Gen.Int[1, 100], Gen.Int[1, int.MaxValue], Gen.Int[-1, 2]).Array[0, 6];

    [Test]
    public void AShapeIsWhatItsLengthsSay() => s_lengths.Sample(
        lengths =>
        {
            BigInteger count = lengths.Aggregate(BigInteger.One, (product, length) => product * length);
            if (lengths.Any(length => length < 1) || count > long.MaxValue)
                return Refuses(lengths);
            var shape = Shape.Create(lengths);
            return shape.ElementCount == count && shape.Lengths.SequenceEqual(lengths) && shape == Shape.Create(lengths)
                && string.Equals(shape.ToString(), $"[{string.Join(", ", lengths)}]", StringComparison.Ordinal);
        },
        iter: 2000,
        threads: 1);

    [Test]
    public void ShapesAreEqualIfTheirLengthsAre() => Gen.Select(Gen.Int[1, 3].Array[0, 4], Gen.Int[1, 3].Array[0, 4]).Sample(
        (left, right) =>
        {
            Shape one = Shape.Create(left), other = Shape.Create(right);
            bool isSame = left.AsSpan().SequenceEqual(right);
            return one == other == isSame && one != other == !isSame && (!isSame || one.GetHashCode() == other.GetHashCode());
        },
        iter: 2000,
        threads: 1);

    private static bool Refuses(int[] lengths)
    {
        try
        {
            _ = Shape.Create(lengths);
            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            return true;
        }
    }
}

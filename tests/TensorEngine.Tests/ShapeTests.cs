using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

public sealed class ShapeTests
{
    [Test]
    public void ACollectionExpressionMakesAShape()
    {
        Shape shape = [3, 5, 2];
        Assert.Multiple(() =>
        {
            Assert.That(shape.Rank, Is.EqualTo(3));
            Assert.That(shape.ElementCount, Is.EqualTo(30));
            Assert.That(shape.Lengths.ToArray(), Is.EqualTo(new[] { 3, 5, 2 }));
            Assert.That(shape.Select(length => length), Is.EqualTo(new[] { 3, 5, 2 }));
            Assert.That(shape[1], Is.EqualTo(5));
            Assert.That(shape.ToString(), Is.EqualTo("[3, 5, 2]"));
            Assert.That(((IReadOnlyCollection<int>)shape).Count, Is.EqualTo(3));
        });
    }

    [Test]
    public void NoDimensionsAndTheDefaultAreAScalar()
    {
        Shape scalar = [];
        foreach (Shape shape in new[] { scalar, default })
        {
            Assert.That(shape.Rank, Is.Zero);
            Assert.That(shape.ElementCount, Is.EqualTo(1));
            Assert.That(shape, Is.Empty);
            Assert.That(shape.ToString(), Is.EqualTo("[]"));
            Assert.That(shape == scalar && shape.Equals((object)scalar) && shape.GetHashCode() == scalar.GetHashCode());
        }
    }

    [Test]
    public void ShapesAreEqualWhenTheirLengthsAre()
    {
        Shape matrix = [3, 5], same = [3, 5], transposed = [5, 3], row = [1, 3, 5];
        Assert.Multiple(() =>
        {
            Assert.That(matrix == same && matrix.Equals((object)same) && !(matrix != same));
            Assert.That(matrix.GetHashCode(), Is.EqualTo(same.GetHashCode()));
            Assert.That(matrix != transposed && matrix != row && matrix != default(Shape) && !matrix.Equals("[3, 5]"));
        });
    }

    [Test]
    public void AShapeKeepsItsOwnLengths()
    {
        int[] lengths = [2, 3];
        var shape = Shape.Create(lengths);
        lengths[0] = 7;
        Assert.That(shape[0], Is.EqualTo(2));
    }

    [TestCase(new[] { 0 }, 0, 0)]
    [TestCase(new[] { 3, 0, 2 }, 1, 0)]
    [TestCase(new[] { 3, 4, -5 }, 2, -5)]
    [TestCase(new[] { int.MinValue }, 0, int.MinValue)]
    public void LengthsBelowOneAreRefused(int[] lengths, int dimension, int length)
    {
        ArgumentOutOfRangeException exception = Refusal.OfArgument<ArgumentOutOfRangeException>(
            "lengths", () => Shape.Create(lengths), $"Dimension {dimension} has length {length}", "at least 1");
        Assert.That(exception.ActualValue, Is.EqualTo(length));
    }

    [Test]
    public void MoreElementsThan64BitsCountAreRefused()
    {
        Assert.That(Shape.Create([int.MaxValue, int.MaxValue, 2]).ElementCount, Is.EqualTo(2L * int.MaxValue * int.MaxValue));
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "lengths", () => Shape.Create([int.MaxValue, int.MaxValue, 3]), "[2147483647, 2147483647, 3]", $"{long.MaxValue}");
    }

    [TestCase(-1)]
    [TestCase(2)]
    public void ADimensionThatTheShapeDoesNotHaveIsRefused(int dimension)
    {
        Shape shape = [3, 5];
        ArgumentOutOfRangeException exception = Refusal.OfArgument<ArgumentOutOfRangeException>(
            "dimension", () => _ = shape[dimension], "[3, 5] has 2 dimensions");
        Assert.That(exception.ActualValue, Is.EqualTo(dimension));
    }

    [Test]
    public void EightDimensionsAreHeldAndNineAsWell()
    {
        Shape shape = [2, 1, 3, 1, 1, 5, 1, 7];
        Assert.That(shape.ToString(), Is.EqualTo("[2, 1, 3, 1, 1, 5, 1, 7]"));
        Assert.That((shape.Rank, shape[7], shape.ElementCount), Is.EqualTo((8, 7, 210L)));

        Shape nine = [1, 1, 2, 1, 3, 1, 5, 7, 4], same = [1, 1, 2, 1, 3, 1, 5, 7, 4], other = [1, 1, 2, 1, 3, 1, 5, 7, 3];
        Assert.That((nine.Rank, nine[8], nine.ElementCount), Is.EqualTo((9, 4, 840L)));
        Assert.That(nine == same && nine.GetHashCode() == same.GetHashCode() && nine != other);
        Assert.That(nine.ToString(), Is.EqualTo("[1, 1, 2, 1, 3, 1, 5, 7, 4]"));
    }

    [Test]
    public void NothingIsAllocated()
    {
        long equal = Compare(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        equal += Compare(4);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(equal, Is.EqualTo(2));

        static long Compare(int rows)
        {
            Shape shape = [rows, 1, 8, 8, 1, 1, 1, 2], same = [rows, 1, 8, 8, 1, 1, 1, 2], other = [rows, 16, 8];
            bool hashed = shape.GetHashCode() == same.GetHashCode();
            return hashed && shape == same && shape != other && shape.Lengths[2] == other[2] ? 1 : 0;
        }
    }
}

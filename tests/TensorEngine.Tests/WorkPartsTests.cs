using NUnit.Framework;

namespace TensorEngine.Tests;

/// <summary>Dividing work: every element in one part, parts of whole units, one part where sharing does not pay.</summary>
public sealed class WorkPartsTests
{
    [Test]
    public void EveryElementIsInOnePartOfWholeUnits(
        [Values(0, 1, 63, 64, 65, 1000, 1_000_003)] int elements, [Values(1, 64, 4096)] int unit, [Values(1, 2, 16)] int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };

        WorkParts parts = Workers.Divide(workers, elements, 1, unit);

        int next = 0;
        for (int part = 0; part < parts.Count; part++)
        {
            (int start, int length) = parts.Of(part);
            Assert.That(start, Is.EqualTo(next));
            Assert.That(length, Is.GreaterThan(0).Or.EqualTo(elements));
            Assert.That(part == parts.Count - 1 || length % unit == 0, $"part {part} of {length} elements");
            next += length;
        }

        Assert.That(next, Is.EqualTo(elements));
        Assert.That(parts.Count > 1, Is.EqualTo(threads > 1 && elements > unit));
    }

    [Test]
    public void ShortWorkIsOnePart()
    {
        using var workers = new Workers(2);
        Assert.That(Workers.Divide(workers, 1_000_000, 0.001, 1).Count, Is.EqualTo(1));
        Assert.That(Workers.Divide(workers, 1_000_000, 10, 1).Count, Is.GreaterThan(1));
        Assert.That(Workers.Divide(workers, 1_000_000, 10, 1_000_000).Count, Is.EqualTo(1));
        Assert.That(Workers.Divide(null, 1_000_000, 10, 1).Count, Is.EqualTo(1));
    }
}

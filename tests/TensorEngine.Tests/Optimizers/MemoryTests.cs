using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>A static step reads and writes nothing but its spans, and does not write the gradients.</summary>
public sealed class MemoryTests
{
    private static readonly int[] s_lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 47, 48, 63, 64, 65, 257];

    [Test]
    public void NothingAroundTheBuffersIsWritten(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var _ = new ForcedWidth(width);
        var random = new Random(20240301);
        foreach (int length in s_lengths)
        {
            StepArrays before = TestData.Create(optimizer, length, Content.Ordinary, random);
            var after = new StepArrays(before, random);

            optimizer.Step(after.All, TestData.NextStep);

            after.AssertCanaries($"length {length}");
            Bits.AssertSame(after.Gradients, before.Gradients, $"gradients of length {length}");
        }
    }

    /// <summary>Every buffer ends, and in another round begins, at a page that the system allows nobody to touch.</summary>
    [Test]
    [Platform("Linux")]
    public void NothingAroundTheBuffersIsTouched(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width,
        [Values] bool atEnd)
    {
        using var _ = new ForcedWidth(width);
        var random = new Random(20240301);
        GuardedFloats[] buffers = [.. Enumerable.Range(0, 6).Select(_ => new GuardedFloats())];
        foreach (int length in s_lengths)
        {
            StepArrays expected = TestData.Create(optimizer, length, Content.Ordinary, random);
            for (int i = 0; i < expected.Count; i++)
                expected[i].CopyTo(Guarded(i));

            optimizer.Step(new(Guarded(0), Guarded(1), State(0), State(1), State(2), State(3)), TestData.NextStep);

            optimizer.Step(expected.All, TestData.NextStep);
            for (int i = 0; i < expected.Count; i++)
                Bits.AssertSame(Guarded(i), expected[i], $"buffer {i} of length {length}");

            Span<float> Guarded(int i) => atEnd ? buffers[i].AtEnd(length) : buffers[i].AtStart(length);

            Span<float> State(int i) => i < optimizer.States.Count ? Guarded(2 + i) : default;
        }

        foreach (GuardedFloats buffer in buffers)
            buffer.Dispose();
    }
}

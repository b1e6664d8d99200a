using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Checks whether the padding between parameters stays 0, although the loop steps it as well.</summary>
internal static class PaddingCheck
{
    private const int Steps = 40;

    private static readonly int[] s_lengths = [5, 16, 33, 1];
    private static readonly int[] s_widths = [1, 4, 8, 16];

    public static IEnumerable<Finding> Run(StepSubject subject)
    {
        foreach (int width in s_widths)
        {
            if (Run(subject, width) is { } finding)
                yield return finding;
        }
    }

    private static Finding? Run(StepSubject subject, int width)
    {
        Segment[] padding = Padding(out int total);
        var elements = new TestElements(total, Steps, seed: 5);
        AlignedBuffer[] buffers = [.. Enumerable.Range(0, 2 + subject.States.Count).Select(_ => new AlignedBuffer(total))];
        elements.Values(0, total).CopyTo(buffers[0].Span);
        for (int i = 0; i < subject.States.Count; i++)
            buffers[2 + i].Span.Fill(subject.States[i].Initial);
        Clear(buffers, padding);
        CarriedNumbers carried = default;
        for (int i = 0; i < subject.Carried.Count; i++)
            carried[i] = subject.Carried[i].Initial;
        for (int step = 1; step <= Steps; step++)
        {
            elements.Gradients(step, 0, total).CopyTo(buffers[1].Span);
            Clear(buffers.AsSpan(1, 1), padding);
            var sweep = new SweepBuffers
            {
                Values = ref buffers[0].Start,
                Gradients = ref buffers[1].Start,
                GradientFactor = 1,
                Padding = padding,
                Width = width,
            };
            for (int i = 2; i < buffers.Length; i++)
                sweep.SetState(i - 2, buffers[i].Span);
            subject.Step(step, ref carried, sweep, [new Segment(0, 0, total)]);
            if (FirstNonZero(buffers, padding) is var (buffer, place))
            {
                string name = buffer switch { 0 => "values", 1 => "gradients", _ => subject.States[buffer - 2].Name };
                return new(
                    $"step {step}, {name}, padding at {place} of {total} elements, {PlaceText.Of(width, 0)}",
                    FloatBits.Text(0f),
                    FloatBits.Text(buffers[buffer].Span[place]));
            }
        }

        return null;
    }

    private static Segment[] Padding(out int total)
    {
        total = 0;
        var padding = new List<Segment>();
        foreach (int length in s_lengths)
        {
            int padded = (int)AlignedBuffer.Padded(length);
            if (padded > length)
                padding.Add(new(total + length, total + length, padded - length));
            total += padded;
        }

        return [.. padding];
    }

    private static void Clear(ReadOnlySpan<AlignedBuffer> buffers, ReadOnlySpan<Segment> padding)
    {
        foreach (AlignedBuffer buffer in buffers)
        {
            foreach (Segment segment in padding)
                buffer.Span.Slice(segment.Offset, segment.Length).Clear();
        }
    }

    private static (int Buffer, int Place)? FirstNonZero(ReadOnlySpan<AlignedBuffer> buffers, ReadOnlySpan<Segment> padding)
    {
        for (int buffer = 0; buffer < buffers.Length; buffer++)
        {
            foreach (Segment segment in padding)
            {
                for (int i = segment.Offset; i < segment.Offset + segment.Length; i++)
                {
                    if (BitConverter.SingleToInt32Bits(buffers[buffer].Span[i]) != 0)
                        return (buffer, i);
                }
            }
        }

        return null;
    }
}

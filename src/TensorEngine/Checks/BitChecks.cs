namespace TensorEngine.Checks;

/// <summary>Checks whether the bits of an element depend on anything but its own value, state and gradients.</summary>
internal static class BitChecks
{
    private const int MostSteps = 40;
    private const int GridSteps = 4;
    private const int LongestSpan = 200;

    // No small number divides it, so that a count of calls is elsewhere in its period in the second run.
    private const int ElementCount = 251;
    private const int RunSteps = 7;

    // Enough to be divided among threads, and not by their number.
    private const int ManyCount = 12_289;
    private const int ManySteps = 3;

    private static readonly int[] s_widths = [4, 8, 16];
    private static readonly TestElements s_elements = new(ElementCount, MostSteps, seed: 1);
    private static readonly TestElements s_others = new(ElementCount, RunSteps, seed: 2);

    public static IEnumerable<Finding> SameInEveryRun(StepSubject subject)
    {
        Trial first = new(subject, s_elements) { Width = 1 }, second = new(subject, s_elements) { Width = 1 };
        Run(first);
        Run(second);
        if (second.DifferenceFrom(first) is { } finding)
            yield return finding with { Where = $"second run, {finding.Where}" };

        static void Run(Trial trial)
        {
            trial.Start(0, ElementCount);
            for (int step = 0; step < RunSteps; step++)
                trial.Step();
        }
    }

    /// <summary>Compares an interleaved run with the same run alone, after every step.</summary>
    public static IEnumerable<Finding> NothingKeptElsewhere(StepSubject subject)
    {
        StepSubject other = subject.Other;
        Trial alone = new(subject, s_elements), beside = new(subject, s_elements), between = new(other, s_others);
        beside.Start(0, ElementCount);
        between.Start(0, ElementCount);
        for (int step = 1; step <= RunSteps; step++)
        {
            between.Step();
            beside.Step();
            alone.Start(0, ElementCount);
            for (int i = 0; i < step; i++)
                alone.Step();
            if (beside.DifferenceFrom(alone) is { } finding)
            {
                yield return finding with { Where = $"beside another run, {finding.Where}" };
                yield break;
            }
        }
    }

    /// <summary>Compares spans of all lengths at one lane with each element alone.</summary>
    public static IEnumerable<Finding> SameAnywhere(StepSubject subject)
    {
        if (Grid(new(subject, s_elements) { Width = 1 }, Alone(subject)) is { } finding)
            yield return finding;
    }

    /// <summary>Compares spans of all lengths at every width with each element alone, and long ones with one lane.</summary>
    public static IEnumerable<Finding> SameAtEveryWidth(StepSubject subject)
    {
        float[][][] alone = Alone(subject);
        TestElements many = ManyElements();
        foreach (int width in s_widths)
        {
            Finding? finding = Grid(new(subject, s_elements) { Width = width }, alone)
                ?? All(new(subject, s_elements) { Width = width }, new(subject, s_elements) { Width = 1 })
                ?? All(new(subject, many) { Width = width }, new(subject, many) { Width = 1 });
            if (finding is not null)
                yield return finding;
        }
    }

    public static IEnumerable<Finding> SameWithThreads(StepSubject subject)
    {
        TestElements many = ManyElements();
        for (int threads = 1; threads <= 3; threads++)
        {
            using var workers = new Workers(threads) { ShareAll = true };
            if (All(new(subject, many) { Workers = workers }, new(subject, many)) is { } finding)
                yield return finding;
        }

        Trial here = new(subject, many), there = new(subject, many);
        RunAll(here);
        OtherThread.Run(() => RunAll(there));
        if (there.DifferenceFrom(here) is { } elsewhere)
            yield return elsewhere with { Where = $"{elsewhere.Where}, {OtherThread.Text}" };
    }

    /// <summary>Gets, after each step and for each buffer, the elements stepped alone.</summary>
    private static float[][][] Alone(StepSubject subject)
    {
        var trial = new Trial(subject, s_elements) { Width = 1 };
        float[][][] alone =
        [
            .. Enumerable.Range(0, GridSteps).Select(_ =>
                Enumerable.Range(0, trial.BufferCount).Select(_ => new float[2 * ElementCount]).ToArray()),
        ];
        for (int element = 0; element < ElementCount; element++)
        {
            trial.Start(element, 1);
            for (int step = 0; step < GridSteps; step++)
            {
                trial.Step();
                for (int i = 0; i < trial.BufferCount; i++)
                    alone[step][i][element] = alone[step][i][ElementCount + element] = trial.Buffer(i)[0];
            }
        }

        return alone;
    }

    /// <summary>Steps ranges of all lengths, at a multiple of 64 bytes and at other alignments.</summary>
    private static Finding? Grid(Trial trial, float[][][] alone)
    {
        for (int length = 0; length <= LongestSpan; length++)
        {
            for (int turn = 0; turn < 2; turn++)
            {
                int place = turn == 0 ? 0 : 1 + length % (Trial.Places - 1);
                if (Stretch(trial, alone, (31 * length + 7 * turn) % ElementCount, length, place) is { } finding)
                    return finding;
            }
        }

        return null;
    }

    private static Finding? Stretch(Trial trial, float[][][] alone, int first, int length, int place)
    {
        trial.Start(first, length, place);
        for (int step = 0; step < GridSteps; step++)
        {
            trial.Step();
            for (int i = 0; i < trial.BufferCount; i++)
            {
                ReadOnlySpan<float> found = trial.Buffer(i), expected = alone[step][i].AsSpan(first, length);
                if (FloatBits.FirstDifference(found, expected) is >= 0 and int index)
                {
                    return new(
                        trial.Where(i, index), $"{FloatBits.Text(expected[index])} as alone at 1 lane", FloatBits.Text(found[index]));
                }
            }
        }

        return null;
    }

    private static TestElements ManyElements() => new(ManyCount, ManySteps, seed: 3);

    private static void RunAll(Trial trial)
    {
        trial.Start(0, trial.Capacity);
        for (int step = 0; step < trial.MostSteps; step++)
            trial.Step();
    }

    /// <summary>Steps all elements in all steps that have gradients.</summary>
    private static Finding? All(Trial trial, Trial expected)
    {
        trial.Start(0, trial.Capacity - 1, place: 5);
        expected.Start(0, trial.Capacity - 1);
        for (int step = 0; step < trial.MostSteps; step++)
        {
            trial.Step();
            expected.Step();
            if (trial.DifferenceFrom(expected) is { } finding)
                return finding;
        }

        return null;
    }
}

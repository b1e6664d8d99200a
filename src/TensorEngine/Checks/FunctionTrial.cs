using TensorEngine.Lanes;

namespace TensorEngine.Checks;

/// <summary>Calls a function at every width and offset, and compares the results.</summary>
internal static class FunctionTrial
{
    private const int ElementCount = 12_289;
    private const int LongestSpan = 200;

    private static readonly int[] s_widths = [1, 4, 8, 16];

    public static CheckReport Run<TFunction>(string name, TFunction function)
        where TFunction : struct, ITernaryFunction
    {
        var report = new ReportBuilder(name);
        var operands = new FunctionOperands<TFunction>(function, ElementCount);
        if (!report.Check(Promise.SameBitsInEveryRun, () => SameInEveryRun(operands)))
        {
            report.Skip(
                "results differ from call to call",
                Promise.SameBitsAnywhere,
                Promise.SameBitsAtEveryWidth,
                Promise.SameBitsWithThreads,
                Promise.NothingAllocated);
            return report.Build();
        }

        if (report.Check(Promise.SameBitsAnywhere, () => SameAtWidths(operands, [1])))
            report.Check(Promise.SameBitsAtEveryWidth, () => SameAtWidths(operands, s_widths));
        else
            report.Skip("results differ from place to place", Promise.SameBitsAtEveryWidth);
        report.Check(Promise.SameBitsWithThreads, () => SameWithThreads(operands));
        report.Check(Promise.NothingAllocated, () => NothingAllocated(operands));
        return report.Build();
    }

    private static IEnumerable<Finding> SameInEveryRun<TFunction>(FunctionOperands<TFunction> operands)
        where TFunction : struct, ITernaryFunction
    {
        float[] first = [.. operands.Call(0, ElementCount, 0, 1)];
        if (Difference(first, operands.Call(0, ElementCount, 0, 1), $"second call, element {{0}} of {ElementCount}, 1 lane") is { } finding)
            yield return finding;
    }

    /// <summary>Compares every length, and many elements at once, with each element alone.</summary>
    private static IEnumerable<Finding> SameAtWidths<TFunction>(FunctionOperands<TFunction> operands, int[] widths)
        where TFunction : struct, ITernaryFunction
    {
        float[] alone = new float[ElementCount];
        for (int i = 0; i < ElementCount; i++)
            alone[i] = operands.Call(i, 1, 0, 1)[0];
        foreach (int width in widths)
        {
            if (Differences(operands, alone, width).FirstOrDefault() is { } finding)
                yield return finding;
        }
    }

    private static IEnumerable<Finding> Differences<TFunction>(FunctionOperands<TFunction> operands, float[] alone, int width)
        where TFunction : struct, ITernaryFunction
    {
        for (int length = 0; length <= LongestSpan; length++)
        {
            for (int place = 0; place < Trial.Places; place++)
            {
                int first = 37 * length;
                if (Difference(
                    alone.AsSpan(first, length),
                    operands.Call(first, length, place, width),
                    $"element {{0}} of {length}, {PlaceText.Of(width, place)}") is { } finding)
                {
                    yield return finding;
                }
            }
        }

        string where = $"element {{0}} of {ElementCount}, {PlaceText.Of(width, 3)}";
        if (Difference(alone, operands.Call(0, ElementCount, 3, width), where) is { } late)
            yield return late;
    }

    private static IEnumerable<Finding> SameWithThreads<TFunction>(FunctionOperands<TFunction> operands)
        where TFunction : struct, ITernaryFunction
    {
        float[] expected = [.. operands.Call(0, ElementCount, 0, LaneWidth.Current)];
        for (int threads = 1; threads <= 3; threads++)
        {
            using var workers = new Workers(threads) { ShareAll = true };
            string where = $"element {{0}} of {ElementCount}, {PlaceText.Count(threads, "thread")}";
            if (Difference(expected, operands.Call(workers), where) is { } finding)
                yield return finding;
        }
    }

    private static IEnumerable<Finding> NothingAllocated<TFunction>(FunctionOperands<TFunction> operands)
        where TFunction : struct, ITernaryFunction
    {
        if (Allocations.Find(() => operands.Call(0, 100, 0, LaneWidth.Current), "calls of a function") is { } finding)
            yield return finding;
    }

    /// <summary>Finds the first difference.</summary>
    /// <param name="expected">The expected state.</param>
    /// <param name="found">The actual results.</param>
    /// <param name="where">The location, with a placeholder for the index of the element.</param>
    private static Finding? Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, string where)
    {
        int index = FloatBits.FirstDifference(found, expected);
        return index < 0
            ? null
            : new(
                where.Replace("{0}", $"{index}", StringComparison.Ordinal), FloatBits.Text(expected[index]), FloatBits.Text(found[index]));
    }
}

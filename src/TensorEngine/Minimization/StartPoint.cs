namespace TensorEngine.Minimization;

/// <summary>The check of a start.</summary>
internal static class StartPoint
{
    public static void Check(ReadOnlySpan<double> start, Bounds? bounds, string name = "start")
    {
        if (start.IsEmpty)
            throw new ArgumentException($"{name} is empty; it must have at least one element.", name);
        for (int i = 0; i < start.Length; i++)
        {
            if (!double.IsFinite(start[i]))
                throw new ArgumentException($"{name}[{i}] is {start[i]}; it must be a finite number.", name);
        }

        if (bounds is not null && bounds.Length != start.Length)
        {
            throw new ArgumentException(
                $"{name} has {start.Length} elements, the bounds have {bounds.Length}; they must have the same length.", name);
        }
    }
}

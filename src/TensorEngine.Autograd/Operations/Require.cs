namespace TensorEngine.Autograd.Operations;

/// <summary>Checks of arguments that several operations share.</summary>
internal static class Require
{
    /// <summary>Requires indices from 0 to below a number, or the ignored index.</summary>
    public static void Below(int end, ReadOnlySpan<int> indices, string name, int? ignored = null)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)end && indices[i] != ignored)
            {
                throw new ArgumentOutOfRangeException(
                    name, indices[i], $"{name}[{i}] is {indices[i]}; it must be at least 0 and below {end}.");
            }
        }
    }

    /// <summary>A length.</summary>
    public static int Positive(int length, string name) =>
        length >= 1 ? length : throw new ArgumentOutOfRangeException(name, length, $"{name} is {length}; it must be at least 1.");

    /// <summary>A row of a table.</summary>
    public static int Row(int rows, int row, string name) =>
        (uint)row < (uint)rows
            ? row
            : throw new ArgumentOutOfRangeException(name, row, $"{name} is {row}; it must be at least 0 and below {rows}.");

    /// <summary>A dimension of a shape.</summary>
    public static void Dimension(Shape shape, int dimension, string name)
    {
        if ((uint)dimension >= (uint)shape.Rank)
        {
            throw new ArgumentOutOfRangeException(
                name, dimension, $"{name} is {dimension}; {shape} has {shape.Rank} dimensions, counted from 0.");
        }
    }

    /// <summary>Groups that divide channels.</summary>
    public static void Groups(int inputs, int outputs, int groups)
    {
        if (groups < 1)
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"groups is {groups}; it must be at least 1.");
        if (inputs % groups != 0 || outputs % groups != 0)
        {
            throw new ArgumentException(
                $"groups is {groups}, inputs is {inputs}, outputs is {outputs}; both must be multiples of the groups.", nameof(groups));
        }
    }
}

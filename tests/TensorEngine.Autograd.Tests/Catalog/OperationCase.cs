using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests.Catalog;

/// <summary>An operation with arguments, for the tests of what every operation promises.</summary>
/// <param name="Name">The operation and what is special about the case.</param>
/// <param name="Shapes">The shapes of the variables that it is given.</param>
/// <param name="Apply">Runs it on them.</param>
public sealed record OperationCase(string Name, Shape[] Shapes, Func<Variable[], Variable> Apply)
{
    /// <summary>What the variables' elements are, apart from their sign: some distance from the kinks at 0 by default.</summary>
    public (double Least, double Most) Magnitudes { get; init; } = (0.2, 1.2);

    /// <summary>Whether no two elements are near each other, for operations that compare them.</summary>
    public bool Distinct { get; init; }

    /// <summary>The elements of each variable, the same at every call.</summary>
    public float[][] Values() => [.. Shapes.Select((shape, index) => Draw(shape, index))];

    /// <summary>The output for variables of the given elements, as inputs of a tape.</summary>
    public Variable Run(Tape tape, float[][] values)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(values);
        var variables = new Variable[values.Length];
        for (int i = 0; i < variables.Length; i++)
            variables[i] = tape.Input(values[i], Shapes[i]);
        return Apply(variables);
    }

    public override string ToString() => Name;

    private float[] Draw(Shape shape, int index)
    {
        var random = new Random(1000 + index);
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            double magnitude = Magnitudes.Least + (Magnitudes.Most - Magnitudes.Least) * random.NextDouble();
            values[i] = (float)(random.Next(2) == 0 ? magnitude : -magnitude);
        }

        if (Distinct)
        {
            int[] order = new int[values.Length];
            new Philox((ulong)index).Permutation(order);
            for (int i = 0; i < values.Length; i++)
                values[i] = (order[i] - values.Length / 2) / 8f;
        }

        return values;
    }
}

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Options of <see cref="SparseAdam"/>, with PyTorch's defaults. There is no weight decay, because it would move every row. Epsilon differs
/// from Adam's, because no bias correction scales it.
/// </summary>
public sealed record SparseAdamOptions() : MomentOptions(learningRate: 1e-3);

/// <summary>
/// Implements Adam for tables of which a step uses only some rows (embeddings), as torch.optim.SparseAdam: rows without a gradient keep
/// their values and moments, and cost nothing.
/// <code>
/// g = sum of the row's gradients, in the order in which they came       (-g with maximize)
/// m = m + (1 - beta1) * (g - m)
/// v = beta2 * v + (1 - beta2) * g^2
/// p = p - learningRate * sqrt(1 - beta2^step) / (1 - beta1^step) * m / (sqrt(v) + epsilon)
/// </code>
/// <see cref="AddGradients"/> sums gradients into the rows of <see cref="Parameter.Gradients"/>, which is otherwise 0, and
/// <see cref="Optimizer.Step"/> consumes them: it always clears these rows, even if it skips the step. Gradients written
/// into <see cref="Parameter.Gradients"/> by other means are ignored. A table's step count grows even if none of its rows has a gradient.
/// One pass over the rows; clipping by norm takes one more. Error: over PyTorch's recorded trajectories at most 1.5 times that of PyTorch
/// in float plus 2 ULP of max(|p|, |latest update|).
/// </summary>
public sealed class SparseAdam : Optimizer<SparseAdamOptions>
{
    private readonly RowSet[] _rows;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">
    /// The tables, all with two dimensions, or a whole store. Each may appear only once and may not belong to another optimizer.
    /// </param>
    /// <param name="options">The options of all tables that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter does not have exactly two dimensions, appears twice or belongs to another optimizer, or there is no parameter.
    /// </exception>
    public SparseAdam(IEnumerable<Parameter> parameters, SparseAdamOptions? options = null)
        : base(Require.Matrices(parameters, nameof(SparseAdam)), options ?? new(), [new("exp_avg"), new("exp_avg_sq")]) =>
        _rows = [.. Parameters.Select(parameter => new RowSet(parameter))];

    internal override bool UsesUpGradients => true;

    internal override string WhyWhole => "it keeps a list of the rows that have gradients, which other processes do not have.";

    /// <summary>
    /// Adds to the gradients of some rows of a table. A row may appear several times. Does nothing if the table is not trainable.
    /// </summary>
    /// <param name="table">A parameter of this optimizer, [rows, columns].</param>
    /// <param name="rows">The indices of the rows, from 0, in any order.</param>
    /// <param name="values">The gradients of each given row: [given rows, columns], in row-major order.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="table"/>, or <paramref name="values"/> does not hold one row of the
    /// table's width for each index in <paramref name="rows"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A row index is negative or not in the table.</exception>
    public void AddGradients(Parameter table, ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        int slot = Slots.Of(table);
        SparseRows.Check(rows, values.Length, nameof(values), table.Shape[0], table.Shape[1]);
        if (table.Trainable)
            _rows[slot].Add(rows, values);
    }

    /// <summary>One step over the caller's memory, in place; only the given rows are touched.</summary>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="values">p, [rows of the table, columns], in row-major order; any alignment.</param>
    /// <param name="columns">The length of a row, which divides that of <paramref name="values"/>; at least 1.</param>
    /// <param name="rows">
    /// The indices of the rows that have a gradient, from 0, in any order. A row may appear several times; its gradients add up in this
    /// order.
    /// </param>
    /// <param name="gradients">[given rows, columns], in row-major order; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths do not match or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row index is negative or not in the table, or <paramref name="columns"/> or <paramref name="step"/> is below 1.
    /// </exception>
    /// <remarks>Allocates only if more rows or columns are given than in any earlier call on this thread.</remarks>
    public static void Update(
        SparseAdamOptions options,
        long step,
        Span<float> values,
        int columns,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> secondMoment)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require.Step(step);
        Require.AtLeast(1, columns, nameof(columns));
        if (values.Length % columns != 0)
        {
            throw new ArgumentException(
                $"values has {values.Length} elements; they must be whole rows of {columns} columns.", nameof(values));
        }

        Require.SameLength(firstMoment, values);
        Require.SameLength(secondMoment, values);
        Require.Apart(gradients, values);
        Require.Apart(firstMoment, values);
        Require.Apart(firstMoment, gradients);
        Require.Apart(secondMoment, values);
        Require.Apart(secondMoment, gradients);
        Require.Apart(secondMoment, firstMoment);
        SparseRows.Check(rows, gradients.Length, nameof(gradients), values.Length / columns, columns);

        ReadOnlySpan<long> order = SparseRows.Sort(rows, columns, out Span<float> sum);
        var rule = new SparseAdamRule(options, step);
        for (int start = 0; start < order.Length;)
        {
            int row = (int)(order[start] >> 32);
            sum.Clear();
            for (; start < order.Length && (int)(order[start] >> 32) == row; start++)
                Combine.AddScaled(sum, 1, gradients.Slice((int)(uint)order[start] * columns, columns));
            int place = row * columns;
            ParameterStep<SparseAdamOptions>.Over(
                options,
                step,
                values.Slice(place, columns),
                sum,
                firstMoment.Slice(place, columns),
                secondMoment.Slice(place, columns)).Run(rule);
        }
    }

    /// <inheritdoc/>
    protected override void Step(in StepContext<SparseAdamOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
        {
            ParameterStep<SparseAdamOptions> table = step.Parameter(i);
            RowSet rows = _rows[table.Slot];
            table.RunAndClear(new SparseAdamRule(step.Options, step.Number), rows.Segments);
            rows.Forget();
        }
    }

    internal override double GradientSum(in GradientPower power)
    {
        double sum = 0;
        for (int slot = 0; slot < _rows.Length; slot++)
        {
            if (!Parameters[slot].Trainable)
                continue;
            foreach (Segment row in _rows[slot].Segments)
                sum += power.SumOf(Parameters[slot].Gradients.Slice(row.Offset, row.Length), workers: null);
        }

        return sum;
    }

    internal override float LargestGradient()
    {
        float largest = 0;
        for (int slot = 0; slot < _rows.Length; slot++)
        {
            if (!Parameters[slot].Trainable)
                continue;
            foreach (Segment row in _rows[slot].Segments)
                largest = Math.Max(largest, LargestMagnitude.Of(Parameters[slot].Gradients.Slice(row.Offset, row.Length), workers: null));
        }

        return largest;
    }

    internal override void ClearTrainableGradients()
    {
        for (int slot = 0; slot < _rows.Length; slot++)
        {
            if (!Parameters[slot].Trainable)
                continue;
            foreach (Segment row in _rows[slot].Segments)
                Parameters[slot].Gradients.Slice(row.Offset, row.Length).Clear();
            _rows[slot].Forget();
        }
    }
}

/// <summary>
/// Updates Adam's moments m and v and steps with an epsilon that the bias correction does not scale. Because rows skip steps, both moments
/// flush in every step.
/// </summary>
internal readonly struct SparseAdamRule(SparseAdamOptions options, long step) : IUpdateRule2<SparseAdamRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon);
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-options.LearningRate
        * Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)) / (1 - Scalar.IntegerPower(options.Beta1, step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon)), p);
    }
}

using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adafactor"/>, with PyTorch's defaults.</summary>
public sealed record AdafactorOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>
    /// Determines how the memory of the second moment grows: a share of step^Beta2Decay is new in each step; at most 0, by default -0.8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is positive, NaN or not finite as a float.</exception>
    public double Beta2Decay { get; init => field = HyperParameter.NonPositive(value); } = -0.8;

    /// <summary>epsilon1: keeps the quotient finite; at least 0, by default the spacing of floats at 1, 2^-23.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon1 { get; init => field = HyperParameter.NonNegative(value); } = 1.0 / (1 << 23);

    /// <summary>epsilon2: the smallest root mean square that a parameter is assumed to have; at least 0, by default 0.001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon2 { get; init => field = HyperParameter.NonNegative(value); } = 1e-3;

    /// <summary>d: the largest root mean square of the direction; at least 1, by default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, NaN or not finite as a float.</exception>
    public double ClippingThreshold { get; init => field = HyperParameter.AtLeast(1, value); } = 1;

    /// <inheritdoc/>
    protected internal override AdafactorOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta2Decay = archive.Number(nameof(Beta2Decay), Beta2Decay),
        Epsilon1 = archive.Number(nameof(Epsilon1), Epsilon1),
        Epsilon2 = archive.Number(nameof(Epsilon2), Epsilon2),
        ClippingThreshold = archive.Number(nameof(ClippingThreshold), ClippingThreshold),
    };
}

/// <summary>
/// Implements Adafactor, as torch.optim.Adafactor: it stores the second moment of a matrix as one number for each row and each column, and
/// its steps are relative to the size of the parameter. A parameter of more than two dimensions is a series of matrices in its last two
/// dimensions.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// alpha = max(epsilon2, rms(p)) * min(learningRate, 1 / sqrt(step))
/// p = p * (1 - learningRate * weightDecay)
/// w = step^beta2Decay
/// row_var = row_var + w * (mean of g^2 over the row - row_var), col_var likewise over the column
/// v = row_var * col_var / max(mean of row_var, epsilon1)
/// (fewer than two dimensions: variance = variance + w * (g^2 - variance), v = variance)
/// u = g / sqrt(max(v, epsilon1^2))
/// p = p - alpha / max(1, rms(u) / d) * u
/// </code>
/// State: row_var has a float for each row, col_var one for each column, variance one for each element of a parameter of fewer
/// than two dimensions; each is empty where it is not needed.
/// Passes: one that reads p; one that reads p and g and writes p and u; for matrices one by rows and one by columns that read u and
/// one that reads and writes u; one that reads u; one that reads p and u and writes p: 64 bytes per element of a matrix, 56 of
/// others. The memory for u is that of the largest parameter, and is often still in the cache.
/// Error: after a step at most 2.5 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state. As in PyTorch,
/// a root mean square of NaN counts as small. If row_var * col_var leaves the range of floats, so does PyTorch's v; here the division comes
/// first. If the mean square of a row leaves it, the row does not move.
/// Source: Shazeer and Stern, Adafactor: adaptive learning rates with sublinear memory cost, 2018.
/// </summary>
public sealed class Adafactor : Optimizer<AdafactorOptions>
{
    // Behind the values, the gradients and two states.
    private const int DirectionPlace = 4;

    private readonly AlignedBuffer _direction;
    private readonly AlignedBuffer _means;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public Adafactor(IEnumerable<Parameter> parameters, AdafactorOptions? options = null)
        : base(
            parameters,
            options ?? new(),
            [
                new("row_var", parameter => IsFactored(parameter) ? [.. parameter.Shape.SkipLast(1), 1] : null),
                new("col_var", parameter => IsFactored(parameter) ? [.. parameter.Shape.SkipLast(2), 1, Columns(parameter)] : null),
                new("variance", parameter => IsFactored(parameter) ? null : parameter.Shape),
            ])
    {
        _direction = new AlignedBuffer(Parameters.Max(parameter => parameter.Length), DirectionPlace);
        _means = new AlignedBuffer(Parameters.Max(parameter => IsFactored(parameter) ? Columns(parameter) : 0));
    }

    /// <inheritdoc/>
    protected override void Step(in StepContext<AdafactorOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    private void Step(in ParameterStep<AdafactorOptions> step)
    {
        AdafactorOptions options = step.Options;
        Parameter parameter = step.Parameter;
        Span<float> direction = _direction.Span[..step.Length];
        double root = Math.Sqrt(step.Length);
        double alpha = Larger(options.Epsilon2, step.ValueNorm() / root) * Math.Min(options.LearningRate, 1 / Math.Sqrt(step.Number));
        double share = Scalar.Power(step.Number, options.Beta2Decay);
        var decay = WeightDecay.Decoupled(options.LearningRate, options.WeightDecay);
        if (IsFactored(parameter))
        {
            step.Run(default(GradientRule), decay, direction);
            Span<float> rows = step.State(0), columns = step.State(1);
            int height = Rows(parameter), width = Columns(parameter);
            for (int matrix = 0; matrix < parameter.Length / (height * width); matrix++)
            {
                Span<float> elements = direction.Slice(matrix * height * width, height * width);
                Divide(
                    options,
                    share,
                    elements,
                    rows.Slice(matrix * height, height),
                    columns.Slice(matrix * width, width),
                    step.Workers);
            }
        }
        else
        {
            step.Run(new VarianceRule(options, share), decay, step.State(2), direction);
        }

        double size = Math.Sqrt(Reduction.SquaredNorm(direction, step.Workers)) / root;
        step.Move(-alpha / Larger(1, size / options.ClippingThreshold), direction);
    }

    private static bool IsFactored(Parameter parameter) => parameter.Shape.Rank >= 2;

    private static int Rows(Parameter parameter) => parameter.Shape.Lengths[^2];

    private static int Columns(Parameter parameter) => parameter.Shape.Lengths[^1];

    // Python's max, which lets NaN be smaller than anything.
    private static double Larger(double floor, double value) => value > floor ? value : floor;

    /// <summary>Adds a matrix of gradients to the means of its rows and columns, and turns it into the direction.</summary>
    private void Divide(
        AdafactorOptions options, double share, Span<float> matrix, Span<float> rows, Span<float> columns, Workers? workers)
    {
        float flush = Flush.SquareBelow(0.5, options.Epsilon1);
        var averages = new AdafactorRowAverages(matrix, rows, columns.Length, share, flush, workers);
        Workers.Run(workers, ref averages, averages.Parts.Count);
        // One after the other, whoever has found them.
        double sum = 0;
        foreach (float row in rows)
            sum += row;

        Span<float> means = _means.Span[..columns.Length];
        Reduction.ColumnMeanSquares(new(matrix, rows.Length, columns.Length), means, workers);
        for (int j = 0; j < columns.Length; j++)
        {
            float mean = double.IsFinite(sum) ? Math.Min(means[j], float.MaxValue) : means[j];
            columns[j] = AdafactorRowAverages.Average(columns[j], mean, share, flush);
        }

        // The mean of a row is at most the number of rows times that of them all, and so for columns: what is set to 0 here gives
        // a v below epsilon1^2 whatever it is multiplied by, and would only give denormal numbers on the way.
        double floor = options.Epsilon1 * options.Epsilon1;
        double ofAll = Math.Max(sum / rows.Length, options.Epsilon1);
        float smallestColumn = (float)(floor / rows.Length / 2);
        double smallestRow = floor / columns.Length / 2;
        var quotients = new AdafactorRowQuotients(matrix, rows, columns, ofAll, smallestRow, smallestColumn, floor, workers);
        Workers.Run(workers, ref quotients, quotients.Parts.Count);
    }
}

using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Numerics.Products;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Soap"/>, with its authors' defaults.</summary>
public sealed record SoapOptions() : OptimizerOptions(learningRate: 3e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step subtracts LearningRate * WeightDecay * value after its update; at least 0, by default 0.01.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); } = 0.01;

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>The decay rate of the averages from which the bases are computed; in [0, 1), null (the default) for Beta2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double? ShampooBeta { get; init => field = value is { } kept ? HyperParameter.InUnitInterval(kept) : null; }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <summary>The number of steps after which the bases are updated from the averages; at least 1, by default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int PreconditionFrequency
    {
        get;
        init => field = Require.Between(1, int.MaxValue, value, nameof(PreconditionFrequency));
    } = 10;

    /// <summary>
    /// The longest side of a matrix that has a basis, which takes memory proportional to the side's square and time proportional to its
    /// cube; 0 to 46,340, by default 10,000. It must be the same in all groups, and cannot change.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 46340].</exception>
    public int MaximumSide { get; init => field = Require.Between(0, 46_340, value, nameof(MaximumSide)); } = 10_000;

    /// <summary>
    /// Whether each parameter's step is scaled to a root mean square of LearningRate times Adam's correction; by default false. Useful if
    /// the bases are updated rarely.
    /// </summary>
    public bool NormalizeSteps { get; init; }

    /// <inheritdoc/>
    protected internal override SoapOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        ShampooBeta = archive.Optional(nameof(ShampooBeta), ShampooBeta),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        PreconditionFrequency = (int)archive.Integer(nameof(PreconditionFrequency), PreconditionFrequency, 1, int.MaxValue),
        MaximumSide = (int)archive.Integer(nameof(MaximumSide), MaximumSide, 0, int.MaxValue),
        NormalizeSteps = archive.Flag(nameof(NormalizeSteps), NormalizeSteps),
    };
}

/// <summary>
/// Implements SOAP: Adam in the bases in which the gradients of a matrix vary independently, the eigenvectors of Shampoo's preconditioner.
/// A parameter of at least two dimensions is a matrix of [first dimension, all others]. Vectors, and sides longer than
/// <see cref="SoapOptions.MaximumSide"/>, have no basis, which is the same as a basis of unit vectors.
/// <code>
/// G = gradient                                (-gradient with maximize; a norm above 2^60 counts as 2^60)
/// in the first step, which leaves p as it is:
///   L = (1 - shampooBeta) * G G^T,  R = (1 - shampooBeta) * G^T G
///   QL, QR = eigenvectors of L and of R, those of the largest eigenvalues first
/// afterward, where t is the number of the step minus 1:
///   H = QL^T G QR
///   m = beta1 * m + (1 - beta1) * H
///   v = beta2 * v + (1 - beta2) * H^2
///   N = QL (m / (sqrt(v) + epsilon)) QR^T     (normalizeSteps: divided by its root mean square)
///   p = p - learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * N
///   p = p * (1 - learningRate * weightDecay)
///   L = shampooBeta * L + (1 - shampooBeta) * G G^T, R likewise
///   if t is a multiple of preconditionFrequency:
///     the columns of QL, and the rows of v, are sorted by q . L q, largest first; QR, R and the columns of v likewise
///     m = QL m QR^T,  QL = the orthogonal factor of L QL, QR of R QR,  m = QL^T m QR
/// </code>
/// State: exp_avg and exp_avg_sq are m and v; left_average and left_basis are L and QL, of rows x rows, and right_average and right_basis
/// are R and QR, of columns x columns. Cautious steps are not supported.
/// Passes: six products of the matrix with a square matrix, and in a step that updates the bases four more, one of each square matrix with
/// another, and a decomposition of each by reflections in double; the first step computes eigenvectors instead. All memory is allocated on
/// construction: three times the largest parameter, and two floats and two doubles for each element of the largest square matrix; the
/// matrix product allocates its own in a thread's first step.
/// Error: after a step at most 1e-5 of the largest element of the update from exact arithmetic on the same state.
/// Source: Vyas et al., SOAP: improving and stabilizing Shampoo using Adam, 2024, algorithms 3 and 4, in the order of its authors' code.
/// </summary>
public sealed class Soap : Optimizer<SoapOptions>
{
    private const int First = 0, Second = 1, LeftAverage = 2, LeftBasis = 3, RightAverage = 4, RightBasis = 5;
    private const int Gradient = 0;

    // 2^60, whose square is a float.
    private const double LargestNorm = 1L << 60;

    private static readonly StateName[] s_moments = [new("exp_avg"), new("exp_avg_sq")];

    // The gradient, and two that what is turned goes to and fro between.
    private readonly AlignedBuffer[] _matrices;
    private readonly SoapBases _bases;
    private readonly int? _maximumSide;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or the state is longer than a buffer can be.
    /// </exception>
    public Soap(IEnumerable<Parameter> parameters, SoapOptions? options = null)
        : base(parameters, options ?? new(), States((options ?? new()).MaximumSide))
    {
        _maximumSide = Options.MaximumSide;
        int longest = Parameters.Max(parameter => parameter.Length);
        _matrices = [new AlignedBuffer(longest, place: 3), new AlignedBuffer(longest, place: 4), new AlignedBuffer(longest)];
        _bases = new SoapBases(Parameters.Max(parameter => Math.Max(
            SideOfBasis(parameter, left: true, Options.MaximumSide), SideOfBasis(parameter, left: false, Options.MaximumSide))));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<StateName> StatesAt(SoapOptions options)
    {
        if (_maximumSide is { } side && Require.NotNull(options).MaximumSide != side)
        {
            throw new InvalidOperationException(
                $"MaximumSide is {options.MaximumSide}, but this optimizer was created with {side}, which determines its state.");
        }

        return s_moments;
    }

    /// <inheritdoc/>
    protected override void Step(in StepContext<SoapOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    private void Step(in ParameterStep<SoapOptions> step)
    {
        SoapOptions options = step.Options;
        (int rows, int columns) = Sides(step.Parameter.Shape);
        var gradient = new MatrixSpan(Matrix(Gradient, step.Length), rows, columns);
        long number = step.Number - 1;
        if (number == 0)
            TakeGradient(step, WeightDecay.None);
        else
            Move(step, number, rows, columns);

        double kept = options.ShampooBeta ?? options.Beta2;
        Span<float> leftBasis = step.State(LeftBasis), rightBasis = step.State(RightBasis);
        if (!leftBasis.IsEmpty)
            _bases.Average(gradient, kept, step.State(LeftAverage), step.Workers);
        if (!rightBasis.IsEmpty)
            _bases.Average(gradient.Transposed, kept, step.State(RightAverage), step.Workers);
        if (number == 0)
        {
            if (!leftBasis.IsEmpty)
                _bases.Find(step.State(LeftAverage), rows, leftBasis);
            if (!rightBasis.IsEmpty)
                _bases.Find(step.State(RightAverage), columns, rightBasis);
        }
        else if (number % options.PreconditionFrequency == 0 && leftBasis.Length + rightBasis.Length > 0)
        {
            Follow(step, rows, columns);
        }
    }

    private void TakeGradient(in ParameterStep<SoapOptions> step, WeightDecay decay)
    {
        Span<float> gradient = Matrix(Gradient, step.Length);
        step.Run(default(GradientRule), decay, gradient);
        double norm = Math.Sqrt(Reduction.SquaredNorm(gradient, step.Workers));
        if (norm > LargestNorm && double.IsFinite(norm))
            Map.Run(new SoapScale((float)(LargestNorm / norm)), gradient, gradient, step.Workers);
    }

    private void Move(in ParameterStep<SoapOptions> step, long number, int rows, int columns)
    {
        SoapOptions options = step.Options;
        // It follows on the move, so that what is moved decays with it.
        var decay = WeightDecay.Decoupled(options.LearningRate, options.WeightDecay);
        double left = 1 - (options.Modifiers?.Corrected(decay, options.LearningRate) ?? decay).Rate;
        TakeGradient(step, decay);

        int turned = Turn(step, Gradient, rows, columns, back: false), direction = Other(turned);
        FusedUpdate.Run(
            new SoapRule(options, step.Number),
            Matrix(direction, step.Length),
            Matrix(turned, step.Length),
            step.State(First),
            step.State(Second),
            workers: step.Workers);
        Span<float> update = Matrix(Turn(step, direction, rows, columns, back: true), step.Length);
        double correction = Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, number)) / (1 - Scalar.IntegerPower(options.Beta1, number));
        double rate = options.LearningRate * correction;
        if (options.NormalizeSteps)
            rate /= 1e-30 + Math.Sqrt(Reduction.SquaredNorm(update, step.Workers) / step.Length);
        step.Move(-rate * left, update);
    }

    // The bases follow the averages, and the moments the bases: m is turned, v only put in order.
    private void Follow(in ParameterStep<SoapOptions> step, int rows, int columns)
    {
        Span<float> m = step.State(First), v = step.State(Second), leftBasis = step.State(LeftBasis), rightBasis = step.State(RightBasis);
        m.CopyTo(Matrix(1, step.Length));
        int turned = Turn(step, 1, rows, columns, back: true);
        Span<float> old = Matrix(Gradient, step.Length);
        if (!leftBasis.IsEmpty)
        {
            ReadOnlySpan<int> order = _bases.Improve(step.State(LeftAverage), rows, leftBasis, step.Workers);
            v.CopyTo(old);
            for (int row = 0; row < rows; row++)
                old.Slice(order[row] * columns, columns).CopyTo(v[(row * columns)..]);
        }

        if (!rightBasis.IsEmpty)
        {
            ReadOnlySpan<int> order = _bases.Improve(step.State(RightAverage), columns, rightBasis, step.Workers);
            v.CopyTo(old);
            for (int i = 0; i < v.Length; i += columns)
            {
                for (int column = 0; column < columns; column++)
                    v[i + column] = old[i + order[column]];
            }
        }

        Matrix(Turn(step, turned, rows, columns, back: false), step.Length).CopyTo(m);
    }

    // QL^T X QR, or back QL X QR^T; returns where it is.
    private int Turn(in ParameterStep<SoapOptions> step, int from, int rows, int columns, bool back)
    {
        ReadOnlySpan<float> left = step.State(LeftBasis), right = step.State(RightBasis);
        if (!left.IsEmpty)
        {
            var basis = new ReadOnlyMatrixSpan(left, rows, rows);
            MatrixProduct.Multiply(back ? basis : basis.Transposed, Of(from), Of(Other(from)), step.Workers);
            from = Other(from);
        }

        if (!right.IsEmpty)
        {
            var basis = new ReadOnlyMatrixSpan(right, columns, columns);
            MatrixProduct.Multiply(Of(from), back ? basis.Transposed : basis, Of(Other(from)), step.Workers);
            from = Other(from);
        }

        return from;

        MatrixSpan Of(int index) => new(Matrix(index, rows * columns), rows, columns);
    }

    private static int Other(int index) => index == 1 ? 2 : 1;

    private Span<float> Matrix(int index, int length) => _matrices[index].Span[..length];

    private static StateLayout[] States(int maximumSide) =>
    [
        new("exp_avg"),
        new("exp_avg_sq") { IsNonNegative = true },
        new("left_average", parameter => Square(parameter, left: true, maximumSide)),
        new("left_basis", parameter => Square(parameter, left: true, maximumSide)),
        new("right_average", parameter => Square(parameter, left: false, maximumSide)),
        new("right_basis", parameter => Square(parameter, left: false, maximumSide)),
    ];

    private static Shape? Square(Parameter parameter, bool left, int maximumSide) =>
        SideOfBasis(parameter, left, maximumSide) is > 0 and int side ? [side, side] : null;

    // 0 for none.
    private static int SideOfBasis(Parameter parameter, bool left, int maximumSide)
    {
        (int rows, int columns) = Sides(parameter.Shape);
        int side = left ? rows : columns;
        return parameter.Shape.Rank < 2 || side > maximumSide ? 0 : side;
    }

    private static (int Rows, int Columns) Sides(Shape shape) =>
        shape.Rank < 2 ? (1, (int)shape.ElementCount) : (shape[0], (int)(shape.ElementCount / Math.Max(1, shape[0])));
}

using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Minimization;

/// <summary>How <see cref="Lbfgs"/> chooses the step along a direction.</summary>
public enum LbfgsLineSearch
{
    /// <summary>The step is the learning rate, regardless of the loss.</summary>
    None,

    /// <summary>The step satisfies the strong Wolfe conditions, found in at most 26 evaluations.</summary>
    StrongWolfe,
}

/// <summary>Options of <see cref="Lbfgs"/>, with PyTorch's defaults.</summary>
public sealed record LbfgsOptions
{
    /// <summary>The first step to try, or the step to take without a line search; at least 0, by default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRate
    {
        get;
        set => field = HyperParameter.NonNegative(value);
    } = 1;

    /// <summary>The iteration limit of a step; at least 1, by default 20.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumIterations
    {
        get;
        set => field = Require.AtLeast(1, value, nameof(MaximumIterations));
    } = 20;

    /// <summary>
    /// The number of evaluations after which a step starts no new iteration; at least 1, or null (the default) for 5/4 of
    /// <see cref="MaximumIterations"/>. A line search is finished first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? MaximumEvaluations
    {
        get;
        set => field = value is { } most ? Require.AtLeast(1, most, nameof(MaximumEvaluations)) : null;
    }

    /// <summary>A step ends when the largest element of the gradient is at most this; at least 0, by default 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double GradientTolerance
    {
        get;
        set => field = HyperParameter.NonNegative(value);
    } = 1e-7;

    /// <summary>A step ends when the change of the loss or of the parameters is at most this; at least 0, by default 1e-9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double ChangeTolerance
    {
        get;
        set => field = HyperParameter.NonNegative(value);
    } = 1e-9;

    /// <summary>How to choose the step along a direction.</summary>
    public LbfgsLineSearch LineSearch { get; set; }

    /// <summary>The number of earlier steps to remember, each taking 16 bytes per element; at least 1, by default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int HistorySize
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(HistorySize));
    } = 100;

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LbfgsOptions), PrintMembers);

    internal void Describe(StateArchive archive)
    {
        LearningRate = archive.Number(nameof(LearningRate), LearningRate);
        MaximumIterations = (int)archive.Integer(nameof(MaximumIterations), MaximumIterations, 1, int.MaxValue);
        // 0 stands for the default.
        long evaluations = archive.Integer(nameof(MaximumEvaluations), MaximumEvaluations ?? 0, 0, int.MaxValue);
        MaximumEvaluations = evaluations == 0 ? null : (int)evaluations;
        GradientTolerance = archive.Number(nameof(GradientTolerance), GradientTolerance);
        ChangeTolerance = archive.Number(nameof(ChangeTolerance), ChangeTolerance);
        archive.Fixed(nameof(HistorySize), HistorySize);
        LineSearch = archive.Choice(nameof(LineSearch), LineSearch);
    }
}

/// <summary>
/// Implements limited-memory BFGS, as torch.optim.LBFGS: the curvature of the last steps gives Newton-like directions. Use it for losses
/// that are the same function at every evaluation (whole data sets, fits, calibrations).
/// <code>
/// y = g - g of the iteration before, s = t * d;   a pair is remembered if y·s is above 1e-10
/// d = -H g, H from the pairs by the two-loop recursion, starting from y·s / y·y of the newest    (first iteration: d = -g)
/// p = p + t * d, t = learningRate or found by a line search                    (first iteration: times min(1, 1 / |g|_1))
/// </code>
/// Vectors and dot products are double; each evaluation writes the nearest floats into the parameters. The closure's gradients are used as
/// they are: the closure may scale them if it scales the loss as well. The line search treats a loss or gradient that is not a finite
/// number as infinitely high; PyTorch follows it. Parameters that are not trainable are left out; changing that between steps discards the
/// pairs. For functions of doubles see <see cref="Minimizer"/>.
/// Passes: each iteration reads every pair twice, 4 * historySize dot products and sums over the parameters at most, in addition to the
/// evaluations. Everything is allocated on construction: 8 (2 historySize + 8) bytes per element, of which the operating system usually
/// commits the pairs' pages when they are first written. A step, including the line search, allocates nothing; the closure may allocate.
/// Sources: Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989; Nocedal and Wright, Numerical
/// optimization, 2006 (line search).
/// </summary>
public sealed partial class Lbfgs : IStateful
{
    // An array, as walking it allocates nothing.
    private readonly Parameter[] _parameters;
    private readonly LbfgsCore _core;
    private readonly ParameterPoint _point;
    private readonly Objective _evaluate;
    private bool _detached;

    /// <summary>Creates an optimizer of all parameters of <paramref name="store"/>.</summary>
    /// <param name="store">The store with the parameters; its layout becomes fixed.</param>
    /// <param name="options">The options, which are copied, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentException">The store is empty, or another optimizer steps one of its parameters.</exception>
    public Lbfgs(ParameterStore store, LbfgsOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <summary>Creates an optimizer of some parameters, of one or more stores.</summary>
    /// <param name="parameters">The parameters; the layout of their stores becomes fixed.</param>
    /// <param name="options">The options, which are copied, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameters"/> is empty or has a null, a parameter twice, or one that another optimizer steps.
    /// </exception>
    public Lbfgs(IEnumerable<Parameter> parameters, LbfgsOptions? options = null)
    {
        Options = options is null ? new() : options with { };
        var slots = new ParameterSlots(parameters, default);
        _parameters = [.. slots.Parameters];
        _point = new ParameterPoint(_parameters);
        _core = new LbfgsCore(_parameters.Sum(parameter => parameter.Length), Options.HistorySize);
        _core.Restart(_point.Length);
        _evaluate = _point.Evaluate;
        foreach (ParameterStore store in slots.Stores)
            store.Freeze();
        foreach (Parameter parameter in _parameters)
            parameter.Owner = this;
    }

    /// <summary>The parameters, in the order of their stores.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The optimizer's own copy of its options; setting a property takes effect with the next step.</summary>
    public LbfgsOptions Options { get; }

    /// <summary>The number of iterations of all steps together.</summary>
    public long Iterations => _core.Iterations;

    /// <summary>The number of evaluations of all steps together.</summary>
    public long Evaluations => _core.Evaluations;

    /// <summary>Iterates until a limit or tolerance of the options is reached.</summary>
    /// <param name="closure">
    /// Computes the loss for the current values and sets the gradients, or adds to them: those of the stepped parameters are 0 whenever it
    /// is called. It is called at least once. If it throws, the exception propagates, and the parameters have the values of the last
    /// iteration.
    /// </param>
    /// <returns>The loss before the step, and the reason why the step ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="closure"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The optimizer is detached, an average is swapped in, or no parameter is trainable; or the closure has changed whether a parameter is
    /// trainable, which is allowed only between steps: the values are then those of the last iteration.
    /// </exception>
    public LbfgsStepResult Step(Func<double> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        if (_detached)
            throw new InvalidOperationException("The optimizer is detached from its parameters and cannot step.");
        foreach (Parameter parameter in _parameters)
            parameter.Store.CheckValuesAreOwn();
        if (_point.NoticeFrozen())
            Restart();
        if (_core.Point.IsEmpty)
            throw new InvalidOperationException("No parameter is trainable; Lbfgs has nothing to step.");

        _point.Read(_core.Point);
        _point.Closure = closure;
        long iterations = _core.Iterations, evaluations = _core.Evaluations;
        try
        {
            StopReason reason = _core.Run(_evaluate, Limits(Options), out double loss);
            return new(loss, _core.Value, _core.Iterations - iterations, _core.Evaluations - evaluations, reason);
        }
        finally
        {
            _point.Closure = null;
            _point.Write(_core.Point);
        }
    }

    /// <summary>Discards the pairs. Call it after a change of the function.</summary>
    public void Restart() => _core.Restart(_point.Length);

    /// <summary>Releases the parameters to another optimizer; this one can no longer step.</summary>
    public void Detach()
    {
        if (_detached)
            return;
        _detached = true;
        foreach (Parameter parameter in _parameters)
            parameter.Owner = null;
    }

    /// <summary>Gets the limits of a step with some options.</summary>
    internal static LbfgsLimits Limits(LbfgsOptions options) => new()
    {
        LearningRate = options.LearningRate,
        MaximumIterations = options.MaximumIterations,
        MaximumEvaluations = options.MaximumEvaluations ?? (int)Math.Min(int.MaxValue, options.MaximumIterations * 5L / 4),
        GradientTolerance = options.GradientTolerance,
        ChangeTolerance = options.ChangeTolerance,
        SearchesLine = options.LineSearch == LbfgsLineSearch.StrongWolfe,
    };
}

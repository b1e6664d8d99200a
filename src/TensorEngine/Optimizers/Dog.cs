using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Dog"/>, with its authors' defaults. The learning rate is a factor of the rate that it finds.</summary>
public sealed record DogOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The distance of the first step, relative to 1 + the norm of all values; positive, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double InitialDistance { get; init => field = HyperParameter.Positive(value); } = 1e-6;

    /// <summary>Added to the sum of squares; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override DogOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        InitialDistance = archive.Number(nameof(InitialDistance), InitialDistance),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements DoG, distance over gradients: SGD whose rate is the largest distance of the values from their start, divided by the root of
/// the sum of all squared gradients. Norms are over all parameters together.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// d = max(d, |p - p0|)                        (before the first step d = initialDistance * (1 + |p|) and p0 = p)
/// n = n + |g|^2
/// p = p - learningRate * d / sqrt(n + epsilon) * g
/// </code>
/// The paper recommends evaluating not p but an average that forgets its beginning: <c>PolynomialDecayAverage</c>, with its default. If the
/// sum of squares is 0, the values stay as they are.
/// Passes: one that reads p, g and p0 for the sums, and one that reads p and g and writes p: 24 bytes per element.
/// Error: after a step at most 2 ULP of max(|p|, the largest update) from exact arithmetic on the same state.
/// Source: Ivgi, Hinder and Carmon, DoG is SGD's best friend: a parameter-free dynamic step size schedule, 2023, equation (DoG).
/// </summary>
public sealed class Dog : DistanceOptimizer<DogOptions>
{
    private readonly StepSums<Square, Square> _sums;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public Dog(IEnumerable<Parameter> parameters, DogOptions? options = null)
        : base(parameters, options ?? new(), [new("init_buffer")], [new("rbar"), new("G")]) =>
        _sums = new(Parameters.Max(parameter => parameter.Length));

    /// <summary>The largest distance of the values from their start so far; 0 before the first step.</summary>
    public override double Distance => Numbers[0];

    private protected override (double First, double Second) Measure(in ParameterStep<DogOptions> step)
    {
        if (step.Number == 1)
            step.Values.CopyTo(step.State(0));
        return step.Sums(_sums, new DogTerms(step.Options.WeightDecay));
    }

    private protected override void Estimate(double first, double second)
    {
        if (Distance == 0)
            Numbers[0] = Options.InitialDistance * (1 + ValueNorm());
        Numbers[0] = Math.Max(Distance, Math.Sqrt(first));
        Numbers[1] += second;
    }

    /// <inheritdoc/>
    protected override void Step(in StepContext<DogOptions> step)
    {
        DogOptions options = step.Options;
        double root = Math.Sqrt(Numbers[1] + options.Epsilon);
        var rule = new DogRule(root == 0 ? 0 : options.LearningRate * Distance / root);
        for (int i = 0; i < step.ParameterCount; i++)
            step.Parameter(i).Run(rule, WeightDecay.Coupled(options.WeightDecay), default);
    }

    private double ValueNorm()
    {
        double sum = 0;
        foreach (Parameter parameter in Parameters)
            sum += parameter.Trainable ? Reduction.SquaredNorm(parameter.Values, Workers) : 0;
        return Math.Sqrt(sum);
    }
}

/// <summary>Computes the distance of each element from its start, and its gradient.</summary>
internal readonly struct DogTerms(double weightDecay) : IStepTerms
{
    private readonly Constant _weightDecay = new(weightDecay);

    public static StepReads Reads => StepReads.Values | StepReads.State0;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(
        TFloat p, TFloat g, TFloat start, TFloat unused0, TFloat unused1, TFloat unused2, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        first = p - start;
        second = TFloat.FusedMultiplyAdd(TFloat.Splat(_weightDecay), p, g);
    }
}

/// <summary>Steps by a rate that may exceed the range of floats.</summary>
internal readonly struct DogRule(double rate) : IUpdateRule0<DogRule>
{
    private readonly FarFactor _minusRate = new(-rate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p = _minusRate.TimesPlus(g, p);
}

using TensorEngine.Numerics.Functions;

namespace TensorEngine.Schedules;

/// <summary>How the amplitude of <see cref="Cyclic"/> changes from cycle to cycle.</summary>
public enum CyclicMode
{
    /// <summary>The amplitude stays the same.</summary>
    Triangular,

    /// <summary>The amplitude halves from each cycle to the next.</summary>
    Triangular2,

    /// <summary>The amplitude is multiplied by a constant at every step.</summary>
    ExponentialRange,
}

/// <summary>
/// Moves the rate up and down in straight lines, as torch's CyclicLR.
/// <code>
/// height = share of the way up or down within the cycle
/// scale  = 1, 2^-cycle (cycles from 0), gamma^step, or any function
/// value  = minimum * (1 - height * scale) + maximum * height * scale
/// </code>
/// As in torch, the initial rate has no effect: every group follows the same cycles. Error at most 1e-14 of the larger end.
/// Source: Smith, Cyclical learning rates for training neural networks, 2017.
/// </summary>
public sealed class Cyclic : Schedule
{
    private readonly double _from;
    private readonly double _to;
    private readonly long _stepsUp;
    private readonly long _stepsDown;
    private readonly CyclicMode _mode;
    private readonly double _gamma;
    private readonly Func<long, long, double>? _scale;

    /// <summary>Creates cycles with one of the paper's three modes.</summary>
    /// <param name="minimum">The rate at the start of each cycle (torch's base_lr); at least 0.</param>
    /// <param name="maximum">The rate in the middle of the first cycle (torch's max_lr); at least 0.</param>
    /// <param name="stepsUp">The number of steps up (torch's step_size_up); at least 1.</param>
    /// <param name="stepsDown">
    /// The number of steps down (torch's step_size_down); at least 0, by default the same as up. With 0 the rate jumps back to the minimum
    /// without ever reaching the maximum, as in torch.
    /// </param>
    /// <param name="mode">How the amplitude changes from cycle to cycle.</param>
    /// <param name="gamma">
    /// With <see cref="CyclicMode.ExponentialRange"/>, the factor by which each step multiplies the amplitude; at least 0.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public Cyclic(
        double minimum,
        double maximum,
        long stepsUp,
        long? stepsDown = null,
        CyclicMode mode = CyclicMode.Triangular,
        double gamma = 1)
    {
        if (mode is not (CyclicMode.Triangular or CyclicMode.Triangular2 or CyclicMode.ExponentialRange))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, $"mode is {mode}; it must be a member of CyclicMode.");
        _from = HyperParameter.NonNegative(minimum, nameof(minimum));
        _to = HyperParameter.NonNegative(maximum, nameof(maximum));
        _stepsUp = Require.AtLeast(1, stepsUp, nameof(stepsUp));
        _stepsDown = Require.AtLeast(0, stepsDown ?? stepsUp, nameof(stepsDown));
        _mode = mode;
        _gamma = HyperParameter.NonNegative(gamma, nameof(gamma));
    }

    /// <summary>Creates cycles whose amplitude is any function of time (torch's scale_fn).</summary>
    /// <param name="minimum">The rate at the start of each cycle; at least 0.</param>
    /// <param name="maximum">The rate in the middle of a cycle of scale 1; at least 0.</param>
    /// <param name="scale">
    /// Returns the factor of the amplitude, given the number of the cycle (from 0; torch counts from 1) and of the step.
    /// </param>
    /// <param name="stepsUp">The number of steps up; at least 1.</param>
    /// <param name="stepsDown">The number of steps down; at least 0, by default the same as up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="scale"/> is null.</exception>
    public Cyclic(double minimum, double maximum, Func<long, long, double> scale, long stepsUp, long? stepsDown = null)
        : this(minimum, maximum, stepsUp, stepsDown) => _scale = Require.NotNull(scale);

    private Cyclic(Cyclic rate, double from, double to)
    {
        _from = from;
        _to = to;
        (_stepsUp, _stepsDown, _mode, _gamma, _scale) = (rate._stepsUp, rate._stepsDown, rate._mode, rate._gamma, rate._scale);
    }

    /// <summary>
    /// Returns a schedule for the momentum, which falls while the rate rises, with the same cycles (torch's cycle_momentum). Like the rate,
    /// it does not depend on the initial value.
    /// </summary>
    /// <param name="minimum">The momentum in the middle of the first cycle (torch's base_momentum); in [0, 1).</param>
    /// <param name="maximum">The momentum at the start of each cycle (torch's max_momentum); in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public Schedule Momentum(double minimum = 0.8, double maximum = 0.9)
    {
        HyperParameter.InUnitInterval(minimum, nameof(minimum));
        return new Cyclic(this, HyperParameter.InUnitInterval(maximum, nameof(maximum)), minimum);
    }

    /// <inheritdoc/>
    protected override double RateAt(double initialRate, long step)
    {
        ulong period = (ulong)_stepsUp + (ulong)_stepsDown;
        long cycle = (long)((ulong)step / period);
        ulong place = (ulong)step % period;
        double height = place <= (ulong)_stepsUp ? (double)place / _stepsUp : (double)(period - place) / _stepsDown;
        double scale =
            _scale is not null ? _scale(cycle, step)
            : _mode == CyclicMode.Triangular2 ? Scalar.IntegerPower(0.5, cycle)
            : _mode == CyclicMode.ExponentialRange ? Scalar.Power(_gamma, (double)step)
            : 1;
        return Math.Min(AnnealingShape.Linear.Between(_from, _to, Rates.Scale(scale, height)), double.MaxValue);
    }
}

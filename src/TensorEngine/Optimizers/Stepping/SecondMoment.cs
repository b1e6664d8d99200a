using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// v = kept * v + (1 - kept) * g^2: an average of squares whose root epsilon is added to, for rules to hold as a field. What is kept is
/// v - (1 - kept) * v for at least one half, as the float nearest to 0.999 is off by 1.3e-8, which a hundred steps make a hundred times as
/// much. Infinity is kept as it is. What is too small to matter is set to 0 (<see cref="Flush.SquareBelow"/>,
/// <see cref="Flush.RootBelow"/>), as <see cref="FirstMoment"/> does.
/// </summary>
public readonly struct SecondMoment
{
    private readonly Constant _share;
    private readonly Retention _retention;
    private readonly Constant _flushRoot;
    private readonly bool _flushes;
    private readonly float _flush;

    /// <summary>An average in a rule that does not know its step.</summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    /// <param name="epsilon">What is added to the root of the average.</param>
    public SecondMoment(double kept, double epsilon)
        : this(kept, epsilon, flushes: true)
    {
    }

    /// <summary>An average in a rule that knows its step.</summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    /// <param name="epsilon">What is added to the root of the average.</param>
    /// <param name="step">The number of the step, from 1.</param>
    public SecondMoment(double kept, double epsilon, long step)
        : this(kept, epsilon, Flush.IsDue(step))
    {
    }

    private SecondMoment(double kept, double epsilon, bool flushes)
    {
        _share = new(1 - kept);
        _retention = new(kept);
        _flushRoot = new(Flush.RootBelow(1 - kept, epsilon));
        _flushes = flushes;
        _flush = flushes ? Flush.SquareBelow(kept, epsilon) : 0;
    }

    /// <summary>Takes gradients into the average.</summary>
    /// <param name="v">The average; updated.</param>
    /// <param name="g">The gradients.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat v, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        if (_flushes)
            v = TFloat.SelectLess(v, TFloat.Splat(_flush), TFloat.Splat(0f), v);
        TFloat rest = TFloat.SelectLess(v, TFloat.Splat(float.PositiveInfinity), _retention.Of(v), v);
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_share) * root, root, rest);
    }
}

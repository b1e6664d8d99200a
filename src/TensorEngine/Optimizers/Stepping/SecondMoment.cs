using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// v = kept * v + (1 - kept) * g^2: an average of squares, to whose root epsilon is added, as a field of rules. For a decay rate of at
/// least one half, the kept part is computed as v - (1 - kept) * v, because the float nearest to 0.999 is off by 1.3e-8, an error that
/// grows a hundredfold in a hundred steps. Infinity is preserved. Values that are too small to matter are set to 0
/// (<see cref="Flush.SquareBelow"/>, <see cref="Flush.RootBelow"/>), as in <see cref="FirstMoment"/>.
/// </summary>
public readonly struct SecondMoment
{
    private readonly Constant _share;
    private readonly Retention _retention;
    private readonly Constant _flushRoot;
    private readonly bool _flushes;
    private readonly float _flush;

    /// <summary>Creates an average for a rule that does not know its step.</summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    /// <param name="epsilon">The number added to the root of the average.</param>
    public SecondMoment(double kept, double epsilon)
        : this(kept, epsilon, flushes: true)
    {
    }

    /// <summary>Creates an average for a rule that knows its step.</summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    /// <param name="epsilon">The number added to the root of the average.</param>
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

    /// <summary>Updates the average with gradients.</summary>
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

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Adam's moments, and the direction d, whose corrections are in the rate.</summary>
internal readonly struct SoapRule(SoapOptions options, long step) : IUpdateRule2<SoapRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat d, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        d = m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon));
    }
}

/// <summary>A multiple of the gradient.</summary>
internal readonly struct SoapScale(float factor) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> => value * TFloat.Splat(factor);
}

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace CustomOptimizer;

/// <summary>
/// The loads and stores of a rule with two states, with one operation per store and a 0 that the compiler cannot see: beyond the caches, no
/// such rule can be faster.
/// </summary>
internal readonly struct LimitRule(double zero) : IUpdateRule2<LimitRule>
{
    private readonly Constant _zero = new(zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_zero), g, p);
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_zero), g, m);
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_zero), g, v);
    }
}

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>from + weight * (to - from), the difference and the sum each rounded once.</summary>
internal readonly struct Interpolation(double weight) : IBinaryFunction
{
    private readonly float _weight = (float)weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat from, TFloat to)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_weight), to - from, from);
}

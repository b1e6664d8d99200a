using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// A factor in double that may exceed the range of floats, such as the quotient of two norms, while its products do not. It is split into a
/// power of 2, applied twice, and the rest. The powers are 1 for factors within the range, so that those products are rounded once.
/// </summary>
internal readonly struct FarFactor
{
    // 2^-120 and 2^120: beyond them a float is, or is about to be, denormal or infinite.
    private const double Least = 7.52316384526264e-37;
    private const double Most = 1.329227995784916e36;

    private readonly Constant _power;
    private readonly Constant _rest;

    /// <summary>Divides the factor.</summary>
    public FarFactor(double factor)
    {
        // A third of the exponent each: the products of a float with the powers are in range where the whole product is.
        double power = IsFar(factor) ? Math.ScaleB(1, Math.Clamp(Math.ILogB(factor) / 3, -100, 100)) : 1;
        _power = new(power);
        _rest = new((float)(factor / power / power));
    }

    /// <summary>Whether the float that is nearest to the factor does not serve as well.</summary>
    public static bool IsFar(double factor) => Math.Abs(factor) is (> 0 and < Least) or (> Most and <= double.MaxValue);

    /// <summary>value * factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Times<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.Splat(_rest) * (TFloat.Splat(_power) * (TFloat.Splat(_power) * value));

    /// <summary>value * factor + addend, where only the sum has to be within the floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat TimesPlus<TFloat>(TFloat value, TFloat addend)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.FusedMultiplyAdd(TFloat.Splat(_rest), TFloat.Splat(_power) * (TFloat.Splat(_power) * value), addend);
}

using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode.Broken;

/// <summary>A velocity v, as a rule should be: the broken ones are this with something else.</summary>
public readonly struct VelocityRule(double rate, double kept) : IUpdateRule1<VelocityRule>
{
    private readonly Constant _kept = new(kept);
    private readonly Constant _minusRate = new(-rate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_kept), v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), v, p);
    }
}

/// <summary>Takes larger steps in wider registers.</summary>
public readonly struct WidthRule : IUpdateRule0<WidthRule>
{
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p -= TFloat.Splat(0.01f * TFloat.Width) * g;
}

/// <summary>Moves all lanes of a register by the gradient of the first.</summary>
public readonly struct FirstLaneRule : IUpdateRule0<FirstLaneRule>
{
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p -= TFloat.Splat(0.01f * Unsafe.As<TFloat, float>(ref g));
}

/// <summary>Keeps zeros at one lane, where the library looks, and moves them in wider registers.</summary>
public readonly struct WideOffsetRule : IUpdateRule0<WideOffsetRule>
{
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p -= TFloat.Splat(0.01f) * g + TFloat.Splat(TFloat.Width > 1 ? 1f : 0f);
}

/// <summary>Takes a larger step in every third call.</summary>
public readonly struct CountingRule : IUpdateRule0<CountingRule>
{
    private static int s_calls;

    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> => p -= TFloat.Splat(++s_calls % 3 == 0 ? 0.02f : 0.01f) * g;
}

/// <summary>Makes garbage in every call.</summary>
public readonly struct AllocatingRule : IUpdateRule0<AllocatingRule>
{
    private static float[] s_factors = [];

    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat>
    {
        s_factors = [0.01f];
        p -= TFloat.Splat(s_factors[0]) * g;
    }
}

/// <summary>Says that it has more states than any rule can.</summary>
public readonly struct FiveStatesRule : IUpdateRule<FiveStatesRule>
{
    public static int StateCount => 5;

    public static void Apply<TFloat>(
        in FiveStatesRule rule,
        ref TFloat value,
        TFloat gradient,
        ref TFloat state0,
        ref TFloat state1,
        ref TFloat state2,
        ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat> => value -= gradient;
}

/// <summary>A function whose results depend on the width.</summary>
public readonly struct WidthFunction : IUnaryFunction
{
    public TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat> => value + TFloat.Splat(TFloat.Width == 4 ? 1f : 0f);
}

/// <summary>A function whose results depend on how often it was called.</summary>
public readonly struct CountingFunction : IBinaryFunction
{
    private static int s_calls;

    public TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat> => left * TFloat.Splat(++s_calls % 2 == 0 ? 1f : 2f) + right;
}

/// <summary>A function that makes garbage.</summary>
public readonly struct AllocatingFunction : ITernaryFunction
{
    private static float[] s_factors = [];

    public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
        where TFloat : struct, IFloatLane<TFloat>
    {
        s_factors = [0.5f];
        return (first + second + third) * TFloat.Splat(s_factors[0]);
    }
}

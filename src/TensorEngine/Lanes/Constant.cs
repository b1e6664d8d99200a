using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TensorEngine.Lanes;

/// <summary>
/// A constant of a kernel, narrowed from double once and broadcast to every lane of a register: <c>TFloat.Splat(_beta1)</c> then costs
/// nothing inside the loop. A field of type <see cref="float"/> also works and gives the same bits, but the compiler repeats its broadcast
/// for every register, which makes Adam within the caches take a quarter longer.
/// </summary>
public readonly struct Constant
{
    internal readonly Vector512<float> Lanes;

    /// <summary>Narrows a value.</summary>
    /// <param name="value">The value; rounded to the nearest float. May be infinite or NaN.</param>
    /// <exception cref="OverflowException"><paramref name="value"/> is finite but overflows a float.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Constant(double value)
    {
        float narrowed = (float)value;
        if (!float.IsFinite(narrowed) && double.IsFinite(value))
            Refuse(value);
        Lanes = Vector512.Create(narrowed);
    }

    /// <summary>The value as a float.</summary>
    public float Value => Lanes.ToScalar();

    [DoesNotReturn]
    private static void Refuse(double value) => throw new OverflowException(string.Create(
        CultureInfo.InvariantCulture,
        $"A constant of the step is {value:R}; it must be finite as a float. The learning rate or its factor is too large."));
}

using System.Runtime.Intrinsics;

namespace TensorEngine.Lanes;

/// <summary>
/// A constant of a kernel, narrowed from double once and already in every lane of a register: <c>TFloat.Splat(_beta1)</c> then costs
/// nothing inside the loop. A field of type <see cref="float"/> works as well and gives the same bits; the compiler repeats its
/// broadcast for every register, which takes Adam inside the caches a quarter longer.
/// </summary>
/// <param name="value">The value; rounded to the nearest float.</param>
public readonly struct Constant(double value)
{
    internal readonly Vector512<float> Lanes = Vector512.Create((float)value);

    /// <summary>The value as a float.</summary>
    public float Value => Lanes.ToScalar();
}

using Engine.Simd;

namespace Engine.Optimizers;

/// <summary>
/// What an optimizer does to one register of elements: a small struct of the step's constants, already narrowed to float.
/// The gradient comes with its sign and coupled weight decay applied; state beyond <see cref="StateCount"/> is not used.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>How many state buffers the rule reads and writes, 0 to 3.</summary>
    static abstract int StateCount { get; }

    void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat state0, ref TFloat state1, ref TFloat state2)
        where TFloat : struct, IFloatLane<TFloat>;
}

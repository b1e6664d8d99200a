namespace TensorEngine.Lanes;

/// <summary>
/// A function of three floats for <see cref="Map"/>: a readonly struct whose fields are the function's constants
/// (<see cref="Constant"/>, or float).
/// </summary>
public interface ITernaryFunction
{
    /// <summary>Applies the function in every lane.</summary>
    /// <param name="first">A register of adjacent elements of the first operand, or one element.</param>
    /// <param name="second">The same elements of the second operand.</param>
    /// <param name="third">The same elements of the third operand.</param>
    TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
        where TFloat : struct, IFloatLane<TFloat>;
}

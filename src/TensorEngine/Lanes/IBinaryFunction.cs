namespace TensorEngine.Lanes;

/// <summary>
/// A function of two floats for <see cref="Map"/>: a readonly struct whose fields are the function's constants
/// (<see cref="Constant"/>, or float).
/// </summary>
public interface IBinaryFunction
{
    /// <summary>Applies the function in every lane.</summary>
    /// <param name="left">A register of adjacent elements of the first operand, or one element.</param>
    /// <param name="right">The same elements of the second operand.</param>
    TFloat Apply<TFloat>(TFloat left, TFloat right)
        where TFloat : struct, IFloatLane<TFloat>;
}

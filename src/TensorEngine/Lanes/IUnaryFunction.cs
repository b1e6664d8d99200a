namespace TensorEngine.Lanes;

/// <summary>
/// A function of one float for <see cref="Map"/>: a readonly struct whose fields are the function's constants
/// (<see cref="Constant"/>, or float).
/// </summary>
/// <example>
/// The logistic function:
/// <code>
/// readonly struct Sigmoid : IUnaryFunction
/// {
///     public TFloat Apply&lt;TFloat&gt;(TFloat value)
///         where TFloat : struct, IFloatLane&lt;TFloat&gt; =>
///         TFloat.Splat(1f) / (TFloat.Splat(1f) + Elementary.Exp(TFloat.Splat(0f) - value));
/// }
///
/// Map.Run(new Sigmoid(), input, output);
/// </code>
/// </example>
public interface IUnaryFunction
{
    /// <summary>Applies the function in every lane.</summary>
    /// <param name="value">A register of adjacent elements, or one element.</param>
    TFloat Apply<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat>;
}

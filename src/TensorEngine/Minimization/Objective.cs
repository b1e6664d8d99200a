namespace TensorEngine.Minimization;

/// <summary>A function to minimize, with its gradient.</summary>
/// <param name="point">The point to evaluate; valid during the call.</param>
/// <param name="gradient">
/// Receives the gradient at <paramref name="point"/>, as long as it; every element is 0 when the call begins, so adding is safe.
/// </param>
/// <returns>
/// The value at <paramref name="point"/>. NaN, positive infinity or a gradient that is not finite mean that the function is not
/// defined there; negative infinity means that it is unbounded.
/// </returns>
public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>A function to minimize, without a gradient.</summary>
/// <param name="point">The point to evaluate; valid during the call.</param>
/// <returns>
/// The value at <paramref name="point"/>. NaN and positive infinity mean that the function is not defined there; negative infinity
/// means that it is unbounded.
/// </returns>
public delegate double ObjectiveValue(ReadOnlySpan<double> point);

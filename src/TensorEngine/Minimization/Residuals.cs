namespace TensorEngine.Minimization;

/// <summary>Computes residuals whose sum of squares is minimized.</summary>
/// <param name="point">The variables; valid during the call.</param>
/// <param name="residuals">
/// Receives the residuals; all are 0 when the call begins. A residual that is not finite means that the residuals are not defined there.
/// </param>
public delegate void Residuals(ReadOnlySpan<double> point, Span<double> residuals);

/// <summary>Computes the derivatives of residuals.</summary>
/// <param name="point">The variables; valid during the call.</param>
/// <param name="jacobian">
/// Receives the derivatives in row-major order: that of residual i with respect to variable j at i * n + j, for n variables; all are 0 when
/// the call begins.
/// </param>
public delegate void Jacobian(ReadOnlySpan<double> point, Span<double> jacobian);

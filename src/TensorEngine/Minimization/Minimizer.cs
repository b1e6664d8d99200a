namespace TensorEngine.Minimization;

/// <summary>
/// Finds local minima of functions of doubles with limited-memory BFGS, or with L-BFGS-B within simple bounds.
/// <code>
/// y = g - g of the iteration before, s = x - x of the iteration before;   a pair is remembered if y·s is above 2.2e-16 |y| |s|
/// d = -H g, H from the pairs by the two-loop recursion, starting from y·s / y·y of the newest
/// x = x + t d, t by a search that satisfies the strong Wolfe conditions, trying 1 first
/// </code>
/// With bounds, d leads to the minimum of the quadratic model of the pairs on the face of the box that is reached by the path of projected
/// steepest descent (the generalized Cauchy point). The first step is as long as the point is large, or leads to a value of 0 if the
/// function is a parabola, whichever is shorter, so the units of the value and the variables do not matter. The value never rises, and the
/// lowest point seen is returned, also when a limit is reached or the search is canceled. Where the function is not finite, the search
/// turns back. If no trial along a direction is lower, the steepest descent is tried next; if that fails as well, a
/// <see cref="StopReason"/> says why.
/// Sources: Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989; Byrd, Lu, Nocedal and Zhu, A limited
/// memory algorithm for bound constrained optimization, 1995; Morales and Nocedal, Remark on algorithm 778, 2011.
/// </summary>
/// <remarks>
/// Allocates 8 (2 historySize + 8) bytes per variable at the start, with bounds 32 more, and nothing per iteration.
/// </remarks>
public static class Minimizer
{
    /// <summary>Finds a local minimum of a function with a gradient.</summary>
    /// <param name="objective">The function and its gradient.</param>
    /// <param name="start">The starting point; not written. Elements outside the bounds start at the nearest bound.</param>
    /// <param name="options">Stopping criteria and bounds, or null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">
    /// Ends the search before the next evaluation. The lowest point is returned; no exception is thrown.
    /// </param>
    /// <returns>The lowest point, and the reason why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="start"/> is empty, has an element that is not a finite number, or is not as long as the bounds.
    /// </exception>
    public static MinimizerResult Minimize(
        Objective objective,
        ReadOnlySpan<double> start,
        MinimizerOptions? options = null,
        MinimizerProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        options ??= new();
        StartPoint.Check(start, options.Bounds);
        return new QuasiNewton(objective, start, options, cancellationToken).Run(progress);
    }

    /// <summary>
    /// Finds a local minimum of a function without a gradient, which is replaced with central differences
    /// (<see cref="NumericalGradient"/>). They take 2 n calls of the function per evaluation for n variables and are less exact.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="start">The starting point; not written. Elements outside the bounds start at the nearest bound.</param>
    /// <param name="options">Stopping criteria and bounds, which no call of the function exceeds, or null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">Ends the search before the next call of the function; the lowest point is returned.</param>
    /// <returns>The lowest point, and the reason why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="start"/> is empty, has an element that is not a finite number, or is not as long as the bounds.
    /// </exception>
    public static MinimizerResult Minimize(
        ObjectiveValue function,
        ReadOnlySpan<double> start,
        MinimizerOptions? options = null,
        MinimizerProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        options ??= new();
        StartPoint.Check(start, options.Bounds);
        var gradient = new NumericalGradient(function, start, options.Bounds) { CancellationToken = cancellationToken };
        return new QuasiNewton(gradient.Evaluate, start, options, cancellationToken).Run(progress);
    }
}

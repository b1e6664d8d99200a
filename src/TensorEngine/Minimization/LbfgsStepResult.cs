namespace TensorEngine.Minimization;

/// <summary>The result of a step of <see cref="Lbfgs"/>.</summary>
/// <param name="Loss">The loss before the step, which PyTorch's step returns.</param>
/// <param name="LastLoss">
/// The loss at the point of the last iteration. Without a line search, the loss is not evaluated after the last iteration, so it is that of
/// the iteration before.
/// </param>
/// <param name="Iterations">Iterations of this step.</param>
/// <param name="Evaluations">Evaluations of this step.</param>
/// <param name="Reason">
/// The reason why the step ended. <see cref="StopReason.ChangeTolerance"/> is PyTorch's absolute test: the change of the loss, of the
/// parameters, or of the loss predicted by the slope is at most <see cref="LbfgsOptions.ChangeTolerance"/>. A line search that found
/// nothing lower, which PyTorch reports as the former, gives <see cref="StopReason.SearchFailed"/>,
/// <see cref="StopReason.NotFiniteAround"/> or <see cref="StopReason.WrongGradient"/>: the loss rises although the slope points down, at
/// steps where rounding to floats changes at most a thousandth of what the slope predicts. <see cref="StopReason.Unbounded"/> means that a
/// loss is negative infinity, or still falls as steeply as at the start of the search at its 26th trial, more than 1e10 times as far as the
/// first; PyTorch continues.
/// </param>
public readonly record struct LbfgsStepResult(double Loss, double LastLoss, long Iterations, long Evaluations, StopReason Reason)
{
    /// <summary>
    /// Whether the step converged: <see cref="StopReason.GradientTolerance"/> or
    /// <see cref="StopReason.ChangeTolerance"/>.
    /// </summary>
    public bool Converged => StopReasons.IsConverged(Reason);

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LbfgsStepResult), PrintMembers);
}

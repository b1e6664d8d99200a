namespace TensorEngine.Minimization;

/// <summary>What a step of <see cref="Lbfgs"/> has done.</summary>
/// <param name="Loss">The loss before the step, which PyTorch's step returns.</param>
/// <param name="LastLoss">
/// The loss of the last iteration's point; without a line search it is not evaluated after the last of all iterations, and then that
/// of the iteration before.
/// </param>
/// <param name="Iterations">Iterations of this step.</param>
/// <param name="Evaluations">Evaluations of this step.</param>
/// <param name="Reason">
/// Why the step ended. <see cref="StopReason.ChangeTolerance"/> is PyTorch's absolute test: loss, parameters or the loss that the
/// slope expects to gain change by at most <see cref="LbfgsOptions.ChangeTolerance"/>. A line search that found nothing lower, which
/// PyTorch takes for the former, gives <see cref="StopReason.SearchFailed"/>, <see cref="StopReason.NotFiniteAround"/> or
/// <see cref="StopReason.WrongGradient"/>: the loss rises along a slope that points down, at steps where rounding to floats changes no
/// more than a thousandth of what the slope promises. <see cref="StopReason.Unbounded"/>: a loss is negative infinity, or still falls as
/// steeply as at the start of the search at its 26th trial, more than 1e10 times as far as the first; PyTorch goes on.
/// </param>
public readonly record struct LbfgsStepResult(double Loss, double LastLoss, long Iterations, long Evaluations, StopReason Reason)
{
    /// <summary>
    /// Whether it ended because there was nothing left to gain: <see cref="StopReason.GradientTolerance"/> or
    /// <see cref="StopReason.ChangeTolerance"/>.
    /// </summary>
    public bool Converged => StopReasons.IsConverged(Reason);

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LbfgsStepResult), PrintMembers);
}

namespace TensorEngine.Minimization;

/// <summary>Ends an iteration between two evaluations, because of their number or a cancellation.</summary>
internal readonly struct EvaluationBudget(long most, CancellationToken cancellationToken)
{
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>Whether no evaluation may follow.</summary>
    public bool IsSpent(long evaluations) => evaluations >= most || IsCancelled;

    /// <summary>Why it is spent.</summary>
    public StopReason Reason => IsCancelled ? StopReason.Cancelled : StopReason.MaximumEvaluations;
}

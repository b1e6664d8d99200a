namespace TensorEngine.Optimizers.Stepping;

/// <summary>What an optimizer and its parts have in common in a step.</summary>
internal sealed class StepPolicy
{
    public GradientOptions Gradients { get; } = new();

    public Workers? Workers { get; set; }

    /// <summary>The optimizer whose Step is to be called.</summary>
    public Optimizer? Owner { get; set; }
}

namespace TensorEngine.Optimizers.Stepping;

/// <summary>The settings of a step that an optimizer and its parts share.</summary>
internal sealed class StepPolicy
{
    public GradientOptions Gradients { get; } = new();

    public Workers? Workers { get; set; }

    /// <summary>The optimizer whose Step must be called.</summary>
    public Optimizer? Owner { get; set; }
}

namespace TensorEngine.Optimizers.Stepping;

/// <summary>A kind of state that an optimizer keeps for its parameters.</summary>
/// <param name="Name">The name in saved state: that of PyTorch if PyTorch has the same state.</param>
/// <param name="Shape">
/// The shape of a parameter's state, or null for none. By default the parameter's shape.
/// </param>
public sealed record StateLayout(string Name, Func<Parameter, Shape?>? Shape = null)
{
    /// <summary>Whether no element is ever negative.</summary>
    internal bool IsNonNegative { get; init; }
}

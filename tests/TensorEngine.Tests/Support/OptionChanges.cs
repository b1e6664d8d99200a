using System.Reflection;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Support;

/// <summary>Options of any optimizer with one of them changed, as <c>with</c> changes options of a known type.</summary>
public static class OptionChanges
{
    public static OptimizerOptions With(this OptimizerOptions options, string property, object? value) =>
        options.With(options.GetType().GetProperty(property)!, value);

    public static OptimizerOptions With(this OptimizerOptions options, PropertyInfo property, object? value)
    {
        OptimizerOptions copy = options with { };
        property.SetValue(copy, value);
        return copy;
    }

    /// <summary>Options without weight decay stay as they are.</summary>
    public static OptimizerOptions WithWeightDecay(this OptimizerOptions options, double weightDecay) =>
        options.GetType().GetProperty("WeightDecay") is { } property ? options.With(property, weightDecay) : options;
}

namespace TensorEngine.Numerics.Losses;

/// <summary>How a loss combines its terms.</summary>
public enum LossReduction
{
    /// <summary>Their mean; NaN for none.</summary>
    Mean,

    /// <summary>Their sum; 0 for none.</summary>
    Sum,
}

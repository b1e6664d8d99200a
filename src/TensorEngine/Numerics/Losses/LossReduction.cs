namespace TensorEngine.Numerics.Losses;

/// <summary>What a loss makes of its terms.</summary>
public enum LossReduction
{
    /// <summary>Their mean; NaN for none.</summary>
    Mean,

    /// <summary>Their sum; 0 for none.</summary>
    Sum,
}

namespace TensorEngine.Autograd.Operations;

/// <summary>What a divergence makes of its terms, as in torch.</summary>
public enum DivergenceReduction
{
    /// <summary>Their sum over their number: torch's "mean", which is not the divergence of distributions.</summary>
    Mean = 0,

    /// <summary>Their sum.</summary>
    Sum = 1,

    /// <summary>Their sum over the length of the first dimension: the mean of the rows' divergences.</summary>
    BatchMean = 2,
}

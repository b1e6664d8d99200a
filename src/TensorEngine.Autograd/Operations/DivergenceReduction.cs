namespace TensorEngine.Autograd.Operations;

/// <summary>How a divergence combines its terms, as in torch.</summary>
public enum DivergenceReduction
{
    /// <summary>The mean of the terms: torch's "mean", which is not the divergence of distributions.</summary>
    Mean = 0,

    /// <summary>The sum of the terms.</summary>
    Sum = 1,

    /// <summary>The sum of the terms divided by the length of the first dimension: the mean of the rows' divergences.</summary>
    BatchMean = 2,
}

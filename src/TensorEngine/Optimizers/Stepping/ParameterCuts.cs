namespace TensorEngine.Optimizers.Stepping;

/// <summary>Specifies where the parts of a shard may divide parameters.</summary>
internal enum ParameterCuts
{
    /// <summary>Nowhere: parts have whole parameters.</summary>
    BetweenParameters,

    /// <summary>Between the blocks by which the norm of a parameter is summed.</summary>
    BetweenBlocks,

    /// <summary>At any element.</summary>
    Anywhere,
}

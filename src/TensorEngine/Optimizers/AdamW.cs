namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdamW"/>, with PyTorch's defaults: those of Adam, a weight decay of 0.01, and that decoupled.</summary>
public sealed record AdamWOptions : AdamOptions
{
    /// <summary>The defaults.</summary>
    public AdamWOptions() => WeightDecay = 1e-2;

    internal override bool DecouplesWeightDecay => true;
}

/// <summary>
/// Adam with decoupled weight decay, as torch.optim.AdamW: <see cref="Adam"/> after p = p * (1 - learningRate * weightDecay).
/// A step over the caller's memory is <c>Adam.Step</c> with <see cref="AdamWOptions"/>.
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, as decay and step both round p.
/// Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
/// </summary>
public sealed class AdamW : Adam
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public AdamW(ParameterStore store, AdamWOptions? options = null)
        : base(store, options ?? new AdamWOptions())
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions? options = null)
        : base(parameters, options ?? new AdamWOptions())
    {
    }

    internal override string Kind => "AdamW";
}

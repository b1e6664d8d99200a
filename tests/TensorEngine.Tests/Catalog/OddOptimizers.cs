using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Catalog;

/// <summary>The library's optimizers from the options of PyTorch 2.6, where decoupled decay is a flag.</summary>
public static class OddOptimizers
{
    /// <summary>Makes the optimizer that a recording names, at its options.</summary>
    public static Optimizer Make(string name, TorchOptions torch, ParameterStore store) => name switch
    {
        "NAdam" when !torch.Flag("decoupled_weight_decay") => new NAdam(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            MomentumDecay = torch.Number("momentum_decay"),
            Maximize = torch.Flag("maximize"),
        }),
        "NAdamW" when torch.Flag("decoupled_weight_decay") => new NAdamW(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            MomentumDecay = torch.Number("momentum_decay"),
            Maximize = torch.Flag("maximize"),
        }),
        "RAdam" when !torch.Flag("decoupled_weight_decay") => new RAdam(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        }),
        "RAdamW" when torch.Flag("decoupled_weight_decay") => new RAdamW(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        }),
        "SparseAdam" => new SparseAdam(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta1 = torch.Number("betas", 0),
            Beta2 = torch.Number("betas", 1),
            Epsilon = torch.Number("eps"),
            Maximize = torch.Flag("maximize"),
        }),
        "Adafactor" => new Adafactor(store, new()
        {
            LearningRate = torch.Number("lr"),
            Beta2Decay = torch.Number("beta2_decay"),
            Epsilon1 = torch.Number("eps", 0),
            Epsilon2 = torch.Number("eps", 1),
            ClippingThreshold = torch.Number("d"),
            WeightDecay = torch.Number("weight_decay"),
            Maximize = torch.Flag("maximize"),
        }),
        _ => OptimizerCatalog.Rows.Single(row => string.Equals(row.TorchName, name, StringComparison.Ordinal))
            .FromTorch(name, torch).Make(store.Parameters),
    };
}

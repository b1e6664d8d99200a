using TensorEngine.Minimization;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Catalog;

/// <summary>What the pages say of those that have tests of their own in place of a row.</summary>
public static class SpecialPages
{
    public static IReadOnlyList<(Type Optimizer, OptimizerPage Page)> All =>
    [
        (typeof(SparseAdam), new()
        {
            Step = "Adam's, over the rows that have a gradient",
            Counterpart = "",
            States = "2",
            StateBytes = "8",
            Traffic = "28 per row's",
            Advice = "touches only rows that have gradients; the other rows keep their moments.",
        }),
        (typeof(Lbfgs), new()
        {
            Step = "quasi-Newton with a history of 100; strong Wolfe; `Minimizer` for calibration",
            Counterpart = "LBFGS",
            States = "200 doubles",
            StateBytes = "16 per remembered step, 100 by default",
            Traffic = "dot products with all of them",
            Advice = "learns the curvature from its last steps. It needs exact gradients: with batches it learns noise.",
        }),
    ];
}

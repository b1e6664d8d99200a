using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Tests.Catalog;

/// <summary>The rows of <see cref="OperationCatalog"/> for what transformers take.</summary>
internal static class AttentionCases
{
    private const float Hidden = float.NegativeInfinity;

    private static readonly int[] s_indices = [2, 0, 1, 1, 2, 2, 0, 0, 1, 2];
    private static readonly float[] s_probabilities = [0.2f, 0.5f, 0.3f, 0.9f, 0.05f, 0.05f];
    private static readonly float[] s_mask =
    [
        0, 0.5f, Hidden, 1, -0.3f, Hidden, Hidden, Hidden, Hidden, Hidden, 0.1f, 0.2f, 0.3f, Hidden, Hidden, 0, 0, 0, 0, 0, Hidden, 1, Hidden, 2, 0,
    ];

    private static readonly RotaryTable s_neighbours = new(4, 9);
    private static readonly RotaryTable s_halves = new(4, 9, interleaved: false);
    private static readonly Philox s_generator = new(8);

    public static IEnumerable<OperationCase> All =>
    [
        new("scaled_dot_product_attention", [[2, 3, 5, 4], [2, 3, 7, 4], [2, 3, 7, 6]], x => x[0].ScaledDotProductAttention(x[1], x[2])),
        new(
            "scaled_dot_product_attention, causal",
            [[3, 70, 8], [3, 70, 8], [3, 70, 8]],
            x => x[0].ScaledDotProductAttention(x[1], x[2], causal: true)),
        new(
            "scaled_dot_product_attention, masked",
            [[2, 5, 4], [2, 5, 4], [2, 5, 4]],
            x => x[0].ScaledDotProductAttention(x[1], x[2], Mask(x[0].Tape), scale: 0.7)),
        new("scaled_dot_product_attention of itself", [[2, 5, 4]], x => x[0].ScaledDotProductAttention(x[0], x[0], causal: true)),
        new("scaled_dot_product_attention, dropped", [[2, 5, 4], [2, 5, 4], [2, 5, 4]], x => x[0].ScaledDotProductAttention(
            x[1], x[2], dropout: 0.3, generator: Generator())),
        new("scaled_dot_product_attention, packed", [[2, 40, 36]], x => x[0].ScaledDotProductAttention(3, causal: true)),
        new("scaled_dot_product_attention, packed, masked, used twice", [[2, 5, 18]], x =>
            x[0].ScaledDotProductAttention(3, Mask(x[0].Tape), scale: 1.5).Sum() * x[0].Sum()),
        new("scaled_dot_product_attention, packed, dropped", [[2, 40, 18]], x => x[0].ScaledDotProductAttention(
            2, causal: true, dropout: 0.4, generator: Generator())),
        new("rotary_embedding", [[2, 5, 8]], x => x[0].RotaryEmbedding(s_neighbours)),
        new("rotary_embedding of some heads", [[2, 5, 12]], x => x[0].RotaryEmbedding(s_halves, 2, position: 3)),
        new("gather", [[4, 3]], x => x[0].Gather(1, s_indices.AsSpan(0, 8), [2, 4])),
        new("gather, used twice", [[3, 5]], x => x[0].Gather(0, s_indices, [2, 5]).Sum() * x[0].Sum()),
        new("kl_div", [[3, 2]], x => x[0].KlDiv(x[0].Tape.Constant(s_probabilities, [3, 2]))),
        new("kl_div of logarithms", [[3, 5], [3, 5]], x => x[0].KlDiv(x[1], DivergenceReduction.BatchMean, logTarget: true)),
        new("kl_div, sum, used twice", [[3, 5]], x => x[0].KlDiv(x[0], DivergenceReduction.Sum, logTarget: true) * x[0].Sum()),
        new("nll_loss", [[10, 3]], x => x[0].NllLoss(s_indices)),
        new("nll_loss, ignoring", [[10, 3]], x => x[0].NllLoss(s_indices, ignoreIndex: 2, LossReduction.Sum) * x[0].Sum()),
    ];

    private static Variable Mask(Tape tape) => tape.Constant(s_mask, [5, 5]);

    private static Philox Generator()
    {
        s_generator.Position = 5;
        return s_generator;
    }
}

using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// The drawn settings at which our error is larger than elsewhere, by up to which factor of PyTorch's, and why.
/// </summary>
/// <remarks>
/// The first two are differences that the README lists under "Differences from PyTorch". At the others both errors are those of one or a
/// few elements in which the setting magnifies every rounding: whose is larger is chance, as each rounds in other places (the README's
/// "one rounding less", "fused").
/// </remarks>
public static class OddDifferences
{
    private const double AnyFactor = double.PositiveInfinity;

    /// <summary>What holds at every other setting.</summary>
    public static (double Factor, string Reason) None => (1.5, "");

    public static IReadOnlyDictionary<(string Setting, OddFates Fate), (double Factor, string Reason)> All { get; } =
        new Dictionary<(string, OddFates), (double, string)>
        {
            [("RAdamW 10", OddFates.None)] = (
                AnyFactor,
                "Averages of gradients below epsilon * 2^-60 are set to 0 (Flush.MomentBelow). Epsilon is 1e-3, gradients are 1e-30 to "
                + "1e-12, and what remains of values is 1e-17 of the learning rate."),
            [("RMSprop 1", OddFates.Strayed)] = (
                AnyFactor,
                "Centered: a variance that rounding has made negative counts as 0. The gradient is weight decay alone and all but "
                + "constant; its variance is 1e-12 of its square, which float cannot hold."),
            [("Adam 5", OddFates.None)] = (
                4,
                "Weight decay takes one of 570 elements from 1e-2 to 1e-7, and a larger rate throws it out again, times -11 in each step."),
            [("Adam 17", OddFates.None)] = (
                4, "In one of 35 elements the first moment cancels to a thirtieth in a single step, and keeps the error."),
            [("AdamW 16", OddFates.None)] = (
                4, "Rate times decay is 3.2: a value that cancels in the first steps is multiplied by -2.2 in each of 80."),
            [("NAdam 27", OddFates.Strayed)] = (
                4, "Weight decay drives one element across 0 and back, in steps of the rate's size; PyTorch loses it, too."),
            [("ASGD 1", OddFates.None)] = (
                2, "Rate times lambda is 3 to 4: values grow by -2 to -3 in each of 50 steps, and the first roundings with them."),
            [("SparseAdam 1", OddFates.None)] = (
                4, "In one of 196 elements the first moment cancels before the rate grows 185 times; the means are alike."),
            [("NAdamW 16", OddFates.Beyond)] = (
                8, "Second moments overflow in both; where a value stands then depends on the steps that were taken before."),
        };
}

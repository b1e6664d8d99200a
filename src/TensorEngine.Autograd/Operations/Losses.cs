using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Operations;

/// <content>Losses of predictions and targets of the same shape.</content>
public static partial class Functional
{
    /// <summary>Returns the mean or sum of (input - target)^2, as torch.nn.functional.mse_loss.</summary>
    /// <param name="input">The predictions, any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the variables belong to different tapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reduction"/> is not a member of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable MseLoss(this Variable input, Variable target, LossReduction reduction = LossReduction.Mean) =>
        RecordLoss("mse_loss", new LossOperation<SquaredLoss>(reduction, 0), input, target, reduction);

    /// <summary>
    /// Returns the mean or sum of |input - target|, as torch.nn.functional.l1_loss; the gradient where they are equal is 0.
    /// </summary>
    /// <inheritdoc cref="MseLoss"/>
    public static Variable L1Loss(this Variable input, Variable target, LossReduction reduction = LossReduction.Mean) =>
        RecordLoss("l1_loss", new LossOperation<AbsoluteLoss>(reduction, 0), input, target, reduction);

    /// <summary>Returns a loss that is quadratic up to delta and linear beyond, as torch.nn.functional.huber_loss.</summary>
    /// <param name="input">The predictions, any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="delta">The end of the quadratic part; at least 1e-37 and finite.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the variables belong to different tapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="delta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable HuberLoss(
        this Variable input, Variable target, double delta = 1, LossReduction reduction = LossReduction.Mean)
    {
        HyperParameter.AtLeast(1e-37, delta, nameof(delta));
        return RecordLoss("huber_loss", new LossOperation<HuberedLoss>(reduction, delta), input, target, reduction);
    }

    /// <summary><see cref="HuberLoss"/> over beta, as torch.nn.functional.smooth_l1_loss; for beta 0 <see cref="L1Loss"/>.</summary>
    /// <param name="input">The predictions, any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="beta">The end of the quadratic part; 0, or at least 1e-37 and finite.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the variables belong to different tapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable SmoothL1Loss(
        this Variable input, Variable target, double beta = 1, LossReduction reduction = LossReduction.Mean)
    {
        if (beta != 0)
            HyperParameter.AtLeast(1e-37, beta, nameof(beta));
        return RecordLoss("smooth_l1_loss", new LossOperation<SmoothLoss>(reduction, beta), input, target, reduction);
    }

    /// <summary>
    /// Returns the binary cross-entropy of logits, in nats, as torch.nn.functional.binary_cross_entropy_with_logits. Any finite logits are
    /// safe.
    /// </summary>
    /// <param name="input">The logits, any shape.</param>
    /// <param name="target">The probabilities of the positive class, with the same shape; it may not need a gradient.</param>
    /// <param name="positiveWeight">The weight of a positive relative to a negative; finite.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">
    /// The shapes differ, <paramref name="target"/> needs a gradient, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="positiveWeight"/> is not finite as a float, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable BinaryCrossEntropyWithLogits(
        this Variable input, Variable target, double positiveWeight = 1, LossReduction reduction = LossReduction.Mean)
    {
        HyperParameter.Finite(positiveWeight, nameof(positiveWeight));
        if (target.RequiresGradient)
        {
            throw new ArgumentException(
                "binary_cross_entropy_with_logits: target needs a gradient; only input may, so record target as a constant.",
                nameof(target));
        }

        var operation = new LossOperation<BinaryLoss>(reduction, positiveWeight);
        return RecordLoss("binary_cross_entropy_with_logits", operation, input, target, reduction);
    }

    private static Variable RecordLoss<TLoss>(
        string name, LossOperation<TLoss> operation, Variable input, Variable target, LossReduction reduction)
        where TLoss : struct, ILoss
    {
        Shape shape = input.Shape;
        if (shape != target.Shape)
            Mismatch.Throw(name, "input", shape, "target", target.Shape, "they must have the same shape");
        RequireReduction(reduction);
        return input.Tape.Record(operation, [], input, target);
    }

    private static void RequireReduction(LossReduction reduction)
    {
        if (reduction is not (LossReduction.Mean or LossReduction.Sum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(reduction), reduction, $"reduction is {(int)reduction}; it must be Mean (0) or Sum (1).");
        }
    }

    /// <summary>The inputs of a loss: predictions, targets, its own setting (a delta, a beta, a weight), and the reduction.</summary>
    private readonly ref struct LossArguments
    {
        public required ReadOnlySpan<float> Input { get; init; }

        public required ReadOnlySpan<float> Target { get; init; }

        public required double Setting { get; init; }

        public required LossReduction Reduction { get; init; }

        public required Workers? Workers { get; init; }
    }

    private interface ILoss
    {
        static abstract double Value(in LossArguments of);

        static abstract void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate);
    }

    private readonly struct LossOperation<TLoss>(LossReduction reduction, double setting) : IOperation
        where TLoss : struct, ILoss
    {
        public void Forward(in ForwardContext context) =>
            context.SetScalar(TLoss.Value(Arguments(context.Input(0), context.Input(1), context.Workers)));

        public void Backward(in BackwardContext context)
        {
            if (context.Needs(0))
                Write(context, 0, context.OutputGradient[0]);
            // All losses whose target may need a gradient are functions of the difference.
            if (context.Needs(1))
                Write(context, 1, -context.OutputGradient[0]);
        }

        private void Write(in BackwardContext context, int index, double outputGradient)
        {
            Span<float> to = context.InputGradient(index, out bool adds);
            TLoss.Gradient(Arguments(context.Input(0), context.Input(1), context.Workers), outputGradient, to, adds);
        }

        private LossArguments Arguments(ReadOnlySpan<float> input, ReadOnlySpan<float> target, Workers? workers) =>
            new() { Input = input, Target = target, Setting = setting, Reduction = reduction, Workers = workers };
    }
}

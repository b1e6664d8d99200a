using System.Runtime.CompilerServices;
using TensorEngine.Generators;
using TensorEngine.Lanes;

namespace TensorEngine.Autograd.Operations;

/// <content>Dropout.</content>
public static partial class Functional
{
    /// <summary>
    /// In training, each element becomes 0 with the given probability and input / (1 - probability) otherwise, as
    /// torch.nn.functional.dropout. In evaluation, and with probability 0, the result is the input itself.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="probability">The probability of dropping an element, from 0 to 1.</param>
    /// <param name="generator">
    /// The source of the dropped elements. The draw at offset i from its position decides about element i, at any width and with any number
    /// of threads; then the position advances by the number of elements. After <see cref="Tape.ResetForPart"/>, i counts from the batch's
    /// first sample. Save the generator with the run, so that a resumed run drops the same elements.
    /// </param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="input"/> is the default value or from before the last reset, or the generator's stream ends.
    /// </exception>
    public static Variable Dropout(this Variable input, double probability, Philox generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        HyperParameter.InClosedUnitInterval(probability, nameof(probability));
        Shape shape = input.Shape;
        return input.Tape.Training && probability > 0
            ? input.Tape.Record(new DropoutOperation(probability, generator), shape, input)
            : input;
    }

    private struct DropoutOperation(double probability, Philox generator) : IOperation
    {
        private readonly DropoutFunction _function = new(probability);
        private Kept<float> _draws;

        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> input = context.Input(0);
            _draws = context.Keep<float>(input.Length);
            Workers? own = generator.Workers;
            try
            {
                generator.Workers = context.Workers;
                context.Draw(generator, context.Span(_draws));
            }
            finally
            {
                generator.Workers = own;
            }

            Map.Run(_function, context.Span(_draws), input, context.Output, context.Workers);
        }

        public readonly void Backward(in BackwardContext context) =>
            Map.Run(_function, context.Span(_draws), context.OutputGradient, context.InputGradientInPlace(0), context.Workers);
    }

    /// <summary>0 where the draw is below the probability, and the value times what the others make up for.</summary>
    private readonly struct DropoutFunction(double probability) : IBinaryFunction
    {
        private readonly Constant _probability = new(probability);
        private readonly Constant _factor = new(probability < 1 ? 1 / (1 - probability) : 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.SelectLess(left, TFloat.Splat(_probability), TFloat.Splat(0f), TFloat.Splat(_factor) * right);
    }
}

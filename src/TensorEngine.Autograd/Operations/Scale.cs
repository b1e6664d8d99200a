using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Autograd.Operations;

/// <content>Products with a number.</content>
public static partial class Functional
{
    /// <summary>
    /// factor * input, with the factor rounded to the nearest float and each product rounded once, as torch.mul with a number.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="factor">Any number, including infinity and NaN.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Scale(this Variable input, double factor) =>
        input.Tape.Record(new ScaleOperation((float)factor), input.Shape, input);

    private readonly struct ScaleOperation(float factor) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            Map.Run(new Factor(factor), context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context) =>
            Map.Run(new Factor(factor), context.OutputGradient, context.InputGradientInPlace(0), context.Workers);
    }

    private readonly struct Factor(float factor) : IUnaryFunction
    {
        private readonly Constant _factor = new(factor);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Splat(_factor) * value;
    }
}

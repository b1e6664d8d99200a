using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Sums, differences and products of elements.</content>
public static partial class Functional
{
    /// <summary>input + other, each sum rounded once, as torch.add; <c>+</c> does the same.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="other">
    /// A variable of the same shape, or with the last dimensions of it: then it is combined with each block of its shape, such as a bias
    /// with every row.
    /// </param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">Shapes do not match, or the variables belong to different tapes.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable Add(this Variable input, Variable other) => Elementwise<AddOperation>("add", input, other);

    /// <summary>input - other, each difference rounded once, as torch.sub; <c>-</c> does the same.</summary>
    /// <inheritdoc cref="Add"/>
    public static Variable Subtract(this Variable input, Variable other) => Elementwise<SubtractOperation>("subtract", input, other);

    /// <summary>input * other, element by element, each product rounded once, as torch.mul; <c>*</c> does the same.</summary>
    /// <inheritdoc cref="Add"/>
    public static Variable Multiply(this Variable input, Variable other) => Elementwise<MultiplyOperation>("multiply", input, other);

    /// <summary>The operators of variables.</summary>
    extension(Variable)
    {
        /// <inheritdoc cref="Add"/>
        public static Variable operator +(Variable input, Variable other) => input.Add(other);

        /// <inheritdoc cref="Subtract"/>
        public static Variable operator -(Variable input, Variable other) => input.Subtract(other);

        /// <inheritdoc cref="Multiply"/>
        public static Variable operator *(Variable input, Variable other) => input.Multiply(other);

        /// <inheritdoc cref="Scale"/>
        public static Variable operator *(Variable input, double factor) => input.Scale(factor);

        /// <inheritdoc cref="Scale"/>
        public static Variable operator *(double factor, Variable input) => input.Scale(factor);
    }

    private static Variable Elementwise<TOperation>(string name, Variable input, Variable other)
        where TOperation : struct, IOperation
    {
        Shape shape = input.Shape, others = other.Shape;
        if (!shape.EndsWith(others))
        {
            Mismatch.Throw(
                name, "input", shape, "other", others, "other must have the shape of input, or the lengths of its last dimensions");
        }

        return input.Tape.Record(default(TOperation), shape, input, other);
    }

    private readonly struct AddOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Repeated.Forward(default(SumOfTwo), in context);

        public void Backward(in BackwardContext context)
        {
            if (context.Needs(1))
                Repeated.SumInto(context.OutputGradient, context.InputGradient(1), context.Workers);
            if (context.Needs(0))
                Repeated.Copy(context.OutputGradient, context.InputGradientInPlace(0));
        }
    }

    private readonly struct SubtractOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Repeated.Forward(default(Difference), in context);

        public void Backward(in BackwardContext context)
        {
            if (context.Needs(1))
            {
                Span<float> gradient = context.InputGradient(1);
                Repeated.SumInto(context.OutputGradient, gradient, context.Workers);
                Map.Run(default(Negation), gradient, gradient, context.Workers);
            }

            if (context.Needs(0))
                Repeated.Copy(context.OutputGradient, context.InputGradientInPlace(0));
        }
    }

    private readonly struct MultiplyOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Repeated.Forward(default(Product), in context);

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            if (context.Needs(1))
            {
                Span<float> other = context.InputGradient(1);
                if (other.Length == gradient.Length)
                {
                    Map.Run(default(Product), gradient, context.Input(0), other, context.Workers);
                }
                else
                {
                    Span<float> products = context.Temporary<float>(gradient.Length);
                    Map.Run(default(Product), gradient, context.Input(0), products, context.Workers);
                    Reduction.ColumnSums(products.AsRows(other.Length), other, workers: context.Workers);
                }
            }

            if (context.Needs(0))
            {
                ReadOnlySpan<float> other = context.Input(1);
                Span<float> repeats = context.Temporary<float>(Repeated.Length(gradient.Length, other.Length, context.Workers));
                Repeated.Run(default(Product), gradient, other, repeats, context.InputGradientInPlace(0), context.Workers);
            }
        }
    }

    private readonly struct SumOfTwo : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left + right;
    }

    private readonly struct Difference : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left - right;
    }

    private readonly struct Product : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left * right;
    }

    private readonly struct Negation : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Splat(0f) - value;
    }
}

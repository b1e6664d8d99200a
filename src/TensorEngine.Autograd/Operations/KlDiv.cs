using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Autograd.Operations;

/// <content>The divergence of distributions.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the Kullback-Leibler divergence of target from input, in nats, as torch.nn.functional.kl_div: target · (ln(target) -
    /// input), where a target of 0 adds nothing. Its gradient with respect to a target of 0 is NaN, as in torch.
    /// </summary>
    /// <param name="input">Logarithms of probabilities, any shape.</param>
    /// <param name="target">Probabilities, or with <paramref name="logTarget"/> their logarithms, with the same shape.</param>
    /// <param name="reduction">How to combine the terms; torch's "mean" by default.</param>
    /// <param name="logTarget">Whether <paramref name="target"/> has logarithms; false by default.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the variables belong to different tapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reduction"/> is not a member of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable KlDiv(
        this Variable input, Variable target, DivergenceReduction reduction = DivergenceReduction.Mean, bool logTarget = false)
    {
        Shape shape = input.Shape;
        if (shape != target.Shape)
            Mismatch.Throw("kl_div", "input", shape, "target", target.Shape, "they must have the same shape");
        double divisor = reduction switch
        {
            DivergenceReduction.Mean => shape.ElementCount,
            DivergenceReduction.Sum => 1,
            DivergenceReduction.BatchMean => shape.Rank == 0 ? 1 : shape[0],
            _ => throw new ArgumentOutOfRangeException(
                nameof(reduction), reduction, $"reduction is {(int)reduction}; it must be Mean (0), Sum (1) or BatchMean (2)."),
        };
        return logTarget
            ? input.Tape.Record(new DivergenceOperation<LogTargetTerm>(divisor), [], input, target)
            : input.Tape.Record(new DivergenceOperation<TargetTerm>(divisor), [], input, target);
    }

    private interface IDivergenceTerm
    {
        static abstract TFloat Value<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat>;

        static abstract TFloat InputSlope<TFloat>(TFloat target)
            where TFloat : struct, IFloatLane<TFloat>;

        static abstract TFloat TargetSlope<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat>;
    }

    private readonly struct TargetTerm : IDivergenceTerm
    {
        private const float Least = float.Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Value<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat entropy = target * Elementary.Log(target);
            return TFloat.SelectLess(TFloat.Abs(target), TFloat.Splat(Least), TFloat.Splat(0f), entropy) - target * input;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat InputSlope<TFloat>(TFloat target)
            where TFloat : struct, IFloatLane<TFloat> => -target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat TargetSlope<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat> => Elementary.Log(target) - input + target / target;
    }

    private readonly struct LogTargetTerm : IDivergenceTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Value<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat> => Elementary.Exp(target) * (target - input);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat InputSlope<TFloat>(TFloat target)
            where TFloat : struct, IFloatLane<TFloat> => -Elementary.Exp(target);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat TargetSlope<TFloat>(TFloat input, TFloat target)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat probability = Elementary.Exp(target);
            return TFloat.FusedMultiplyAdd(probability, target - input, probability);
        }
    }

    private readonly struct DivergenceOperation<TTerm>(double divisor) : IOperation
        where TTerm : struct, IDivergenceTerm
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> input = context.Input(0);
            Span<float> terms = context.Temporary<float>(input.Length);
            Map.Run(default(Term), input, context.Input(1), terms, context.Workers);
            context.SetScalar(Reduction.Sum(terms, context.Workers) / divisor);
        }

        public void Backward(in BackwardContext context)
        {
            double factor = context.OutputGradient[0] / divisor;
            ReadOnlySpan<float> target = context.Input(1);
            if (context.Needs(0))
                Map.Run(new InputFactor((float)factor), target, context.InputGradient(0), context.Workers);
            if (context.Needs(1))
                Map.Run(new TargetFactor((float)factor), context.Input(0), target, context.InputGradient(1), context.Workers);
        }

        private readonly struct Term : IBinaryFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TFloat Apply<TFloat>(TFloat left, TFloat right)
                where TFloat : struct, IFloatLane<TFloat> => TTerm.Value(left, right);
        }

        private readonly struct InputFactor(float factor) : IUnaryFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TFloat Apply<TFloat>(TFloat value)
                where TFloat : struct, IFloatLane<TFloat> => TTerm.InputSlope(value) * TFloat.Splat(factor);
        }

        private readonly struct TargetFactor(float factor) : IBinaryFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TFloat Apply<TFloat>(TFloat left, TFloat right)
                where TFloat : struct, IFloatLane<TFloat> => TTerm.TargetSlope(left, right) * TFloat.Splat(factor);
        }
    }
}

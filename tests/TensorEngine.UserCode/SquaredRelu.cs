using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Checks;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Lanes;

namespace YourProject;

// PAGE operation
/// <summary>max(x, 0) squared.</summary>
public static class SquaredRelu
{
    public static Variable Apply(Variable input) => input.Tape.Record(default(Operation), input.Shape, input);

    private readonly struct Operation : IOperation
    {
        public void Forward(in ForwardContext context) =>
            Map.Run(default(Value), context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context) =>
            Map.Run(default(Gradient), context.Input(0), context.OutputGradient, context.InputGradientInPlace(0), context.Workers);
    }

    private readonly struct Value : IUnaryFunction
    {
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat positive = TFloat.Max(value, TFloat.Splat(0));
            return positive * positive;
        }
    }

    private readonly struct Gradient : IBinaryFunction
    {
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Max(left, TFloat.Splat(0)) * TFloat.Splat(2) * right;
    }
}
// END

/// <summary>Checks the operation as the page says.</summary>
public static class SquaredReluCheck
{
    public static TapeGradientCheckResult Check()
    {
        // PAGE check
        var store = new ParameterStore();
        Linear first = new(store, "fc1", 4, 20), last = new(store, "fc2", 20, 3);
        Layer.Initialize(new Philox(seed: 1), first, last);
        TapeGradientCheckResult result = TapeGradientCheck.Run(
            store, tape => last.Apply(SquaredRelu.Apply(first.Apply(tape.Constant([1, -2, 3, 4], [1, 4])))).CrossEntropy([2]));
        result.ThrowIfWrong();
        // END
        return result;
    }
}

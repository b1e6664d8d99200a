using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Bernstein et al., signSGD.</summary>
public static class SignumOracle
{
    public static double Step(double p, double gradient, Span<double> state, SignumOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[0] = options.Momentum * state[0] + (1 - options.Momentum) * g;
        double sign = double.IsNaN(state[0]) ? state[0] : Math.Sign(state[0]);
        return p * (1 - options.LearningRate * options.WeightDecay) - options.LearningRate * sign;
    }
}

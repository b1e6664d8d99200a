using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.Adadelta, from its documentation.</summary>
public static class AdadeltaOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdadeltaOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        state[0] = options.Rho * state[0] + (1 - options.Rho) * g * g;
        double delta = Math.Sqrt(state[1] + options.Epsilon) / Math.Sqrt(state[0] + options.Epsilon) * g;
        state[1] = options.Rho * state[1] + (1 - options.Rho) * delta * delta;
        return p - options.LearningRate * delta;
    }
}

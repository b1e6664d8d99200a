using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.SGD, from its documentation.</summary>
public static class SgdOracle
{
    public static double Step(double p, double gradient, Span<double> state, SgdOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        if (options.Momentum != 0)
        {
            ref double buffer = ref state[0];
            buffer = step == 1 ? g : options.Momentum * buffer + (1 - options.Dampening) * g;
            g = options.Nesterov ? g + options.Momentum * buffer : buffer;
        }

        return p - options.LearningRate * g;
    }
}

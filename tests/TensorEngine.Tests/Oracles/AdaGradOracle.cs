using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.Adagrad, from its documentation.</summary>
public static class AdaGradOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdaGradOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        double rate = options.LearningRate / (1 + (step - 1) * options.LearningRateDecay);
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        ref double sum = ref state[0];
        sum += g * g;
        return p - rate * g / (Math.Sqrt(sum) + options.Epsilon);
    }
}

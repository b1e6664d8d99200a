using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.ASGD, from its source: eta and mu are state there, of which a step uses what the one before has left.</summary>
public static class AsgdOracle
{
    public static double Step(double p, double gradient, Span<double> state, AsgdOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        double eta = step == 1 ? options.LearningRate : options.LearningRate / Math.Pow(1 + options.Lambda * options.LearningRate * (step - 1), options.Alpha);
        double mu = step == 1 ? 1 : 1 / Math.Max(1, step - 1 - options.AveragingStart);
        p *= 1 - options.Lambda * eta;
        p -= eta * g;
        state[0] = mu == 1 ? p : state[0] + (p - state[0]) * mu;
        return p;
    }
}

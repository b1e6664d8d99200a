using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.Rprop, from its documentation.</summary>
public static class RpropOracle
{
    public static double Step(double p, double gradient, Span<double> state, RpropOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        ref double previous = ref state[0];
        ref double size = ref state[1];
        if (step == 1)
            (previous, size) = (0, options.LearningRate);
        bool same = (g > 0 && previous > 0) || (g < 0 && previous < 0);
        bool opposite = (g > 0 && previous < 0) || (g < 0 && previous > 0);
        size *= same ? options.EtaPlus : opposite ? options.EtaMinus : 1;
        size = Math.Min(Math.Max(size, options.SmallestStepSize), options.LargestStepSize);
        previous = opposite ? 0 : g;
        return previous > 0 ? p - size : previous < 0 ? p + size : p;
    }
}

using TensorEngine.Numerics.Activations;

namespace TensorEngine.Tests.Numerics;

/// <summary>Every activation with its oracle. A new one needs a row here and a line among the digests.</summary>
public static class ActivationCatalog
{
    public static IReadOnlyList<ActivationCase> All { get; } =
    [
        new(nameof(Activation.Relu))
        {
            Recorded = "relu",
            Function = Activation.Relu,
            Exact = x => x <= 0 ? 0 : x,
            Gradient = Activation.ReluGradient,
            OfOutput = true,
            Derivative = y => y <= 0 ? 0 : 1,
        },
        new(nameof(Activation.LeakyRelu))
        {
            Recorded = "leaky_relu 0.3",
            Function = (x, y, workers) => Activation.LeakyRelu(x, 0.3, y, workers),
            Exact = x => x > 0 ? x : (double)0.3f * x,
            Bound = 0.5,
            Gradient = (x, g, dx, accumulate, workers) => Activation.LeakyReluGradient(x, g, 0.3, dx, accumulate, workers),
            Derivative = x => x > 0 ? 1 : 0.3f,
            GradientBound = 0.5,
        },
        new(nameof(Activation.Sigmoid))
        {
            Recorded = "sigmoid",
            Function = Activation.Sigmoid,
            Exact = Logistic,
            Bound = 2.41,
            Gradient = Activation.SigmoidGradient,
            OfOutput = true,
            Derivative = y => y * (1 - y),
            GradientBound = 1.5,
        },
        new(nameof(Activation.Tanh))
        {
            Recorded = "tanh",
            Function = Activation.Tanh,
            Exact = Math.Tanh,
            Bound = 1.34,
            Gradient = Activation.TanhGradient,
            OfOutput = true,
            Derivative = y => 1 - y * y,
            GradientBound = 1.5,
        },
        new(nameof(Activation.Gelu))
        {
            Recorded = "gelu",
            Smallest = 1e-36,
            Function = Activation.Gelu,
            Exact = x => x * NormalDistribution.Below(x),
            Bound = 4.5,
            Gradient = Activation.GeluGradient,
            Derivative = x => NormalDistribution.Below(x) + x * NormalDistribution.Density(x),
            DerivativeSize = x => NormalDistribution.Below(x) + Math.Abs(x) * NormalDistribution.Density(x),
            GradientBound = 4,
        },
        new(nameof(Activation.GeluTanh))
        {
            Recorded = "gelu tanh",
            Smallest = 1e-36,
            Function = Activation.GeluTanh,
            Exact = x => x * Logistic(2 * TanhArgument(x)),
            Bound = 2,
            Condition = x => x < 0 ? 5 * Math.Abs(TanhArgument(x)) : 0,
            Gradient = Activation.GeluTanhGradient,
            Derivative = x =>
            {
                double s = Logistic(2 * TanhArgument(x)), rest = Logistic(-2 * TanhArgument(x));
                double product = s * rest;
                return s + (product == 0 ? 0 : x * product * 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x));
            },
            DerivativeSize = _ => 1,
            GradientBound = 3.2,
        },
        new(nameof(Activation.Silu))
        {
            Recorded = "silu",
            Smallest = 1e-36,
            Function = Activation.Silu,
            Exact = x => x * Logistic(x),
            Bound = 3,
            Gradient = Activation.SiluGradient,
            Derivative = x => Logistic(x) * (1 + x * Logistic(-x)),
            DerivativeSize = x => Logistic(x) * (1 + Math.Abs(x) * Logistic(-x)),
            GradientBound = 4,
        },
        new(nameof(Activation.Elu))
        {
            Recorded = "elu 1",
            Function = (x, y, workers) => Activation.Elu(x, 1, y, workers),
            Exact = x => x > 0 ? x : ExpMinusOne(x),
            Bound = 1.5,
            Gradient = (x, g, dx, accumulate, workers) => Activation.EluGradient(x, g, 1, dx, accumulate, workers),
            Derivative = x => x > 0 ? 1 : Math.Exp(x),
            GradientBound = 2,
        },
        new(nameof(Activation.Elu))
        {
            Recorded = "elu 0.7",
            Function = (x, y, workers) => Activation.Elu(x, 0.7, y, workers),
            Exact = x => x > 0 ? x : 0.7f * ExpMinusOne(x),
            Bound = 1.5,
            Gradient = (x, g, dx, accumulate, workers) => Activation.EluGradient(x, g, 0.7, dx, accumulate, workers),
            Derivative = x => x > 0 ? 1 : 0.7f * Math.Exp(x),
            GradientBound = 2,
        },
        new(nameof(Activation.Softplus))
        {
            Recorded = "softplus 1 20",
            Function = (x, y, workers) => Activation.Softplus(x, 1, 20, y, workers),
            Exact = x => x > 20 ? x : Math.Max(x, 0) + LogOfOnePlus(Math.Exp(-Math.Abs(x))),
            Bound = 2.5,
            Gradient = (x, g, dx, accumulate, workers) => Activation.SoftplusGradient(x, g, 1, 20, dx, accumulate, workers),
            Derivative = x => x > 20 ? 1 : Logistic(x),
            GradientBound = 2.7,
        },
        new(nameof(Activation.Softplus))
        {
            Recorded = "softplus 3 2",
            Function = (x, y, workers) => Activation.Softplus(x, 3, 2, y, workers),
            Exact = x => 3 * x > 2 ? x : (Math.Max(3 * x, 0) + LogOfOnePlus(Math.Exp(-Math.Abs(3 * x)))) / 3,
            Bound = 2.5,
            Condition = x => 3 * x > 2 ? 0 : 1 + 3 * Math.Abs(x),
            Gradient = (x, g, dx, accumulate, workers) => Activation.SoftplusGradient(x, g, 3, 2, dx, accumulate, workers),
            Derivative = x => 3 * x > 2 ? 1 : Logistic(3 * x),
            GradientBound = 2.7,
        },
        new(nameof(Activation.LogSigmoid))
        {
            Recorded = "log_sigmoid",
            Function = Activation.LogSigmoid,
            Exact = x => Math.Min(x, 0) - LogOfOnePlus(Math.Exp(-Math.Abs(x))),
            Bound = 2.2,
            Gradient = Activation.LogSigmoidGradient,
            Derivative = x => Logistic(-x),
            GradientBound = 2.9,
        },
    ];

    private static double Logistic(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    private static double TanhArgument(double x) => Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1;

    private static double LogOfOnePlus(double t) => t < 1e-5 ? t - t * t / 2 + t * t * t / 3 : Math.Log(1 + t);
}

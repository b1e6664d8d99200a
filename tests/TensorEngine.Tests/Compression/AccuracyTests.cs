using NUnit.Framework;
using TensorEngine.Compression;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>
/// What compressing does to Adam's average of squares, of 2,048 elements whose sizes differ within a block: after 1,000 steps, and after
/// 1,000 more with gradients of a tenth. The truth is the average in double.
/// </summary>
public sealed class AccuracyTests
{
    private const int Count = 2048;
    private const int Steps = 1000;
    private const double Kept = 0.999;

    private static readonly string[] s_gradients = ["constant", "random", "sparse", "period 2", "period 3", "period 5", "period 8"];

    [Test]
    public void TheRootOfTheSquaresIsUnbiased(
        [Values(StateCodec.BFloat16, StateCodec.Block8)] StateCodec codec,
        [ValueSource(nameof(s_gradients))] string gradients,
        [Values(0.5, 1.5)] double spread)
    {
        var random = new Random(20240301);
        double[] scales = [.. Enumerable.Range(0, Count).Select(_ => Math.Exp(spread * Normal(random)))];
        double[] truth = new double[Count];
        float[] actual = new float[Count];
        var store = new ParameterStore();
        Parameter parameter = store.Add("weight", [Count]);
        var adam = new Adam(store, new() { StateCompression = new StateCompression(codec) { LeastLength = 1 } });
        double most = codec == StateCodec.BFloat16 ? 0.005 : 0.03;
        for (int step = 1; step <= 2 * Steps; step++)
        {
            for (int i = 0; i < Count; i++)
            {
                float gradient = (float)(Gradient(gradients, step, random) * scales[i] * (step <= Steps ? 1 : 0.1));
                parameter.Gradients[i] = gradient;
                truth[i] = Kept * truth[i] + (1 - Kept) * gradient * gradient;
            }

            adam.Step();
            if (step % Steps != 0)
                continue;
            adam.ReadState(parameter, "exp_avg_sq", actual);
            double[] errors =
                [.. Enumerable.Range(0, Count).Where(i => truth[i] > 0).Select(i => Math.Sqrt(actual[i] / truth[i]) - 1).Order()];
            double median = errors[errors.Length / 2];
            TestContext.Out.WriteLine($"step {step}: median {median:P3}");

            Assert.That(Math.Abs(median), Is.LessThanOrEqualTo(most), $"step {step}");
        }
    }

    /// <summary>That it is the dither which does it: rounded to the nearest code, a falling average stops where it is.</summary>
    [Test]
    public void RoundingToNearestIsBiased()
    {
        float average = 0;
        double truth = 0;
        for (int step = 1; step <= 2 * Steps; step++)
        {
            float gradient = step <= Steps ? 1 : 0.1f;
            average = MathF.FusedMultiplyAdd(0.001f, gradient * gradient, average - 0.001f * average);
            average = Bits.ToFloat((Bits.Of(average) + 0x7FFF + (Bits.Of(average) >> 16 & 1)) & 0xFFFF_0000);
            truth = Kept * truth + (1 - Kept) * gradient * gradient;
        }

        TestContext.Out.WriteLine($"{Math.Sqrt(average / truth) - 1:P1}");
        Assert.That(Math.Abs(Math.Sqrt(average / truth) - 1), Is.GreaterThan(0.02));
    }

    private static double Gradient(string kind, int step, Random random) => kind switch
    {
        "constant" => 1,
        "random" => Normal(random),
        "sparse" => random.NextDouble() < 0.05 ? Normal(random) : 0,
        _ => step % (kind[^1] - '0') == 0 ? 3 : -0.5,
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

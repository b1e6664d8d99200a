using Samples.Shared.Choices;
using TensorEngine;
using TensorEngine.Generators;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace ActivationHistograms;

/// <summary>What is seen of a layer when inputs run through a network that has not learned anything yet.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Counts">How many activations are in each of <see cref="Bins"/> equal parts of the histogram's range.</param>
/// <param name="Beyond">The share of activations above or below the range.</param>
/// <param name="Deviation">The standard deviation of all activations.</param>
/// <param name="Stuck">The share of activations where the slope is 0 or nearly so.</param>
/// <param name="Idle">The share of units that are of no use: see <see cref="IsIdle"/>.</param>
internal sealed record Layer(int Number, IReadOnlyList<int> Counts, double Beyond, double Deviation, double Stuck, double Idle)
{
    /// <summary>As many as in the book.</summary>
    public const int Bins = 30;

    /// <summary>Lets inputs run through a network: activations = f(activations · weights), without biases, again and again.</summary>
    public static IReadOnlyList<Layer> Run(ActivationChoice activation, InitializerChoice initializer, HistogramsOptions options)
    {
        // Every network sees the same inputs, and draws its weights from the same numbers.
        var weightSource = new Philox(options.Seed, stream: 1);
        float[] values = new float[options.Samples * options.Units];
        new Philox(options.Seed, stream: 0).Normal(values);

        var layers = new List<Layer>();
        for (int number = 1; number <= options.Layers; number++)
        {
            Parameter weights = new ParameterStore().Add("weights", [options.Units, options.Units]);
            initializer.Fill(weights, weightSource);
            float[] sums = new float[values.Length];
            MatrixProduct.Multiply(Rows(values), weights.ValueTensor, Rows(sums));
            activation.Apply(sums);
            values = sums;
            layers.Add(Look(number, values, activation, options.Units));
        }

        return layers;

        MatrixSpan Rows(float[] all) => new(all, options.Samples, options.Units);
    }

    private static Layer Look(int number, float[] values, ActivationChoice activation, int units)
    {
        int[] counts = new int[Bins];
        foreach (float value in values)
        {
            // The right end belongs to the last part, as in NumPy's histogram.
            double place = (value - activation.Low) / (activation.High - activation.Low) * Bins;
            if (place is >= 0 and <= Bins)
                counts[Math.Min((int)place, Bins - 1)]++;
        }

        double mean = Reduction.Sum(values) / values.Length;
        double square = Reduction.SquaredNorm(values) / values.Length;
        return new Layer(
            number,
            counts,
            1 - (double)counts.Sum() / values.Length,
            Math.Sqrt(Math.Max(0, square - mean * mean)),
            (double)values.Count(activation.IsStuck) / values.Length,
            (double)Enumerable.Range(0, units).Count(unit => IsIdle(values, activation, unit, units)) / units);
    }

    /// <summary>
    /// A ReLU unit is dead if it is 0 for every input: no gradient will ever reach its weights. A sigmoid or tanh unit counts as
    /// saturated if it is at an end for at least half of the inputs.
    /// </summary>
    private static bool IsIdle(float[] values, ActivationChoice activation, int unit, int units)
    {
        int stuck = 0;
        for (int i = unit; i < values.Length; i += units)
            stuck += activation.IsStuck(values[i]) ? 1 : 0;
        return stuck >= activation.IdleFrom * (values.Length / units);
    }
}

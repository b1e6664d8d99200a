using Samples.Shared.Choices;
using TensorEngine;
using TensorEngine.Generators;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace ActivationHistograms;

/// <summary>The activations of a layer of an untrained network.</summary>
/// <param name="Number">The number of the layer, from 1.</param>
/// <param name="Counts">The number of activations in each of <see cref="Bins"/> equal parts of the histogram's range.</param>
/// <param name="High">The right end of the histogram's range, whose left end is that of the activation.</param>
/// <param name="Beyond">The share of activations above <see cref="ActivationChoice.High"/>.</param>
/// <param name="Deviation">The standard deviation of all activations.</param>
/// <param name="Stuck">The share of activations where the slope is 0 or nearly so.</param>
/// <param name="Idle">The share of units that cannot learn: see <see cref="IsIdle"/>.</param>
internal sealed record Layer(
    int Number, IReadOnlyList<int> Counts, double High, double Beyond, double Deviation, double Stuck, double Idle)
{
    /// <summary>The number of parts, as in the book.</summary>
    public const int Bins = 30;

    /// <summary>Runs inputs through a network without biases: in each layer, activations = f(activations · weights).</summary>
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
        double high = activation.HighOf(values);
        foreach (float value in values)
        {
            // The right end belongs to the last part, as in NumPy's histogram.
            double place = (value - activation.Low) / (high - activation.Low) * Bins;
            if (place is >= 0 and <= Bins)
                counts[Math.Min((int)place, Bins - 1)]++;
        }

        double mean = Reduction.Sum(values) / values.Length;
        double square = Reduction.SquaredNorm(values) / values.Length;
        return new Layer(
            number,
            counts,
            high,
            (double)values.Count(value => value > activation.High) / values.Length,
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

using System.Globalization;
using Digits.Training;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>A network of samples/Digits and a batch to train it on.</summary>
/// <param name="Batch">Images per step.</param>
/// <param name="Sizes">Inputs, hidden units and classes.</param>
public sealed record NetworkShape(int Batch, params int[] Sizes) : IFloatingPointOperations
{
    /// <summary>Of the products: forward, the weights' gradients, and the inputs' but for the first layer's.</summary>
    public long FloatingPointOperations =>
        2L * Batch * (3L * Sizes.Zip(Sizes.Skip(1), (inputs, outputs) => (long)inputs * outputs).Sum() - (long)Sizes[0] * Sizes[1]);

    /// <summary>Forward, backward and Adam on one batch, again and again the same.</summary>
    /// <param name="workers">The threads that share the step, or null to use the calling thread alone.</param>
    public Action MakeStep(Workers? workers = null)
    {
        var network = new MultiLayerPerceptron(Sizes) { Workers = workers };
        var generator = new Philox(seed: 1);
        foreach (Parameter parameter in network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2))
            Initialize.KaimingNormal(parameter, generator);

        // The same batch and rate as in torch_peer.py, which says why.
        float[] images = [.. Enumerable.Range(0, Batch * Sizes[0]).Select(i => (i * 37 + i / Sizes[0] * 11) % 17 / 16f)];
        int[] labels = [.. Enumerable.Range(0, Batch).Select(i => i % Sizes[^1])];
        var adam = new Adam(network.Parameters, new AdamOptions { LearningRate = 1e-6 }) { Workers = workers };
        return () =>
        {
            network.FindGradients(images, labels);
            adam.Step();
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{string.Join('-', Sizes)}, batch {Batch}");
}

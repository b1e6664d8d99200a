using Digits.Datasets;
using Digits.Training;
using NUnit.Framework;
using TensorEngine.Autograd.Data;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Every optimizer learns to read digits: a network of 64, 16 and 10 units from the same initial weights, on the same batches. The
/// loss starts at about 2.4, and a network that gives every digit the same chance has ln 10 = 2.303.
/// </summary>
public sealed class DigitsConvergenceTests
{
    private const int BatchSize = 32;
    private static readonly LabelledImages s_images = DigitsFile.ReadSplit(1).Training;

    private static IEnumerable<Convergence> Rows =>
    [
        .. OptimizerCatalog.Rows.SelectMany(row => row.Converges).Where(one => one.Problem is "digits"),
        Row("Lars", 100, 0.57, store => new Lars(store, new() { LearningRate = 1, TrustCoefficient = 0.02 })),
        Row("Lamb", 100, 0.23, store => new Lamb(store, new() { LearningRate = 0.03 })),
        Row("Adafactor", 100, 0.31, store => new Adafactor(store, new() { LearningRate = 0.05 })),
        Row("Soap", 100, 0.30, store => new Soap(store, new() { LearningRate = 0.01 })),
        Row("StableAdamW", 100, 0.33, store => new StableAdamW(store, new() { LearningRate = 0.01 })),
        Row("NovoGrad", 100, 0.26, store => new NovoGrad(store, new() { LearningRate = 0.03 })),
        Row("Mars", 100, 0.22, store => new Mars(store, new() { LearningRate = 0.02 })),
        Row("Prodigy", 200, 0.08, store => new Prodigy(store)),
        Row("DAdaptAdam", 200, 0.56, store => new DAdaptAdam(store)),
        Row("Dog", 200, 0.60, store => new Dog(store)),
    ];

    /// <summary>The settings of the rows; for an optimizer that sees whole parameters its name.</summary>
    public static IEnumerable<string> Names => Rows.Select(row => row.Setting);

    [TestCaseSource(nameof(Rows))]
    public void TheLossFallsTo(Convergence row)
    {
        MultiLayerPerceptron network = Network();
        Optimizer optimizer = row.Make(network.Parameters);
        ForEachBatch(row.Steps, (images, labels) =>
        {
            network.FindGradients(images, labels);
            optimizer.Step();
        });

        if (optimizer is ScheduleFreeSgd sgd)
            sgd.UseEvaluationValues();
        if (optimizer is ScheduleFreeAdamW adamW)
            adamW.UseEvaluationValues();
        AssertLoss(network, row.Loss);
    }

    // The others stop at nothing to reach the same: batches must not differ between the steps, there are tables, or only matrices.
    [Test]
    public void RpropsLossFallsOverWholeEpochs()
    {
        MultiLayerPerceptron network = Network();
        var rprop = new Rprop(network.Parameters, new() { LearningRate = 0.005 });
        for (int step = 0; step < 25; step++)
        {
            network.FindGradients(s_images.Pixels, s_images.Labels);
            rprop.Step();
        }

        AssertLoss(network, 0.40);
    }

    [Test]
    public void LbfgssLossFallsInOneStepOfTwentyIterations()
    {
        MultiLayerPerceptron network = Network();
        var lbfgs = new Lbfgs(network.Parameters, new() { LineSearch = LbfgsLineSearch.StrongWolfe });
        lbfgs.Step(() => network.FindGradients(s_images.Pixels, s_images.Labels));

        AssertLoss(network, 0.20);
    }

    [Test]
    public void SparseAdamsLossFallsWithEveryRowGiven()
    {
        MultiLayerPerceptron network = Network();
        Parameter[] tables = [.. network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2)];
        var sparse = new SparseAdam(tables, new() { LearningRate = 0.01 });
        var biases = new Adam(network.Parameters.Parameters.Except(tables), new() { LearningRate = 0.01 });
        ForEachBatch(100, (images, labels) =>
        {
            network.FindGradients(images, labels);
            foreach (Parameter table in tables)
            {
                float[] gradients = table.Gradients.ToArray();
                table.Gradients.Clear();
                sparse.AddGradients(table, [.. Enumerable.Range(0, table.Shape[0])], gradients);
            }

            sparse.Step();
            biases.Step();
        });

        AssertLoss(network, 0.40);
    }

    [Test]
    public void MuonsLossFallsWithAdamWOnTheBiases()
    {
        MultiLayerPerceptron network = Network();
        Parameter[] matrices = [.. network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2)];
        var muon = new Muon(matrices, new() { LearningRate = 0.02 });
        var biases = new AdamW(network.Parameters.Parameters.Except(matrices), new() { LearningRate = 0.01 });
        ForEachBatch(100, (images, labels) =>
        {
            network.FindGradients(images, labels);
            muon.Step();
            biases.Step();
        });

        AssertLoss(network, 0.40);
    }

    private static Convergence Row(string name, int steps, double loss, Func<IEnumerable<Parameter>, Optimizer> make) =>
        new("digits", name, make, steps, loss);

    private static MultiLayerPerceptron Network()
    {
        var network = new MultiLayerPerceptron([64, 16, 10]);
        var generator = new Philox(1);
        foreach (Parameter parameter in network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2))
            Initialize.KaimingNormal(parameter, generator);
        return network;
    }

    private static void ForEachBatch(int steps, Action<float[], int[]> step)
    {
        var batches = new MiniBatches(s_images.Count, BatchSize, new Philox(2), dropLast: true);
        for (int i = 0; i < steps; i++)
        {
            LabelledImages batch = s_images.Select(batches.Next());
            step(batch.Pixels.ToArray(), batch.Labels.ToArray());
        }
    }

    private static void AssertLoss(MultiLayerPerceptron network, double bound)
    {
        double loss = network.FindGradients(s_images.Pixels, s_images.Labels);
        TestContext.Out.WriteLine($"{loss:F3}");
        Assert.That(loss, Is.LessThanOrEqualTo(bound));
    }
}

using Digits.Datasets;
using Digits.Training;
using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Every optimizer learns to read digits: a network of 64, 16 and 10 units from the same initial weights, on the same batches. The
/// loss starts at about 2.4, and a network that gives every digit the same chance has ln 10 = 2.303.
/// </summary>
public sealed class DigitsConvergenceTests
{
    private const int BatchSize = 32;
    private static readonly LabelledImages s_images = DigitsFile.ReadSplit(1).Training;

    /// <summary>The optimizer at a setting, after how many steps, and the loss over all training images that it has to reach.</summary>
    private static IEnumerable<TestCaseData> Rows =>
    [
        Row("Sgd", 200, 0.43, store => new Sgd(store, new() { LearningRate = 0.1 })),
        Row("Sgd, Nesterov's momentum", 100, 0.23, store => new Sgd(store, new() { LearningRate = 0.05, Momentum = 0.9, Nesterov = true })),
        Row("Momentum", 100, 0.26, store => new Momentum(store, new() { LearningRate = 0.05 })),
        Row("Nesterov", 100, 0.23, store => new Nesterov(store, new() { LearningRate = 0.05 })),
        Row("AdaGrad", 100, 0.43, store => new AdaGrad(store, new() { LearningRate = 0.05 })),
        Row("Adam", 100, 0.33, store => new Adam(store, new() { LearningRate = 0.01 })),
        Row("Adam, amsgrad", 100, 0.33, store => new Adam(store, new() { LearningRate = 0.01, AmsGrad = true })),
        Row("AdamW", 100, 0.33, store => new AdamW(store, new() { LearningRate = 0.01 })),
        Row("Adamax", 100, 0.43, store => new Adamax(store, new() { LearningRate = 0.02 })),
        Row("NAdam", 100, 0.30, store => new NAdam(store, new() { LearningRate = 0.01 })),
        Row("RAdam", 200, 0.25, store => new RAdam(store, new() { LearningRate = 0.03 })),
        Row("Adadelta", 200, 0.28, store => new Adadelta(store, new() { LearningRate = 2 })),
        Row("RmsProp", 100, 0.40, store => new RmsProp(store, new() { LearningRate = 0.005 })),
        Row("RmsProp, centered, momentum", 100, 0.25, store => new RmsProp(store, new() { LearningRate = 0.001, Centered = true, Momentum = 0.9 })),
        Row("Asgd", 200, 0.43, store => new Asgd(store, new() { LearningRate = 0.1 })),
        Row("Lion", 100, 0.19, store => new Lion(store, new() { LearningRate = 0.01 })),
        Row("ScheduleFreeSgd", 100, 0.36, store => new ScheduleFreeSgd(store, new() { LearningRate = 0.5 })),
        Row("ScheduleFreeAdamW", 100, 0.27, store => new ScheduleFreeAdamW(store, new() { LearningRate = 0.02 })),
        Row("Lars", 100, 0.57, store => new Lars(store, new() { LearningRate = 1, TrustCoefficient = 0.02 })),
        Row("Lamb", 100, 0.23, store => new Lamb(store, new() { LearningRate = 0.03 })),
        Row("Adafactor", 100, 0.31, store => new Adafactor(store, new() { LearningRate = 0.05 })),
    ];

    [TestCaseSource(nameof(Rows))]
    public void TheLossFallsTo(int steps, double bound, Func<ParameterStore, Optimizer> make)
    {
        MultiLayerPerceptron network = Network();
        Optimizer optimizer = make(network.Parameters);
        ForEachBatch(steps, (images, labels) =>
        {
            network.FindGradients(images, labels);
            optimizer.Step();
        });

        if (optimizer is ScheduleFreeSgd sgd)
            sgd.UseEvaluationValues();
        if (optimizer is ScheduleFreeAdamW adamW)
            adamW.UseEvaluationValues();
        AssertLoss(network, bound);
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

    private static TestCaseData Row(string name, int steps, double bound, Func<ParameterStore, Optimizer> make) =>
        new TestCaseData(steps, bound, make).SetArgDisplayNames(name, $"{steps} steps", $"{bound}");

    private static MultiLayerPerceptron Network()
    {
        var network = new MultiLayerPerceptron([64, 16, 10], s_images.Count);
        var generator = new Philox(1);
        foreach (Parameter parameter in network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2))
            Initialize.KaimingNormal(parameter, generator);
        return network;
    }

    private static void ForEachBatch(int steps, Action<float[], int[]> step)
    {
        var batches = new MiniBatches(s_images, BatchSize, new Philox(2));
        for (int i = 0; i < steps; i++)
        {
            if (i % batches.CountPerEpoch == 0)
                batches.Shuffle();
            batches.Load(i % batches.CountPerEpoch);
            step(batches.Images.ToArray(), batches.Labels.ToArray());
        }
    }

    private static void AssertLoss(MultiLayerPerceptron network, double bound)
    {
        double loss = network.FindGradients(s_images.Pixels, s_images.Labels);
        TestContext.Out.WriteLine($"{loss:F3}");
        Assert.That(loss, Is.LessThanOrEqualTo(bound));
    }
}

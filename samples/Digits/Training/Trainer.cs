using System.Diagnostics;
using System.Numerics.Tensors;
using Digits.Datasets;
using Engine.Optimizers;

namespace Digits.Training;

/// <summary>
/// Trains a network from the same initial weights on the same batches with any optimizer, so that only the optimizer differs.
/// </summary>
public sealed class Trainer(DataSplit data, TrainingSettings settings)
{
    /// <summary>The inputs, the hidden layers' units and the classes.</summary>
    public IReadOnlyList<int> LayerSizes { get; } = [data.Training.PixelCount, .. settings.Hidden, LabelledImages.ClassCount];

    /// <summary>The number of steps in an epoch.</summary>
    public int StepsPerEpoch => data.Training.Count / settings.BatchSize;

    /// <summary>The number of steps in all.</summary>
    public int StepCount => settings.Epochs * StepsPerEpoch;

    /// <summary>Trains with one optimizer.</summary>
    /// <param name="choice">The optimizer.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancellationToken">Asks to stop at the next step.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before the end.</exception>
    public TrainingOutcome Train(OptimizerChoice choice, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var network = new MultiLayerPerceptron(LayerSizes, settings.BatchSize);
        network.Initialize(settings.Initializer, SeededGenerator.ForWeights(settings.Seed));
        Optimizer optimizer = choice.Create(network.Parameters);
        var batches = new MiniBatches(data.Training, settings.BatchSize, SeededGenerator.ForBatches(settings.Seed));
        double[] losses = new double[StepCount];
        var stepTimes = new StepTimes(StepCount);
        var updateTimes = new StepTimes(StepCount);

        int step = 0;
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            batches.Shuffle();
            for (int batch = 0; batch < batches.CountPerEpoch; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                batches.Load(batch);

                long start = Stopwatch.GetTimestamp();
                double loss = network.FindGradients(batches.Images, batches.Labels);
                long gradientsFound = Stopwatch.GetTimestamp();
                optimizer.Step();
                long end = Stopwatch.GetTimestamp();

                stepTimes.Add(end - start);
                updateTimes.Add(end - gradientsFound);
                losses[step++] = loss;
                progress?.Report(new TrainingProgress(step, epoch, loss));
            }
        }

        return new TrainingOutcome
        {
            Optimizer = choice,
            StepLosses = losses,
            Loss = losses[^StepsPerEpoch..].Average(),
            Accuracy = Accuracy(network),
            MicrosecondsPerStep = stepTimes.MedianMicroseconds(),
            MicrosecondsPerUpdate = updateTimes.MedianMicroseconds(),
            WeightsSha256 = WeightsDigest.Sha256(network.Parameters),
        };
    }

    /// <summary>The share of test images whose largest logit is the right one.</summary>
    private double Accuracy(MultiLayerPerceptron network)
    {
        int right = 0;
        for (int start = 0; start < data.Test.Count; start += settings.BatchSize)
        {
            int rows = Math.Min(settings.BatchSize, data.Test.Count - start);
            ReadOnlySpan<float> logits = network.Forward(data.Test.Pixels.Slice(start * data.Test.PixelCount, rows * data.Test.PixelCount));
            for (int row = 0; row < rows; row++)
            {
                int answer = TensorPrimitives.IndexOfMax(logits.Slice(row * LabelledImages.ClassCount, LabelledImages.ClassCount));
                if (answer == data.Test.Labels[start + row])
                    right++;
            }
        }

        return (double)right / data.Test.Count;
    }
}

/// <summary>How far training is.</summary>
/// <param name="Step">The steps taken.</param>
/// <param name="Epoch">The epoch that the last of them was in, from 1.</param>
/// <param name="Loss">Its loss, in nats.</param>
public readonly record struct TrainingProgress(int Step, int Epoch, double Loss);

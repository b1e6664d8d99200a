using System.Diagnostics;
using System.Numerics.Tensors;
using Digits.Datasets;
using Samples.Shared.Reports;
using TensorEngine;
using TensorEngine.Autograd.Data;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;

namespace Digits.Training;

/// <summary>
/// Trains a network from the same initial weights on the same batches with any optimizer, so that only the optimizer differs.
/// </summary>
public sealed class Trainer(DataSplit data, TrainingSettings settings)
{
    /// <summary>The inputs, the hidden layers' units and the classes.</summary>
    public IReadOnlyList<int> LayerSizes { get; } = [data.Training.PixelCount, .. settings.Hidden, LabelledImages.ClassCount];

    /// <summary>The network in words, as in 64-100-100-10.</summary>
    public string Network => settings.Network == NetworkKind.Convolutional ? "of convolutions 16-32" : string.Join('-', LayerSizes);

    /// <summary>The number of steps in an epoch.</summary>
    public int StepsPerEpoch => data.Training.Count / settings.BatchSize;

    /// <summary>The number of steps in all.</summary>
    public int StepCount => settings.Epochs * StepsPerEpoch;

    /// <summary>Trains with one optimizer from initial weights of one kind.</summary>
    /// <param name="run">Which.</param>
    /// <param name="progress">Called after each step and each epoch.</param>
    /// <param name="cancellationToken">Asks to stop at the next step.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before the end.</exception>
    public TrainingOutcome Train(TrainingRun run, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        DigitsNetwork network = MakeNetwork();
        network.Initialize(run.Initializer, SeededGenerator.ForWeights(settings.Seed));
        Optimizer optimizer = run.Optimizer.Create(network.Parameters, settings.Rate ?? run.Optimizer.Rate, settings.WeightDecay);
        using Workers? workers = settings.Threads > 1 ? new Workers(settings.Threads) : null;
        optimizer.Workers = network.Workers = workers;
        optimizer.GradientOptions.ClipNorm = settings.ClipNorm;
        Schedule schedule = settings.Schedule.Over(StepCount, settings.WarmUpSteps);
        var batches = new MiniBatches(data.Training.Count, settings.BatchSize, SeededGenerator.ForBatches(settings.Seed), dropLast: true);
        float[] images = new float[settings.BatchSize * data.Training.PixelCount];
        int[] labels = new int[settings.BatchSize];
        double[] losses = new double[StepCount];
        double[] accuracies = new double[settings.Epochs];
        var stepTimes = new StepTimes(StepCount);
        var updateTimes = new StepTimes(StepCount);

        TrainingCheckpoint? checkpoint = run.Checkpoint is { } path
            ? new TrainingCheckpoint(path, Setting(run), network.Parameters, optimizer, batches)
            : null;
        int done = settings.Resumes && checkpoint is not null ? checkpoint.Load(losses, accuracies) : 0;
        int step = done * StepsPerEpoch;
        int[] answers = Read(network);
        for (int epoch = done + 1; epoch <= settings.Epochs; epoch++)
        {
            for (int batch = 0; batch < batches.CountPerEpoch; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<int> rows = batches.Next();
                MiniBatches.Gather(data.Training.Pixels, rows, images);
                MiniBatches.Gather(data.Training.Labels, rows, labels);
                optimizer.ApplySchedule(schedule, step);

                long start = Stopwatch.GetTimestamp();
                double loss = network.FindGradients(images, labels);
                long gradientsFound = Stopwatch.GetTimestamp();
                optimizer.Step();
                long end = Stopwatch.GetTimestamp();

                stepTimes.Add(end - start);
                updateTimes.Add(end - gradientsFound);
                losses[step++] = loss;
                progress?.Report(new TrainingProgress(step, epoch, loss));
            }

            answers = Read(network);
            int right = answers.Zip(data.Test.Labels.ToArray()).Count(pair => pair.First == pair.Second);
            accuracies[epoch - 1] = right / (double)data.Test.Count;
            progress?.Report(new TrainingProgress(step, epoch, losses[step - 1], accuracies[epoch - 1]));
            if (epoch == settings.Epochs || (settings.SaveEvery > 0 && epoch % settings.SaveEvery == 0))
                checkpoint?.Save(epoch, losses.AsSpan(0, step), accuracies.AsSpan(0, epoch));
        }

        return new TrainingOutcome
        {
            Run = run,
            StepLosses = losses,
            Loss = losses[^StepsPerEpoch..].Average(),
            EpochAccuracies = accuracies,
            Answers = answers,
            MicrosecondsPerStep = stepTimes.MedianMicroseconds(),
            MicrosecondsPerUpdate = updateTimes.MedianMicroseconds(),
            WeightsSha256 = WeightsDigest.Sha256(network.Parameters),
        };
    }

    private DigitsNetwork MakeNetwork() => settings.Network == NetworkKind.Convolutional
        ? new ConvolutionalNetwork(data.Training.PixelCount / data.Training.Width, data.Training.Width)
        : new MultiLayerPerceptron(LayerSizes);

    /// <summary>What has to be the same, beside the network, for a run to be resumed as if it had not been interrupted.</summary>
    private string Setting(TrainingRun run)
    {
        string extras = settings.Extras.Length > 0 ? $", {settings.Extras}" : "";
        return FormattableString.Invariant(
            $"{data.Name}, {run.Optimizer.Title}, seed {settings.Seed}, batches of {settings.BatchSize}{extras}");
    }

    /// <summary>What the network reads in each test image: the class of the largest logit.</summary>
    private int[] Read(DigitsNetwork network)
    {
        int[] answers = new int[data.Test.Count];
        for (int start = 0; start < answers.Length; start += settings.BatchSize)
        {
            int rows = Math.Min(settings.BatchSize, answers.Length - start);
            ReadOnlySpan<float> logits = network.Forward(data.Test.Pixels.Slice(start * data.Test.PixelCount, rows * data.Test.PixelCount));
            for (int row = 0; row < rows; row++)
            {
                answers[start + row] = TensorPrimitives.IndexOfMax(
                    logits.Slice(row * LabelledImages.ClassCount, LabelledImages.ClassCount));
            }
        }

        return answers;
    }
}

/// <summary>How far a run is.</summary>
/// <param name="Step">The steps taken.</param>
/// <param name="Epoch">The epoch that the last of them was in, from 1.</param>
/// <param name="Loss">Its loss, in nats.</param>
/// <param name="Accuracy">After an epoch, the share of test images read right; otherwise null.</param>
public readonly record struct TrainingProgress(int Step, int Epoch, double Loss, double? Accuracy = null);

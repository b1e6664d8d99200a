using System.Diagnostics;
using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Schedules;
using Transformer.Model;
using Transformer.Tasks;

namespace Transformer.Training;

/// <summary>Trains a GPT: a batch, its gradients, a step, and again.</summary>
public sealed class Trainer
{
    private const int WarmUpSteps = 50;
    private const int Judgements = 10;

    private readonly LearningTask _task;
    private readonly TrainingSettings _settings;
    private readonly Philox _batches;
    private readonly Philox _sampling;

    public Trainer(LearningTask task, TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(settings);
        (_task, _settings) = (task, settings);
        Gpt = new Gpt(new GptShape(task.Vocabulary, task.Context, settings.Layers, settings.Heads, settings.Width));
        _batches = new Philox(settings.Seed, stream: 2);
        _sampling = new Philox(settings.Seed, stream: 3);
    }

    public Gpt Gpt { get; }

    /// <summary>Trains, and says how it goes.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before the end.</exception>
    public TrainingOutcome Train(IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        TrainingSettings settings = _settings;
        Gpt.Initialize(new Philox(settings.Seed, stream: 1));
        using Workers? workers = settings.Threads > 1 ? new Workers(settings.Threads) : null;
        var adam = new AdamW(Gpt.Parameters, new AdamWOptions { LearningRate = settings.Rate, Beta2 = 0.98 }) { Workers = workers };
        adam.GradientOptions.Clear = true;
        adam.GradientOptions.ClipNorm = 1;
        int warmUp = Math.Min(WarmUpSteps, settings.Steps / 2);
        Schedule schedule = new CosineAnnealing(Math.Max(1, settings.Steps - warmUp), settings.Rate / 20);
        if (warmUp > 0)
            schedule = new LinearWarmUp(warmUp, schedule, startFactor: 1.0 / warmUp);
        var tape = new Tape(workers);
        var writer = new Writer(Gpt, tape);
        int[] tokens = new int[settings.Batch * _task.Context], labels = new int[tokens.Length];
        double[] losses = new double[settings.Steps];
        var scores = new List<(int Step, double Score)>();
        TrainingCheckpoint? checkpoint = settings.Checkpoint is { } path
            ? new TrainingCheckpoint(path, $"{_task.Description}, {Gpt.Shape}", settings, Gpt.Parameters, adam, _batches, _sampling)
            : null;
        int done = settings.Resumes && checkpoint is not null ? checkpoint.Load(losses, scores) : 0;

        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<string> samples = [];
        for (int step = done; step < settings.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _task.Fill(_batches, tokens, labels);
            adam.ApplySchedule(schedule, step);

            tape.Reset();
            Variable loss = Gpt.Logits(tape, tokens, settings.Batch).CrossEntropy(labels, LearningTask.Ignored);
            tape.Backward(loss);
            adam.Step();

            losses[step] = loss.Item();
            int count = step + 1;
            bool isJudged = count == settings.Steps || count * Judgements / settings.Steps > step * Judgements / settings.Steps;
            if (isJudged)
            {
                (double score, samples) = _task.Judge(Gpt, writer, _sampling);
                scores.Add((count, score));
                progress.Report(new TrainingProgress(count, losses[step], score, samples));
                checkpoint?.Save(count, losses.AsSpan(0, count), scores);
            }
            else
            {
                progress.Report(new TrainingProgress(count, losses[step]));
            }
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (samples.Count == 0)
            (_, samples) = _task.Judge(Gpt, writer, _sampling);
        return new TrainingOutcome(losses, scores, samples, time, TokensPerSecond(writer), Gpt.Attention(tape, _task.ExampleTokens));
    }

    /// <summary>How many tokens it writes in a second, one by one.</summary>
    private double TokensPerSecond(Writer writer)
    {
        int[] beginning = _task.ExampleTokens[..1];
        int count = _task.Context - 1, repeats = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            writer.Complete(beginning, 1, count);
            repeats++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.2);
        return repeats * count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

using System.Globalization;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;
using TensorEngine.Generators;
using TensorEngine.Lanes;
using Transformer.Reports;
using Transformer.Tasks;
using Transformer.Training;

namespace Transformer;

/// <summary>The sample's job: trains, shows what the model writes meanwhile, and writes the report.</summary>
internal sealed class TransformerJob
{
    private readonly TransformerOptions _options;
    private readonly LearningTask _task;
    private readonly Trainer _trainer;
    private readonly OutputFolder _output;

    /// <exception cref="InputException">The text cannot be used, or the output folder cannot be made.</exception>
    public TransformerJob(TransformerOptions options)
    {
        _options = options;
        _task = options.Text is { } path
            ? new Text(path, options.Context)
            : new Addition(new Philox(options.Training.Seed, stream: 0));
        _trainer = new Trainer(_task, options.Training);
        _output = OutputFolder.Make(options.OutputFolder);
    }

    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before the end.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        TrainingSettings settings = _options.Training;
        Console.Out.WriteLine($"task       {_task.Description}");
        int numbers = _trainer.Gpt.Parameters.Sum(parameter => parameter.Length);
        Console.Out.WriteLine(Format($"model      {_trainer.Gpt.Shape}: {numbers:N0} numbers"));
        Console.Out.WriteLine(Format($"training   {settings.Steps} steps of {settings.Batch} sequences, seed {settings.Seed}"));
        Console.Out.WriteLine(Format($"SIMD width {LaneWidth.Current} of the processor's {LaneWidth.Processor}"));
        TrainingOutcome outcome = _trainer.Train(new TrainingDisplay(settings.Steps, _task), cancellationToken);

        string digest = WeightsDigest.Sha256(_trainer.Gpt.Parameters);
        double score = outcome.Scores[^1].Score;
        Console.Out.WriteLine(Format($"{_task.ScoreName.ToLowerInvariant()}: {score:0.0000}"));
        Console.Out.WriteLine(Format($"{outcome.Time.TotalSeconds:0.0} seconds of training"));
        Console.Out.WriteLine(Format($"writes {outcome.TokensPerSecond:0} tokens per second"));
        Console.Out.WriteLine($"SHA-256 of the weights {digest}");
        if (settings.Checkpoint is { } file)
            Console.Out.WriteLine($"wrote {file}");
        TransformerReport.Write(_output, _options.Command, _trainer.Gpt.Shape, _task, settings, outcome, digest);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

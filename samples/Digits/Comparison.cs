using System.Globalization;
using Digits.Datasets;
using Digits.Reports;
using Digits.Training;
using Engine.Simd;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;

namespace Digits;

/// <summary>The sample's job: trains with each optimizer, then shows and writes what came of it.</summary>
internal sealed class Comparison
{
    private const long MaximumParameters = 100_000_000;

    private readonly DigitsOptions _options;
    private readonly DataSplit _data;
    private readonly Trainer _trainer;
    private readonly OutputFolder _output;

    /// <exception cref="InputException">The data cannot be used, the options do not fit them, or the output folder cannot be made.</exception>
    public Comparison(DigitsOptions options)
    {
        _options = options;
        TrainingSettings settings = options.Training;
        _data = options.DataFolder is { } folder
            ? MnistFolder.Read(folder)
            : DataSplit.Shuffled(
                "handwritten digits", DigitsFile.Read(DigitsFile.DefaultPath), DigitsFile.TrainingCount, SeededGenerator.ForSplit(settings.Seed));
        if (settings.BatchSize > _data.Training.Count)
        {
            throw SampleOption.Unusable(
                "--batch", Text($"{settings.BatchSize}"), Text($"from 1 to the number of training images, {_data.Training.Count}"));
        }

        _trainer = new Trainer(_data, settings);
        long parameters = _trainer.LayerSizes.Zip(_trainer.LayerSizes.Skip(1), (inputs, outputs) => (inputs + 1L) * outputs).Sum();
        if (parameters > MaximumParameters)
        {
            throw SampleOption.Unusable(
                "--hidden",
                Text($"{string.Join(",", settings.Hidden)}, a network of {parameters} parameters"),
                Text($"a network of at most {MaximumParameters}"));
        }

        _output = OutputFolder.Make(options.OutputFolder);
    }

    /// <summary>Runs the comparison.</summary>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled before the last optimizer finished. What was finished is shown and written.
    /// </exception>
    public void Run(CancellationToken cancellationToken)
    {
        Console.Out.WriteLine(Text(
            $"{_data.Name}: {_data.Training.Count} images for training, {_data.Test.Count} for the test, {_data.Training.PixelCount} pixels each"));
        Console.Out.WriteLine(Text(
            $"network {string.Join("-", _trainer.LayerSizes)}, {_options.Training.Initializer.Name} initialization, seed {_options.Training.Seed}, {_options.Training.Epochs} x {_trainer.StepsPerEpoch} steps of {_options.Training.BatchSize} images, SIMD width {LaneWidth.Current}"));

        List<TrainingOutcome> outcomes = Train(cancellationToken);
        if (outcomes.Count > 0)
        {
            OutcomeTable.Of(outcomes).Write();
            Write("results.json", ResultsFile.ToJson(_options.Training, outcomes));
            Write("loss.svg", LossChart.Draw(_trainer, _options.Training, outcomes).ToSvg());
        }

        if (outcomes.Count < _options.Optimizers.Count)
        {
            Console.Error.WriteLine(Text($"Interrupted: {outcomes.Count} of {_options.Optimizers.Count} optimizers finished."));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The outcomes of the optimizers that finished.</summary>
    private List<TrainingOutcome> Train(CancellationToken cancellationToken)
    {
        var outcomes = new List<TrainingOutcome>();
        ProgressBoard.Show(board =>
        {
            try
            {
                foreach (OptimizerChoice optimizer in _options.Optimizers)
                {
                    ProgressTask task = board.Start(optimizer.Title, _trainer.StepCount);
                    outcomes.Add(_trainer.Train(optimizer, new TrainingDisplay(_trainer, task), cancellationToken));
                }
            }
            catch (OperationCanceledException)
            {
                // The board ends as it does after the last optimizer; the caller sees how many have finished.
            }
        });
        return outcomes;
    }

    private void Write(string name, string content) => Console.Out.WriteLine($"wrote {_output.Write(name, content)}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

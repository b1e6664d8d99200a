using System.Globalization;
using Digits.Datasets;
using Digits.Reports;
using Digits.Training;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using TensorEngine.Lanes;

namespace Digits;

/// <summary>The sample's job: trains with each optimizer and kind of initial weights, then shows and writes the results.</summary>
internal sealed class Comparison
{
    private const long MaximumParameters = 100_000_000;
    private const long MaximumSteps = 20_000_000;
    private const long MaximumSavedSteps = 1_000_000;

    private readonly DigitsOptions _options;
    private readonly DataSplit _data;
    private readonly Trainer _trainer;
    private readonly OutputFolder _output;

    /// <exception cref="InputException">
    /// The data cannot be used, the options do not fit them, or the output folder cannot be made.
    /// </exception>
    public Comparison(DigitsOptions options)
    {
        _options = options;
        _data = options.DataFolder is { } folder ? MnistFolder.Read(folder) : DigitsFile.ReadSplit(options.Training.Seed);
        _trainer = new Trainer(_data, options.Training);
        Check();
        _output = OutputFolder.Make(options.OutputFolder);
    }

    /// <summary>Runs the comparison.</summary>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> was cancelled before the last run finished. What was finished is shown and written.
    /// </exception>
    public void Run(CancellationToken cancellationToken)
    {
        Describe();
        List<TrainingOutcome> outcomes = Train(cancellationToken);
        if (outcomes.Count > 0)
        {
            OutcomeTable.Of(outcomes).Write();
            foreach (TrainingOutcome outcome in outcomes.Where(outcome => outcome.Run.Checkpoint is not null))
                Console.Out.WriteLine($"wrote {outcome.Run.Checkpoint}");
            DigitsReport.Write(_output, _options.Command, _data.Test, _trainer, _options.Training, outcomes);
        }

        if (outcomes.Count < _options.Runs.Count)
        {
            Console.Error.WriteLine(Text($"Interrupted: {outcomes.Count} of {_options.Runs.Count} runs finished."));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Checks what no single option can check.</summary>
    private void Check()
    {
        TrainingSettings settings = _options.Training;
        if (settings.BatchSize > _data.Training.Count)
        {
            throw SampleOption.Unusable(
                "--batch", Text($"{settings.BatchSize}"), Text($"from 1 to the number of training images, {_data.Training.Count}"));
        }

        if (settings.Resumes || settings.SaveEvery > 0)
            SampleOption.RequireCheckpoint(_options.Runs[0].Checkpoint, settings.Resumes ? "--resume" : "--save-every");
        if (_options.Runs[0].Checkpoint is not null && _trainer.StepCount > MaximumSavedSteps)
        {
            throw SampleOption.Unusable(
                "--epochs",
                Text($"{settings.Epochs}"),
                Text($"at most {MaximumSavedSteps / _trainer.StepsPerEpoch} with --checkpoint, which saves every loss"));
        }

        long mostEpochs = MaximumSteps / _trainer.StepsPerEpoch;
        if (settings.Epochs > mostEpochs)
        {
            throw SampleOption.Unusable(
                "--epochs", Text($"{settings.Epochs}"), Text($"at most {mostEpochs} with {_trainer.StepsPerEpoch} steps in each"));
        }

        if (settings.WarmUpSteps >= _trainer.StepCount)
        {
            throw SampleOption.Unusable(
                "--warmup", Text($"{settings.WarmUpSteps}"), Text($"fewer than the steps of a run, {_trainer.StepCount}"));
        }

        const int LeastSide = 4;
        int width = _data.Training.Width, height = _data.Training.PixelCount / width;
        if (settings.Network == NetworkKind.Convolutional && (width < LeastSide || height < LeastSide))
            throw SampleOption.Unusable("--network", "cnn", Text($"mlp with images of {height} x {width} pixels"));

        long parameters = _trainer.LayerSizes.Zip(_trainer.LayerSizes.Skip(1), (inputs, outputs) => (inputs + 1L) * outputs).Sum();
        if (parameters > MaximumParameters)
        {
            throw SampleOption.Unusable(
                "--hidden",
                Text($"{string.Join(",", settings.Hidden)}, a network of {parameters} parameters"),
                Text($"a network of at most {MaximumParameters}"));
        }
    }

    private void Describe()
    {
        TrainingSettings settings = _options.Training;
        string weights = string.Join(", ", _options.Runs.Select(run => run.Initializer.Name).Distinct(StringComparer.Ordinal));
        string extras = settings.Extras.Length > 0 ? $"; {settings.Extras}" : "";
        string[] lines =
        [
            Text($"data       {_data.Name}: {_data.Training.Count} images for training, {_data.Test.Count} for testing"),
            Text($"network    {_trainer.Network}, initial weights {weights}, seed {settings.Seed}"),
            Text($"training   {settings.Epochs} epochs of {_trainer.StepsPerEpoch} steps of {settings.BatchSize} images{extras}"),
            Text($"SIMD width {LaneWidth.Current} of the processor's {LaneWidth.Processor}"),
        ];
        foreach (string line in lines)
            Console.Out.WriteLine(line);
    }

    /// <summary>The outcomes of the runs that finished.</summary>
    private List<TrainingOutcome> Train(CancellationToken cancellationToken)
    {
        var outcomes = new List<TrainingOutcome>();
        ProgressBoard.Show(board =>
        {
            try
            {
                foreach (TrainingRun run in _options.Runs)
                {
                    ProgressTask task = board.Start(run.Name, _trainer.StepCount);
                    outcomes.Add(_trainer.Train(run, new TrainingDisplay(_trainer, task), cancellationToken));
                }
            }
            catch (OperationCanceledException)
            {
                // The board ends as it does after the last run; the caller sees how many have finished.
            }
        });
        return outcomes;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

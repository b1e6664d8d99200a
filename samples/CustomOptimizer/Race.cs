using System.Globalization;
using Digits.Datasets;
using Digits.Reports;
using Digits.Training;
using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using Samples.Shared.Reports;
using TensorEngine.Checks;

namespace CustomOptimizer;

/// <summary>The sample's job: checks the optimizer, trains with it and with Adam, and times both.</summary>
internal sealed class Race(CustomOptions options)
{
    private const string Question =
        "What does it take to write your own optimizer? QHAdam.cs has options and a rule, nothing else; the library runs it like "
        + "its own optimizers: at every register width, in one pass over memory, with groups, clipping, threads and checkpoints.";

    /// <summary>The row that describes an optimizer to the samples; its rates on surfaces, which are not used here, are Adam's.</summary>
    private static readonly OptimizerChoice s_own = new(
        "qhadam",
        "QHAdam",
        new(Bowl: 0.3, Rosenbrock: 0.2, Beale: 0.2),
        OptimizerFactory.Fused(new QHAdamOptions(), (p, o) => new QHAdam(p, o), (o, d) => o with { WeightDecay = d }));

    /// <summary>Runs the race.</summary>
    /// <exception cref="InputException">A file cannot be written, or the optimizer breaks a promise of the library.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled: nothing is written.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        OutputFolder folder = OutputFolder.Make(options.OutputFolder);
        CheckReport check = RuleCheck.Of((parameters, own) => new QHAdam(parameters, own), new QHAdamOptions());
        Console.Out.WriteLine(check);
        if (!check.Passed)
            throw new InputException("QHAdam breaks a promise that the library's optimizers keep; the report above says which.");

        DataSplit data = DigitsFile.ReadSplit(options.Training.Seed);
        var trainer = new Trainer(data, options.Training);
        List<TrainingOutcome> outcomes = Train(trainer, cancellationToken);
        ResultTable trained = OutcomeTable.Of(outcomes);
        trained.Write();

        ResultTable times = new Speed(options.Elements, options.Pairs).Measure(cancellationToken);
        times.Write();

        var report = new Report(folder, "An optimizer of your own", Question, options.Command);
        report.Heading("It keeps the promises");
        report.Code(check.ToString());
        report.Heading("It learns");
        report.Table(OutcomeTable.OfFigures(outcomes));
        report.Picture(
            "loss.svg",
            TrainingCharts.Loss(trainer, options.Training, outcomes).ToPicture(),
            "The training loss of both, on the same batches from the same initial weights.");
        report.Heading("It is as fast");
        report.Text(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Elements:#,0} elements, median of {options.Pairs} pairs of samples. Below 1, the first step is faster."));
        report.Table(times);
        report.Finish();
    }

    private static List<TrainingOutcome> Train(Trainer trainer, CancellationToken cancellationToken)
    {
        OptimizerChoice adam = OptimizerChoice.Parse("adam", OptimizerChoice.All);
        var outcomes = new List<TrainingOutcome>();
        IReadOnlyList<TrainingRun> runs = TrainingRun.Of([s_own, adam], [InitializerChoice.He]);
        ProgressBoard.Show(board =>
        {
            try
            {
                foreach (TrainingRun run in runs)
                {
                    var display = new TrainingDisplay(trainer, board.Start(run.Name, trainer.StepCount));
                    outcomes.Add(trainer.Train(run, display, cancellationToken));
                }
            }
            catch (OperationCanceledException)
            {
                // The board ends as it does after the last run.
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return outcomes;
    }
}

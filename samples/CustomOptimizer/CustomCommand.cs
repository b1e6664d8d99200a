using System.CommandLine;
using Digits.Training;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;

namespace CustomOptimizer;

/// <summary>The sample's command line.</summary>
internal sealed class CustomCommand
{
    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<int> _epochs = SampleOption.WholeNumber("--epochs", "Passes over the training images", 30, 1, 10_000);

    private readonly Option<double?> _rate = SampleOption.OptionalNumber(
        "--rate", "R", "Learning rate of both optimizers [default: each optimizer's own]", 0, 1000);

    private readonly Option<int> _elements = SampleOption.WholeNumber(
        "--elements", "Elements in each timed step", 16 << 20, 1000, 256 << 20);

    private readonly Option<int> _pairs = SampleOption.WholeNumber(
        "--pairs", "Pairs of samples for each ratio of times", 61, 1, 10_000);

    private readonly Option<string> _output = SampleOption.Output("out/custom");

    public CustomCommand() =>
        Root = new RootCommand("Checks an optimizer of your own, trains a network with it and with Adam, and times both.")
        {
            _seed, _epochs, _rate, _elements, _pairs, _output,
        };

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/CustomOptimizer",
        "dotnet run -c Release --project samples/CustomOptimizer -- --rate 0.003 --epochs 10 --seed 7",
        "dotnet run -c Release --project samples/CustomOptimizer -- --elements 4096 --pairs 301 --output out/cached",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public CustomOptions Read(ParseResult result) => new(
        new TrainingSettings
        {
            Seed = result.GetValue(_seed),
            Epochs = result.GetValue(_epochs),
            Rate = result.GetValue(_rate),
        },
        result.GetValue(_elements),
        result.GetValue(_pairs),
        result.GetRequiredValue(_output),
        Report.Command("CustomOptimizer", result));
}

/// <summary>What the user asked for.</summary>
/// <param name="Training">The settings of both runs.</param>
/// <param name="Elements">The elements in each timed step.</param>
/// <param name="Pairs">The pairs of samples behind each ratio of times.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="Command">The command line.</param>
internal sealed record CustomOptions(TrainingSettings Training, int Elements, int Pairs, string OutputFolder, string Command);

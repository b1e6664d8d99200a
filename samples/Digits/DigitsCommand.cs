using System.CommandLine;
using Digits.Training;
using Samples.Shared.CommandLine;

namespace Digits;

/// <summary>The sample's command line.</summary>
internal sealed class DigitsCommand
{
    private const int MaximumHiddenSize = 10_000;

    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<int> _epochs = SampleOption.WholeNumber("--epochs", "Passes over the training images", 30, 1, 10_000);

    private readonly Option<int> _batch = SampleOption.WholeNumber(
        "--batch", "Images per training step, at most the training images", 128, 1, int.MaxValue);

    private readonly Option<IReadOnlyList<int>> _hidden = SampleOption.Several(
        "--hidden",
        "N,N,...",
        "Units of the hidden layers",
        "100,100",
        text => SampleOption.ParseWholeNumber("--hidden", text, 1, MaximumHiddenSize));

    private readonly Option<IReadOnlyList<OptimizerChoice>> _optimizers = SampleOption.Several(
        "--optimizer",
        "NAME",
        $"An optimizer, can be given more than once: {OptimizerChoice.Names}",
        string.Join(",", OptimizerChoice.Default.Select(choice => choice.Name)),
        OptimizerChoice.Parse);

    private readonly Option<InitializerChoice> _initializer = SampleOption.One(
        "--initializer",
        "NAME",
        "The initial weights: he, xavier, or std and their standard deviation, as in std0.01",
        InitializerChoice.He,
        InitializerChoice.Parse);

    private readonly Option<string> _output = SampleOption.Output("out/digits");

    private readonly Option<string?> _data = SampleOption.One<string?>(
        "--data",
        "DIR",
        "A folder with MNIST's four IDX files, plain or .gz, instead of the digits",
        null,
        text => SampleOption.Path("--data", text));

    public DigitsCommand()
    {
        Root = new RootCommand("Trains a network to read handwritten digits, once with each optimizer, and compares the optimizers.")
        {
            _seed, _epochs, _batch, _hidden, _optimizers, _initializer, _output, _data,
        };
    }

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/Digits",
        "dotnet run -c Release --project samples/Digits -- --optimizer adam --optimizer sgd --hidden 50 --epochs 10 --seed 7",
        "dotnet run -c Release --project samples/Digits -- --data ~/mnist --initializer std0.01 --output out/mnist",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public DigitsOptions Read(ParseResult result) => new(
        new TrainingSettings
        {
            Seed = result.GetValue(_seed),
            Epochs = result.GetValue(_epochs),
            BatchSize = result.GetValue(_batch),
            Hidden = result.GetValue(_hidden) ?? [100, 100],
            Initializer = result.GetRequiredValue(_initializer),
        },
        [.. (result.GetValue(_optimizers) ?? OptimizerChoice.Default).Distinct()],
        result.GetRequiredValue(_output),
        result.GetValue(_data));
}

/// <summary>What the user asked for.</summary>
/// <param name="Training">The settings of every training.</param>
/// <param name="Optimizers">The optimizers to compare, each once.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="DataFolder">Where MNIST's files are; null for the digits that come with the sample.</param>
internal sealed record DigitsOptions(
    TrainingSettings Training, IReadOnlyList<OptimizerChoice> Optimizers, string OutputFolder, string? DataFolder);

using System.CommandLine;
using Digits.Training;
using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;

namespace Digits;

/// <summary>The sample's command line.</summary>
internal sealed class DigitsCommand
{
    private const int MaximumHiddenSize = 10_000;

    private static readonly OptimizerChoice[] s_optimizers = [.. OptimizerChoice.All.Where(choice => choice.IsDropIn)];

    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<int> _epochs = SampleOption.WholeNumber("--epochs", "Passes over the training images", 30, 1, 10_000);

    private readonly Option<int> _batch = SampleOption.WholeNumber(
        "--batch", "Images per training step, at most the number of training images", 128, 1, int.MaxValue);

    private readonly Option<string> _network = SampleOption.One(
        "--network", "NAME", $"Kind of network: {NetworkChoice.Names}", NetworkChoice.Default, NetworkChoice.Check);

    private readonly Option<IReadOnlyList<int>> _hidden = SampleOption.Several(
        "--hidden",
        "N,N,...",
        "Units of the hidden layers (mlp only)",
        "100,100",
        text => SampleOption.ParseWholeNumber("--hidden", text, 1, MaximumHiddenSize));

    private readonly Option<IReadOnlyList<OptimizerChoice>> _optimizers = SampleOption.Several(
        "--optimizer",
        "NAME",
        $"Optimizer, repeatable: {OptimizerChoice.Names(s_optimizers)}",
        string.Join(",", OptimizerChoice.Book.Select(choice => choice.Name)),
        name => OptimizerChoice.Parse(name, s_optimizers));

    private readonly Option<IReadOnlyList<InitializerChoice>> _initializers = SampleOption.Several(
        "--initializer",
        "NAME",
        $"Initial weights, repeatable: {InitializerChoice.Names}",
        InitializerChoice.He.Name,
        InitializerChoice.Parse);

    private readonly Option<double?> _rate = SampleOption.OptionalNumber(
        "--rate", "R", "Learning rate [default: the optimizer's usual one]", 0, 1000);

    private readonly Option<double?> _weightDecay = SampleOption.OptionalNumber(
        "--weight-decay", "D", "Decay of the weights, not of the biases [default: the optimizer's own]", 0, 1000);

    private readonly Option<ScheduleChoice> _schedule = SampleOption.One(
        "--schedule",
        "NAME",
        $"How the learning rate changes: {ScheduleChoice.Names}",
        ScheduleChoice.All[0],
        ScheduleChoice.Parse);

    private readonly Option<int> _warmup = SampleOption.WholeNumber(
        "--warmup", "Number of steps in which the learning rate rises at first", 0, 0, int.MaxValue);

    private readonly Option<double?> _clipNorm = SampleOption.ClipNorm();

    private readonly Option<string?> _checkpoint = SampleOption.Checkpoint(
        "File to save the run to when it ends; with several runs, one file for each");

    private readonly Option<int> _saveEvery = SampleOption.WholeNumber(
        "--save-every", "Also save every N epochs (0: only at the end)", 0, 0, 10_000);

    private readonly Option<bool> _resume = new("--resume") { Description = "Resume the run saved in --checkpoint, up to --epochs" };

    private readonly Option<int> _threads = SampleOption.Threads(1);

    private readonly Option<string> _output = SampleOption.Output("out/digits");

    private readonly Option<string?> _data = SampleOption.OptionalPath(
        "--data", "DIR", "Folder with MNIST's four IDX files, plain or .gz, to use instead of the digits");

    public DigitsCommand()
    {
        Root = new RootCommand("Trains a network to read handwritten digits, once with each optimizer, and compares the optimizers.")
        {
            _seed, _epochs, _batch, _network, _hidden, _optimizers, _initializers, _rate, _weightDecay, _schedule, _warmup, _clipNorm,
            _checkpoint, _saveEvery, _resume, _threads, _output, _data,
        };
    }

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/Digits",
        "dotnet run -c Release --project samples/Digits -- --optimizer adam --optimizer sgd --hidden 50 --epochs 10 --seed 7",
        "dotnet run -c Release --project samples/Digits -- --network cnn --optimizer adam --epochs 10",
        "dotnet run -c Release --project samples/Digits -- --optimizer sgd --initializer std0.01,xavier,he --hidden 100,100,100,100",
        "dotnet run -c Release --project samples/Digits -- --optimizer adamw --schedule cosine --warmup 100 --weight-decay 0.1 "
        + "--clip-norm 1",
        "dotnet run -c Release --project samples/Digits -- --optimizer adam --checkpoint out/adam.safetensors --epochs 60 --resume",
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
            Network = NetworkChoice.Parse(result.GetRequiredValue(_network)),
            Hidden = result.GetValue(_hidden) ?? [100, 100],
            Rate = result.GetValue(_rate),
            WeightDecay = result.GetValue(_weightDecay),
            Schedule = result.GetRequiredValue(_schedule),
            WarmUpSteps = result.GetValue(_warmup),
            ClipNorm = result.GetValue(_clipNorm),
            SaveEvery = result.GetValue(_saveEvery),
            Resumes = result.GetValue(_resume),
            Threads = result.GetValue(_threads),
        },
        TrainingRun.Of(
            [.. (result.GetValue(_optimizers) ?? OptimizerChoice.Book).Distinct()],
            [.. (result.GetValue(_initializers) ?? [InitializerChoice.He]).DistinctBy(choice => choice.Name, StringComparer.Ordinal)],
            result.GetValue(_checkpoint)),
        result.GetRequiredValue(_output),
        result.GetValue(_data),
        Report.Command("Digits", result));
}

/// <summary>What the user asked for.</summary>
/// <param name="Training">The settings of every run.</param>
/// <param name="Runs">The runs to compare.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="DataFolder">Where MNIST's files are; null for the digits that come with the sample.</param>
/// <param name="Command">The command line.</param>
internal sealed record DigitsOptions(
    TrainingSettings Training, IReadOnlyList<TrainingRun> Runs, string OutputFolder, string? DataFolder, string Command);

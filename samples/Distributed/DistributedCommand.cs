using System.CommandLine;
using Samples.Shared.Choices;
using Samples.Shared.CommandLine;

namespace Distributed;

/// <summary>The sample's command line.</summary>
internal sealed class DistributedCommand
{
    private static readonly OptimizerChoice[] s_optimizers = [.. OptimizerChoice.All.Where(choice => choice.IsDropIn)];

    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<OptimizerChoice> _optimizer = SampleOption.Optimizer(s_optimizers, "adam");

    private readonly Option<int> _steps = SampleOption.WholeNumber(
        "--steps", "Total number of steps, including those before a checkpoint", 200, 1, 100_000_000);

    private readonly Option<int> _batch = SampleOption.WholeNumber(
        "--batch", "Samples per batch, a multiple of the lanes", 64, 1, 1024);

    private readonly Option<int> _lanes = SampleOption.WholeNumber(
        "--lanes", "Shares of a batch; 16 gives the same bits with 1, 2, 4, 8 and 16 ranks", 16, 1, 1024);

    private readonly Option<int> _hidden = SampleOption.WholeNumber(
        "--hidden", "Neurons of each of the two hidden layers", 100, 1, 20_000);

    private readonly Option<int> _threads = SampleOption.Threads(1);

    private readonly Option<double> _rate = SampleOption.Number("--rate", "R", "Learning rate", 0.002, 0, 1000);

    private readonly Option<double?> _clipNorm = SampleOption.ClipNorm();

    private readonly Option<string?> _checkpoint = SampleOption.Checkpoint(
        "File to save the run to [default: none]");

    private readonly Option<int> _saveEvery = SampleOption.WholeNumber(
        "--save-every", "Save every N steps", 100, 1, 1_000_000);

    private readonly Option<bool> _resume = new("--resume") { Description = "Resume from the checkpoint" };

    private readonly Option<double> _timeout = SampleOption.Number(
        "--timeout", "S", "Seconds to wait for a rank before the job is ended", 60, 0.1, 100_000);

    private readonly Option<int?> _ranks = SampleOption.OptionalWholeNumber(
        "--ranks", "Run this number of ranks as threads of this process, without MPI", 1, 1024);

    public DistributedCommand() =>
        Root = new RootCommand("Trains one network on several processes, which mpirun starts, and prints the digest of its weights.")
        {
            _optimizer, _steps, _batch, _lanes, _hidden, _threads, _rate, _clipNorm, _checkpoint, _saveEvery, _resume, _timeout, _ranks,
            _seed,
        };

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet build -c Release samples/Distributed",
        "mpirun -n 4 samples/Distributed/bin/Release/net10.0/Distributed",
        "mpirun -n 2 samples/Distributed/bin/Release/net10.0/Distributed --optimizer lamb --checkpoint run.safetensors",
        "dotnet run -c Release --project samples/Distributed -- --ranks 4",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public JobSettings Read(ParseResult result)
    {
        JobSettings settings = new()
        {
            Optimizer = result.GetRequiredValue(_optimizer),
            Seed = result.GetValue(_seed),
            Steps = result.GetValue(_steps),
            BatchSize = result.GetValue(_batch),
            BatchLanes = result.GetValue(_lanes),
            Hidden = result.GetValue(_hidden),
            Threads = result.GetValue(_threads),
            Rate = result.GetValue(_rate),
            ClipNorm = result.GetValue(_clipNorm),
            Checkpoint = result.GetValue(_checkpoint),
            SaveEvery = result.GetValue(_saveEvery),
            Resume = result.GetValue(_resume),
            Timeout = TimeSpan.FromSeconds(result.GetValue(_timeout)),
            Ranks = result.GetValue(_ranks),
        };
        if (settings.Resume)
            SampleOption.RequireCheckpoint(settings.Checkpoint, "--resume");
        return settings;
    }
}

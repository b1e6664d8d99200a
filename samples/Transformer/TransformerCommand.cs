using System.CommandLine;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;
using Transformer.Training;

namespace Transformer;

/// <summary>The sample's command line.</summary>
internal sealed class TransformerCommand
{
    private const int TextContext = 64;

    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<string?> _text = SampleOption.OptionalPath(
        "--text", "FILE", "Text to learn character by character, instead of sums");

    private readonly Option<int> _steps = SampleOption.WholeNumber("--steps", "Training steps", 800, 1, 1_000_000);

    private readonly Option<int?> _batch = SampleOption.OptionalWholeNumber(
        "--batch", "Sequences per step [default: 256 sums, or 16 passages of text]", 1, 100_000);

    private readonly Option<double> _rate = SampleOption.Number("--rate", "R", "Largest learning rate", 3e-3, 0, 1000);

    private readonly Option<int> _layers = SampleOption.WholeNumber("--layers", "Blocks", 2, 1, 1000);

    private readonly Option<int> _heads = SampleOption.WholeNumber("--heads", "Heads of each block's attention", 4, 1, 1000);

    private readonly Option<int> _width = SampleOption.WholeNumber(
        "--width", "Width of a token's row, a multiple of the heads", 64, 1, 16_384);

    private readonly Option<int> _context = SampleOption.WholeNumber(
        "--context", "Number of earlier characters that the model sees, with --text", TextContext, 2, 16_384);

    private readonly Option<string?> _checkpoint = SampleOption.Checkpoint(
        "File to save the run to, ten times and at the end");

    private readonly Option<bool> _resume = new("--resume") { Description = "Resume the run saved in --checkpoint" };

    private readonly Option<int> _threads = SampleOption.Threads(2);

    private readonly Option<string> _output = SampleOption.Output("out/transformer");

    public TransformerCommand()
    {
        Root = new RootCommand("Trains a small GPT to add numbers of three digits, or to imitate a text.")
        {
            _seed, _text, _steps, _batch, _rate, _layers, _heads, _width, _context, _checkpoint, _resume, _threads, _output,
        };
    }

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/Transformer",
        "dotnet run -c Release --project samples/Transformer -- --seed 7 --layers 1 --heads 1",
        "dotnet run -c Release --project samples/Transformer -- --checkpoint out/sums.safetensors --resume",
        "dotnet run -c Release --project samples/Transformer -- --text book.txt --layers 4 --width 128 --steps 3000 --rate 1e-3",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public TransformerOptions Read(ParseResult result)
    {
        string? text = result.GetValue(_text);
        int width = result.GetValue(_width), heads = result.GetValue(_heads);
        if (width % heads != 0)
            throw SampleOption.Unusable("--width", $"{width}", $"a multiple of --heads, {heads}");
        var settings = new TrainingSettings
        {
            Seed = result.GetValue(_seed),
            Steps = result.GetValue(_steps),
            Batch = result.GetValue(_batch) ?? (text is null ? 256 : 16),
            Rate = result.GetValue(_rate),
            Layers = result.GetValue(_layers),
            Heads = heads,
            Width = width,
            Threads = result.GetValue(_threads),
            Checkpoint = result.GetValue(_checkpoint),
            Resumes = result.GetValue(_resume),
        };
        if (settings.Resumes)
            SampleOption.RequireCheckpoint(settings.Checkpoint, "--resume");
        return new(settings, text, result.GetValue(_context), result.GetRequiredValue(_output), Report.Command("Transformer", result));
    }
}

/// <summary>What the user asked for.</summary>
/// <param name="Training">The settings.</param>
/// <param name="Text">The file of a text; null for sums.</param>
/// <param name="Context">What the model looks back at in a text.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="Command">The command line.</param>
internal sealed record TransformerOptions(TrainingSettings Training, string? Text, int Context, string OutputFolder, string Command);

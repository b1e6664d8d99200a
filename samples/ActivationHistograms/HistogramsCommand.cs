using System.CommandLine;
using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;

namespace ActivationHistograms;

/// <summary>The sample's command line.</summary>
internal sealed class HistogramsCommand
{
    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<IReadOnlyList<InitializerChoice>> _initializers = SampleOption.Several(
        "--initializer",
        "NAME",
        $"Initial weights, repeatable: {InitializerChoice.Names}",
        string.Join(",", InitializerChoice.Comparison.Select(choice => choice.Name)),
        InitializerChoice.Parse);

    private readonly Option<IReadOnlyList<ActivationChoice>> _activations = SampleOption.Several(
        "--activation",
        "NAME",
        $"Activation, repeatable: {ActivationChoice.Names}",
        string.Join(",", ActivationChoice.All.Select(choice => choice.Name)),
        ActivationChoice.Parse);

    private readonly Option<int> _layers = SampleOption.WholeNumber("--layers", "Number of layers", 5, 1, 20);

    private readonly Option<int> _units = SampleOption.WholeNumber("--units", "Size of an input, and of each layer", 100, 1, 2000);

    private readonly Option<int> _samples = SampleOption.WholeNumber("--samples", "Number of inputs", 1000, 1, 20_000);

    private readonly Option<string> _output = SampleOption.Output("out/histograms");

    public HistogramsCommand() =>
        Root = new RootCommand("Shows how initial weights affect the activations of each layer, before any training.")
        {
            _seed, _initializers, _activations, _layers, _units, _samples, _output,
        };

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/ActivationHistograms",
        "dotnet run -c Release --project samples/ActivationHistograms -- --activation tanh --initializer std0.05,std0.1,std0.2",
        "dotnet run -c Release --project samples/ActivationHistograms -- --layers 10 --units 300 --seed 7 --output out/deep",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public HistogramsOptions Read(ParseResult result) => new(
        [.. (result.GetValue(_activations) ?? ActivationChoice.All).Distinct()],
        [.. (result.GetValue(_initializers) ?? InitializerChoice.Comparison).DistinctBy(choice => choice.Name, StringComparer.Ordinal)],
        result.GetValue(_layers),
        result.GetValue(_units),
        result.GetValue(_samples),
        result.GetValue(_seed),
        result.GetRequiredValue(_output),
        Report.Command("ActivationHistograms", result));
}

/// <summary>What the user asked for.</summary>
/// <param name="Activations">The activations, each once.</param>
/// <param name="Initializers">The ways to draw the initial weights, each once.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Units">The number of inputs, and of each layer's units.</param>
/// <param name="Samples">The number of inputs.</param>
/// <param name="Seed">The random seed.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="Command">The command line.</param>
internal sealed record HistogramsOptions(
    IReadOnlyList<ActivationChoice> Activations,
    IReadOnlyList<InitializerChoice> Initializers,
    int Layers,
    int Units,
    int Samples,
    ulong Seed,
    string OutputFolder,
    string Command);

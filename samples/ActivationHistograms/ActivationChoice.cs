using Samples.Shared.CommandLine;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace ActivationHistograms;

/// <summary>An activation, and how to tell that a unit is of no use with it.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In headings.</param>
/// <param name="Low">The least activation, and the left end of the histograms.</param>
/// <param name="Apply">Turns sums into activations, in place.</param>
/// <param name="Lesson">What its histograms show.</param>
internal sealed record ActivationChoice(string Name, string Title, double Low, Action<float[]> Apply, string Lesson)
{
    /// <summary>How near to an end of its range a sigmoid or a tanh hardly learns: its slope is below 4 % of the largest.</summary>
    private const double End = 0.01;

    /// <summary>All activations, in the book's order.</summary>
    public static IReadOnlyList<ActivationChoice> All { get; } =
    [
        new(
            "sigmoid",
            "Sigmoid",
            0,
            Sigmoid,
            "Standard deviation 1 drives the units to 0 and 1; 0.01 leaves all of them at a half. Xavier's spreads them."),
        new(
            "tanh",
            "Tanh",
            -1,
            values => Elementary.Tanh(values, values),
            "Around 0, tanh passes on what it gets: Xavier's keeps the spread for which it was derived."),
        new(
            "relu",
            "ReLU",
            0,
            values => Activation.Relu(values, values),
            "Half of the sums become 0, so weights must be larger by the root of 2: with He's the layers look alike, "
            + "with Xavier's they fade.")
        {
            IsRectifier = true,
        },
    ];

    /// <summary>The names, for messages and the help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(choice => choice.Name));

    /// <summary>The right end of the histograms: for sigmoid and tanh the largest activation, for ReLU where the book ends too.</summary>
    public double High { get; } = 1;

    /// <summary>Whether it is 0 wherever its slope is.</summary>
    public bool IsRectifier { get; private init; }

    /// <summary>What a unit that is of no use is called.</summary>
    public string Idle => IsRectifier ? "dead" : "saturated";

    /// <summary>For which share of the inputs such a unit is stuck, at least: a rectifier that moves once can learn again.</summary>
    public double IdleFrom => IsRectifier ? 1 : 0.5;

    /// <summary>The activation called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ActivationChoice Parse(string name) =>
        All.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--activation", name, $"one of {Names}");

    /// <summary>Whether an activation is where the slope is 0 or nearly so.</summary>
    public bool IsStuck(float value) =>
        IsRectifier ? value == 0 : value < Low + End * (High - Low) || value > High - End * (High - Low);

    /// <summary>1 / (1 + e^-x) = (1 + tanh(x / 2)) / 2.</summary>
    private static void Sigmoid(float[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] *= 0.5f;
        Elementary.Tanh(values, values);
        for (int i = 0; i < values.Length; i++)
            values[i] = 0.5f + 0.5f * values[i];
    }
}

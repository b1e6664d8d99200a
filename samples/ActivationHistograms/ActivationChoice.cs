using Samples.Shared.CommandLine;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace ActivationHistograms;

/// <summary>An activation, and the condition under which a unit cannot learn.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">The name in headings.</param>
/// <param name="Low">The smallest activation, and the left end of the histograms.</param>
/// <param name="Apply">Turns sums into activations, in place.</param>
/// <param name="Lesson">What the histograms show.</param>
internal sealed record ActivationChoice(string Name, string Title, double Low, Action<float[]> Apply, string Lesson)
{
    /// <summary>The distance from an end of the range within which a sigmoid or tanh has a slope below 4% of the largest.</summary>
    private const double End = 0.01;

    /// <summary>All activations, in the book's order.</summary>
    public static IReadOnlyList<ActivationChoice> All { get; } =
    [
        new(
            "sigmoid",
            "Sigmoid",
            0,
            Sigmoid,
            "Standard deviation 1 drives the units to 0 and 1; 0.01 leaves all of them near 0.5. Xavier's weights spread them."),
        new(
            "tanh",
            "Tanh",
            -1,
            values => Elementary.Tanh(values, values),
            "Around 0, tanh is nearly linear, the case for which Xavier's weights were derived: they preserve the spread."),
        new(
            "relu",
            "ReLU",
            0,
            values => Activation.Relu(values, values),
            "Half of the sums become 0, so weights must be larger by the square root of 2: with He's the layers look alike, "
            + "with Xavier's they fade.")
        {
            IsRectifier = true,
        },
    ];

    /// <summary>The names, for messages and the help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(choice => choice.Name));

    /// <summary>The usual right end of the histograms: for sigmoid and tanh the largest activation, for ReLU 1, as in the book.</summary>
    public double High { get; } = 1;

    /// <summary>Whether the activation is 0 wherever its slope is 0.</summary>
    public bool IsRectifier { get; private init; }

    /// <summary>The term for a unit that cannot learn, with its definition.</summary>
    public string Idle => IsRectifier ? "dead (0 for every input)" : "saturated (stuck for at least half of the inputs)";

    /// <summary>The smallest share of the inputs for which such a unit is stuck: a ReLU that is above 0 once can still learn.</summary>
    public double IdleFrom => IsRectifier ? 1 : 0.5;

    /// <summary>The activation called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ActivationChoice Parse(string name) =>
        All.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--activation", name, $"one of {Names}");

    /// <summary>
    /// The right end of a histogram of <paramref name="values"/>: <see cref="High"/>, or, if more than three quarters of those above 0
    /// exceed it, a round number (1, 2 or 5 times a power of ten) that is not below any of them.
    /// </summary>
    public double HighOf(float[] values)
    {
        float largest = values.Max();
        bool isExceeded = values.Count(value => value > High) > 0.75 * values.Count(value => value > 0);
        if (!IsRectifier || !isExceeded || !float.IsFinite(largest))
            return High;
        double end = High;
        for (int i = 0; end < largest; i++)
            end *= i % 3 == 1 ? 2.5 : 2;
        return end;
    }

    /// <summary>Whether the slope at an activation is 0 or nearly so.</summary>
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

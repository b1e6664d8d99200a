using System.Globalization;
using Samples.Shared.CommandLine;
using TensorEngine.Initializers;

namespace Samples.Shared.Choices;

/// <summary>A way to draw the initial weights, by the name that the command line knows it by.</summary>
/// <param name="Name">he, xavier, or std and a number.</param>
/// <param name="Title">In pictures and tables.</param>
/// <param name="Fill">Draws a layer's weights.</param>
public sealed record InitializerChoice(string Name, string Title, Initializer Fill)
{
    private const string NormalPrefix = "std";
    private const double MaximumDeviation = 100;

    /// <summary>Kaiming He's: the variance stays the same through layers with ReLU.</summary>
    public static InitializerChoice He { get; } =
        new("he", "He", (weights, generator) => Initialize.KaimingNormal(weights, generator, nonlinearity: Nonlinearity.Relu));

    /// <summary>Xavier Glorot's: the variance stays the same through linear layers.</summary>
    public static InitializerChoice Xavier { get; } =
        new("xavier", "Xavier", (weights, generator) => Initialize.XavierNormal(weights, generator));

    /// <summary>The names, for messages and the help.</summary>
    public static string Names => "he, xavier, or std and their standard deviation, as in std0.01";

    /// <summary>The book's comparison: too large, too small, and the two that fit the size of the layer.</summary>
    public static IReadOnlyList<InitializerChoice> Comparison { get; } = [Parse("std1"), Parse("std0.01"), Xavier, He];

    public override string ToString() => Name;

    /// <summary>The initializer called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static InitializerChoice Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.Equals(name, He.Name, StringComparison.OrdinalIgnoreCase))
            return He;
        if (string.Equals(name, Xavier.Name, StringComparison.OrdinalIgnoreCase))
            return Xavier;
        if (name.StartsWith(NormalPrefix, StringComparison.OrdinalIgnoreCase)
            && double.TryParse(
                name.AsSpan(NormalPrefix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double deviation)
            && deviation is > 0 and <= MaximumDeviation)
        {
            string number = deviation.ToString(CultureInfo.InvariantCulture);
            return new InitializerChoice(
                NormalPrefix + number,
                $"std {number}",
                (weights, generator) => Initialize.Normal(weights, generator, standardDeviation: deviation));
        }

        throw SampleOption.Unusable(
            "--initializer", name, $"he, xavier, or std and a standard deviation above 0 and at most {MaximumDeviation}, as in std0.01");
    }
}

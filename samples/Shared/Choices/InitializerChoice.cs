using System.Globalization;
using Samples.Shared.CommandLine;
using TensorEngine.Initializers;

namespace Samples.Shared.Choices;

/// <summary>A kind of initial weights, with its name on the command line.</summary>
/// <param name="Name">he, xavier, or std and a number, such as std0.01.</param>
/// <param name="Title">The name in pictures and tables.</param>
/// <param name="Fill">Sets a layer's weights.</param>
public sealed record InitializerChoice(string Name, string Title, Initializer Fill)
{
    private const string NormalPrefix = "std";
    private const double MaximumDeviation = 100;

    /// <summary>Kaiming He's weights, which preserve the variance through layers with ReLU.</summary>
    public static InitializerChoice He { get; } =
        new("he", "He", (weights, generator) => Initialize.KaimingNormal(weights, generator, nonlinearity: Nonlinearity.Relu));

    /// <summary>Xavier Glorot's weights, which preserve the variance through linear layers.</summary>
    public static InitializerChoice Xavier { get; } =
        new("xavier", "Xavier", (weights, generator) => Initialize.XavierNormal(weights, generator));

    /// <summary>The names, for messages and the help.</summary>
    public static string Names => "he, xavier, or std followed by the standard deviation, such as std0.01";

    /// <summary>The book's comparison: too large, too small, and the two that depend on the size of the layer.</summary>
    public static IReadOnlyList<InitializerChoice> Comparison { get; } = [Parse("std1"), Parse("std0.01"), Xavier, He];

    public override string ToString() => Name;

    /// <summary>Returns the initializer with the name <paramref name="name"/>, in upper or lower case.</summary>
    /// <exception cref="InputException">There is no such initializer.</exception>
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
            "--initializer", name, $"he, xavier, or std with a standard deviation above 0 and at most {MaximumDeviation}, such as std0.01");
    }
}

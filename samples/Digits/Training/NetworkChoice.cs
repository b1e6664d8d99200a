using Samples.Shared.CommandLine;

namespace Digits.Training;

/// <summary>A kind of network, by the name that the command line knows it by.</summary>
public enum NetworkKind
{
    /// <summary>Linear layers: <see cref="MultiLayerPerceptron"/>.</summary>
    Perceptron,

    /// <summary>Convolutions: <see cref="ConvolutionalNetwork"/>.</summary>
    Convolutional,
}

/// <summary>The names of the networks.</summary>
internal static class NetworkChoice
{
    public const string Default = "mlp";
    public const string Names = "mlp, cnn";

    /// <summary>The name, if it is one.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public static string Check(string name)
    {
        Parse(name);
        return name;
    }

    /// <summary>The network called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static NetworkKind Parse(string name) => name switch
    {
        Default => NetworkKind.Perceptron,
        "cnn" => NetworkKind.Convolutional,
        _ => throw SampleOption.Unusable("--network", name, $"one of {Names}"),
    };
}

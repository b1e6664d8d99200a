using TensorEngine.Autograd.Layers;

namespace TensorEngine.Autograd.Tests.Networks;

/// <summary>A network that is trained for 50 steps, and the SHA-256 of what becomes of its parameters.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Sha256">Of the values after the last step: the same at every width and with any number of threads.</param>
/// <param name="Make">Adds the layers to a store.</param>
public sealed record NetworkCase(string Name, string Sha256, Func<ParameterStore, Network> Make)
{
    public override string ToString() => Name;
}

/// <summary>The layers of a network.</summary>
/// <param name="Layers">Those with parameters.</param>
/// <param name="Apply">Computes logits [rows, 10] from images [rows, 64].</param>
/// <param name="Parts">What is saved beside the parameters.</param>
public sealed record Network(Layer[] Layers, Func<Variable, Variable> Apply, IReadOnlyDictionary<string, IStateful> Parts);

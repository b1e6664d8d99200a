using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Drops elements in training, as torch.nn.Dropout. It has no parameters, and a generator, which is saved with the run.</summary>
public sealed class Dropout
{
    /// <summary>Makes the layer.</summary>
    /// <param name="probability">How likely an element is dropped: from 0 to 1.</param>
    /// <param name="generator">Which elements; each layer may have a stream of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    public Dropout(double probability, Philox generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        HyperParameter.InClosedUnitInterval(probability, nameof(probability));
        Probability = probability;
        Generator = generator;
    }

    /// <summary>How likely an element is dropped.</summary>
    public double Probability { get; }

    /// <summary>The generator; add it to the run's checkpoint.</summary>
    public Philox Generator { get; }

    /// <summary>Drops elements if the tape trains; see <see cref="Functional.Dropout"/>.</summary>
    /// <param name="input">Any shape.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    public Variable Apply(Variable input) => input.Dropout(Probability, Generator);
}

using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>Drops elements in training, as torch.nn.Dropout. It has no parameters, but a generator to save with the run.</summary>
public sealed class Dropout
{
    /// <summary>Creates the layer.</summary>
    /// <param name="probability">The probability of dropping an element, from 0 to 1.</param>
    /// <param name="generator">The source of the dropped elements; each layer may have its own stream.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    public Dropout(double probability, Philox generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        HyperParameter.InClosedUnitInterval(probability, nameof(probability));
        Probability = probability;
        Generator = generator;
    }

    /// <summary>The probability of dropping an element.</summary>
    public double Probability { get; }

    /// <summary>The generator; add it to the run's checkpoint.</summary>
    public Philox Generator { get; }

    /// <summary>Drops elements if the tape is in training mode; see <see cref="Functional.Dropout"/>.</summary>
    /// <param name="input">Any shape.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    public Variable Apply(Variable input) => input.Dropout(Probability, Generator);
}

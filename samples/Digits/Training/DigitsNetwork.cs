using Samples.Shared.Choices;
using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace Digits.Training;

/// <summary>A classifier of images: what a network has to say is how logits come from images; the tape finds the gradients.</summary>
public abstract class DigitsNetwork
{
    private readonly Tape _tape = new();

    /// <summary>All weights and biases, in the order of the layers.</summary>
    public ParameterStore Parameters { get; } = new();

    /// <summary>The threads that share the work, or null (the default) for the calling thread alone; the bits are the same.</summary>
    public Workers? Workers
    {
        get => _tape.Workers;
        set => _tape.Workers = value;
    }

    /// <summary>Draws the weights, layer after layer from one stream. Biases start at 0.</summary>
    public void Initialize(InitializerChoice initializer, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        Parameters.Freeze();
        foreach (Parameter parameter in Parameters)
        {
            if (parameter.Shape.Rank > 1)
                initializer.Fill(parameter, generator);
            else
                parameter.Values.Clear();
        }
    }

    /// <summary>What the network thinks of images.</summary>
    /// <param name="images">[rows, pixels].</param>
    /// <returns>The logits, [rows, classes]; valid until the next call.</returns>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> images)
    {
        _tape.Reset();
        using (_tape.NoGradient())
            return Apply(_tape, images).Values;
    }

    /// <summary>The loss on a batch, and its gradient with respect to every parameter, for an optimizer to step by.</summary>
    /// <param name="images">[rows, pixels].</param>
    /// <param name="labels">[rows], the right class of each image.</param>
    /// <returns>The mean cross-entropy, in nats.</returns>
    public double FindGradients(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        Parameters.ClearGradients();
        _tape.Reset();
        Variable loss = Apply(_tape, images).CrossEntropy(labels);
        _tape.Backward(loss);
        return loss.Item();
    }

    /// <summary>Computes the logits, [rows, classes], from images, [rows, pixels].</summary>
    protected abstract Variable Apply(Tape tape, ReadOnlySpan<float> images);
}

using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>
/// A network of the recorded trainings, told by the shapes of its parameters: convolutions of 3 x 3, each with ReLU and pooling by 2, then
/// linear layers with ReLU between them.
/// </summary>
public sealed class TrainingNetwork
{
    private readonly List<(Parameter Weight, Parameter Bias)> _layers = [];

    /// <summary>Makes the network with PyTorch's default values after manual_seed.</summary>
    public TrainingNetwork(RecordedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        foreach ((string name, int[] shape) in training.Parameters)
            Parameters.Add(name, [.. shape]);
        Parameters.Freeze();
        var generator = new TorchGenerator(training.Seed);
        for (int i = 0; i < Parameters.Count; i += 2)
        {
            (Parameter weight, Parameter bias) = (Parameters.Parameters[i], Parameters.Parameters[i + 1]);
            _layers.Add((weight, bias));
            if (weight.Shape.Rank == 2)
                Initialize.Linear(weight, generator, bias);
            else
                Initialize.Convolution(weight, generator, bias);
        }

        Optimizer = training.Momentum is { } momentum
            ? new Momentum(Parameters, new MomentumOptions { LearningRate = training.LearningRate, Momentum = momentum })
            : new Adam(Parameters, new AdamOptions { LearningRate = training.LearningRate });
    }

    public ParameterStore Parameters { get; } = new();

    public Optimizer Optimizer { get; }

    /// <summary>The mean cross-entropy of images.</summary>
    public Variable Loss(Tape tape, ReadOnlySpan<float> pixels, int side, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Variable hidden = tape.Constant(
            pixels, _layers[0].Weight.Shape.Rank == 2 ? [labels.Length, side * side] : [labels.Length, 1, side, side]);
        for (int i = 0; i < _layers.Count; i++)
        {
            Variable weight = tape.Parameter(_layers[i].Weight), bias = tape.Parameter(_layers[i].Bias);
            if (weight.Shape.Rank == 4)
            {
                hidden = hidden.Convolution2D(weight, bias, padding: 1).Relu().MaxPool2D(2);
                continue;
            }

            hidden = hidden.Flatten().Linear(weight, bias);
            if (i < _layers.Count - 1)
                hidden = hidden.Relu();
        }

        return hidden.CrossEntropy(labels);
    }

    /// <summary>Takes a step and returns the loss before it.</summary>
    public double Step(Tape tape, TrainingData data, int step, int batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(data);
        int first = step % (data.Count / batch) * batch;
        tape.Reset();
        Variable loss = Loss(tape, data.PixelsOf(first, batch), data.Side, data.Labels.AsSpan(first, batch));
        Parameters.ClearGradients();
        tape.Backward(loss);
        Optimizer.Step();
        return loss.Item();
    }
}

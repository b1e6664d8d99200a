using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace YourProject;

/// <summary>The example of the package's README.</summary>
public static class ExclusiveOr
{
    /// <summary>Trains, and prints the loss.</summary>
    public static void Run()
    {
        // PAGE exclusive
        var store = new ParameterStore();
        var hidden = new Linear(store, "hidden", inputs: 2, outputs: 8);
        var output = new Linear(store, "output", inputs: 8, outputs: 2);
        Layer.Initialize(new Philox(seed: 1), hidden, output);
        var adam = new Adam(store, new AdamOptions { LearningRate = 0.05 }) { GradientOptions = { Clear = true } };

        // Exclusive or.
        float[] inputs = [0, 0, 0, 1, 1, 0, 1, 1];
        int[] labels = [0, 1, 1, 0];
        var tape = new Tape();
        double last = 0;
        for (int step = 0; step < 200; step++)
        {
            tape.Reset();
            Variable logits = output.Apply(hidden.Apply(tape.Constant(inputs, [4, 2])).Relu());
            Variable loss = logits.CrossEntropy(labels);
            tape.Backward(loss);
            adam.Step();
            last = loss.Item();
        }

        Console.WriteLine($"loss {last:F4}");
        // END
    }
}

using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Data;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace YourProject;

/// <summary>The code of the page "Train a network".</summary>
public static class TrainANetwork
{
    /// <summary>Trains the network and prints what it has learned.</summary>
    public static void Run()
    {
        // PAGE network
        // 1,200 images of 8 x 8 pixels with noise: a bar across (class 0), a bar down (1), or nothing (2).
        var random = new Philox(seed: 42);
        float[] pixels = new float[1200 * 64];
        int[] labels = new int[1200], batchLabels = new int[50];
        random.Normal(pixels, mean: 0, standardDeviation: 0.4);
        for (int i = 0; i < 1200; i++)
        {
            labels[i] = i % 3;
            int bar = random.Below(8);
            for (int k = 0; k < 8 && labels[i] < 2; k++)
                pixels[i * 64 + (labels[i] == 0 ? bar * 8 + k : k * 8 + bar)] += 1;
        }

        var store = new ParameterStore();
        var conv1 = new Convolution2D(store, "conv1", inputs: 1, outputs: 8, kernel: 3, padding: 1);
        var conv2 = new Convolution2D(store, "conv2", inputs: 8, outputs: 16, kernel: 3, padding: 1);
        var output = new Linear(store, "output", inputs: 16 * 2 * 2, outputs: 3);
        Layer.Initialize(random, conv1, conv2, output);
        var adam = new Adam(store, new AdamOptions { LearningRate = 3e-3 }) { GradientOptions = { Clear = true } };
        var batches = new MiniBatches(count: 1000, size: 50, random);
        var tape = new Tape();
        for (int step = 1; step <= 200; step++)
        {
            ReadOnlySpan<int> rows = batches.Next();
            MiniBatches.Gather(labels, rows, batchLabels);
            tape.Reset();
            Variable loss = Logits(tape.ConstantRows(pixels, rows, [1, 8, 8])).CrossEntropy(batchLabels);
            tape.Backward(loss);
            adam.Step();
        }

        Variable Logits(Variable images) => output.Apply(
            conv2.Apply(conv1.Apply(images).Relu().MaxPool2D(2)).Relu().MaxPool2D(2).Flatten());
        // END

        // PAGE evaluation
        tape.Reset();
        tape.Training = false;
        using (tape.NoGradient())
        {
            Variable test = Logits(tape.Constant(pixels.AsSpan(1000 * 64), [200, 1, 8, 8]));
            int right = 0;
            for (int i = 0; i < 200; i++)
            {
                ReadOnlySpan<float> logits = test.Values.Slice(3 * i, 3);
                int answer = logits[0] > logits[1] ? 0 : 1;
                if (logits[2] > logits[answer])
                    answer = 2;
                right += answer == labels[1000 + i] ? 1 : 0;
            }

            Console.WriteLine($"{right} of 200 images it has not seen are right");
        }
        // END
    }

    /// <summary>Saves a run.</summary>
    public static void Save(string path, ParameterStore store, Adam adam, MiniBatches batches, Philox dropout)
    {
        // PAGE checkpoint
        var checkpoint = new Checkpoint(store) { { "adam", adam }, { "batches", batches }, { "dropout", dropout } };
        checkpoint.Save(path);
        checkpoint.Load(path);
        // END
    }
}

using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;

namespace YourProject;

/// <summary>The code of the page "Train a transformer".</summary>
public static class TrainATransformer
{
    /// <summary>Trains a GPT and prints what it writes.</summary>
    public static void Run()
    {
        // PAGE model
        const int Tokens = 10, Context = 15, Columns = 32, Batch = 32;
        var options = new TransformerBlockOptions { NormFirst = true, Activation = TransformerActivation.GeluTanh };
        var store = new ParameterStore();
        var tokens = new Embedding(store, "tokens", Tokens, Columns);
        var positions = new Embedding(store, "positions", Context, Columns);
        var block1 = new TransformerBlock(store, "blocks.0", Columns, heads: 4, hidden: 4 * Columns, options);
        var block2 = new TransformerBlock(store, "blocks.1", Columns, heads: 4, hidden: 4 * Columns, options);
        var norm = new LayerNorm(store, "norm", Columns);
        var random = new Philox(seed: 1);
        Layer.Initialize(random, block1, block2, norm);
        Initialize.Normal(tokens.Weight, random, standardDeviation: 0.02);
        Initialize.Normal(positions.Weight, random, standardDeviation: 0.02);
        int[] places = [.. Enumerable.Range(0, Context)];

        Variable Logits(Tape tape, ReadOnlySpan<int> sequences, int batch)
        {
            int time = sequences.Length / batch;
            Variable x = tokens.Apply(tape, sequences, [batch, time]).Add(positions.Apply(tape, places.AsSpan(0, time)));
            x = block2.Apply(block1.Apply(x, causal: true), causal: true);
            return tokens.Logits(norm.Apply(x));
        }
        // END

        // PAGE training
        var adam = new AdamW(store, new AdamWOptions { LearningRate = 3e-3 }) { GradientOptions = { Clear = true } };
        var tape = new Tape();
        int[] inputs = new int[Batch * Context], next = new int[Batch * Context];
        for (int step = 1; step <= 400; step++)
        {
            for (int row = 0; row < Batch; row++)
            {
                (int first, int second) = (random.Below(10), random.Below(10));
                for (int i = row * Context; i < (row + 1) * Context; i++)
                {
                    (inputs[i], next[i]) = (first, second);
                    (first, second) = (second, (first + second) % 10);
                }
            }

            tape.Reset();
            Variable loss = Logits(tape, inputs, Batch).CrossEntropy(next);
            tape.Backward(loss);
            adam.Step();
        }
        // END

        // PAGE generation
        KeyValueCache memory1 = new(1, Context, Columns), memory2 = new(1, Context, Columns);
        int[] written = [1, 1];
        using (tape.NoGradient())
        {
            while (written.Length <= Context)
            {
                tape.Reset();
                int behind = memory1.Length;
                Variable x = tokens.Apply(tape, written.AsSpan(behind), [1, written.Length - behind])
                    .Add(positions.Apply(tape, places.AsSpan(behind, written.Length - behind)));
                x = block2.Apply(block1.Apply(x, memory1), memory2);
                ReadOnlySpan<float> logits = tokens.Logits(norm.Apply(x)).Values[^Tokens..];
                int best = 0;
                for (int i = 1; i < Tokens; i++)
                    best = logits[i] > logits[best] ? i : best;
                written = [.. written, best];
            }
        }

        Console.WriteLine(string.Join(' ', written));
        // END
    }

    /// <summary>Values of PyTorch's.</summary>
    public static LoadReport LoadFromPyTorch(string path)
    {
        // PAGE values
        var store = new ParameterStore();
        var layer = new TransformerBlock(store, "layers.0", columns: 512, heads: 8, hidden: 2048);
        LoadReport report = Checkpoint.LoadValues(path, store);
        // END
        _ = layer;
        return report;
    }

    /// <summary>Positions as rotations.</summary>
    public static void Rotate(ParameterStore store)
    {
        // PAGE rotations
        var block = new TransformerBlock(store, "blocks.0", columns: 128, heads: 4, hidden: 512);
        block.Attention.Rotary = new RotaryTable(width: 128 / 4, positions: 1024);
        // END
    }
}

using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using Transformer.Model;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>The GPT of samples/Transformer at some size, and a batch to train it on.</summary>
/// <param name="Name">As in torch_gpt.py.</param>
/// <param name="Batch">Sequences per step, each as long as the context.</param>
/// <param name="Shape">The sizes.</param>
internal sealed record GptStep(string Name, int Batch, GptShape Shape)
{
    /// <summary>What trains on a processor in minutes: characters.</summary>
    public static GptStep Small { get; } = new("GPT 4 x 128", 12, new GptShape(Vocabulary: 65, Context: 64, Layers: 4, Heads: 4, Width: 128));

    /// <summary>GPT-2 of 124 million parameters, at the batch of llm.c, its vocabulary padded as there.</summary>
    public static GptStep Gpt2 { get; } = new("GPT-2 124M", 4, new GptShape(Vocabulary: 50_304, Context: 64, Layers: 12, Heads: 12, Width: 768));

    /// <summary>
    /// Floating-point operations of a step: of the products, forward and twice as many backward, the attention's as if it were not causal.
    /// </summary>
    public double Operations
    {
        get
        {
            (int vocabulary, int context, int layers, _, int width) = Shape;
            double perToken = layers * (12.0 * width * width + 2.0 * context * width) + (double)vocabulary * width;
            return 3 * 2 * perToken * Batch * context;
        }
    }

    /// <summary>Forward, backward and AdamW on one batch, again and again the same.</summary>
    /// <param name="workers">The threads that share the step, or null to use the calling thread alone.</param>
    public Action MakeStep(Workers? workers)
    {
        var gpt = new Gpt(Shape);
        gpt.Initialize(new Philox(seed: 1) { Workers = workers });
        var adam = new AdamW(gpt.Parameters, new AdamWOptions { LearningRate = 1e-6 }) { Workers = workers };
        adam.GradientOptions.Clear = true;
        // The same batch as in torch_gpt.py.
        int[] tokens = [.. Enumerable.Range(0, Batch * Shape.Context).Select(i => i * 37 % Shape.Vocabulary)];
        int[] labels = [.. Enumerable.Range(0, Batch * Shape.Context).Select(i => (i + 1) * 37 % Shape.Vocabulary)];
        var tape = new Tape(workers);
        return () =>
        {
            tape.Reset();
            tape.Backward(gpt.Logits(tape, tokens, Batch).CrossEntropy(labels));
            adam.Step();
        };
    }

    public override string ToString() => $"{Name}, batch {Batch}";
}

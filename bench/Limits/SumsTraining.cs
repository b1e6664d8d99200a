using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers.Stepping;
using Transformer.Model;
using Transformer.Tasks;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>The transformer sample in small: a GPT of one block that begins to learn to add.</summary>
internal static class SumsTraining
{
    private const int Steps = 150;
    private const int Batch = 64;
    private const int Judged = 1024;

    // A task of its own for all seeds, so that they are judged by the same sums.
    private const ulong TaskSeed = 1;

    /// <summary>Trains, and returns the loss on sums that no seed learns from.</summary>
    public static double Loss(Func<ParameterStore, Optimizer> make, ulong seed)
    {
        var task = new Addition(new Philox(TaskSeed, stream: 0));
        var gpt = new Gpt(new GptShape(task.Vocabulary, task.Context, 1, 2, 32));
        gpt.Initialize(new Philox(seed, stream: 1));
        Optimizer optimizer = make(gpt.Parameters);
        optimizer.GradientOptions.Clear = true;
        optimizer.GradientOptions.ClipNorm = 1;
        var batches = new Philox(seed, stream: 2);
        var tape = new Tape();
        for (int step = 0; step < Steps; step++)
        {
            tape.Backward(OfBatch(Batch, batches));
            optimizer.Step();
        }

        return OfBatch(Judged, new Philox(TaskSeed, stream: 9)).Item();

        Variable OfBatch(int count, Generator generator)
        {
            int[] tokens = new int[count * task.Context], labels = new int[tokens.Length];
            task.Fill(generator, tokens, labels);
            tape.Reset();
            return gpt.Logits(tape, tokens, count).CrossEntropy(labels, LearningTask.Ignored);
        }
    }
}

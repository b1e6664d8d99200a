using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;
using Transformer.Model;
using Transformer.Tasks;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>A short training of samples/Transformer with any optimizer: the sample's model, warm-up, cosine and clipping.</summary>
internal static class TransformerRun
{
    /// <summary>How long a training is.</summary>
    public const int Steps = 400;

    /// <summary>Sums per step.</summary>
    public const int Batch = 64;

    private const int WarmUpSteps = 50;

    // Every batch is new, so that the losses of the last ones are of sums that have hardly been learned.
    private const int LastSteps = 20;

    /// <summary>What a training reaches.</summary>
    /// <param name="Loss">Nats per digit of the sum, the mean over the last steps' batches; infinite if it broke down.</param>
    /// <param name="Share">The share of held-out sums that are right.</param>
    public readonly record struct Outcome(double Loss, double Share);

    /// <summary>Trains.</summary>
    /// <param name="make">Makes the optimizer, for parameters and a learning rate.</param>
    /// <param name="rate">The largest learning rate.</param>
    /// <param name="seed">Of the weights, the batches and the held-out sums.</param>
    /// <param name="judges">Whether to find the share; it is 0 otherwise.</param>
    public static Outcome Train(Func<ParameterStore, double, Optimizer> make, double rate, int seed, bool judges)
    {
        var task = new Addition(new Philox((ulong)seed, stream: 0), heldOut: 500);
        var gpt = new Gpt(new GptShape(task.Vocabulary, task.Context, Layers: 2, Heads: 4, Width: 64));
        gpt.Initialize(new Philox((ulong)seed, stream: 1));
        var batches = new Philox((ulong)seed, stream: 2);
        Optimizer optimizer = make(gpt.Parameters, rate);
        optimizer.GradientOptions.Clear = true;
        optimizer.GradientOptions.ClipNorm = 1;
        Schedule schedule = new LinearWarmUp(
            WarmUpSteps, new CosineAnnealing(Steps - WarmUpSteps, rate / 20), startFactor: 1.0 / WarmUpSteps);
        var tape = new Tape();
        int[] tokens = new int[Batch * task.Context], labels = new int[tokens.Length];
        double last = 0;
        for (int step = 0; step < Steps; step++)
        {
            task.Fill(batches, tokens, labels);
            optimizer.ApplySchedule(schedule, step);
            tape.Reset();
            Variable loss = gpt.Logits(tape, tokens, Batch).CrossEntropy(labels, LearningTask.Ignored);
            if (!double.IsFinite(loss.Item()))
                return new(double.PositiveInfinity, 0);
            tape.Backward(loss);
            try
            {
                optimizer.Step();
            }
            catch (OverflowException)
            {
                // A rate so large that a step's constants leave the floats.
                return new(double.PositiveInfinity, 0);
            }

            last += step >= Steps - LastSteps ? loss.Item() / LastSteps : 0;
        }

        return new(last, judges ? task.Judge(gpt, new Writer(gpt, tape), batches).Score : 0);
    }
}

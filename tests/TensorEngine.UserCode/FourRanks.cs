using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Distributed;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace YourProject;

/// <summary>The example of the README of the package for several processes.</summary>
public static class FourRanks
{
    /// <summary>Trains, and prints the loss.</summary>
    public static void Run()
    {
        // PAGE four
        InProcessTransport.Run(size: 4, Train);

        static void Train(Transport transport)
        {
            var store = new ParameterStore();
            var hidden = new Linear(store, "hidden", inputs: 2, outputs: 16);
            var output = new Linear(store, "output", inputs: 16, outputs: 2);
            Layer.Initialize(new Philox(seed: 1), hidden, output);
            var adam = new Adam(new ParameterShard(store, transport.Rank, transport.Size), new AdamOptions { LearningRate = 0.05 });
            var optimizer = new ShardedOptimizer(adam, transport, new ShardedOptions { BatchLanes = 16 });

            // Whether two numbers have the same sign.
            const int BatchSize = 64;
            float[] inputs = new float[2 * BatchSize];
            int[] labels = new int[BatchSize];
            new Philox(seed: 2).Normal(inputs);
            for (int i = 0; i < BatchSize; i++)
                labels[i] = inputs[2 * i] * inputs[2 * i + 1] > 0 ? 1 : 0;

            var tape = new Tape();
            for (int step = 0; step < 100; step++)
            {
                foreach (BatchLane lane in optimizer.Lanes(BatchSize))
                {
                    tape.ResetForPart(lane.Index, lane.Count);
                    Variable samples = tape.Constant(inputs.AsSpan(2 * lane.Start, 2 * lane.Length), [lane.Length, 2]);
                    Variable logits = output.Apply(hidden.Apply(samples).Relu());
                    Variable loss = logits.CrossEntropy(labels.AsSpan(lane.Start, lane.Length));
                    tape.Backward(loss);
                    optimizer.AddLoss(loss.Item());
                }

                optimizer.Step();
            }

            if (transport.Rank == 0)
                Console.WriteLine($"loss {optimizer.Loss:F4}");
        }

        // END
    }
}

using Digits.Datasets;
using Digits.Training;
using Samples.Shared.Choices;
using TensorEngine.Autograd.Data;
using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Tests.Digests;

/// <summary>
/// Networks that learn to read digits: by each optimizer for some steps, and by the sample's four as the sample trains them.
/// </summary>
public static class TrainingDigests
{
    private const int Steps = 30;
    private const int BatchSize = 32;
    private const ulong SampleSeed = 5;

    private static readonly LabelledImages s_images = DigitsFile.ReadSplit(1).Training;

    public static IEnumerable<DigestCase> Cases =>
    [
        .. OptimizerAdapter.TrainingCases.Select(one => DigestCase.Of($"digits, {one.Name}", digest => Train(one, digest))),
        .. OptimizerChoice.Book.Select(choice => new DigestCase($"sample, {choice.Title}", () => TrainSample(choice))),
    ];

    private static void Train(TrainingCase one, Digest digest)
    {
        var network = new MultiLayerPerceptron([64, 16, 10]);
        var generator = new Philox(1);
        foreach (Parameter parameter in network.Parameters.Parameters.Where(parameter => parameter.Shape.Rank == 2))
            Initialize.KaimingNormal(parameter, generator);
        Trainee trainee = one.Make(network.Parameters);
        var batches = new MiniBatches(s_images.Count, BatchSize, new Philox(2), dropLast: true);
        for (int step = 0; step < Steps; step++)
        {
            LabelledImages batch = s_images.Select(batches.Next());
            trainee.Step(() => network.FindGradients(batch.Pixels, batch.Labels));
        }

        foreach (Parameter parameter in network.Parameters.Parameters)
            digest.Add(parameter.Values);
        trainee.AddState(digest);
    }

    private static string TrainSample(OptimizerChoice choice)
    {
        var trainer = new Trainer(DigitsFile.ReadSplit(SampleSeed), new TrainingSettings { Seed = SampleSeed, Epochs = 2 });
        return trainer.Train(new TrainingRun(choice.Title, choice, InitializerChoice.He), null, CancellationToken.None).WeightsSha256;
    }
}

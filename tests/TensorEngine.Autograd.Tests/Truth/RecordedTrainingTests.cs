using NUnit.Framework;
using TensorEngine.Autograd.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>Whole trainings go as in PyTorch 2.6 from the same initial values over the same batches.</summary>
public sealed class RecordedTrainingTests
{
    [TestCaseSource(typeof(RecordedTraining), nameof(RecordedTraining.All))]
    public void EveryLossOfAHundredStepsIsPyTorchs(RecordedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var network = new TrainingNetwork(training);
        var tape = new Tape();
        var data = TrainingData.Of(training);
        double[] expected = training.Losses;
        int steps = NetworkTests.IsFast ? expected.Length : 2;
        for (int step = 0; step < steps; step++)
        {
            double loss = network.Step(tape, data, step, training.Batch);
            Assert.That(loss, Is.EqualTo(expected[step]).Within(1e-4 * expected[step]), $"step {step}");
        }
    }
}

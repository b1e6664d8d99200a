using Digits.Datasets;
using Digits.Reports;
using Digits.Training;
using NUnit.Framework;
using Samples.Shared.Choices;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Samples;

/// <summary>What the samples' options stand for.</summary>
public class ChoiceTests
{
    [Test]
    public void Weight_decay_draws_weights_to_0_and_leaves_biases()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [2, 2]), bias = store.Add("bias", [2]);
        weight.Values.Fill(1);
        bias.Values.Fill(1);
        Optimizer optimizer = OptimizerChoice.Parse("SGD", OptimizerChoice.All).Create(store, rate: 0.5, weightDecay: 0.5);
        optimizer.Step();
        Assert.That(weight.Values.ToArray(), Is.All.EqualTo(0.75f));
        Assert.That(bias.Values.ToArray(), Is.All.EqualTo(1f));
    }

    [Test]
    public void Warm_up_ends_at_the_rate_and_the_schedule_after_the_last_step()
    {
        Schedule cosine = ScheduleChoice.Parse("Cosine").Over(steps: 300, warmup: 100);
        Assert.That(cosine.At(0.5, 0), Is.EqualTo(0.005).Within(1e-12));
        Assert.That(cosine.At(0.5, 100), Is.EqualTo(0.5));
        Assert.That(cosine.At(0.5, 200), Is.EqualTo(0.25).Within(1e-12));
        Assert.That(cosine.At(0.5, 300), Is.Zero.Within(1e-12));
        Assert.That(ScheduleChoice.Parse("linear").Over(steps: 300, warmup: 0).At(0.5, 150), Is.EqualTo(0.25).Within(1e-12));
        Assert.That(ScheduleChoice.Parse("constant").Over(steps: 300, warmup: 0).At(0.5, 299), Is.EqualTo(0.5));
    }

    [Test]
    public void Runs_are_named_by_what_sets_them_apart()
    {
        Assert.That(TrainingRun.Of(OptimizerChoice.Book, [InitializerChoice.He]).Select(run => run.Name), Is.EqualTo(new[] { "SGD", "Momentum", "AdaGrad", "Adam" }));
        Assert.That(
            TrainingRun.Of([OptimizerChoice.Book[0]], [InitializerChoice.Xavier, InitializerChoice.He]).Select(run => run.Name),
            Is.EqualTo(new[] { "SGD, Xavier", "SGD, He" }));
    }

    [Test]
    public void The_confusion_matrix_has_digits_in_rows_and_answers_in_columns()
    {
        var test = new LabelledImages(new float[12], [3, 3, 7], width: 2);
        var outcome = new TrainingOutcome
        {
            Run = TrainingRun.Of([OptimizerChoice.Book[0]], [InitializerChoice.He])[0],
            StepLosses = [],
            Loss = 0,
            EpochAccuracies = [2.0 / 3],
            Answers = [3, 8, 7],
            MicrosecondsPerStep = 0,
            MicrosecondsPerUpdate = 0,
            WeightsSha256 = "",
        };
        int[,] counts = ConfusionChart.Count(test, outcome);
        Assert.That((counts[3, 3], counts[3, 8], counts[7, 7]), Is.EqualTo((1, 1, 1)));
        Assert.That(counts.Cast<int>().Sum(), Is.EqualTo(3));
    }
}

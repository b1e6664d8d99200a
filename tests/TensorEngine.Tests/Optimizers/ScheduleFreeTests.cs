using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The switch of schedule-free optimizers between training and evaluation values.</summary>
public sealed class ScheduleFreeTests
{
    /// <summary>Evaluating in between leaves no trace in the training, though the evaluation values were read and overwritten.</summary>
    [Test]
    public void EvaluatingDoesNotDisturbTraining()
    {
        var random = new Random(20240301);
        ParameterStore store = TestStore.Create(random), other = TestStore.Create(new Random(20240301));
        var evaluated = new ScheduleFreeAdamW(store, new() { LearningRate = 0.1, WarmUpSteps = 3, WeightDecay = 0.01 });
        var straight = new ScheduleFreeAdamW(other, evaluated.Options);
        for (int step = 1; step <= 10; step++)
        {
            TestStore.FillGradients(store, random);
            store.Gradients.CopyTo(other.Gradients);
            evaluated.Step();
            straight.Step();

            evaluated.UseEvaluationValues();
            store.Values.Fill(17);
            evaluated.UseTrainingValues();
        }

        foreach ((Parameter first, Parameter second) in store.Parameters.Zip(other.Parameters))
            Bits.AssertSame(first.Values, second.Values, $"values of {first}");
    }

    /// <summary>x is the average of all z so far: with equal weights, their mean.</summary>
    [Test]
    public void EvaluationValuesAreTheAverageOfZ()
    {
        const int Steps = 50;
        var store = new ParameterStore();
        Parameter p = store.Add("p", [20]);
        store.Freeze();
        FloatSamples.FillSpread(p.Values, new Random(1), -1, 1);
        var sgd = new ScheduleFreeSgd(store, new() { LearningRate = 0.1 });
        double[] mean = new double[p.Length];
        for (int step = 1; step <= Steps; step++)
        {
            p.Values.CopyTo(p.Gradients); // the gradient of a bowl
            sgd.Step();
            for (int i = 0; i < mean.Length; i++)
                mean[i] += sgd.State(p, "z")[i] / (double)Steps;
        }

        sgd.UseEvaluationValues();

        for (int i = 0; i < mean.Length; i++)
            Assert.That(p.Values[i], Is.EqualTo(mean[i]).Within(1e-6), $"element {i}");
    }

    [Test]
    public void TheStaticFunctionGivesTheSameBits()
    {
        ParameterStore store = TestStore.Create(new Random(20240301));
        TestStore.FillGradients(store, new Random(2));
        var sgd = new ScheduleFreeSgd(store, new() { LearningRate = 1e-3 });
        sgd.Step();
        sgd.Step();
        Parameter parameter = store.Parameters[2];
        float[] expected = new float[parameter.Length];
        ScheduleFreeSgd.Evaluate(parameter.Values, sgd.State(parameter, "z"), expected, sgd.Options);

        sgd.UseEvaluationValues();

        Bits.AssertSame(parameter.Values, expected, $"evaluation values");
    }

    [Test]
    public void SwitchingTwiceIsSwitchingOnceAndNoStepIsTakenInBetween()
    {
        ParameterStore store = TestStore.Create(new Random(20240301));
        TestStore.FillGradients(store, new Random(2));
        var sgd = new ScheduleFreeSgd(store);
        sgd.UseEvaluationValues();
        sgd.UseTrainingValues();
        sgd.Step();
        sgd.Step();
        float[] training = [.. store.Values];
        sgd.UseTrainingValues();
        Bits.AssertSame(store.Values, training, $"training values");
        sgd.UseEvaluationValues();
        float[] evaluation = [.. store.Values];
        sgd.UseEvaluationValues();
        Bits.AssertSame(store.Values, evaluation, $"evaluation values");
        Assert.That(sgd.HasEvaluationValues);

        Refusal.Of<InvalidOperationException>(() => sgd.Step(), "evaluation values", "UseTrainingValues");

        Bits.AssertSame(store.Values, evaluation, $"evaluation values after a step that was refused");
        sgd.UseTrainingValues();
        Bits.AssertSame(store.Values, training, $"training values again");
    }

    [Test]
    public void AParameterWithoutAStepIsLeftAsItIs()
    {
        ParameterStore store = TestStore.Create(new Random(20240301));
        TestStore.FillGradients(store, new Random(2));
        store.Parameters[1].Trainable = false;
        float[] before = [.. store.Parameters[1].Values];
        var sgd = new ScheduleFreeSgd(store);
        sgd.Step();
        sgd.UseEvaluationValues();
        Bits.AssertSame(store.Parameters[1].Values, before, $"values in evaluation");
        sgd.UseTrainingValues();
        Bits.AssertSame(store.Parameters[1].Values, before, $"values in training");
    }
}

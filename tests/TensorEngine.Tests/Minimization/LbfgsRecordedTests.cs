using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>L-BFGS against PyTorch's recordings in float64, as far as those can be reproduced at all.</summary>
public sealed class LbfgsRecordedTests
{
    [TestCaseSource(typeof(RecordedRuns), nameof(RecordedRuns.LbfgsCases))]
    public void TheCoreFollowsTheRecordingsInDouble(RecordedRun recorded)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Objective function = TestFunctions.Recorded(recorded["problem"].GetString()!, out double[] start);
            LbfgsOptions options = Read(recorded.Options);
            var core = new LbfgsCore(start.Length, options.HistorySize);
            start.CopyTo(core.Point);
            double worst = 0;
            int reliable = recorded["reliableSteps"].GetInt32();
            for (int step = 0; step < reliable; step++)
            {
                core.Run(function, Lbfgs.Limits(options), out double returned);

                JsonElement expected = recorded["steps"][step];
                Assert.That((core.Evaluations, core.Iterations), Is.EqualTo((expected.GetProperty("funcEvals").GetInt64(), expected.GetProperty("nIter").GetInt64())), $"counts of step {step}");
                double[] parameters = RecordedRuns.Doubles(expected.GetProperty("parameters"));
                double largest = parameters.Max(Math.Abs);
                for (int i = 0; i < parameters.Length; i++)
                    worst = Math.Max(worst, Math.Abs(core.Point[i] - parameters[i]) / largest);
                double loss = expected.GetProperty("returned").GetDouble();
                Assert.That(returned, Is.EqualTo(loss).Within(1e-7 * Math.Max(1e-3, Math.Abs(loss))), $"loss of step {step}");
            }

            if (width == ForcedWidth.All[0])
                TestContext.Out.WriteLine($"{recorded}: {worst:G2} over {reliable} steps");
            Assert.That(worst, Is.LessThan(1e-8), $"width {width}");
        }
    }

    [TestCaseSource(typeof(RecordedRuns), nameof(RecordedRuns.LbfgsCases))]
    public void ParametersFollowTheRecordingsAsCloselyAsFloatsCan(RecordedRun recorded)
    {
        Objective function = TestFunctions.Recorded(recorded["problem"].GetString()!, out double[] start);
        var store = new ParameterStore();
        Parameter first = store.Add("first", [1]), rest = store.Add("rest", [start.Length - 1]);
        store.Freeze();
        first.Values[0] = (float)start[0];
        for (int i = 1; i < start.Length; i++)
            rest.Values[i - 1] = (float)start[i];
        var lbfgs = new Lbfgs(store, Read(recorded.Options));

        LbfgsStepResult step = lbfgs.Step(() =>
        {
            double[] point = [.. first.Values, .. rest.Values], gradient = new double[point.Length];
            double loss = function(point, gradient);
            first.Gradients[0] = (float)gradient[0];
            for (int i = 1; i < gradient.Length; i++)
                rest.Gradients[i - 1] = (float)gradient[i];
            return loss;
        });

        double returned = step.Loss;
        JsonElement expected = recorded["steps"][0];
        double loss = function([.. first.Values, .. rest.Values], new double[start.Length]), truth = expected.GetProperty("loss").GetDouble();
        Assert.That(returned, Is.EqualTo(expected.GetProperty("returned").GetDouble()).Within(1e-4).Percent);
        // Twenty iterations magnify the rounding of parameters; the loss still falls alike.
        Assert.That(loss, Is.LessThan(returned).And.EqualTo(truth).Within(0.05 * Math.Abs(returned - truth)));
    }

    private static LbfgsOptions Read(TorchOptions torch) => new()
    {
        LearningRate = torch.Number("lr"),
        MaximumIterations = (int)torch.Number("max_iter"),
        MaximumEvaluations = (int)torch.Number("max_eval"),
        GradientTolerance = torch.Number("tolerance_grad"),
        ChangeTolerance = torch.Number("tolerance_change"),
        HistorySize = (int)torch.Number("history_size"),
        LineSearch = torch.IsNone("line_search_fn") ? LbfgsLineSearch.None : LbfgsLineSearch.StrongWolfe,
    };
}

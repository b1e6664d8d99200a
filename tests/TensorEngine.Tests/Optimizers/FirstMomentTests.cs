using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// An average forgets by exactly 1 - beta: the float nearest to beta errs in the same direction at every step. With a gradient of 1 and
/// then 100 of 0 it would be off by 2.8e-6 for beta = 0.9.
/// </summary>
public sealed class FirstMomentTests
{
    private static IEnumerable<OptimizerCase> Averaging => OptimizerCatalog.Cases.Where(optimizer =>
        optimizer.States.Any(state => state.Name is "exp_avg") && Beta(optimizer, "Beta1") >= 0.8
        && optimizer.Options is not TensorEngine.Optimizers.LionOptions);

    [TestCaseSource(nameof(Averaging))]
    public void TheAverageOfGradientsForgetsExactly(OptimizerCase optimizer)
    {
        optimizer = optimizer.With("no decay", options => options.WithWeightDecay(0));
        float m = Run(optimizer)[optimizer.States.ToList().FindIndex(state => state.Name is "exp_avg")];

        double beta = Beta(optimizer, "Beta1"), truth = (1 - beta) * Math.Pow(beta, 100);
        Assert.That(Math.Abs(m), Is.EqualTo(truth).Within(6e-7 * truth));
    }

    private static float[] Run(OptimizerCase optimizer)
    {
        var arrays = new StepArrays(optimizer.States.Count, 1);
        TestData.FillInitial(arrays, optimizer, new Random(0));
        arrays.Gradients[0] = 1;
        for (int step = 1; step <= 101; step++)
        {
            optimizer.Step(arrays.All, step);
            arrays.Gradients[0] = 0;
        }

        return [.. Enumerable.Range(2, optimizer.States.Count).Select(buffer => arrays[buffer][0])];
    }

    private static double Beta(OptimizerCase optimizer, string name) =>
        optimizer.Options.GetType().GetProperty(name)?.GetValue(optimizer.Options) is double beta ? beta : 0;
}

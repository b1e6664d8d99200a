using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// State that decays becomes 0 rather than denormal, which processors handle slowly. Not so for ASGD, whose state is an average of
/// values, without epsilon, which would hide the difference, and with coupled weight decay, whose gradients may be denormal.
/// </summary>
public sealed class DenormalTests
{
    private const int Length = 32;
    private const int Windows = 100;
    private const int StepsPerWindow = 1000;

    public static IEnumerable<OptimizerCase> CasesThatFlush =>
        from optimizer in OptimizerCatalog.Cases
        where optimizer.Options is not AsgdOptions && Epsilon(optimizer) >= 1e-10 && optimizer.States.Count > 0
        select optimizer.With("no weight decay", options => options.WithWeightDecay(0));

    [Test]
    public void NoStateIsDenormalAfterRealGradients(
        [ValueSource(nameof(CasesThatFlush))] OptimizerCase optimizer, [Values(0f, 1e-20f)] float gradient)
    {
        var random = new Random(20240301);
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [Length]);
        FloatSamples.FillSpread(parameter.Values, random, -3, 1);
        Optimizer steps = optimizer.Make(store.Parameters);
        for (int step = 0; step < 100; step++)
        {
            FloatSamples.FillSpread(parameter.Gradients, random, -6, 3);
            steps.Step();
        }

        parameter.Gradients.Fill(gradient);
        for (int window = 0; window < Windows; window++)
        {
            for (int step = 0; step < StepsPerWindow; step++)
                steps.Step();
            foreach (string name in steps.StateNames)
            {
                int denormals = steps.State(parameter, name).ToArray().Count(float.IsSubnormal);
                Assert.That(denormals, Is.Zero, $"denormals in {name} after window {window}");
            }
        }
    }

    private static double Epsilon(OptimizerCase optimizer) =>
        optimizer.Options.GetType().GetProperty("Epsilon")?.GetValue(optimizer.Options) is double epsilon ? epsilon : 1;
}

using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Reports which options change nothing, as an option that the rule ignores does.</summary>
internal static class OptionNotes
{
    private const int Steps = 8;
    private const int ElementCount = 48;

    public static IEnumerable<string> WithoutEffect<TOptimizer, TOptions>(TOptions options)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        var elements = new TestElements(ElementCount, Steps, seed: 11, allFinite: true);
        float[] values = Run<TOptimizer, TOptions>(options, elements);
        foreach (IGrouping<string, TOptions> member in
            OptionVariation.OfEach(options).ToLookup(one => one.Member, one => one.Options, StringComparer.Ordinal))
        {
            if (member.All(varied => FloatBits.FirstDifference(Run<TOptimizer, TOptions>(varied, elements), values) < 0))
                yield return $"Changing {OptionVariation.NameOf(member.Key)} alone changes no value in {Steps} steps.";
        }
    }

    private static float[] Run<TOptimizer, TOptions>(TOptions options, TestElements elements)
        where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
        where TOptions : OptimizerOptions
    {
        var trial = new Trial(new OptimizerSubject<TOptimizer, TOptions>(options), elements);
        trial.Start(0, ElementCount);
        for (int step = 0; step < Steps; step++)
            trial.Step();
        return trial.Buffer(0).ToArray();
    }
}

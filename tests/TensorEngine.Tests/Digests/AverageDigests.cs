using TensorEngine.Averages;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Digests;

/// <summary>Averages of values that move, and lookahead.</summary>
public static class AverageDigests
{
    private const int Steps = 40;

    private static readonly Shape[] s_shapes = [[], [17], [7, 9], [16], [3, 5, 2]];

    public static IEnumerable<DigestCase> Cases =>
    [
        Of("exponential, default", store => new ExponentialMovingAverage(store)),
        Of("exponential, 0.75", store => new ExponentialMovingAverage(store, 0.75)),
        Of("stochastic weight", store => new StochasticWeightAverage(store)),
        Of("polynomial decay", store => new PolynomialDecayAverage(store)),
        .. OptimizerAdapter.Lookaheads.Select(one =>
            DigestCase.Of($"lookahead, {one.Name}", digest => LookAhead(one.Make, digest))),
    ];

    private static DigestCase Of(string name, Func<ParameterStore, ValueAverage> make) => DigestCase.Of($"average, {name}", digest =>
    {
        var numbers = new Numbers(4);
        ParameterStore store = NewStore(numbers);
        ValueAverage average = make(store);
        for (int step = 0; step < Steps; step++)
        {
            foreach (Parameter parameter in store.Parameters)
            {
                foreach (ref float value in parameter.Values)
                    value += numbers.Spread(-6, -1);
            }

            if (step == 20 && average is ExponentialMovingAverage exponential)
                exponential.Decay = 0.5;
            average.Update();
            foreach (Parameter parameter in store.Parameters)
                digest.Add(average.Average(parameter));
            if (step % 5 != 4)
                continue;
            average.Swap();
            foreach (Parameter parameter in store.Parameters)
                digest.Add(parameter.Values);
            average.Swap();
        }
    });

    private static void LookAhead(Func<ParameterStore, Lookahead> make, Digest digest)
    {
        var numbers = new Numbers(5);
        ParameterStore store = NewStore(numbers);
        Lookahead lookahead = make(store);
        for (int step = 0; step < Steps; step++)
        {
            foreach (Parameter parameter in store.Parameters)
                numbers.FillGradients(parameter.Gradients);
            lookahead.Step();
            foreach (Parameter parameter in store.Parameters)
            {
                digest.Add(parameter.Values);
                digest.Add(lookahead.SlowValues(parameter));
            }
        }
    }

    private static ParameterStore NewStore(Numbers numbers)
    {
        var store = new ParameterStore();
        foreach (Shape shape in s_shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            numbers.Fill(parameter.Values);
        return store;
    }
}

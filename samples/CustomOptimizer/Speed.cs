using System.Globalization;
using Samples.Shared.Display;
using Samples.Shared.Timing;
using TensorEngine;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace CustomOptimizer;

/// <summary>Times a step of the optimizer against Adam's, and against its loads and stores alone.</summary>
internal sealed class Speed
{
    private const double SampleNanoseconds = 1e6;

    private readonly int _elements;
    private readonly int _pairs;
    private readonly TimedWork _ours;
    private readonly TimedWork _adam;
    private readonly TimedWork _limit;

    /// <summary>Allocates the memory, which all three share so that its location makes no difference.</summary>
    /// <param name="elements">The elements that are stepped.</param>
    /// <param name="pairs">The number of pairs of samples for each ratio.</param>
    public Speed(int elements, int pairs)
    {
        (_elements, _pairs) = (elements, pairs);
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [elements]);
        store.Freeze();
        var generator = new Philox(seed: 1);
        generator.Normal(weight.Values, standardDeviation: 0.1);
        generator.Normal(weight.Gradients, standardDeviation: 1e-3);
        var adam = new Adam(store);
        adam.State(weight, "exp_avg_sq").Fill(1e-6f);

        // The steps are counted, as rules do more in some than in others; the first is late enough for the usual step.
        AdamOptions adamOptions = new();
        QHAdamOptions options = new();
        long step = 1000;
        _adam = AlternatingPairs.Timed(
            () => Adam.Update(adamOptions, step++, weight.Values, weight.Gradients, FirstMoment(), SecondMoment()));
        _ours = AlternatingPairs.Timed(
            () => QHAdam.Update(options, step++, weight.Values, weight.Gradients, FirstMoment(), SecondMoment()));
        _limit = AlternatingPairs.Timed(
            () => FusedUpdate.Run(new LimitRule(0), weight.Values, weight.Gradients, FirstMoment(), SecondMoment()));

        Span<float> FirstMoment() => adam.State(weight, "exp_avg");
        Span<float> SecondMoment() => adam.State(weight, "exp_avg_sq");
    }

    /// <summary>Measures the times, and returns a table of them.</summary>
    /// <param name="cancellationToken">Asks to stop before the next comparison.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ResultTable Measure(CancellationToken cancellationToken)
    {
        var table = new ResultTable(
            new ResultColumn("A step of"),
            new ResultColumn("ns per element", IsNumber: true),
            new ResultColumn("beside"),
            new ResultColumn("ns per element", IsNumber: true),
            new ResultColumn("ratio", IsNumber: true),
            new ResultColumn("quartiles", IsNumber: true));
        Compare("QHAdam", _ours, "Adam", _adam);
        Compare("QHAdam", _ours, "loads and stores", _limit);
        Compare("Adam", _adam, "loads and stores", _limit);
        return table;

        void Compare(string work, TimedWork ours, string peer, TimedWork theirs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PairedTimes times = AlternatingPairs.Measure(ours, theirs, _pairs, SampleNanoseconds);
            table.AddRow(
                work,
                Text($"{times.Ours.Median / _elements:0.000}"),
                peer,
                Text($"{times.Peer.Median / _elements:0.000}"),
                Text($"{times.Ratio.Median:0.000}"),
                Text($"{times.Ratio.Lower:0.000} to {times.Ratio.Upper:0.000}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Elements stepped by an optimizer and by its oracle, from the same floats and over the same gradients.</summary>
public sealed class Trajectory
{
    private readonly OptimizerCase _optimizer;
    private readonly Random _random;
    private readonly double[] _scale; // of the gradients: every element keeps to its own
    private readonly double[] _positive; // share of gradients above 0: some elements nearly always point the same way
    private readonly StepArrays _single;
    private readonly double[] _truth;
    private readonly double[] _update;
    private readonly double[] _largest;
    private readonly double[] _state;
    private long _step;

    public Trajectory(OptimizerCase optimizer, int length, int seed)
    {
        _optimizer = optimizer;
        _random = new Random(seed);
        _scale = [.. Enumerable.Range(0, length).Select(_ => Math.Pow(10, -12 + 18 * _random.NextDouble()))];
        _positive = [.. Enumerable.Range(0, length).Select(_ => 0.1 + 0.8 * _random.NextDouble())];
        _single = new StepArrays(optimizer.States.Count, length);
        TestData.FillInitial(_single, optimizer, _random);
        _truth = [.. _single.Values.ToArray().Select(value => (double)value)];
        _update = new double[length];
        _largest = [.. _truth.Select(Math.Abs)];
        _state = [.. Enumerable.Range(0, length).SelectMany(_ => optimizer.States.Select(state => (double)state.Initial))];
    }

    /// <summary>The largest error, in ULP of max(|p|, |update|) of the last step.</summary>
    public double Error => Largest((i, error) => error / Ulp.Of(Math.Max(Math.Abs(_truth[i]), _update[i])));

    /// <summary>The largest error, in ULP of the largest |p| or |update| since the start.</summary>
    public double ErrorOfLargest => Largest((i, error) => error / Ulp.Of(_largest[i]));

    public void StepTo(long step)
    {
        while (_step < step)
            Step();
    }

    private void Step()
    {
        _step++;
        for (int i = 0; i < _truth.Length; i++)
        {
            double variation = Math.Pow(10, _random.NextDouble() - 0.5);
            double sign = _random.NextDouble() < _positive[i] ? 1 : -1;
            _single.Gradients[i] = (float)(sign * variation * _scale[i]);
        }

        _optimizer.Step(_single.All, _step);
        int stateCount = _optimizer.States.Count;
        for (int i = 0; i < _truth.Length; i++)
        {
            Span<double> state = _state.AsSpan(i * stateCount, stateCount);
            double value = _optimizer.StepOracle(_truth[i], _single.Gradients[i], state, _step);
            _update[i] = Math.Abs(value - _truth[i]);
            _truth[i] = value;
            _largest[i] = Math.Max(_largest[i], Math.Max(Math.Abs(value), _update[i]));
        }
    }

    // NaN if any element is: then no bound holds.
    private double Largest(Func<int, double, double> measure) =>
        Enumerable.Range(0, _truth.Length).Max(i => NaNAsInfinity(measure(i, Math.Abs(_single.Values[i] - _truth[i]))));

    private static double NaNAsInfinity(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;
}

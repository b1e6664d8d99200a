using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Slow values that follow those of an optimizer: after every so many of its steps
/// <code>
/// slow = slow + alpha * (value - slow)
/// value = slow
/// </code>
/// The memory for the slow values is taken on construction, and they start from the values.
/// Source: Zhang et al., Lookahead optimizer: k steps forward, 1 step back, 2019.
/// </summary>
public sealed class Lookahead
{
    private readonly AlignedBuffer _slow;
    private readonly int[] _offsets;

    /// <summary>Wraps an optimizer; call <see cref="Step"/> here instead of there.</summary>
    /// <param name="optimizer">Takes the fast steps.</param>
    /// <param name="interval">How many of them are taken between two slow ones; at least 1 (k in the paper).</param>
    /// <param name="alpha">How far the slow values go; from 0 to 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizer"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> or <paramref name="alpha"/> is out of range.</exception>
    public Lookahead(Optimizer optimizer, int interval = 5, double alpha = 0.5)
    {
        Optimizer = Require.NotNull(optimizer);
        if (interval < 1)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"interval is {interval}; it must be at least 1.");
        if (!(alpha is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"alpha is {alpha}; it must be from 0 to 1.");
        Interval = interval;
        Alpha = alpha;
        _offsets = new int[optimizer.Parameters.Count];
        int length = 0;
        for (int i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = length;
            length += optimizer.Parameters[i].PaddedLength;
        }

        _slow = new AlignedBuffer(length, place: 1);
        for (int i = 0; i < _offsets.Length; i++)
            optimizer.Parameters[i].Values.CopyTo(_slow.Span[_offsets[i]..]);
    }

    /// <summary>The optimizer that takes the fast steps.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>How many fast steps are taken between two slow ones.</summary>
    public int Interval { get; }

    /// <summary>How far the slow values go towards the fast ones.</summary>
    public double Alpha { get; }

    /// <summary>How many fast steps have been taken.</summary>
    public long StepCount { get; private set; }

    /// <summary>Takes a fast step and, when it is due, a slow one. Steps that are not taken do not count.</summary>
    /// <returns>What the optimizer returned.</returns>
    /// <exception cref="InvalidOperationException">The optimizer cannot step.</exception>
    public StepResult Step()
    {
        StepResult result = Optimizer.Step();
        if (!result.Taken)
            return result;
        StepCount++;
        if (StepCount % Interval == 0)
        {
            for (int i = 0; i < _offsets.Length; i++)
            {
                Span<float> values = Optimizer.Parameters[i].Values, slow = _slow.Span.Slice(_offsets[i], values.Length);
                ElementLoop.Run(new Interpolation(Alpha), slow, values, slow);
                slow.CopyTo(values);
            }
        }

        return result;
    }

    /// <summary>Describes the slow values, and the optimizer that takes the fast steps.</summary>
    internal void Describe(StateVisitor visitor)
    {
        visitor.Fixed("kind", "Lookahead");
        visitor.Fixed(nameof(Interval), Interval);
        visitor.Fixed(nameof(Alpha), Alpha);
        long steps = visitor.Integer("steps", StepCount);
        visitor.Within("optimizer", Optimizer.Describe);
        for (int i = 0; i < _offsets.Length; i++)
        {
            Parameter parameter = Optimizer.Parameters[i];
            visitor.Tensor(parameter, "slow", parameter.Shape, _slow.Memory.Slice(_offsets[i], parameter.Length));
        }

        visitor.Commit(() => StepCount = steps);
    }

    /// <summary>The slow values of a parameter, one float per element.</summary>
    /// <exception cref="ArgumentException">The optimizer does not step <paramref name="parameter"/>.</exception>
    public ReadOnlySpan<float> SlowValues(Parameter parameter)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (Optimizer.Parameters[i] == parameter)
                return _slow.Span.Slice(_offsets[i], parameter.Length);
        }

        throw new ArgumentException($"parameter is {parameter}, which the optimizer does not step.", nameof(parameter));
    }
}

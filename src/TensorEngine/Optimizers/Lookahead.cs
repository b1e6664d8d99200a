using TensorEngine.Compression;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Implements Lookahead: an optimizer takes fast steps. After every <c>interval</c> of them, slow values move toward the fast values, which
/// then restart from the slow ones.
/// <code>
/// slow = slow + alpha * (fast - slow)
/// fast = slow
/// </code>
/// Parameters that are not trainable keep both. With alpha 1 the slow values equal the fast ones.
/// Source: Zhang et al., Lookahead optimizer: k steps forward, 1 step back, 2019.
/// </summary>
public sealed class Lookahead : Optimizer
{
    private readonly AlignedBuffer _slow;
    private readonly int[] _offsets;

    /// <summary>
    /// Takes over an optimizer, with its <see cref="Optimizer.GradientOptions"/> and <see cref="Optimizer.Workers"/>. It can no longer be
    /// stepped on its own. The slow values start as the current values.
    /// </summary>
    /// <param name="optimizer">The optimizer that takes the fast steps; not part of another optimizer.</param>
    /// <param name="interval">The number of fast steps before each slow one; at least 1.</param>
    /// <param name="alpha">The share of the distance that the slow values move; from 0 to 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizer"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="optimizer"/> is part of another optimizer, or steps parameters of a store that keeps bf16.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Lookahead(Optimizer optimizer, int interval = 5, double alpha = 0.5)
        : base(Checked(optimizer, interval, alpha).Policy)
    {
        Inner = optimizer;
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
    public Optimizer Inner { get; }

    /// <summary>The number of fast steps before each slow one.</summary>
    public int Interval { get; }

    /// <summary>The share of the distance that the slow values move.</summary>
    public double Alpha { get; }

    /// <summary>The number of fast steps taken so far.</summary>
    public long FastSteps { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => Inner.Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => Inner.StateNames;

    private protected override IReadOnlyList<ParameterGroup> AnyGroups => Inner.Groups;

    internal override bool UsesUpGradients => Inner.UsesUpGradients;

    /// <inheritdoc/>
    public override long StepCount(Parameter parameter) => Inner.StepCount(parameter);

    /// <inheritdoc/>
    public override Span<float> State(Parameter parameter, string stateName) => Inner.State(parameter, stateName);

    /// <inheritdoc/>
    public override StateCodec CodecOf(Parameter parameter, string stateName) => Inner.CodecOf(parameter, stateName);

    /// <inheritdoc/>
    public override void ReadState(Parameter parameter, string stateName, Span<float> destination) =>
        Inner.ReadState(parameter, stateName, destination);

    /// <inheritdoc/>
    public override void WriteState(Parameter parameter, string stateName, ReadOnlySpan<float> source) =>
        Inner.WriteState(parameter, stateName, source);

    /// <inheritdoc/>
    public override void Detach() => Inner.Detach();

    /// <summary>The slow values of a parameter.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <exception cref="ArgumentException">The optimizer does not step <paramref name="parameter"/>.</exception>
    public ReadOnlySpan<float> SlowValues(Parameter parameter)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (Parameters[i] == parameter)
                return _slow.Span.Slice(_offsets[i], parameter.Length);
        }

        throw new ArgumentException($"parameter is {parameter}, which the optimizer does not step.", nameof(parameter));
    }

    internal override void DescribeState(StateArchive archive)
    {
        archive.Fixed(nameof(Interval), Interval);
        archive.Fixed(nameof(Alpha), Alpha);
        long steps = archive.Count("steps", FastSteps);
        archive.Within("optimizer", inner =>
        {
            inner.Fixed("kind", Inner.Kind);
            Inner.DescribeState(inner);
        });
        for (int i = 0; i < _offsets.Length; i++)
            archive.Tensor(Parameters[i], "slow", Parameters[i].Shape, _slow.Memory.Slice(_offsets[i], Parameters[i].Length));
        archive.Commit(() => FastSteps = steps);
    }

    internal override void Prepare() => Inner.Prepare();

    internal override void Refresh() => Inner.Refresh();

    internal override void ModifyGradients() => Inner.ModifyGradients();

    internal override double GradientSum(in GradientPower power) => Inner.GradientSum(power);

    internal override float LargestGradient() => Inner.LargestGradient();

    internal override void ClearTrainableGradients() => Inner.ClearTrainableGradients();

    internal override void Take(double gradientFactor)
    {
        Inner.Take(gradientFactor);
        FastSteps++;
        if (FastSteps % Interval != 0)
            return;
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (!Parameters[i].Trainable)
                continue;
            Span<float> values = Parameters[i].Values, slow = _slow.Span.Slice(_offsets[i], values.Length);
            Interpolation.Between(Alpha, slow, values, slow, Workers);
            slow.CopyTo(values);
        }
    }

    internal override void Join(StepPolicy policy)
    {
        base.Join(policy);
        Inner.Join(policy);
    }

    private static Optimizer Checked(Optimizer optimizer, int interval, double alpha)
    {
        Require.NotNull(optimizer).CheckIsWhole(nameof(optimizer));
        foreach (Parameter parameter in optimizer.Parameters)
        {
            if (parameter.Store.HasHalves)
            {
                throw new ArgumentException(
                    $"optimizer steps {parameter} of a store that keeps {parameter.Store.Precision}; {nameof(Lookahead)} needs one that "
                    + $"keeps {ValuePrecision.Float32}.",
                    nameof(optimizer));
            }
        }

        if (interval < 1)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"interval is {interval}; it must be at least 1.");
        if (!(alpha is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"alpha is {alpha}; it must be from 0 to 1.");
        return optimizer;
    }
}

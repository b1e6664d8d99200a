using TensorEngine.Compression;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;

namespace TensorEngine.Optimizers;

/// <summary>
/// Combines several optimizers of one model into one. For example, Muon for the matrices and AdamW for the rest then have one
/// <see cref="Optimizer.Step"/>, one global norm to clip by, one decision to skip a step whose gradients are not finite, and one entry in a
/// checkpoint.
/// </summary>
/// <example>
/// <code>
/// var optimizer = new CombinedOptimizer(
///     new Muon(store.Where(parameter => parameter.Shape.Rank == 2)),
///     new AdamW(store.Where(parameter => parameter.Shape.Rank != 2)));
/// optimizer.GradientOptions.ClipNorm = 1;
/// </code>
/// </example>
public sealed class CombinedOptimizer : Optimizer
{
    private readonly Optimizer[] _optimizers;
    private readonly Parameter[] _parameters;
    private readonly string[] _stateNames;

    /// <summary>
    /// Takes over the optimizers, which from now on use this one's <see cref="Optimizer.GradientOptions"/> and
    /// <see cref="Optimizer.Workers"/> and can no longer be stepped on their own.
    /// </summary>
    /// <param name="optimizers">At least one optimizer; none may be part of another optimizer.</param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizers"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no optimizer, or one appears twice, is part of another optimizer, or has gradient options or workers of its own, which
    /// would be lost: set them on the combined optimizer.
    /// </exception>
    public CombinedOptimizer(params IReadOnlyList<Optimizer> optimizers)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        if (optimizers.Count == 0)
            throw new ArgumentException("optimizers is empty; at least one is needed.", nameof(optimizers));
        for (int i = 0; i < optimizers.Count; i++)
        {
            Optimizer optimizer = Require.NotNull(optimizers[i], nameof(optimizers));
            optimizer.CheckIsWhole(nameof(optimizers));
            if (optimizers.Take(i).Contains(optimizer))
                throw new ArgumentException($"optimizers has {optimizer} twice; each may appear only once.", nameof(optimizers));
            if (optimizer.GradientOptions != new GradientOptions() || optimizer.Workers is not null)
            {
                throw new ArgumentException(
                    $"optimizers has {optimizer} with gradient options or workers of its own; set them on the combined optimizer.",
                    nameof(optimizers));
            }
        }

        _optimizers = [.. optimizers];
        _parameters = [.. _optimizers.SelectMany(optimizer => optimizer.Parameters)];
        _stateNames = [.. _optimizers.SelectMany(optimizer => optimizer.StateNames).Distinct(StringComparer.Ordinal)];
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Join(Policy);
    }

    /// <summary>The optimizers, in the order in which they were given.</summary>
    public IReadOnlyList<Optimizer> Optimizers => _optimizers;

    /// <summary>The parameters of all optimizers, in the order of the optimizers.</summary>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => _stateNames;

    private protected override IReadOnlyList<ParameterGroup> AnyGroups => [.. _optimizers.SelectMany(optimizer => optimizer.Groups)];

    internal override bool UsesUpGradients => _optimizers.Any(optimizer => optimizer.UsesUpGradients);

    /// <inheritdoc/>
    public override long StepCount(Parameter parameter) => OptimizerOf(parameter).StepCount(parameter);

    /// <inheritdoc/>
    public override Span<float> State(Parameter parameter, string stateName) => OptimizerOf(parameter).State(parameter, stateName);

    /// <inheritdoc/>
    public override StateCodec CodecOf(Parameter parameter, string stateName) => OptimizerOf(parameter).CodecOf(parameter, stateName);

    /// <inheritdoc/>
    public override void ReadState(Parameter parameter, string stateName, Span<float> destination) =>
        OptimizerOf(parameter).ReadState(parameter, stateName, destination);

    /// <inheritdoc/>
    public override void WriteState(Parameter parameter, string stateName, ReadOnlySpan<float> source) =>
        OptimizerOf(parameter).WriteState(parameter, stateName, source);

    /// <summary>Releases the parameters to other optimizers; none of the combined optimizers can step any longer.</summary>
    public override void Detach()
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Detach();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" and ", _optimizers.Select(optimizer => optimizer.ToString()));

    internal override void DescribeState(StateArchive archive)
    {
        int found = archive.Each("optimizers", _optimizers.Length, (inner, index) =>
        {
            if (index >= _optimizers.Length)
                throw inner.Mismatch($"the combined optimizer here has {_optimizers.Length} parts.");
            inner.Fixed("kind", _optimizers[index].Kind);
            _optimizers[index].DescribeState(inner);
        });
        if (found != _optimizers.Length)
            throw archive.Mismatch($"optimizers are {found} in the file, but {_optimizers.Length} here.");
    }

    internal override void Prepare()
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Prepare();
    }

    internal override void Refresh()
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Refresh();
    }

    internal override void ModifyGradients()
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.ModifyGradients();
    }

    internal override double GradientSum(in GradientPower power)
    {
        double sum = 0;
        foreach (Optimizer optimizer in _optimizers)
            sum += optimizer.GradientSum(power);
        return sum;
    }

    internal override float LargestGradient()
    {
        float largest = 0;
        foreach (Optimizer optimizer in _optimizers)
            largest = Math.Max(largest, optimizer.LargestGradient());
        return largest;
    }

    internal override void ClearTrainableGradients()
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.ClearTrainableGradients();
    }

    internal override void Take(double gradientFactor)
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Take(gradientFactor);
    }

    internal override void Join(StepPolicy policy)
    {
        base.Join(policy);
        foreach (Optimizer optimizer in _optimizers)
            optimizer.Join(policy);
    }

    internal override void SetRates(Schedule schedule, long step)
    {
        foreach (Optimizer optimizer in _optimizers)
            optimizer.SetRates(schedule, step);
    }

    private Optimizer OptimizerOf(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Array.Find(_optimizers, optimizer => optimizer.Parameters.Contains(parameter))
            ?? throw new ArgumentException($"parameter is {parameter}, which this optimizer does not step.", nameof(parameter));
    }
}

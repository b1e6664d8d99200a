using System.Collections;
using System.Globalization;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The parameters of a store as one of several processes steps them: hand it to an optimizer in place of the parameters, and the
/// optimizer keeps state for the elements of this part alone, and steps these alone. Options, groups, step counts and what is carried are
/// those of all parameters, in every part alike.
/// <code>
/// var adam = new Adam(new ParameterShard(store, part: 1, partCount: 4));      // the second quarter
/// </code>
/// The parts are contiguous and cover everything. An optimizer that looks at one element at a time is cut to nearly equal numbers of
/// elements, at multiples of 4096 counted from the first parameter; one that has to see whole parameters is cut between these, as near to
/// equal as they let it. What the parts agree upon, such as the global norm, and how the values find each other again is left to who steps
/// them by <see cref="Take"/>.
/// </summary>
public sealed class ParameterShard : IReadOnlyList<Parameter>
{
    private const int CutUnit = 4096;

    private readonly Parameter[] _parameters;
    private int[] _cuts = [];
    private Optimizer? _optimizer;

    /// <summary>Describes one part.</summary>
    /// <param name="parameters">The parameters, or a whole store; all of one store.</param>
    /// <param name="part">Which part, from 0 to below <paramref name="partCount"/>.</param>
    /// <param name="partCount">The number of parts; at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no parameter, or they are of several stores or of one of bf16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ParameterShard(IEnumerable<Parameter> parameters, int part, int partCount)
    {
        _parameters = [.. Require.NotNull(parameters)];
        PartCount = Require.AtLeast(1, partCount, nameof(partCount));
        Part = Require.Between(0, partCount - 1, part, nameof(part));
        if (_parameters.Length == 0)
            throw new ArgumentException("parameters is empty; a shard needs at least one parameter.", nameof(parameters));
        Store = Require.NotNull(_parameters[0], nameof(parameters)).Store;
        if (Store.HasHalves)
        {
            throw new ArgumentException(
                $"parameters are of a store that keeps {Store.Precision}; a shard is of one that keeps {ValuePrecision.Float32}.",
                nameof(parameters));
        }

        if (Array.Find(_parameters, parameter => parameter?.Store != Store) is { } stranger)
        {
            throw new ArgumentException(
                $"parameters has {stranger} of another store than {_parameters[0]}; a shard is of one store.", nameof(parameters));
        }
    }

    /// <summary>Which part, from 0.</summary>
    public int Part { get; }

    /// <summary>The number of parts.</summary>
    public int PartCount { get; }

    /// <summary>The number of parameters, of all parts together.</summary>
    public int Count => _parameters.Length;

    /// <summary>The store of all the parameters.</summary>
    public ParameterStore Store { get; }

    /// <summary>The optimizer that steps the part.</summary>
    /// <exception cref="InvalidOperationException">The shard has not been handed to an optimizer yet.</exception>
    public Optimizer Optimizer => _optimizer
        ?? throw new InvalidOperationException($"{this} has no optimizer yet; hand it to an optimizer's constructor.");

    /// <summary>
    /// The trainable parameters of the optimizer, all parts together and neighbours joined, as they are now; offsets count in
    /// <see cref="ParameterStore.Values"/>. Padding is included.
    /// </summary>
    /// <exception cref="InvalidOperationException">The shard has not been handed to an optimizer yet.</exception>
    public ReadOnlySpan<Segment> Segments => Optimizer.TrainableSegments();

    /// <summary>
    /// Where in <see cref="ParameterStore.Values"/> each part ends and the next one begins: <see cref="PartCount"/> + 1 offsets, from 0 to
    /// the length of the store.
    /// </summary>
    /// <exception cref="InvalidOperationException">The shard has not been handed to an optimizer yet.</exception>
    public ReadOnlySpan<int> Cuts
    {
        get
        {
            _ = Optimizer;
            return _cuts;
        }
    }

    /// <summary>The elements of a parameter that are a part's.</summary>
    /// <param name="parameter">One of the parameters.</param>
    /// <param name="part">Which part.</param>
    /// <returns>Where they start in the parameter, and how many they are, padding left out.</returns>
    public (int Start, int Length) PieceOf(Parameter parameter, int part)
    {
        (int start, int end) = Piece(Require.NotNull(parameter), part);
        return WithoutPadding(parameter, start, end);
    }

    /// <summary>
    /// Takes the optimizer's step of this part's elements: neither the norm is found nor is the step skipped, clipped or refused because
    /// of what the gradients are. Every part has to take it, also one without elements, as steps are counted.
    /// </summary>
    /// <param name="gradientFactor">What gradients are multiplied by: scale and clipping together.</param>
    /// <inheritdoc cref="Optimizer.Step" path="/exception"/>
    public void Take(double gradientFactor) => Optimizer.TakeShard(gradientFactor);

    /// <summary>Whether <see cref="WholeState"/> has memory: all state, and not that of this part alone.</summary>
    public bool HoldsWholeState { get; private set; }

    /// <summary>
    /// Takes memory for the whole state, with this part's own in its place and 0 elsewhere, or gives it back. While it is held, the
    /// optimizer's state is saved from it: fill in the other parts', and a checkpoint is the same file as that of one process.
    /// </summary>
    /// <param name="hold">Whether to take it.</param>
    public void HoldWholeState(bool hold)
    {
        Optimizer.HoldWholeState(hold);
        HoldsWholeState = hold;
    }

    /// <summary>The state of a whole parameter, in memory that <see cref="HoldWholeState"/> has taken.</summary>
    /// <param name="parameter">One of the parameters.</param>
    /// <param name="stateName">One of the optimizer's state names.</param>
    /// <exception cref="InvalidOperationException">The memory is not held.</exception>
    /// <exception cref="ArgumentException">The optimizer does not step the parameter, or has no state of that name.</exception>
    public Span<float> WholeState(Parameter parameter, string stateName) =>
        HoldsWholeState
            ? Optimizer.WholeState(parameter, stateName)
            : throw new InvalidOperationException("The whole state is not held; call HoldWholeState before.");

    /// <summary>One of the parameters, in the order in which they were given.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    public Parameter this[int index] => _parameters[index];

    /// <summary>The parameters, in the order in which they were given.</summary>
    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)_parameters).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>"part 1 of 4 of 6 parameters", counted from 0.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"part {Part} of {PartCount} of {Count} parameters");

    /// <summary>Where a part of a parameter starts and ends, padding included.</summary>
    internal (int Start, int End) Piece(Parameter parameter, int part)
    {
        int start = Math.Max(_cuts[part], parameter.Offset), end = Math.Min(_cuts[part + 1], parameter.Offset + parameter.PaddedLength);
        return (start - parameter.Offset, Math.Max(start, end) - parameter.Offset);
    }

    /// <summary>A piece without the padding behind the parameter's last element.</summary>
    internal static (int Start, int Length) WithoutPadding(Parameter parameter, int start, int end) =>
        start < Math.Min(end, parameter.Length) ? (start, Math.Min(end, parameter.Length) - start) : (0, 0);

    internal void Bind(Optimizer optimizer) => _optimizer = optimizer;

    /// <summary>Finds the cuts.</summary>
    /// <param name="parameters">The parameters in the order of the store.</param>
    /// <param name="anywhere">Whether parameters may be cut.</param>
    internal void Cut(ReadOnlySpan<Parameter> parameters, bool anywhere)
    {
        if (_cuts.Length > 0)
        {
            throw new ArgumentException(
                $"parameters is {this}, which another optimizer has; make one for each optimizer.", nameof(parameters));
        }

        long total = 0;
        foreach (Parameter parameter in parameters)
            total += parameter.PaddedLength;
        Parameter last = Store.Parameters[^1];
        int[] cuts = new int[PartCount + 1];
        cuts[PartCount] = last.Offset + last.PaddedLength;
        int next = 1;
        long before = 0;
        foreach (Parameter parameter in parameters)
        {
            long after = before + parameter.PaddedLength;
            for (; next < PartCount && total * next / PartCount < after; next++)
            {
                long wanted = total * next / PartCount;
                long cut = anywhere ? Math.Max(before, wanted / CutUnit * CutUnit) : wanted - before <= after - wanted ? before : after;
                cuts[next] = Math.Max(cuts[next - 1], parameter.Offset + (int)(cut - before));
            }

            before = after;
        }

        for (; next < PartCount; next++)
            cuts[next] = cuts[PartCount];
        _cuts = cuts;
    }
}

using System.Collections;
using System.Globalization;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// One process's part of the parameters of a store. Pass it to an optimizer in place of the parameters, and the optimizer keeps state for,
/// and steps, only the elements of this part. Options, groups, step counts and carried numbers are those of all parameters, and are the
/// same in every part.
/// <code>
/// var adam = new Adam(new ParameterShard(store, part: 1, partCount: 4));      // the second quarter
/// </code>
/// The parts are contiguous and cover everything. For an elementwise optimizer they have nearly equal numbers of elements and are cut at
/// multiples of 4096, counted from the first parameter. For an optimizer that needs norms of parameters (LARS, LAMB) the multiples are
/// counted from the first element of a parameter. For an optimizer that needs whole parameters they are cut between parameters, as evenly
/// as possible. The code that calls <see cref="Take"/> computes what the parts share, such as the global norm, and exchanges the values.
/// </summary>
public sealed class ParameterShard : IReadOnlyList<Parameter>
{
    private const int CutUnit = ShardNorms.Block;

    private readonly Parameter[] _parameters;
    private int[] _cuts = [];
    private Optimizer? _optimizer;

    /// <summary>Creates the description of one part.</summary>
    /// <param name="parameters">The parameters, or a whole store; all must belong to one store.</param>
    /// <param name="part">The index of the part, from 0 to <paramref name="partCount"/> - 1.</param>
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
                $"parameters has {stranger}, which is not in the store of {_parameters[0]}; a shard has one store.", nameof(parameters));
        }
    }

    /// <summary>The index of the part, from 0.</summary>
    public int Part { get; }

    /// <summary>The number of parts.</summary>
    public int PartCount { get; }

    /// <summary>The number of parameters in all parts together.</summary>
    public int Count => _parameters.Length;

    /// <summary>The store of all the parameters.</summary>
    public ParameterStore Store { get; }

    /// <summary>The optimizer that steps the part.</summary>
    /// <exception cref="InvalidOperationException">The shard has not been passed to an optimizer yet.</exception>
    public Optimizer Optimizer => _optimizer
        ?? throw new InvalidOperationException($"{this} has no optimizer yet; pass it to an optimizer's constructor.");

    /// <summary>
    /// The optimizer's currently trainable parameters in all parts, with adjacent parameters joined. Offsets refer to
    /// <see cref="ParameterStore.Values"/>. Padding is included.
    /// </summary>
    /// <exception cref="InvalidOperationException">The shard has not been passed to an optimizer yet.</exception>
    public ReadOnlySpan<Segment> Segments => Optimizer.TrainableSegments();

    /// <summary>
    /// The offsets in <see cref="ParameterStore.Values"/> at which each part ends and the next one begins: <see cref="PartCount"/> + 1
    /// offsets, from 0 to the length of the store.
    /// </summary>
    /// <exception cref="InvalidOperationException">The shard has not been passed to an optimizer yet.</exception>
    public ReadOnlySpan<int> Cuts
    {
        get
        {
            _ = Optimizer;
            return _cuts;
        }
    }

    /// <summary>
    /// Gets or sets how a step exchanges sums between the parts; null by default. Optimizers that need norms of parameters (LARS, LAMB)
    /// require it. A step calls it at most once for each group and step count, in the same order in every part.
    /// </summary>
    public SumExchange? ExchangeSums { get; set; }

    /// <summary>Returns the elements of a parameter that belong to a part.</summary>
    /// <param name="parameter">One of the parameters.</param>
    /// <param name="part">The index of the part.</param>
    /// <returns>Their start in the parameter and their number, without padding.</returns>
    public (int Start, int Length) PieceOf(Parameter parameter, int part)
    {
        (int start, int end) = Piece(Require.NotNull(parameter), part);
        return WithoutPadding(parameter, start, end);
    }

    /// <summary>
    /// Takes the optimizer's step for this part's elements. It does not compute the norm, and does not skip, clip or refuse the step
    /// because of the gradients. Every part must take it, even one without elements, because steps are counted.
    /// </summary>
    /// <param name="gradientFactor">The factor of the gradients: scale and clipping together.</param>
    /// <inheritdoc cref="Optimizer.Step" path="/exception"/>
    public void Take(double gradientFactor) => Optimizer.TakeShard(gradientFactor);

    /// <summary>Whether <see cref="WholeState"/> has memory for the state of all parts.</summary>
    public bool HoldsWholeState { get; private set; }

    /// <summary>
    /// Allocates memory for the whole state, with this part's own state in its place and 0 elsewhere, or releases it. While it is held, the
    /// optimizer's state is saved from it: fill in the state of the other parts, and a checkpoint is identical to that of a single process.
    /// </summary>
    /// <param name="hold">True to allocate the memory, false to release it.</param>
    public void HoldWholeState(bool hold)
    {
        Optimizer.HoldWholeState(hold);
        HoldsWholeState = hold;
    }

    /// <summary>Returns the state of a whole parameter, in the memory that <see cref="HoldWholeState"/> has allocated.</summary>
    /// <param name="parameter">One of the parameters.</param>
    /// <param name="stateName">One of the optimizer's state names.</param>
    /// <exception cref="InvalidOperationException">The memory is not held.</exception>
    /// <exception cref="ArgumentException">The optimizer does not step the parameter, or has no state of that name.</exception>
    public Span<float> WholeState(Parameter parameter, string stateName) =>
        HoldsWholeState
            ? Optimizer.WholeState(parameter, stateName)
            : throw new InvalidOperationException("The whole state is not held; call HoldWholeState first.");

    /// <summary>One of the parameters, in the order in which they were given.</summary>
    /// <param name="index">The index, from 0 to <see cref="Count"/> - 1.</param>
    public Parameter this[int index] => _parameters[index];

    /// <summary>Enumerates the parameters in the order in which they were given.</summary>
    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)_parameters).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns a text such as "part 1 of 4 of 6 parameters", counted from 0.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"part {Part} of {PartCount} of {Count} parameters");

    /// <summary>Returns where a part of a parameter starts and ends, including padding.</summary>
    internal (int Start, int End) Piece(Parameter parameter, int part)
    {
        int start = Math.Max(_cuts[part], parameter.Offset), end = Math.Min(_cuts[part + 1], parameter.Offset + parameter.PaddedLength);
        return (start - parameter.Offset, Math.Max(start, end) - parameter.Offset);
    }

    /// <summary>Returns a piece without the padding after the parameter's last element.</summary>
    internal static (int Start, int Length) WithoutPadding(Parameter parameter, int start, int end) =>
        start < Math.Min(end, parameter.Length) ? (start, Math.Min(end, parameter.Length) - start) : (0, 0);

    internal void Bind(Optimizer optimizer) => _optimizer = optimizer;

    /// <summary>Finds the cuts.</summary>
    /// <param name="parameters">The parameters in the order of the store.</param>
    /// <param name="where">Where a parameter may be cut.</param>
    internal void Cut(ReadOnlySpan<Parameter> parameters, ParameterCuts where)
    {
        if (_cuts.Length > 0)
        {
            throw new ArgumentException(
                $"parameters is {this}, which another optimizer uses; create one for each optimizer.", nameof(parameters));
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
                long cut = where switch
                {
                    ParameterCuts.Anywhere => Math.Max(before, wanted / CutUnit * CutUnit),
                    ParameterCuts.BetweenBlocks => before + (wanted - before) / CutUnit * CutUnit,
                    _ => wanted - before <= after - wanted ? before : after,
                };
                cuts[next] = Math.Max(cuts[next - 1], parameter.Offset + (int)(cut - before));
            }

            before = after;
        }

        for (; next < PartCount; next++)
            cuts[next] = cuts[PartCount];
        _cuts = cuts;
    }
}

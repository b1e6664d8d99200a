using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// Attention of several heads with its projections, as torch.nn.MultiheadAttention with batch_first: each position of a sequence attends to
/// the others, or to those of another sequence.
/// </summary>
public sealed class MultiHeadAttention : Layer
{
    private readonly double _dropout;
    private readonly Philox? _generator;

    /// <summary>
    /// Adds <c>name.in_proj_weight</c> [3 · columns, columns], <c>name.in_proj_bias</c> [3 · columns], <c>name.out_proj.weight</c>
    /// [columns, columns] and <c>name.out_proj.bias</c> [columns] to a store.
    /// </summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>self_attn</c>.</param>
    /// <param name="columns">The length of the input's and output's last dimension; at least 1.</param>
    /// <param name="heads">The number of heads, which must divide the columns; at least 1.</param>
    /// <param name="bias">Whether to add biases; true by default.</param>
    /// <param name="dropout">The probability of dropping a weight in training: at least 0 (the default) and below 1.</param>
    /// <param name="generator">The source of the dropped weights; add it to the run's checkpoint. May be null only without dropout.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The columns are not a multiple of the heads, there is dropout without a generator, or the store has a parameter of one of these
    /// names.
    /// </exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public MultiHeadAttention(
        ParameterStore store,
        string name,
        int columns,
        int heads,
        bool bias = true,
        double dropout = 0,
        Philox? generator = null)
        : base(store, name)
    {
        if (heads < 1)
            throw new ArgumentOutOfRangeException(nameof(heads), heads, $"heads is {heads}; it must be at least 1.");
        if (columns % heads != 0)
            throw new ArgumentException($"columns is {columns}, heads is {heads}; columns must be a multiple of heads.", nameof(columns));
        _dropout = HyperParameter.InUnitInterval(dropout, nameof(dropout));
        if (dropout > 0 && generator is null)
            throw new ArgumentException($"dropout is {dropout}, generator is null; dropout requires a generator.", nameof(generator));
        _generator = generator;
        Heads = heads;
        InputWeight = Add("in_proj_weight", [3 * columns, columns]);
        InputBias = bias ? Add("in_proj_bias", [3 * columns]) : null;
        OutputProjection = new Linear(store, name.Length == 0 ? "out_proj" : $"{name}.out_proj", columns, columns, bias);
    }

    /// <summary>The number of heads.</summary>
    public int Heads { get; }

    /// <summary>The length of the input's and output's last dimension.</summary>
    public int Columns => InputWeight.Shape[1];

    /// <summary>The projections to queries, keys and values, [3 · columns, columns].</summary>
    public Parameter InputWeight { get; }

    /// <summary>[3 · columns], or null.</summary>
    public Parameter? InputBias { get; }

    /// <summary>The projection of the heads' outputs.</summary>
    public Linear OutputProjection { get; }

    /// <summary>The rotations of queries and keys by their position, with the width of a head, or null (the default) for none.</summary>
    public RotaryTable? Rotary { get; set; }

    /// <summary>Computes the attention of a sequence to itself; see <see cref="Functional"/>.ScaledDotProductAttention.</summary>
    /// <param name="input">[batch, time, columns].</param>
    /// <param name="causal">Whether each position sees only itself and earlier positions; false by default.</param>
    /// <param name="mask">Added to the scores: [time, time], or [batch or 1, heads or 1, time, time]; null (the default) for none.</param>
    /// <returns>[batch, time, columns].</returns>
    public Variable Apply(Variable input, bool causal = false, Variable? mask = null)
    {
        Variable packed = Turn(Project(input), 0);
        return OutputProjection.Apply(
            packed.ScaledDotProductAttention(Heads, mask, causal, scale: null, _dropout, _generator));
    }

    /// <summary>Computes the attention of new positions to those in a cache and to the new ones up to themselves.</summary>
    /// <param name="input">The new positions, [batch, new positions, columns].</param>
    /// <param name="cache">The keys and values so far, to which those of the new positions are added.</param>
    /// <returns>[batch, new positions, columns].</returns>
    /// <exception cref="ArgumentNullException"><paramref name="cache"/> is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not match the cache, or it has no room left.</exception>
    /// <exception cref="InvalidOperationException">The tape is recording; see <see cref="Tape.NoGradient"/>.</exception>
    public Variable Apply(Variable input, KeyValueCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return OutputProjection.Apply(cache.Attend(Turn(Project(input), cache.Length), Heads));
    }

    /// <summary>Computes the attention of one sequence to another.</summary>
    /// <param name="query">[batch, queries, columns].</param>
    /// <param name="key">[batch, keys, columns].</param>
    /// <param name="value">[batch, keys, columns].</param>
    /// <param name="causal">Whether query i sees only the keys up to i; false by default.</param>
    /// <param name="mask">
    /// Added to the scores: [queries, keys], or [batch or 1, heads or 1, queries, keys]; null (the default) for none.
    /// </param>
    /// <returns>[batch, queries, columns].</returns>
    public Variable Apply(Variable query, Variable key, Variable value, bool causal = false, Variable? mask = null)
    {
        Variable output = Part(query, 0, isTurned: true).ScaledDotProductAttention(
            Part(key, 1, isTurned: true), Part(value, 2, isTurned: false), mask, causal, scale: null, _dropout, _generator);
        return OutputProjection.Apply(output.Transpose(1, 2).Reshape(query.Shape));
    }

    /// <inheritdoc/>
    public override void Initialize(Generator generator)
    {
        OutputProjection.Initialize(generator);
        Initializers.Initialize.XavierUniform(InputWeight, generator);
        if (InputBias is null)
            return;
        Initializers.Initialize.Zeros(InputBias);
        Initializers.Initialize.Zeros(OutputProjection.Bias!);
    }

    private Variable Project(Variable input)
    {
        Shape shape = input.Shape;
        if (shape.Rank != 3)
            throw new ArgumentException($"input is {shape}; it must be [batch, time, {Columns}].", nameof(input));
        return input.Linear(input.Tape.Parameter(InputWeight), InputBias is null ? null : input.Tape.Parameter(InputBias));
    }

    private Variable Turn(Variable packed, int position) =>
        Rotary is { } table ? packed.RotaryEmbedding(table, 2 * Heads, position) : packed;

    /// <summary>Returns queries (0), keys (1) or values (2), [batch, heads, time, width].</summary>
    private Variable Part(Variable input, int part, bool isTurned)
    {
        Shape shape = input.Shape;
        if (shape.Rank != 3)
            throw new ArgumentException($"input is {shape}; it must be [batch, time, {Columns}].", nameof(input));
        Tape tape = input.Tape;
        Variable weight = tape.Parameter(InputWeight).Slice(0, part * Columns, Columns);
        Variable projected = input.Linear(
            weight, InputBias is null ? null : tape.Parameter(InputBias).Slice(0, part * Columns, Columns));
        if (isTurned && Rotary is { } table)
            projected = projected.RotaryEmbedding(table);
        return projected.Reshape([shape[0], shape[1], Heads, Columns / Heads]).Transpose(1, 2);
    }
}

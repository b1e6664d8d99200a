using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// Attention and two linear maps, each added to its input and normalized, as torch.nn.TransformerEncoderLayer with batch_first. With a
/// causal mask it is a block of a GPT.
/// <code>
/// x = norm1(x + self_attn(x))    or with NormFirst    x = x + self_attn(norm1(x))
/// x = norm2(x + maps(x))                              x = x + maps(norm2(x))        maps(x) = linear2(activation(linear1(x)))
/// </code>
/// </summary>
public sealed class TransformerBlock : Layer
{
    private readonly TransformerBlockOptions _options;

    /// <summary>
    /// Adds the parameters of <c>name.self_attn</c>, <c>name.linear1</c>, <c>name.linear2</c>, <c>name.norm1</c> and <c>name.norm2</c> to a
    /// store.
    /// </summary>
    /// <param name="store">The store; its layout may not be fixed yet.</param>
    /// <param name="name">The name, such as <c>layers.0</c>.</param>
    /// <param name="columns">The length of the input's and output's last dimension (d_model); at least 1.</param>
    /// <param name="heads">The number of heads, which must divide the columns; at least 1.</param>
    /// <param name="hidden">The length between the linear maps (dim_feedforward); at least 1.</param>
    /// <param name="options">The other options, or null (the default) for torch's defaults without dropout.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The columns are not a multiple of the heads, there is dropout without a generator, or the store has a parameter of one of these
    /// names.
    /// </exception>
    /// <exception cref="InvalidOperationException">The store's layout is fixed.</exception>
    public TransformerBlock(
        ParameterStore store, string name, int columns, int heads, int hidden, TransformerBlockOptions? options = null)
        : base(store, name)
    {
        _options = options ?? new TransformerBlockOptions();
        Attention = new MultiHeadAttention(
            store, NameOf("self_attn"), columns, heads, _options.Bias, _options.Dropout, _options.Generator);
        Linear1 = new Linear(store, NameOf("linear1"), columns, hidden, _options.Bias);
        Linear2 = new Linear(store, NameOf("linear2"), hidden, columns, _options.Bias);
        Norm1 = new LayerNorm(store, NameOf("norm1"), columns, _options.Epsilon, _options.Bias);
        Norm2 = new LayerNorm(store, NameOf("norm2"), columns, _options.Epsilon, _options.Bias);
    }

    /// <summary>The attention, <c>self_attn</c>.</summary>
    public MultiHeadAttention Attention { get; }

    /// <summary>The first linear map.</summary>
    public Linear Linear1 { get; }

    /// <summary>The second linear map.</summary>
    public Linear Linear2 { get; }

    /// <summary>The attention's normalization.</summary>
    public LayerNorm Norm1 { get; }

    /// <summary>The linear maps' normalization.</summary>
    public LayerNorm Norm2 { get; }

    /// <summary>Computes the output.</summary>
    /// <param name="input">[batch, time, columns].</param>
    /// <param name="causal">Whether each position sees only itself and earlier positions; false by default.</param>
    /// <param name="mask">Added to the scores: [time, time], or [batch or 1, heads or 1, time, time]; null (the default) for none.</param>
    /// <returns>[batch, time, columns].</returns>
    public Variable Apply(Variable input, bool causal = false, Variable? mask = null) => _options.NormFirst
        ? AddMaps(input.Add(Drop(Attention.Apply(Norm1.Apply(input), causal, mask))))
        : AddMaps(Norm1.Apply(input.Add(Drop(Attention.Apply(input, causal, mask)))));

    /// <summary>Computes the output of new positions that follow those in a cache, with a causal mask.</summary>
    /// <param name="input">The new positions, [batch, new positions, columns].</param>
    /// <param name="cache">The keys and values of this block so far, to which those of the new positions are added.</param>
    /// <returns>[batch, new positions, columns].</returns>
    /// <exception cref="ArgumentNullException"><paramref name="cache"/> is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not match the cache, or it has no room left.</exception>
    /// <exception cref="InvalidOperationException">The tape is recording; see <see cref="Tape.NoGradient"/>.</exception>
    public Variable Apply(Variable input, KeyValueCache cache) => _options.NormFirst
        ? AddMaps(input.Add(Drop(Attention.Apply(Norm1.Apply(input), cache))))
        : AddMaps(Norm1.Apply(input.Add(Drop(Attention.Apply(input, cache)))));

    /// <inheritdoc/>
    public override void Initialize(Generator generator) => Initialize(generator, Attention, Linear1, Linear2, Norm1, Norm2);

    private Variable AddMaps(Variable input) => _options.NormFirst
        ? input.Add(Map(Norm2.Apply(input)))
        : Norm2.Apply(input.Add(Map(input)));

    private Variable Map(Variable input)
    {
        Variable hidden = Linear1.Apply(input);
        hidden = _options.Activation switch
        {
            TransformerActivation.Gelu => hidden.Gelu(),
            TransformerActivation.GeluTanh => hidden.GeluTanh(),
            _ => hidden.Relu(),
        };
        return Drop(Linear2.Apply(Drop(hidden)));
    }

    private Variable Drop(Variable input) =>
        _options.Generator is { } generator ? input.Dropout(_options.Dropout, generator) : input;

    private string NameOf(string part) => Name.Length == 0 ? part : $"{Name}.{part}";
}

using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace Transformer.Model;

/// <summary>
/// A GPT: given some tokens it says how likely every token is to come next. Each token becomes a row of numbers, to which its position adds
/// another; blocks let every row look at those before it (attention) and then think for itself (two linear maps); the last rows are
/// compared with those that stand for the tokens (the same table: tied embeddings).
/// </summary>
public sealed class Gpt
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly int[] _places;

    /// <summary>Adds all layers to a store; <see cref="Initialize"/> draws their values.</summary>
    public Gpt(GptShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        var options = new TransformerBlockOptions { NormFirst = true, Activation = TransformerActivation.GeluTanh };
        _tokens = new Embedding(Parameters, "tokens", shape.Vocabulary, shape.Width);
        _positions = new Embedding(Parameters, "positions", shape.Context, shape.Width);
        _blocks = new TransformerBlock[shape.Layers];
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i] = new TransformerBlock(Parameters, $"blocks.{i}", shape.Width, shape.Heads, 4 * shape.Width, options);
        _norm = new LayerNorm(Parameters, "norm", shape.Width);
        _places = [.. Enumerable.Range(0, shape.Context)];
    }

    public GptShape Shape { get; }

    public ParameterStore Parameters { get; } = new();

    /// <summary>Draws the initial values: PyTorch's, but small tables, so that at first all tokens are about as likely.</summary>
    public void Initialize(Generator generator)
    {
        Layer.Initialize(generator, [.. _blocks, _norm]);
        TensorEngine.Initializers.Initialize.Normal(_tokens.Weight, generator, 0, 0.02);
        TensorEngine.Initializers.Initialize.Normal(_positions.Weight, generator, 0, 0.02);
    }

    /// <summary>Computes [batch, time, vocabulary]: the logits of the token after each one.</summary>
    /// <param name="tape">Records the computation.</param>
    /// <param name="tokens">The sequences, one after the other.</param>
    /// <param name="batch">How many there are.</param>
    /// <param name="memory">
    /// What <see cref="Remember"/> gave, if the tokens go on behind those before; null if they are all there is.
    /// </param>
    public Variable Logits(Tape tape, ReadOnlySpan<int> tokens, int batch, KeyValueCache[]? memory = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        int time = tokens.Length / batch, behind = memory?[0].Length ?? 0;
        Variable x = _tokens.Apply(tape, tokens, [batch, time]).Add(_positions.Apply(tape, _places.AsSpan(behind, time)));
        for (int i = 0; i < _blocks.Length; i++)
            x = memory is null ? _blocks[i].Apply(x, causal: true) : _blocks[i].Apply(x, memory[i]);
        return _tokens.Logits(_norm.Apply(x));
    }

    /// <summary>Room for the keys and values of all blocks, so that a next token costs only itself.</summary>
    public KeyValueCache[] Remember(int batch) =>
        [.. _blocks.Select(_ => new KeyValueCache(batch, Shape.Context, Shape.Width))];

    /// <summary>How much every token looks at every other, block by block: [heads, time, time] each.</summary>
    public IReadOnlyList<float[]> Attention(Tape tape, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tape);
        tape.Reset();
        using NoGradientScope scope = tape.NoGradient();
        int time = tokens.Length, width = Shape.Width / Shape.Heads;
        float[] hidden = new float[time * time];
        for (int i = 0; i < hidden.Length; i++)
            hidden[i] = i % time > i / time ? float.NegativeInfinity : 0;
        Variable x = _tokens.Apply(tape, tokens, [1, time]).Add(_positions.Apply(tape, _places.AsSpan(0, time)));
        var weights = new List<float[]>();
        foreach (TransformerBlock block in _blocks)
        {
            Variable packed = block.Norm1.Apply(x).Linear(
                tape.Parameter(block.Attention.InputWeight), tape.Parameter(block.Attention.InputBias!));
            Variable scores = Heads(packed, 0).MatMul(Heads(packed, 1), transposeOther: true).Scale(1 / Math.Sqrt(width));
            weights.Add(scores.Add(tape.Constant(hidden, [time, time])).Softmax().Values.ToArray());
            x = block.Apply(x, causal: true);
        }

        return weights;

        Variable Heads(Variable packed, int part) =>
            packed.Slice(2, part * Shape.Width, Shape.Width).Reshape([1, time, Shape.Heads, width]).Transpose(1, 2);
    }
}

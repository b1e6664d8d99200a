using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>The small GPT of transformers.json with its optimizer and its sequences.</summary>
public sealed class GptTraining
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly int[] _places;
    private readonly int[] _sequences;
    private readonly int[] _inputs;
    private readonly int[] _labels;
    private readonly int _batch = Setting("batch");

    /// <summary>Made with PyTorch's initial values.</summary>
    public GptTraining(Workers? workers = null)
    {
        (int vocabulary, int columns) = (Setting("vocabulary"), Setting("columns"));
        _tokens = new Embedding(Parameters, "tokens", vocabulary, columns);
        _positions = new Embedding(Parameters, "positions", Context, columns);
        var options = new TransformerBlockOptions { NormFirst = true, Activation = TransformerActivation.Gelu };
        _blocks = [.. Enumerable.Range(0, Setting("blocks")).Select(
            i => new TransformerBlock(Parameters, $"blocks.{i}", columns, Setting("heads"), 4 * columns, options))];
        _norm = new LayerNorm(Parameters, "norm", columns);
        var generator = new TorchGenerator((ulong)Setting("seed"));
        Layer.Initialize(generator, [_tokens, _positions, .. _blocks, _norm]);
        Initialize.Normal(_tokens.Weight, generator, 0, 0.1);
        Initialize.Normal(_positions.Weight, generator, 0, 0.1);
        var rate = new AdamWOptions { LearningRate = Settings.GetProperty("learningRate").GetDouble() };
        Adam = new AdamW(Parameters, rate) { Workers = workers };
        Adam.GradientOptions.Clear = true;
        Tape = new Tape(workers);
        _places = [.. Enumerable.Range(0, Context)];
        _sequences = Sequences(vocabulary);
        _inputs = new int[_batch * Context];
        _labels = new int[_inputs.Length];
    }

    public static JsonElement Settings => RecordedLayer.Files[1].Root.GetProperty("gpt");

    public static int Context => Setting("context");

    public ParameterStore Parameters { get; } = new();

    public AdamW Adam { get; }

    public Tape Tape { get; }

    public IReadOnlyList<TransformerBlock> Blocks => _blocks;

    public string Digest => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes((ReadOnlySpan<float>)Parameters.Values)));

    public Checkpoint Checkpoint => new(Parameters) { { "adam", Adam } };

    /// <summary>Takes a step and returns the loss before it.</summary>
    public double Step(int step)
    {
        int length = Context + 1, first = step * _batch % (_sequences.Length / length);
        for (int row = 0; row < _batch; row++)
        {
            ReadOnlySpan<int> sequence = _sequences.AsSpan((first + row) * length, length);
            sequence[..^1].CopyTo(_inputs.AsSpan(row * Context));
            sequence[1..].CopyTo(_labels.AsSpan(row * Context));
        }

        Tape.Reset();
        Variable loss = Logits(_inputs, _batch).CrossEntropy(_labels);
        Tape.Backward(loss);
        Adam.Step();
        return loss.Item();
    }

    /// <summary>[batch, time, vocabulary]; with caches the tokens go on behind those before.</summary>
    public Variable Logits(ReadOnlySpan<int> tokens, int batch, KeyValueCache[]? caches = null)
    {
        int time = tokens.Length / batch, behind = caches?[0].Length ?? 0;
        Variable x = _tokens.Apply(Tape, tokens, [batch, time]).Add(_positions.Apply(Tape, _places.AsSpan(behind, time)));
        for (int i = 0; i < _blocks.Length; i++)
            x = caches is null ? _blocks[i].Apply(x, causal: true) : _blocks[i].Apply(x, caches[i]);
        return _tokens.Logits(_norm.Apply(x));
    }

    private static int Setting(string name) => Settings.GetProperty(name).GetInt32();

    /// <summary>Each number follows from the two before.</summary>
    private static int[] Sequences(int vocabulary)
    {
        int count = Setting("sequences"), length = Context + 1;
        int[] starts = new int[count], next = new int[count], all = new int[count * length];
        var generator = new TorchGenerator((ulong)Setting("dataSeed"));
        generator.Integers(starts, 0, vocabulary);
        generator.Integers(next, 0, vocabulary);
        for (int row = 0; row < count; row++)
        {
            Span<int> sequence = all.AsSpan(row * length, length);
            (sequence[0], sequence[1]) = (starts[row], next[row]);
            for (int i = 2; i < length; i++)
                sequence[i] = (2 * sequence[i - 1] + sequence[i - 2] + 1) % vocabulary;
        }

        return all;
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>A GPT as in torch_gpt.py, to be trained by a step at a time.</summary>
internal sealed class Gpt : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ModuleList<Block> _blocks = new();
    private readonly LayerNorm _norm;

    private Gpt(long vocabulary, long context, int layers, long heads, long width)
        : base(nameof(Gpt))
    {
        _tokens = nn.Embedding(vocabulary, width);
        _positions = nn.Embedding(context, width);
        for (int i = 0; i < layers; i++)
            _blocks.Add(new Block(heads, width));
        _norm = nn.LayerNorm(width);
        nn.init.normal_(_tokens.weight!, std: 0.02);
        nn.init.normal_(_positions.weight!, std: 0.02);
        RegisterComponents();
    }

    /// <summary>Forward, backward and AdamW on one batch.</summary>
    public static Action MakeStep(string network, long batch)
    {
        (long vocabulary, long context, int layers, long heads, long width) = network switch
        {
            "GPT 4 x 128" => (65, 64, 4, 4, 128),
            "GPT-2 124M" => (50_304, 64, 12, 12, 768),
            _ => throw new ArgumentException($"There is no network {network}.", nameof(network)),
        };
        random.manual_seed(1);
        var model = new Gpt(vocabulary, context, layers, heads, width);
        Tensor index = arange(batch * context);
        Tensor tokens = (index * 37 % vocabulary).view(-1, context), labels = (index + 1) * 37 % vocabulary;
        AdamW optimizer = optim.AdamW(model.parameters(), lr: 1e-6);
        return () =>
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.forward(tokens).flatten(0, 1), labels).backward();
            optimizer.step();
        };
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = _tokens.forward(input) + _positions.weight![TensorIndex.Slice(0, input.shape[1])];
        foreach (Block block in _blocks)
            x = block.forward(x);
        return nn.functional.linear(_norm.forward(x), _tokens.weight!);
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly long _heads;
        private readonly LayerNorm _norm1;
        private readonly LayerNorm _norm2;
        private readonly Linear _packed;
        private readonly Linear _projection;
        private readonly Linear _linear1;
        private readonly Linear _linear2;

        public Block(long heads, long width)
            : base(nameof(Block))
        {
            _heads = heads;
            (_norm1, _norm2) = (nn.LayerNorm(width), nn.LayerNorm(width));
            (_packed, _projection) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            (_linear1, _linear2) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            long batch = input.shape[0], time = input.shape[1], width = input.shape[2];
            Tensor[] heads = [.. _packed.forward(_norm1.forward(input)).split(width, 2)
                .Select(part => part.view(batch, time, _heads, width / _heads).transpose(1, 2))];
            Tensor attended = nn.functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_casual: true);
            Tensor x = input + _projection.forward(attended.transpose(1, 2).reshape(batch, time, width));
            return x + _linear2.forward(Gelu(_linear1.forward(_norm2.forward(x))));
        }

        // The tanh form, as a module: the function has the exact one alone.
        private static Tensor Gelu(Tensor x) => x.gelu();
    }
}

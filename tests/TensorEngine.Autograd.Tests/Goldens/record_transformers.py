"""Records PyTorch's attention layers and transformer blocks, a network of them saved as safetensors, and a small GPT's training.

Writes transformers.json, transformers.bin.gz and torch_transformer.safetensors beside itself. The tests read those files and never run
this script.
"""

import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in these folders

from record_layers import FOLDER, array_of, layer_case, outputs_of, safetensors, trained
from golden_files import BinaryArchive, versions, write_json
import torch
from torch import nn
import torch.nn.functional as F

LAYERS = [
    ("MultiheadAttention", dict(embed_dim=6, num_heads=2)),
    ("MultiheadAttention", dict(embed_dim=8, num_heads=4, bias=False)),
    ("TransformerEncoderLayer", dict(d_model=8, nhead=2, dim_feedforward=12)),
    ("TransformerEncoderLayer", dict(d_model=6, nhead=3, dim_feedforward=5, bias=False)),
]


def hidden(time, dtype=torch.float32):
    """What causal places do not see."""
    return torch.full((time, time), -torch.inf, dtype=dtype).triu(1)


class Decoder(nn.Module):
    """Blocks of both orders, attention to another sequence, and a table that is used twice."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(11, 8)
        self.positions = nn.Embedding(9, 8)
        self.first = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.second = nn.TransformerEncoderLayer(8, 4, 12, dropout=0.0, batch_first=True)
        self.cross = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)

    def forward(self, tokens):
        time = tokens.shape[1]
        x = self.tokens(tokens) + self.positions.weight[:time]
        x = self.first(x, src_mask=hidden(time, x.dtype))
        x = self.second(x)
        x = x + self.cross(x, x[:, :3].contiguous(), x[:, 1:4].contiguous(), need_weights=False)[0]
        return F.linear(self.norm(x), self.tokens.weight)


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, blocks, heads, columns):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, columns)
        self.positions = nn.Embedding(context, columns)
        self.blocks = nn.ModuleList([nn.TransformerEncoderLayer(
            columns, heads, 4 * columns, dropout=0.0, activation="gelu", batch_first=True, norm_first=True) for _ in range(blocks)])
        self.norm = nn.LayerNorm(columns)
        nn.init.normal_(self.tokens.weight, std=0.1)
        nn.init.normal_(self.positions.weight, std=0.1)

    def forward(self, tokens):
        time = tokens.shape[1]
        x = self.tokens(tokens) + self.positions.weight[:time]
        for block in self.blocks:
            x = block(x, src_mask=hidden(time, x.dtype))
        return F.linear(self.norm(x), self.tokens.weight)


GPT = dict(vocabulary=17, context=16, blocks=2, heads=4, columns=32)
TRAINING = dict(seed=5, dataSeed=6, batch=8, sequences=64, learningRate=1e-3)


def sequences(dataSeed, count, length, vocabulary):
    """Each number follows from the two before."""
    torch.manual_seed(dataSeed)
    rows = [torch.randint(0, vocabulary, (count,)) for _ in range(2)]
    while len(rows) < length:
        rows.append((2 * rows[-1] + rows[-2] + 1) % vocabulary)
    return torch.stack(rows, 1)


def losses(dtype):
    torch.manual_seed(TRAINING["seed"])
    network = Gpt(**GPT).to(dtype)
    optimizer = torch.optim.AdamW(network.parameters(), lr=TRAINING["learningRate"])
    data = sequences(TRAINING["dataSeed"], TRAINING["sequences"], GPT["context"] + 1, GPT["vocabulary"])
    result = []
    for step in range(100):
        first = step * TRAINING["batch"] % TRAINING["sequences"]
        rows = data[first:first + TRAINING["batch"]]
        optimizer.zero_grad()
        loss = F.cross_entropy(network(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        result.append(float(loss))
    return result, network


def main():
    torch.backends.mkldnn.set_flags(False)  # see record_operations.py
    archive = BinaryArchive()
    layers = [layer_case(seed, kind, options, archive) for seed, (kind, options) in enumerate(LAYERS, 200)]
    torch.manual_seed(3)
    decoder = trained(Decoder(), lambda: torch.randint(0, 11, (4, 9)), torch.arange(36) % 11)
    (FOLDER / "torch_transformer.safetensors").write_bytes(safetensors(decoder.state_dict()))
    tokens = torch.randint(0, 11, (3, 7))
    network = {"name": "transformer", "file": "torch_transformer.safetensors", "input": array_of("input", tokens.int(), archive), "evaluated": outputs_of(decoder, tokens, archive)}
    double, gpt = losses(torch.float64)
    single, _ = losses(torch.float32)
    print(f"{double[0]:.4f} to {double[-1]:.4f}, float32 differs by {max(abs(a - b) / b for a, b in zip(single, double)):.1e}")
    write_json("transformers.json", {
        "versions": versions(),
        "layout": [
            "transformers.bin.gz unpacks to little-endian arrays of the stated type; offsets count bytes.",
            "A layer is made after manual_seed(seed); following are three numbers of torch.rand after it.",
            "The network and the GPT are in this script. evaluated: outputs from the same float32 values in float32 and in float64.",
            "The GPT is made after manual_seed(seed), its sequences after manual_seed(dataSeed). Batches are taken in order, again and again. AdamW with its defaults.",
            "Losses are the mean cross-entropy of each batch before its step.",
        ],
        "byteLength": len(archive.content), "layers": layers, "networks": [network],
        "gpt": GPT | TRAINING | {"parameters": {key: list(value.shape) for key, value in gpt.state_dict().items()}, "float64": double, "float32": single}}, FOLDER)
    archive.write("transformers.bin.gz", FOLDER)


main()

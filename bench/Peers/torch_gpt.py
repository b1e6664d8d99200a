"""A training step of a GPT in PyTorch, for torch_peer.py: the model of samples/Transformer."""

import torch
import torch.nn.functional as F
from torch import nn

SHAPES = {  # vocabulary, context, layers, heads, width
    "GPT 4 x 128": (65, 64, 4, 4, 128),
    "GPT-2 124M": (50304, 64, 12, 12, 768),
}


class Block(nn.Module):
    def __init__(self, heads, width):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.packed, self.projection = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        batch, time, width = x.shape
        heads = (part.view(batch, time, self.heads, -1).transpose(1, 2) for part in self.packed(self.norm1(x)).split(width, 2))
        attended = F.scaled_dot_product_attention(*heads, is_causal=True).transpose(1, 2).reshape(batch, time, width)
        x = x + self.projection(attended)
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, layers, heads, width):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList([Block(heads, width) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions.weight[:tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)


def gpt(request):
    """Forward, backward and the fused AdamW of a GPT of Networks/GptStep.cs, on one batch."""
    vocabulary, context, *rest = SHAPES[request["network"]]
    torch.manual_seed(1)
    model = Gpt(vocabulary, context, *rest)
    index = torch.arange(request["batch"] * context)
    tokens, labels = (index * 37 % vocabulary).view(-1, context), (index + 1) * 37 % vocabulary
    try:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, fused=True)
    except (TypeError, RuntimeError):
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(tokens).flatten(0, 1), labels).backward()
        optimizer.step()

    return step

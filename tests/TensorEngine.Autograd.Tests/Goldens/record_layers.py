"""Records PyTorch's layers: their parameters' names and default values, and two networks saved as safetensors with their outputs.

Writes layers.json, layers.bin.gz, torch_images.safetensors and torch_tokens.safetensors beside itself. The tests read those files and never
run this script.
"""

import json
import pathlib
import struct
import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in these folders
FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "TensorEngine.Tests" / "Goldens"))

from golden_files import BinaryArchive, versions, write_json
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

LAYERS = [
    ("Linear", dict(in_features=1, out_features=1)),
    ("Linear", dict(in_features=64, out_features=100)),
    ("Linear", dict(in_features=7, out_features=5, bias=False)),
    ("Conv1d", dict(in_channels=3, out_channels=5, kernel_size=3)),
    ("Conv1d", dict(in_channels=4, out_channels=6, kernel_size=4, groups=2, bias=False)),
    ("Conv2d", dict(in_channels=1, out_channels=16, kernel_size=3, padding=1)),
    ("Conv2d", dict(in_channels=6, out_channels=9, kernel_size=[3, 2], groups=3)),
    ("Conv2d", dict(in_channels=3, out_channels=4, kernel_size=1, bias=False)),
    ("Embedding", dict(num_embeddings=11, embedding_dim=7)),
    ("Embedding", dict(num_embeddings=40, embedding_dim=33)),
    ("LayerNorm", dict(normalized_shape=7)),
    ("LayerNorm", dict(normalized_shape=7, bias=False)),
    ("RMSNorm", dict(normalized_shape=7)),
    ("BatchNorm1d", dict(num_features=7)),
    ("BatchNorm2d", dict(num_features=5)),
    ("Embedding", dict(num_embeddings=11, embedding_dim=7, padding_idx=4)),
    ("LayerNorm", dict(normalized_shape=7, elementwise_affine=False)),
    ("RMSNorm", dict(normalized_shape=7, elementwise_affine=False)),
    ("BatchNorm1d", dict(num_features=7, affine=False)),
]


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 6, 3, stride=2, groups=2)
        self.norm2 = nn.BatchNorm2d(6, eps=1e-3, momentum=0.2)
        self.output = nn.Linear(6 * 4, 5)

    def forward(self, images):
        hidden = F.max_pool2d(torch.relu(self.norm1(self.conv1(images))), 2)
        return self.output(F.gelu(self.norm2(self.conv2(hidden))).flatten(1))


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 6)
        self.blocks = nn.ModuleList([nn.Sequential(nn.LayerNorm(6), nn.Linear(6, 12), nn.GELU(approximate="tanh"), nn.Linear(12, 6)) for _ in range(2)])
        self.neighbours = nn.Conv1d(6, 4, 3, padding=1)
        self.norm = nn.RMSNorm(4, eps=1e-6)
        self.output = nn.Linear(4, 11, bias=False)

    def forward(self, tokens):
        hidden = self.embedding(tokens)
        for block in self.blocks:
            hidden = hidden + block(hidden)
        return self.output(self.norm(self.neighbours(hidden.transpose(1, 2)).transpose(1, 2)))


def safetensors(tensors):
    header, content = {}, b""
    for name, tensor in tensors.items():
        array = np.ascontiguousarray(tensor.detach().numpy())
        kind = {"float32": "F32", "int64": "I64"}[str(array.dtype)]
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(content), len(content) + len(data)]}
        content += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + content


def array_of(name, tensor, archive):
    array = tensor.detach().numpy()
    return {"name": name, "shape": list(tensor.shape), "type": str(array.dtype), "offset": archive.add(array, array.dtype)}


def layer_case(seed, kind, options, archive):
    torch.manual_seed(seed)
    layer = getattr(nn, kind)(**options)
    # What the generator draws next shows that the layer took exactly its numbers.
    following = torch.rand(3)
    return {"layer": kind, "options": options, "seed": seed, "state": [array_of(name, tensor, archive) for name, tensor in layer.state_dict().items()],
            "following": array_of("following", following, archive)}


def trained(network, draw, labels):
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        F.cross_entropy(network(draw()).flatten(0, -2), labels).backward()
        optimizer.step()
    return network


def outputs_of(network, batch, archive):
    single = network(batch).detach()
    double = network.double()(batch.double() if batch.is_floating_point() else batch).detach()
    network.float()
    return {"float32": array_of("float32", single, archive), "float64": array_of("float64", double, archive)}


def network_case(name, network, batch, archive):
    (FOLDER / f"torch_{name}.safetensors").write_bytes(safetensors(network.state_dict()))
    network.eval()
    evaluated = outputs_of(network, batch, archive)
    network.train()
    single = network(batch).detach()
    after = [array_of(name, tensor.clone(), archive) for name, tensor in network.state_dict().items() if "running" in name or "tracked" in name]
    return {"name": name, "file": f"torch_{name}.safetensors", "input": array_of("input", batch.int() if not batch.is_floating_point() else batch, archive),
            "evaluated": evaluated, "trained": array_of("trained", single, archive), "statesAfterTraining": after}


def main():
    torch.backends.mkldnn.set_flags(False)  # see record_operations.py
    archive = BinaryArchive()
    layers = [layer_case(seed, kind, options, archive) for seed, (kind, options) in enumerate(LAYERS, 100)]
    torch.manual_seed(1)
    images = trained(Images(), lambda: torch.randn(16, 3, 10, 10), torch.arange(16) % 5)
    networks = [network_case("images", images, torch.randn(4, 3, 10, 10), archive)]
    torch.manual_seed(2)
    tokens = trained(Tokens(), lambda: torch.randint(0, 11, (4, 9)), torch.arange(36) % 11)
    networks.append(network_case("tokens", tokens, torch.randint(0, 11, (3, 7)), archive))
    write_json("layers.json", {
        "versions": versions(),
        "layout": [
            "layers.bin.gz unpacks to little-endian arrays of the stated type; offsets count bytes.",
            "A layer is made after manual_seed(seed); following are three numbers of torch.rand after it.",
            "The networks are in this script; each was stepped three times before its state_dict was saved.",
            "evaluated: the outputs in evaluation, from the same float32 values in float32 and in float64; trained: in training, which moves the running statistics.",
        ],
        "byteLength": len(archive.content), "layers": layers, "networks": networks}, FOLDER)
    archive.write("layers.bin.gz", FOLDER)


if __name__ == "__main__":
    main()

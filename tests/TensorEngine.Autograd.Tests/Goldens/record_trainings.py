"""Records the losses of whole trainings in PyTorch, in float32 and in float64.

Writes trainings.json beside itself. Initial values, images and labels come from torch's generator after seeds, or from the digits in
samples/Digits, so that a reader who has that generator repeats a training from the file alone. The tests never run this script.
"""

import gzip
import pathlib
import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in these folders
FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "TensorEngine.Tests" / "Goldens"))

from golden_files import versions, write_json
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

STEPS = 100


def perceptron(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(nn.Flatten(), *layers[:-1])


def convolutional(first, second, side, *sizes):
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        *perceptron(second * (side // 4) ** 2, *sizes))


def digits():
    """Rows of 64 pixels from 0 to 16, and the digit."""
    with gzip.open(FOLDER.parents[2] / "samples" / "Digits" / "data" / "digits.csv.gz", "rt") as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.float32)
    return torch.from_numpy(rows[:, :64] / 16).reshape(-1, 1, 8, 8), torch.from_numpy(rows[:, 64].astype(np.int64))


def patterns(dataSeed, images, side):
    """One pattern of noise for each of ten labels, under other noise."""
    torch.manual_seed(dataSeed)
    of_label, pixels = torch.randn(10, 1, side, side), torch.randn(images, 1, side, side)
    labels = torch.randint(0, 10, (images,))
    return pixels + of_label[labels], labels


SGD = {"optimizer": "SGD", "learningRate": 0.05, "momentum": 0.9}
ADAM = {"optimizer": "Adam", "learningRate": 0.0005}
TRAININGS = {
    "MLP 64-100-100-10": (lambda: perceptron(64, 100, 100, 10), {}, 128, SGD),
    "MLP 784-512-512-10": (lambda: perceptron(784, 512, 512, 10), {"dataSeed": 7, "images": 1280, "side": 28}, 128, SGD | {"learningRate": 0.0005}),
    "CNN 8x8": (lambda: convolutional(16, 32, 8, 10), {}, 128, ADAM),
    "CNN 28x28": (lambda: convolutional(32, 64, 28, 128, 10), {"dataSeed": 8, "images": 640, "side": 28}, 64, SGD | {"learningRate": 0.0007}),
}


def losses(make, data, batch, options, seed, dtype):
    torch.manual_seed(seed)
    network = make().to(dtype)
    pixels, labels = patterns(**data) if data else digits()
    pixels = pixels.to(dtype)
    if options["optimizer"] == "SGD":
        optimizer = torch.optim.SGD(network.parameters(), lr=options["learningRate"], momentum=options["momentum"])
    else:
        optimizer = torch.optim.Adam(network.parameters(), lr=options["learningRate"])
    batches = len(pixels) // batch
    result = []
    for step in range(STEPS):
        rows = slice(step % batches * batch, (step % batches + 1) * batch)
        optimizer.zero_grad()
        loss = F.cross_entropy(network(pixels[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        result.append(float(loss))
    return result, network


def main():
    torch.backends.mkldnn.set_flags(False)  # see record_operations.py
    trainings = []
    for seed, (name, (make, data, batch, options)) in enumerate(TRAININGS.items(), 1):
        double, network = losses(make, data, batch, options, seed, torch.float64)
        single, _ = losses(make, data, batch, options, seed, torch.float32)
        apart = max(abs(a - b) / b for a, b in zip(single, double))
        print(f"{name}: {double[0]:.4f} to {double[-1]:.4f}, float32 differs by {apart:.1e}")
        trainings.append({"name": name, "seed": seed, "batch": batch, **data, **options, "parameters": {key: list(value.shape) for key, value in network.state_dict().items()},
                          "float64": double, "float32": single})
    write_json("trainings.json", {
        "versions": versions(),
        "layout": [
            "Networks are made after manual_seed(seed) with the layers' default values; float64 starts from the float32 values.",
            "Batches are taken in order, from the start again after the last whole one. For what the patterns are, see the script.",
            "Losses are the mean cross-entropy of each batch before its step.",
        ],
        "trainings": trainings}, FOLDER)


main()

"""Records what PyTorch's CPU generator, torch.nn.init and numpy.random.RandomState draw.

Writes random.json (what was called, and where its numbers lie) and random.bin.gz (the numbers) beside itself.
The tests read those two files and never run this script.
"""

import hashlib
import math
import platform
import sys

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, shortest, versions, write_json
import torch
from torch.nn import init

# Longer results are recorded by their hash and by these elements (negative ones count from the end).
LONGEST = 4000
SAMPLES = [0, 1, 15, 16, 3999, -17, -16, -1]


def weight(shape):
    return torch.empty(shape)


def initialized(function):
    return lambda shape, **options: [function(weight(shape), **options)]


def layer(make):
    def draw(**options):
        made = make(**options)
        return [made.weight.detach()] + ([made.bias.detach()] if made.bias is not None else [])
    return draw


TORCH_CALLS = {
    "normal": lambda length, mean=0.0, deviation=1.0: [torch.empty(length).normal_(mean, deviation)],
    "uniform": lambda length, low=0.0, high=1.0: [torch.empty(length).uniform_(low, high)],
    "integers": lambda length, low, high: [torch.randint(low, high, (length,))],
    "permutation": lambda length: [torch.randperm(length)],
    "xavier_uniform": initialized(init.xavier_uniform_),
    "xavier_normal": initialized(init.xavier_normal_),
    "kaiming_uniform": initialized(init.kaiming_uniform_),
    "kaiming_normal": initialized(init.kaiming_normal_),
    "sparse": initialized(init.sparse_),
    "orthogonal": initialized(init.orthogonal_),
    "linear": layer(lambda inputs, outputs: torch.nn.Linear(inputs, outputs)),
    "convolution": layer(lambda inputs, outputs, kernel, groups=1: {
        1: torch.nn.Conv1d, 2: torch.nn.Conv2d, 3: torch.nn.Conv3d}[len(kernel)](inputs, outputs, tuple(kernel), groups=groups)),
}


def torch_cases():
    # One tensor after each seed: every size on both sides of the rule for 16 and more.
    for size in range(1, 41):
        yield size * 7919, [("normal", dict(length=size)), ("uniform", dict(length=3))]
    for seed, size in [(0, 47), (1, 64), (2, 100), (3, 255), (4, 623), (5, 624), (6, 625), (7, 1000), (8, 1249), (2**32 - 1, 2000), (2**31, 3999)]:
        yield seed, [("normal", dict(length=size)), ("normal", dict(length=5))]
    for seed, size in [(42, 1 << 20), (43, 1_000_000), (44, 1_000_003)]:
        yield seed, [("normal", dict(length=size)), ("uniform", dict(length=size)), ("normal", dict(length=size, mean=0.25, deviation=1e-3))]
    # The value that is kept for the next short tensor must outlive whatever comes between.
    yield 11, [("normal", dict(length=n)) for n in (5, 20, 3, 1, 1, 1, 16, 15, 14)]
    yield 12, [("normal", dict(length=5)), ("uniform", dict(length=3)), ("normal", dict(length=20)), ("permutation", dict(length=10)),
               ("normal", dict(length=4)), ("integers", dict(length=4, low=0, high=10)), ("normal", dict(length=33)),
               ("normal", dict(length=2))]
    yield 13, [("normal", dict(length=7, mean=3.0, deviation=0.1)), ("normal", dict(length=7, mean=-0.7, deviation=0.3)),
               ("normal", dict(length=37, mean=-0.7, deviation=0.3)), ("normal", dict(length=1001, mean=100.0, deviation=2.5))]
    yield 14, [("uniform", dict(length=n, low=low, high=high)) for n, low, high in (
        (17, -1.0, 1.0), (40, -0.1, 0.1), (200, 0.1, 0.7), (31, 1e6, 1e6 + 1), (1000, -3.3, 1.7), (5, 2.0, 2.0))]
    yield 15, [("integers", dict(length=n, low=low, high=high)) for n, low, high in (
        (50, 0, 2), (50, -5, 6), (100, 0, 1000), (100, -2**27, 2**27 - 1), (30, 0, 2**24 + 1), (9, 7, 8))]
    yield 16, [("permutation", dict(length=n)) for n in (1, 2, 3, 10, 100, 1000)]
    yield 17, [("permutation", dict(length=60_000))]
    yield 18, [("linear", dict(inputs=i, outputs=o)) for i, o in ((2, 2), (2, 1), (64, 100), (100, 10), (3, 5), (1, 1))]
    yield 42, [("linear", dict(inputs=2, outputs=2)), ("linear", dict(inputs=2, outputs=1))]
    yield 19, [("linear", dict(inputs=784, outputs=500))]
    yield 20, [("convolution", dict(inputs=1, outputs=8, kernel=[3, 3])), ("convolution", dict(inputs=8, outputs=6, kernel=[5])),
               ("convolution", dict(inputs=4, outputs=6, kernel=[3, 1], groups=2)),
               ("convolution", dict(inputs=3, outputs=2, kernel=[2, 3, 4]))]
    shapes = [[3, 2], [4, 4], [5, 7], [10, 64], [6, 3, 3, 3], [2, 5, 9]]
    for seed, name in enumerate(("xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"), 21):
        gain = dict(gain=5 / 3) if name.startswith("xavier") else dict(mode="fan_out", nonlinearity="relu")
        slope = {} if name.startswith("xavier") else dict(a=0.3)
        yield seed, [(name, dict(shape=shape)) for shape in shapes] + [(name, dict(shape=shape, **gain)) for shape in shapes] + [
            (name, dict(shape=[7, 8], **slope))]
    yield 25, [("xavier_normal", dict(shape=[1024, 1024]))]
    yield 26, [("kaiming_uniform", dict(shape=[512, 256, 3, 3]))]
    yield 27, [("sparse", dict(shape=shape, sparsity=sparsity, std=std)) for shape, sparsity, std in (
        ([10, 4], 0.1, 0.01), ([5, 3], 0.5, 1.0), ([7, 30], 0.9, 0.2), ([4, 4], 0.0, 0.01), ([4, 4], 1.0, 0.01))]
    yield 28, [("orthogonal", dict(shape=shape, gain=gain)) for shape, gain in (
        ([4, 4], 1.0), ([20, 30], 1.0), ([30, 20], 2.0), ([5, 3, 3, 3], 1.0), ([40, 2, 2], 1.0), ([1, 1], 1.0), ([50, 50], 0.5))]
    # Where releases differ: up to 2.6 integers take two words from a range of 2^32 on, since 2.7 from one of 2^28 on.
    yield 29, [("integers", dict(length=n, low=low, high=high)) for n, low, high in (
        (20, 0, 2**28 - 1), (20, 0, 2**28), (20, -5, 2**28 - 4), (20, 0, 3_000_000_000), (20, -2**31, 2**31 - 1), (20, 0, 2**32 - 1),
        (20, 0, 2**32), (20, -2**40, 2**41 + 5), (20, -2**62, 2**62), (5, 0, 10))]


def choice(state, population, length, replace=True, probabilities=None):
    return state.choice(population, length, replace=replace, p=probabilities)


def shuffle(state, length):
    items = np.arange(length)
    state.shuffle(items)
    return items


def log_of_random_sample(state, length):
    """The logarithm of the C library, which randn takes; numpy.log is another one."""
    return np.array([math.log(value) for value in state.random_sample(length)])


NUMPY_CALLS = {
    "random_sample": lambda state, length: state.random_sample(length),
    "rand": lambda state, rows, columns: state.rand(rows, columns),
    "log_of_random_sample": log_of_random_sample,
    "randn": lambda state, length: state.randn(length),
    "uniform": lambda state, length, low, high: state.uniform(low, high, length),
    "normal": lambda state, length, mean, deviation: state.normal(mean, deviation, length),
    "randint": lambda state, length, low, high: state.randint(low, high, length),
    "permutation": lambda state, length: state.permutation(length),
    "shuffle": shuffle,
    "choice": choice,
}


def numpy_cases():
    for seed in (0, 1, 42, 12345, 1234567890, 2**32 - 1):
        yield seed, [("random_sample", dict(length=50)), ("randn", dict(length=51)), ("rand", dict(rows=3, columns=5)), ("randn", dict(length=4))]
    yield list(range(10)), [("random_sample", dict(length=20))]
    yield [2**32 - 1], [("random_sample", dict(length=20))]
    yield list(range(1000)), [("random_sample", dict(length=20))]
    yield 2, [("random_sample", dict(length=1_000_000)), ("randn", dict(length=5))]
    yield 3, [("randn", dict(length=3999)), ("randn", dict(length=3999))]
    yield 4, [("uniform", dict(length=30, low=-0.1, high=0.3)), ("normal", dict(length=31, mean=0.5, deviation=0.01)),
              ("uniform", dict(length=3, low=1.23, high=10.54)), ("normal", dict(length=4, mean=-7.0, deviation=3.0))]
    yield 5, [("randint", dict(length=n, low=low, high=high)) for n, low, high in (
        (50, 0, 2), (50, -99, 99), (100, 0, 1000), (100, -2**31, 2**31), (50, 0, 2**32), (50, -2**40, 2**41 + 5), (9, 7, 8), (20, 0, 60000))]
    yield 6, [("permutation", dict(length=n)) for n in (1, 2, 10, 100, 1000)] + [("shuffle", dict(length=n)) for n in (1, 2, 10, 500)]
    yield 7, [("permutation", dict(length=60_000))]
    yield 8, [("choice", dict(population=60000, length=100)), ("choice", dict(population=10, length=20)),
              ("choice", dict(population=1000, length=100, replace=False)), ("choice", dict(population=5, length=5, replace=False)),
              ("choice", dict(population=4, length=30, probabilities=[0.1, 0.2, 0.3, 0.4])),
              ("choice", dict(population=6, length=4, replace=False, probabilities=[0.05, 0.05, 0.5, 0.2, 0.1, 0.1])),
              ("choice", dict(population=6, length=4, replace=False, probabilities=[0.0, 0.05, 0.55, 0.0, 0.2, 0.2])),
              ("choice", dict(population=3, length=3, replace=False, probabilities=[0.98, 0.01, 0.01])),
              ("random_sample", dict(length=3))]
    yield 9, [("randn", dict(length=1_000_001)), ("normal", dict(length=3999, mean=0.5, deviation=0.01)), ("randn", dict(length=3999))]
    yield 10, [("log_of_random_sample", dict(length=1_000_000))]


def recorded(array, archive):
    array = np.ascontiguousarray(array).ravel()
    result = {"type": str(array.dtype), "length": array.size}
    if array.size <= LONGEST:
        return result | {"offset": archive.add(array, array.dtype)}
    little = array.astype(array.dtype.newbyteorder("<"))
    samples = array[SAMPLES]
    return result | {
        "sha256": hashlib.sha256(little.tobytes()).hexdigest(),
        "samples": shortest(samples) if array.dtype == np.float32 else samples.tolist(),
    }


def main():
    archive = BinaryArchive()
    torch_entries, numpy_entries = [], []
    for seed, calls in torch_cases():
        torch.manual_seed(seed)
        steps = []
        for name, options in calls:
            results = TORCH_CALLS[name](**options)
            steps.append({"call": name, **options, "results": [recorded(result.numpy(), archive) for result in results]})
        torch_entries.append({"seed": seed, "steps": steps})
    for seed, calls in numpy_cases():
        state = np.random.RandomState(seed)
        steps = []
        for name, options in calls:
            steps.append({"call": name, **options, "results": [recorded(NUMPY_CALLS[name](state, **options), archive)]})
        numpy_entries.append({"seed": seed, "steps": steps})
    write_json("random.json", {
        "versions": versions() | {"libc": " ".join(platform.libc_ver())},
        "layout": [
            "random.bin.gz unpacks to little-endian arrays of the stated type and length; offsets count bytes.",
            "A longer result is recorded by the SHA-256 of its bytes and by its elements " + str(SAMPLES) + ".",
            "The steps of a case follow torch.manual_seed(seed) or numpy.random.RandomState(seed), one after the other.",
        ],
        "byteLength": len(archive.content),
        "torch": torch_entries,
        "numpy": numpy_entries,
    })
    archive.write("random.bin.gz")


main()

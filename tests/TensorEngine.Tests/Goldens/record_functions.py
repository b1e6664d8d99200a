"""Records activations, losses, softmax and normalizations with their gradients: PyTorch in float32 and in float64."""

import numpy as np
import torch
import torch.nn.functional as F

from golden_files import BinaryArchive, versions, write_json

RANDOM = np.random.default_rng(14)
INF, NAN = float("inf"), float("nan")
SPECIAL = [0.0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 1e-20, -1e-20, 20.0, -20.0, 88.0, -88.0, 104.0, -104.0, 1e10, -1e10, 3e38, -3e38,
           INF, -INF, NAN]


def ordinary(*shape, scale=2.0):
    return (RANDOM.standard_normal(shape) * scale).astype(np.float32)


def line():
    """Ordinary and special values, so many that PyTorch's vector loops take them all."""
    values = np.concatenate([ordinary(75), ordinary(32, scale=0.01), np.array(SPECIAL, dtype=np.float32)])
    return values, ordinary(values.size)


def run(function, arrays, gradient, dtype):
    """The output of function, and the gradients of its inputs when the output's gradient is given."""
    inputs = [torch.tensor(array).to(dtype).requires_grad_() for array in arrays]
    output = function(*inputs)
    output.backward(torch.tensor(gradient).to(dtype).reshape(output.shape))
    return [output.detach().numpy(), *(value.grad.numpy() for value in inputs)]


ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu 0.3": lambda x: F.leaky_relu(x, 0.3),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "gelu tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "elu 1": F.elu,
    "elu 0.7": lambda x: F.elu(x, 0.7),
    "softplus 1 20": F.softplus,
    "softplus 3 2": lambda x: F.softplus(x, 3.0, 2.0),
    "log_sigmoid": F.logsigmoid,
}


def pair():
    values, _ = line()
    targets = np.concatenate([ordinary(75), values[75:107] + ordinary(32, scale=0.01), np.zeros(len(SPECIAL), dtype=np.float32)])
    return values, targets.astype(np.float32)


LOSSES = {
    "mse mean": lambda x, y: F.mse_loss(x, y),
    "mse sum": lambda x, y: F.mse_loss(x, y, reduction="sum"),
    "l1 mean": lambda x, y: F.l1_loss(x, y),
    "huber 1 mean": lambda x, y: F.huber_loss(x, y),
    "huber 0.3 sum": lambda x, y: F.huber_loss(x, y, reduction="sum", delta=0.3),
    "smooth_l1 1 mean": lambda x, y: F.smooth_l1_loss(x, y),
    "smooth_l1 0.3 sum": lambda x, y: F.smooth_l1_loss(x, y, reduction="sum", beta=0.3),
    "smooth_l1 0 mean": lambda x, y: F.smooth_l1_loss(x, y, beta=0.0),
}

SIZES = [(1, 1), (3, 7), (33, 17), (5, 130)]


def main():
    archive = BinaryArchive()
    cases = []

    def record(name, function, arrays, gradient, **fields):
        single = run(function, arrays, gradient, torch.float32)
        double = run(function, arrays, gradient, torch.float64)
        cases.append({
            "name": name,
            **fields,
            "inputs": [[archive.add(array, "f4"), int(array.size)] for array in arrays],
            "gradient": [archive.add(gradient, "f4"), int(gradient.size)],
            "single": [[archive.add(array.astype(np.float32), "f4"), int(array.size)] for array in single],
            "double": [[archive.add(array.astype(np.float64), "f8"), int(array.size)] for array in double],
        })

    one = np.ones(1, dtype=np.float32)
    for name, function in ACTIVATIONS.items():
        values, gradient = line()
        record(name, function, [values], gradient)
    for name, function in LOSSES.items():
        values, targets = pair()
        record(name, function, [values[:107], targets[:107]], one)
        # One at a time, as NaN and infinity spread over a sum.
        for value in SPECIAL:
            record(name, function, [np.array([value], dtype=np.float32), np.array([0.5], dtype=np.float32)], one)
    for weight in (None, 3.0):
        for reduction in ("mean", "sum"):
            def loss(x, y, weight=weight, reduction=reduction):
                positive = None if weight is None else torch.tensor(weight, dtype=x.dtype)
                return F.binary_cross_entropy_with_logits(x, y.detach(), pos_weight=positive, reduction=reduction) + 0 * y.sum()
            name = f"bce {reduction} {1.0 if weight is None else weight}"
            logits = ordinary(107, scale=5)
            targets = RANDOM.random(107).astype(np.float32).round(1)
            record(name, loss, [logits, targets], one)
            for value in SPECIAL:
                record(name, loss, [np.array([value], dtype=np.float32), np.array([0.5], dtype=np.float32)], one)
    for rows, columns in SIZES:
        for name, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
            record(name, lambda x, function=function: function(x, -1), [ordinary(rows, columns)], ordinary(rows, columns), columns=columns)
        for reduction in ("mean", "sum"):
            for smoothing in (0.0, 0.1):
                labels = RANDOM.integers(0, columns, rows)
                labels[1::4] = -100
                record(
                    f"cross_entropy {reduction}",
                    lambda x, labels=labels, reduction=reduction, smoothing=smoothing: F.cross_entropy(
                        x, torch.tensor(labels), reduction=reduction, label_smoothing=smoothing),
                    [ordinary(rows, columns)], one, columns=columns, labels=labels.tolist(), smoothing=smoothing)
        weight, bias = ordinary(columns), ordinary(columns)
        record("layer_norm", lambda x, w, b, columns=columns: F.layer_norm(x, [columns], w, b), [ordinary(rows, columns), weight, bias],
               ordinary(rows, columns), columns=columns)
        record("rms_norm", lambda x, w, columns=columns: F.rms_norm(x, [columns], w, 1e-5), [ordinary(rows, columns), weight],
               ordinary(rows, columns), columns=columns)
    special = np.array([[1, NAN, 2], [INF, 1, 2], [-INF, 1, 2], [-INF, -INF, -INF], [3e38, -3e38, 0], [INF, INF, 0]], dtype=np.float32)
    for name, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
        record(name, lambda x, function=function: function(x, -1), [special], ordinary(*special.shape), columns=3)
    archive.write("functions.bin.gz")
    write_json("functions.json", {
        "versions": versions(),
        "layout": [
            "functions.bin.gz unpacks to little-endian arrays, each named by byte offset and length: float32[] of inputs, the output's",
            "gradient and what PyTorch computes in float32 (the output, then the inputs' gradients); float64[] of what it computes in",
            "float64.",
        ],
        "byteLength": len(archive.content),
        "cases": cases,
    })


if __name__ == "__main__":
    main()

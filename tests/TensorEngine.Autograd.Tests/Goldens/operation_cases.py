"""The operations that record_operations.py records: how PyTorch computes each, and on which inputs."""

import numpy as np
import torch
import torch.nn.functional as F

# What elementwise functions are asked beside drawn numbers: zeros, thresholds, tiny, huge and no numbers.
SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, -1e-45, 1e-38, -1e-38, 1e-7, -1e-7, 0.5, -0.5, 1.0, -1.0, 9.0, -9.0,
           20.0, -20.0, 20.001, 87.0, -87.0, 89.0, -104.0, 1e4, -1e4, 3e38, -3e38]


def normal(*shape, deviation=1.0, mean=0.0):
    """Drawn by the reader, too: normal_(mean, deviation) after manual_seed."""
    return {"shape": list(shape), "deviation": deviation, "mean": mean}


def given(values):
    return {"values": np.asarray(values, np.float32)}


def indices(values):
    return {"values": np.asarray(values, np.int32)}


def drawn(seed, *shape):
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def spoiled(seed, shape, **places):
    """Drawn numbers of which some are none: nan=[index, ...], inf=[...], minus=[...]."""
    array = drawn(seed, *shape)
    for name, value in (("nan", np.nan), ("inf", np.inf), ("minus", -np.inf)):
        for index in places.get(name, []):
            array[tuple(index)] = value
    return given(array)


def matmul(left, right, transposeLeft=False, transposeRight=False):
    return torch.matmul(left.mT if transposeLeft else left, right.mT if transposeRight else right)


def batch_norm(input, weight=None, bias=None, *, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def reduced(function):
    return lambda input, dimension=None, keep=False: (
        function(input) if dimension is None else function(input, dim=dimension, keepdim=keep))


# Named as torch.nn.functional and torch name them; options as well, in the words of a JSON file.
OPERATIONS = {
    "linear": lambda input, weight, bias=None: F.linear(input, weight, bias),
    "matmul": matmul,
    "add": lambda left, right: left + right,
    "subtract": lambda left, right: left - right,
    "multiply": lambda left, right: left * right,
    "scale": lambda input, factor: input * factor,
    "relu": F.relu,
    "leaky_relu": lambda input, slope: F.leaky_relu(input, slope),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": lambda input, approximate: F.gelu(input, approximate=approximate),
    "silu": F.silu,
    "logsigmoid": F.logsigmoid,
    "elu": lambda input, alpha: F.elu(input, alpha),
    "softplus": lambda input, beta, threshold: F.softplus(input, beta, threshold),
    "softmax": lambda input: F.softmax(input, -1),
    "log_softmax": lambda input: F.log_softmax(input, -1),
    "cross_entropy": lambda input, labels, reduction="mean", ignore=-100, smoothing=0.0: F.cross_entropy(
        input, labels.long(), reduction=reduction, ignore_index=ignore, label_smoothing=smoothing),
    "mse_loss": lambda input, target, reduction="mean": F.mse_loss(input, target, reduction=reduction),
    "l1_loss": lambda input, target, reduction="mean": F.l1_loss(input, target, reduction=reduction),
    "huber_loss": lambda input, target, delta, reduction="mean": F.huber_loss(input, target, reduction=reduction, delta=delta),
    "smooth_l1_loss": lambda input, target, beta, reduction="mean": F.smooth_l1_loss(input, target, reduction=reduction, beta=beta),
    "binary_cross_entropy_with_logits": lambda input, target, reduction="mean", pos_weight=None: F.binary_cross_entropy_with_logits(
        input, target, reduction=reduction, pos_weight=None if pos_weight is None else torch.tensor(pos_weight, dtype=input.dtype)),
    "layer_norm": lambda input, weight=None, bias=None, dimensions=1, eps=1e-5: F.layer_norm(
        input, input.shape[-dimensions:], weight, bias, eps),
    "rms_norm": lambda input, weight=None, dimensions=1, eps=1e-6: F.rms_norm(input, input.shape[-dimensions:], weight, eps),
    "batch_norm": batch_norm,
    "embedding": lambda indices, weight, padding_idx=None: F.embedding(indices.long(), weight, padding_idx),
    "conv1d": F.conv1d,
    "conv2d": F.conv2d,
    "max_pool1d": F.max_pool1d,
    "max_pool2d": F.max_pool2d,
    "avg_pool1d": F.avg_pool1d,
    "avg_pool2d": F.avg_pool2d,
    "global_avg_pool": lambda input: input.mean(dim=tuple(range(2, input.dim()))),
    "reshape": lambda input, shape: input.reshape(shape),
    "transpose": lambda input, first, second: input.transpose(first, second).contiguous(),
    "slice": lambda input, dimension, start, length: input.narrow(dimension, start, length).contiguous(),
    "concatenate": lambda dimension, **inputs: torch.cat(list(inputs.values()), dimension),
    "sum": reduced(torch.sum),
    "mean": reduced(torch.mean),
}

# In double precision PyTorch's own formulas cancel where the result is tiny; these do not.
REFINED = {
    "gelu": lambda input, approximate: input * torch.sigmoid(1.5957691216057308 * (input + 0.044715 * input ** 3))
    if approximate == "tanh" else 0.5 * input * torch.special.erfc(-input * 0.5 ** 0.5),
}

# Each element comes from a few of the inputs', so that its error counts in its own last places. Elsewhere sums cancel, and an element is
# measured by the size that elements of its tensor have.
ELEMENTWISE = {"add", "subtract", "multiply", "scale", "relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "logsigmoid", "elu", "softplus", "mse_loss",
               "l1_loss", "huber_loss", "smooth_l1_loss", "binary_cross_entropy_with_logits", "reshape", "transpose", "slice", "concatenate"}


def cases():
    """Yields (name, operation, inputs, options)."""
    yield from activations()
    yield from arithmetic()
    yield from products()
    yield from distributions()
    yield from regressions()
    yield from normalizations()
    yield from convolutions()
    yield from poolings()
    yield from layouts()


def activations():
    settings = [("relu", {}), ("leaky_relu", {"slope": 0.01}), ("leaky_relu", {"slope": 0.3}), ("sigmoid", {}), ("tanh", {}),
                ("gelu", {"approximate": "none"}), ("gelu", {"approximate": "tanh"}), ("silu", {}), ("logsigmoid", {}), ("elu", {"alpha": 1.0}),
                ("elu", {"alpha": 0.3}), ("softplus", {"beta": 1.0, "threshold": 20.0}), ("softplus", {"beta": 2.0, "threshold": 5.0})]
    for operation, options in settings:
        for shape in ([1], [37], [3, 5, 7], [101, 99]):
            yield sized(operation, shape, options), operation, {"input": normal(*shape, deviation=2.0)}, options
        yield named(operation, "wide", options), operation, {"input": normal(257, deviation=12.0)}, options
        yield named(operation, "special", options), operation, {"input": given(SPECIAL)}, options


def arithmetic():
    pairs = [([1], [1]), ([5, 7], [5, 7]), ([101, 99], [101, 99]), ([5, 7], [7]), ([2, 3, 5], [5]), ([2, 3, 5], [3, 5]), ([101, 99], [99]),
             ([1, 33], [33]), ([33, 1], [1])]
    left, right = np.meshgrid(SPECIAL[:5] + [1.5, -2.0, 3e38], SPECIAL[:5] + [1.5, -2.0, 3e38])
    for operation in ("add", "subtract", "multiply"):
        for first, second in pairs:
            yield f"{operation} {text(first)} and {text(second)}", operation, {"left": normal(*first), "right": normal(*second)}, {}
        yield f"{operation} special", operation, {"left": given(left), "right": given(right)}, {}
    for shape in ([1], [5, 7], [101, 99]):
        yield sized("scale", shape, {}), "scale", {"input": normal(*shape)}, {"factor": -0.37}
    yield "scale special", "scale", {"input": given(SPECIAL)}, {"factor": 2.0}


def products():
    for shape, outputs in (([1, 1], 1), ([1, 7], 3), ([5, 7], 3), ([7], 3), ([2, 3, 5], 11), ([33, 17], 31), ([128, 784], 100)):
        inputs = {"input": normal(*shape), "weight": normal(outputs, shape[-1], deviation=shape[-1] ** -0.5), "bias": normal(outputs)}
        yield f"linear {text(shape)} to {outputs}", "linear", inputs, {}
        del inputs["bias"]
        yield f"linear {text(shape)} to {outputs} without bias", "linear", inputs, {}
    yield "linear special", "linear", {"input": spoiled(1, (6, 5), nan=[(1, 2)], inf=[(2, 0), (3, 0)], minus=[(3, 1), (5, 4)]),
                                       "weight": given(drawn(2, 4, 5)), "bias": spoiled(3, (4,), inf=[(3,)])}, {}
    for batch, rows, inner, columns in (([], 1, 1, 1), ([], 5, 7, 3), ([], 65, 129, 67), ([3], 5, 7, 2), ([2, 3], 4, 5, 6), ([7], 33, 17, 9), ([1], 3, 3, 3)):
        for left, right in ((False, False), (False, True), (True, False), (True, True)):
            shapes = batch + ([inner, rows] if left else [rows, inner]), batch + ([columns, inner] if right else [inner, columns])
            name = "matmul " + " and ".join(text(shape) + (" transposed" if turned else "") for shape, turned in zip(shapes, (left, right)))
            yield name, "matmul", {"left": normal(*shapes[0]), "right": normal(*shapes[1])}, {"transposeLeft": left, "transposeRight": right}
    for transposed in (False, True):
        yield named("matmul", "3 x 4 x 5 and one for all", {"transposeRight": transposed}), "matmul", {
            "left": normal(3, 4, 5), "right": normal(*([6, 5] if transposed else [5, 6]))}, {"transposeRight": transposed}
    yield "matmul special", "matmul", {"left": spoiled(4, (5, 3), nan=[(1, 2)], inf=[(2, 0), (3, 0)], minus=[(3, 1)]),
                                       "right": spoiled(5, (3, 4), inf=[(0, 3)])}, {}


def distributions():
    special = [[np.nan, 1, 2], [np.inf, 1, 2], [-np.inf, 1, 2], [-np.inf, -np.inf, -np.inf], [3e38, -3e38, 0], [1e4, 1e4, -1e4],
               [-1e4, -1e4, -1e4], [0, 0, 0], [100, 0, -100], [1, np.inf, -np.inf]]
    for operation in ("softmax", "log_softmax"):
        for shape in ([1, 1], [1, 9], [5, 7], [2, 3, 11], [33, 10], [7, 1000], [19]):
            yield sized(operation, shape, {}), operation, {"input": normal(*shape, deviation=3.0)}, {}
        yield f"{operation} special", operation, {"input": given(special)}, {}
    random = np.random.RandomState(6)
    for rows, classes in ((1, 1), (1, 5), (7, 3), (33, 10), (129, 1000)):
        labels = random.randint(0, classes, rows)
        some = np.where(np.arange(rows) % 3 == 1, -100, labels)
        for options in ({}, {"reduction": "sum"}, {"smoothing": 0.1}, {"smoothing": 0.1, "reduction": "sum"}):
            for kind, chosen in (("", labels), (" some ignored", some)):
                yield named("cross_entropy", f"{rows} x {classes}{kind}", options), "cross_entropy", {
                    "input": normal(rows, classes, deviation=3.0), "labels": indices(chosen)}, options
    seven = {"input": normal(9, 4), "labels": indices([2, 1, 2, 0, 3, 2, 1, 0, 2])}
    for options in ({"ignore": 2}, {"ignore": 0, "smoothing": 0.3}):
        yield named("cross_entropy", "9 x 4", options), "cross_entropy", seven, options
    none = {"input": normal(3, 4), "labels": indices([-100, -100, -100])}
    for options in ({}, {"reduction": "sum"}, {"smoothing": 0.1}):
        yield named("cross_entropy", "3 x 4 all ignored", options), "cross_entropy", none, options
    for index, row in enumerate(special):
        for smoothing in (0.0, 0.1):
            yield f"cross_entropy special row {index} smoothing {smoothing}", "cross_entropy", {
                "input": given([row, [0, 1, 2]]), "labels": indices([1, 2])}, {"smoothing": smoothing}


def regressions():
    settings = [("mse_loss", {}), ("l1_loss", {}), ("huber_loss", {"delta": 1.0}), ("huber_loss", {"delta": 0.3}), ("smooth_l1_loss", {"beta": 1.0}),
                ("smooth_l1_loss", {"beta": 0.3}), ("binary_cross_entropy_with_logits", {})]
    for operation, fixed in settings:
        for reduction in ("mean", "sum"):
            options = fixed | {"reduction": reduction}
            for shape in ([1], [37], [5, 7], [101, 99]):
                target = given(np.random.RandomState(7).random_sample(shape)) if operation.startswith("binary") else normal(*shape)
                yield sized(operation, shape, options), operation, {"input": normal(*shape, deviation=2.0), "target": target}, options
            for index, value in enumerate([np.nan, np.inf, -np.inf, 1e4, -1e4, 0.0, -104.0]):
                # What beyond the input's value: a target that is equal, and both ends of a probability.
                for target in (0.0, 1.0):
                    yield named(operation, f"special {value:g} at {target:g}", options), operation, {
                        "input": given([value, 0.5]), "target": given([target, 0.25])}, options
        for value in (1.0, np.inf, -np.inf):
            for target in (0.5,) if operation.startswith("binary") else (np.inf, -np.inf, np.nan, 3e38):
                yield named(operation, f"special {value:g} at {target:g}", fixed), operation, {
                    "input": given([value, 0.5]), "target": given([target, 0.25])}, fixed
    for weight in (1.0, 3.0, 0.25):
        options = {"pos_weight": weight}
        yield named("binary_cross_entropy_with_logits", "37", options), "binary_cross_entropy_with_logits", {
            "input": normal(37, deviation=2.0), "target": given(np.random.RandomState(7).random_sample(37))}, options
        for value in (np.inf, -np.inf, np.nan, 104.0, -104.0):
            for target in (0.0, 0.5, 1.0):
                yield named("binary_cross_entropy_with_logits", f"special {value:g} at {target:g}", options), "binary_cross_entropy_with_logits", {
                    "input": given([value, 0.5]), "target": given([target, 0.25])}, options


def normalizations():
    for shape, dimensions in (([1, 1], 1), ([1, 7], 1), ([5, 7], 1), ([2, 3, 11], 1), ([2, 3, 11], 2), ([33, 64], 1), ([17, 1000], 1), ([9], 1)):
        size, options = shape[-dimensions:], {"dimensions": dimensions}
        inputs = {"input": normal(*shape, deviation=2.0, mean=0.5), "weight": normal(*size, deviation=0.5, mean=1.0), "bias": normal(*size)}
        for kind, names in (("", ["input", "weight", "bias"]), (" without weight", ["input"])):
            chosen = {name: inputs[name] for name in names}
            yield named("layer_norm", text(shape) + kind, options), "layer_norm", chosen, options
            chosen = {name: value for name, value in chosen.items() if name != "bias"}
            yield named("rms_norm", text(shape) + kind, options), "rms_norm", chosen, options
    special = spoiled(8, (6, 5), nan=[(1, 2)], inf=[(2, 0)], minus=[(3, 1)])
    special["values"][4] = 3.0
    special["values"][5] = 0.0
    far = normal(5, 64, deviation=0.01, mean=100.0)
    for operation in ("layer_norm", "rms_norm"):
        yield f"{operation} special", operation, {"input": special, "weight": normal(5, mean=1.0)}, {}
        yield f"{operation} far from zero", operation, {"input": far, "weight": normal(64, mean=1.0)}, {}
        yield named(operation, "5 x 7", {"eps": 0.1}), operation, {"input": normal(5, 7)}, {"eps": 0.1}
    for shape in ([2, 1], [5, 3], [33, 17], [3, 5, 7], [2, 3, 5, 7], [1, 3, 4, 5], [8, 16, 13, 11], [2, 3, 1, 1]):
        channels = shape[1]
        inputs = {"input": normal(*shape, deviation=2.0, mean=0.5), "weight": normal(channels, deviation=0.5, mean=1.0), "bias": normal(channels),
                  "running_mean": normal(channels), "running_var": given(0.5 + np.random.RandomState(9).random_sample(channels))}
        for options in ({"training": True}, {"training": False}, {"training": True, "momentum": 0.3, "eps": 0.01}):
            yield named("batch_norm", text(shape), options), "batch_norm", inputs, options
        bare = {name: value for name, value in inputs.items() if name not in ("weight", "bias")}
        yield named("batch_norm", text(shape) + " without weight", {"training": True}), "batch_norm", bare, {"training": True}
    for name in ("weight", "bias"):
        for options in ({"training": True}, {"training": False}):
            yield named("batch_norm", f"with {name} alone", options), "batch_norm", bare | {"input": normal(3, 3, 5), "running_mean": normal(3), "running_var": given(
                [1, 2, 0.5]), name: normal(3)}, options
    yield "batch_norm far from zero", "batch_norm", {"input": normal(64, 3, deviation=0.01, mean=100.0), "running_mean": normal(3), "running_var": given([1, 1, 1])}, {
        "training": True}
    yield "batch_norm special", "batch_norm", {
        "input": spoiled(10, (4, 5), nan=[(1, 2)], inf=[(2, 0)], minus=[(3, 1)]), "running_mean": normal(5), "running_var": given([1, 1, 1, 1, 1])}, {"training": True}
    for shape, chosen in (([1, 1], [0]), ([7, 3], [3, 0, 6, 3, 3]), ([5, 33], [[0, 1, 2], [4, 4, 4]]), ([100, 17], np.random.RandomState(11).randint(0, 100, 211))):
        yield f"embedding {text(shape)} at {text(np.shape(chosen))}", "embedding", {"indices": indices(chosen), "weight": normal(*shape)}, {}
        options = {"padding_idx": int(np.ravel(chosen)[0])}
        yield named("embedding", f"{text(shape)} at {text(np.shape(chosen))}", options), "embedding", {"indices": indices(chosen), "weight": normal(*shape)}, options


def convolutions():
    settings = [
        ([1, 1, 1, 1], 1, [1, 1], {}), ([2, 3, 7, 9], 5, [3, 3], {}), ([2, 3, 7, 9], 5, [3, 3], {"padding": 1}),
        ([2, 3, 7, 9], 5, [3, 3], {"padding": 1, "stride": 2}), ([2, 3, 7, 9], 4, [2, 3], {"padding": [1, 2], "stride": [2, 3]}),
        ([2, 3, 7, 9], 5, [3, 3], {"padding": 2, "dilation": 2}), ([1, 2, 9, 11], 3, [2, 3], {"dilation": [3, 2], "padding": [0, 1]}),
        ([2, 4, 7, 5], 6, [3, 2], {"groups": 2}), ([2, 6, 9, 7], 6, [3, 3], {"groups": 6, "padding": 1}),
        ([2, 3, 9, 7], 9, [3, 3], {"groups": 3, "padding": 1, "stride": 2}), ([3, 5, 6, 6], 7, [1, 1], {}),
        ([3, 5, 6, 6], 7, [1, 1], {"stride": 2}), ([2, 3, 8, 8], 5, [5, 5], {"padding": 2}), ([1, 2, 3, 3], 2, [5, 5], {"padding": 2}),
        ([2, 3, 11, 13], 4, [2, 2], {"stride": 4}), ([2, 3, 4, 17], 4, [1, 7], {"padding": [0, 3]}), ([2, 3, 7, 9], 5, [7, 9], {}),
        ([2, 4, 7, 9], 6, [3, 3], {"groups": 2, "padding": 2, "dilation": 2, "stride": 2}),
        ([4, 1, 28, 28], 32, [3, 3], {"padding": 1}), ([2, 32, 14, 14], 64, [3, 3], {"padding": 1}), ([9, 16, 8, 8], 33, [3, 3], {"padding": 1})]
    lines = [
        ([1, 1, 1], 1, [1], {}), ([2, 3, 9], 5, [3], {}), ([2, 3, 9], 5, [3], {"padding": 1}), ([2, 3, 17], 5, [4], {"padding": 2, "stride": 3}),
        ([2, 4, 17], 6, [3], {"dilation": 3, "groups": 2}), ([2, 6, 17], 6, [5], {"padding": 2, "groups": 6}), ([5, 16, 101], 33, [3], {"padding": 1})]
    for shape, outputs, kernel, options in settings + lines:
        operation = "conv2d" if len(kernel) == 2 else "conv1d"
        weight = [outputs, shape[1] // options.get("groups", 1)] + kernel
        inputs = {"input": normal(*shape), "weight": normal(*weight, deviation=float(np.prod(weight[1:])) ** -0.5), "bias": normal(outputs)}
        yield named(operation, f"{text(shape)} to {outputs} by {text(kernel)}", options), operation, inputs, options
    for shape, weight, options in (([2, 3, 5, 5], [4, 3, 3, 3], {"padding": 1}), ([2, 3, 9], [4, 3, 3], {"padding": 1})):
        operation = "conv2d" if len(shape) == 4 else "conv1d"
        yield named(operation, f"{text(shape)} without bias", options), operation, {
            "input": normal(*shape), "weight": normal(*weight, deviation=float(np.prod(weight[1:])) ** -0.5)}, options
        places = {"nan": [(0, 1) + (2,) * (len(shape) - 2)], "inf": [(1, 0) + (1,) * (len(shape) - 2)], "minus": [(1, 2) + (4,) * (len(shape) - 2)]}
        yield named(operation, "special", options), operation, {"input": spoiled(12, shape, **places), "weight": given(drawn(13, *weight))}, options


def poolings():
    planes = [
        ([1, 1, 1, 1], {"kernel_size": 1}), ([2, 3, 4, 6], {"kernel_size": 2}), ([2, 3, 7, 9], {"kernel_size": 2}), ([2, 3, 7, 9], {"kernel_size": 3, "stride": 2}),
        ([2, 3, 7, 9], {"kernel_size": 3, "stride": 2, "padding": 1}), ([2, 3, 7, 9], {"kernel_size": [2, 3], "stride": [1, 2]}),
        ([2, 3, 7, 9], {"kernel_size": [3, 2], "padding": [1, 0], "stride": 1}), ([4, 16, 28, 28], {"kernel_size": 2}), ([3, 33, 5, 5], {"kernel_size": 5})]
    lines = [([1, 1, 1], {"kernel_size": 1}), ([2, 3, 9], {"kernel_size": 2}), ([2, 3, 9], {"kernel_size": 3, "stride": 2, "padding": 1}), ([3, 5, 101], {"kernel_size": 4, "stride": 3})]
    for shape, options in planes + lines:
        for kind in ("max", "avg"):
            operation = f"{kind}_pool{len(shape) - 2}d"
            yield named(operation, text(shape), options), operation, {"input": normal(*shape)}, options
            if kind == "avg" and "padding" in options:
                yield named(operation, text(shape) + " without padding in the count", options), operation, {"input": normal(*shape)}, options | {"count_include_pad": False}
    ceilings = [([2, 3, 7, 9], {"kernel_size": 2}), ([2, 3, 8, 8], {"kernel_size": 3, "stride": 2, "padding": 1}), ([2, 3, 5, 7], {"kernel_size": 3, "stride": 3, "padding": 1}),
                ([2, 3, 4, 6], {"kernel_size": 2}), ([1, 2, 10, 11], {"kernel_size": [2, 3], "stride": [4, 5]}), ([2, 3, 9], {"kernel_size": 2}), ([3, 5, 101], {"kernel_size": 4, "stride": 3, "padding": 2})]
    for shape, options in ceilings:
        for kind in ("max", "avg"):
            operation, ceiling = f"{kind}_pool{len(shape) - 2}d", options | {"ceil_mode": True}
            yield named(operation, text(shape), ceiling), operation, {"input": normal(*shape)}, ceiling
            if kind == "avg" and "padding" in options:
                yield named(operation, text(shape) + " without padding in the count", ceiling), operation, {"input": normal(*shape)}, ceiling | {"count_include_pad": False}
    yield "max_pool2d 2 x 3 x 12 x 10 dilation, ceil_mode", "max_pool2d", {"input": normal(2, 3, 12, 10)}, {"kernel_size": 3, "dilation": 2, "stride": 2, "padding": 1, "ceil_mode": True}
    yield "max_pool2d 2 x 3 x 11 x 9 dilation", "max_pool2d", {"input": normal(2, 3, 11, 9)}, {"kernel_size": 3, "dilation": 2, "stride": 2, "padding": 1}
    ties = given(np.random.RandomState(14).randint(0, 3, (2, 2, 8, 7)))
    special = spoiled(15, (1, 2, 6, 6), nan=[(0, 0, 1, 1), (0, 0, 4, 5)], inf=[(0, 0, 0, 3), (0, 1, 2, 2)], minus=[(0, 1, y, x) for y in (0, 1) for x in (0, 1, 4)])
    for options in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1}):
        yield named("max_pool2d", "ties", options), "max_pool2d", {"input": ties}, options
        yield named("max_pool2d", "special", options), "max_pool2d", {"input": special}, options
        yield named("avg_pool2d", "special", options), "avg_pool2d", {"input": special}, options
    for shape in ([1, 1, 1, 1], [2, 3, 5, 7], [4, 33, 7, 7], [2, 3, 9], [2, 5, 31, 33]):
        yield sized("global_avg_pool", shape, {}), "global_avg_pool", {"input": normal(*shape)}, {}


def layouts():
    for shape, to in (([1], [1, 1]), ([2, 3, 5], [5, 6]), ([30], [2, 3, 5]), ([2, 3, 4, 5], [2, 60]), ([101, 99], [99, 101])):
        yield f"reshape {text(shape)} to {text(to)}", "reshape", {"input": normal(*shape)}, {"shape": to}
    for shape, first, second in (([1, 1], 0, 1), ([5, 7], 0, 1), ([2, 3, 5], 0, 1), ([2, 3, 5], 1, 2), ([2, 3, 5], 0, 2), ([2, 3, 4, 5], 1, 2), ([101, 99], 0, 1)):
        yield f"transpose {text(shape)} dimensions {first} and {second}", "transpose", {"input": normal(*shape)}, {"first": first, "second": second}
    for shape, dimension, start, length in (([1], 0, 0, 1), ([7], 0, 2, 3), ([5, 7], 0, 1, 3), ([5, 7], 1, 2, 4), ([2, 9, 5], 1, 4, 5), ([101, 99], 1, 33, 41)):
        yield f"slice {text(shape)} dimension {dimension} from {start} length {length}", "slice", {"input": normal(*shape)}, {
            "dimension": dimension, "start": start, "length": length}
    for shapes, dimension in (([[1], [1]], 0), ([[3], [5], [1]], 0), ([[2, 3], [4, 3]], 0), ([[5, 3], [5, 4], [5, 1]], 1), ([[2, 3, 5], [2, 1, 5]], 1), ([[101, 33], [101, 66]], 1)):
        inputs = {f"part{index}": normal(*shape) for index, shape in enumerate(shapes)}
        yield f"concatenate {' and '.join(map(text, shapes))} dimension {dimension}", "concatenate", inputs, {"dimension": dimension}
    for operation in ("sum", "mean"):
        for shape in ([1], [37], [5, 7], [2, 3, 5], [101, 99], [300, 401]):
            yield sized(operation, shape, {}), operation, {"input": normal(*shape, mean=0.1)}, {}
        for shape, dimension in (([5, 7], 0), ([5, 7], 1), ([2, 3, 5], 1), ([2, 3, 5], -1), ([101, 99], 0), ([101, 99], 1)):
            for keep in (False, True):
                yield named(operation, text(shape), {"dimension": dimension, "keep": keep}), operation, {"input": normal(*shape)}, {
                    "dimension": dimension, "keep": keep}
        for kind, values in (("NaN", [1, np.nan, 2]), ("infinity", [1, np.inf, 2]), ("both infinities", [np.inf, -np.inf, 2])):
            yield f"{operation} special {kind}", operation, {"input": given(values)}, {}


def text(shape):
    return " x ".join(map(str, shape))


def named(operation, what, options):
    settings = [f"{key} {text(value) if isinstance(value, list) else value}" for key, value in options.items()]
    return ", ".join([f"{operation} {what}"] + settings)


def sized(operation, shape, options):
    return named(operation, text(shape), options)

"""Records what PyTorch computes for every operation of the tape: outputs, and the gradients of all inputs.

Writes operations.json and operations.bin.gz beside itself, from the cases in operation_cases.py, and attentions.json and
attentions.bin.gz from those in attention_cases.py. The tests read those files and never run this script.
"""

import pathlib
import sys
import zlib

sys.dont_write_bytecode = True  # the imports below must leave nothing in these folders
FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "TensorEngine.Tests" / "Goldens"))

from golden_files import BinaryArchive, rounded, versions, write_json
import numpy as np
import torch

import attention_cases
import operation_cases

LONGEST = 600  # longer results are recorded at about half as many places
KINDS = {0: "finite", 1: "infinity", -1: "-infinity", 2: "NaN"}
STATES = ("running_mean", "running_var")
CONSTANTS = ("mask",)  # inputs without a gradient


def seed_of(*words):
    return zlib.crc32(" ".join(words).encode())


def draw(shape, seed, mean=0.0, deviation=1.0):
    return torch.empty(shape).normal_(mean, deviation, generator=torch.Generator().manual_seed(seed))


def stride_of(size):
    return 1 if size <= LONGEST else next(stride for stride in range(size // (LONGEST // 2) | 1, size, 2) if all(stride % p for p in (3, 5, 7)))


def stored(truth):
    """36 of the 52 bits: a 2^13th of a float32's last place is exact enough, and zeros pack well."""
    bits = np.where(np.isnan(truth), np.nan, truth).view(np.uint64)  # one NaN
    return ((bits + np.uint64(0x8000)) & ~np.uint64(0xFFFF)).view(np.float64)


def kind_of(array):
    return np.where(np.isnan(array), 2, np.sign(array) * np.isinf(array))


def floor_and_error(truth, single, elementwise):
    """The error in last places of an element, or of the floor if that is larger.

    Sums cancel: their elements are measured by the size that elements of the tensor have, at least. So is whatever else the float32
    run loses to cancellation (the gradient of tanh near 1): the floor rises until 16 last places of it, or 8, are more than that.
    """
    size = float(np.sqrt(np.mean(truth ** 2)))
    floor = 0.0 if elementwise else size
    while True:
        floor = float(np.float32(floor))
        error = np.abs(single - truth) / np.spacing(np.maximum(np.abs(truth), floor).astype(np.float32))
        if error.max() <= (8 if elementwise else 16):
            return floor, error
        floor = max(2 * floor, size * 2.0 ** -24, 1e-30)


def measured(name, what, double, single, archive, elementwise):
    truth, single = double.detach().numpy().ravel().copy(), single.detach().numpy().ravel()
    truth[np.abs(truth) > np.finfo(np.float32).max] *= np.inf
    other = kind_of(truth) != kind_of(single)
    if other.any():
        print(f"{name}: {what}: float32 {single[other][:4]} where float64 {truth[other][:4]}")
    alike = np.isfinite(truth) & ~other
    floor, error = floor_and_error(truth[alike], single[alike].astype(np.float64), elementwise) if alike.any() else (0.0, np.zeros(1))
    stride = stride_of(truth.size)
    places = list(range(0, truth.size, stride)) + ([truth.size - 1] if stride > 1 else [])
    assert stride == 1 or not other.any()
    return {"name": what, "shape": list(double.shape), "offset": archive.add(stored(truth[places]), np.float64)} | (
        {"stride": stride, "count": len(places)} if stride > 1 else {}) | {
        "floor": floor, "torchError": rounded(error.max()), "torchErrorMean": rounded(error.mean())} | (
        {"torchKinds": [[int(place), KINDS[int(kind_of(single[place]))]] for place in np.nonzero(other)[0]]} if other.any() else {})


def summed(gradient, output):
    """A row that was added to many rows."""
    return output.dim() > 0 and gradient.numel() < output.numel()


def tensor_of(spec, seed):
    if "values" in spec:
        return torch.tensor(spec["values"])
    return draw(spec["shape"], seed, spec["mean"], spec["deviation"])


def described(what, spec, seed, archive):
    if "values" not in spec:
        return {"name": what, "shape": spec["shape"], "seed": seed} | {
            key: spec[key] for key, usual in (("mean", 0.0), ("deviation", 1.0)) if spec[key] != usual}
    values = spec["values"]
    return {"name": what, "shape": list(values.shape), "type": str(values.dtype), "offset": archive.add(values, values.dtype)}


def finite_of(refined, otherwise):
    """The refined values where both are numbers; what is none is PyTorch's."""
    return {name: torch.where(refined[name].isfinite() & value.isfinite(), refined[name], value) for name, value in otherwise.items()}


def run(function, tensors, options, upstream_seed, dtype):
    leaves = {name: tensor.clone() if tensor.dtype == torch.int32 else tensor.to(dtype, copy=True).requires_grad_(name not in STATES + CONSTANTS)
              for name, tensor in tensors.items()}
    output = function(**leaves, **options)
    upstream = draw(output.shape, upstream_seed).to(dtype)
    output.backward(upstream)
    gradients = {name: leaf.grad for name, leaf in leaves.items() if leaf.requires_grad}
    return {"output": output} | {name: leaves[name] for name in STATES if name in leaves}, gradients


def record(file, of):
    # Debian's oneDNN 3.7 gives wrong convolutions where the number of channels is no multiple of 16 (gradients off by their own size).
    torch.backends.mkldnn.set_flags(False)
    archive = BinaryArchive()
    recorded = []
    for name, operation, inputs, options in of.cases():
        tensors = {what: tensor_of(spec, seed_of(name, what)) for what, spec in inputs.items()}
        upstream = seed_of(name, "upstream")
        doubles, double_gradients = run(of.OPERATIONS[operation], tensors, options, upstream, torch.float64)
        singles, single_gradients = run(of.OPERATIONS[operation], tensors, options, upstream, torch.float32)
        if operation in of.REFINED:
            others, other_gradients = run(of.REFINED[operation], tensors, options, upstream, torch.float64)
            doubles, double_gradients = finite_of(others, doubles), finite_of(other_gradients, double_gradients)
        elementwise = operation in of.ELEMENTWISE
        recorded.append({
            "name": name, "operation": operation} | ({"options": options} if options else {}) | {
            "inputs": [described(what, spec, seed_of(name, what), archive) for what, spec in inputs.items()],
            "upstream": upstream,
            "outputs": [measured(name, what, doubles[what], singles[what], archive, elementwise) for what in doubles],
            "gradients": [measured(name, what, double_gradients[what], single_gradients[what], archive,
                                   elementwise and not summed(double_gradients[what], doubles["output"]))
                          for what in double_gradients],
        })
    names = [case["name"] for case in recorded]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    write_json(f"{file}.json", {
        "versions": versions(),
        "layout": [
            f"{file}.bin.gz unpacks to little-endian arrays; offsets count bytes.",
            "An input is drawn by normal_(mean, deviation), 0 and 1 if nothing is said, after manual_seed(seed), or its values lie at the offset, float32 or int32.",
            "So is the gradient of the output: upstream is its seed. Gradients are those of the sum of output times upstream.",
            "Results are float64, computed in float64 from the same float32 inputs, rounded to 36 bits behind the first.",
            "torchKinds: [element, kind] where the float32 run has NaN or an infinity and the result has not, or the other way round.",
            "A result with a stride is recorded at the elements 0, stride, 2 stride, ... and at its last, count in all.",
            "torchError: the largest error of the float32 run over all elements in units in the last place of the larger of the value and floor.",
        ],
        "byteLength": len(archive.content),
        "cases": recorded,
    }, FOLDER)
    archive.write(f"{file}.bin.gz", FOLDER)
    print(len(recorded), "cases in", file)


for file, of in (("operations", operation_cases), ("attentions", attention_cases)):
    if file in (sys.argv[1:] or [file]):
        record(file, of)

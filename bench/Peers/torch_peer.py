"""PyTorch's side of the comparison: stays up, and for each request on a line of stdin runs it and answers with nanoseconds.

Request:  {"work": "training_step", "sizes": [64, 100, 100, 10], "batch": 128, "kind": "fused", "repeats": 20}
          {"work": "network", "network": "CNN 8x8", "batch": 128, "repeats": 20}
          {"work": "gpt", "network": "GPT 4 x 128", "batch": 12, "repeats": 20}
          {"work": "adam", "shapes": [[32], [32], ...], "kind": "fused", "repeats": 3}
          {"work": "product", "side": 256, "repeats": 20}
          {"work": "cross_entropy", "rows": 128, "classes": 10, "repeats": 20}
          {"work": "fill", "fill": "numpy normal", "elements": 1048576, "repeats": 20}
Each may say how many "threads" to use; one if it does not.
Answer:   {"nanoseconds": 123456}, or {"error": "..."} with the reason why there is none
Request:  {"work": "memory", "network": "CNN 8x8", "batch": 128, "steps": 20}, as the process's first
Answer:   {"growth": 123456, "process": 123456, "tensors": 123456}, bytes; memory says which
The first line, unasked, says who answers.
"""

import ctypes
import json
import sys
import time

import numpy
import torch

from torch_gpt import gpt

torch.set_num_threads(1)
blas_setters = []


def blas():
    """The BLAS that is really loaded, in its own words."""
    (torch.ones(64, 64) @ torch.ones(64, 64)).sum()
    with open("/proc/self/maps") as maps:
        libraries = sorted({line.split()[-1] for line in maps if "blas" in line.rsplit("/", 1)[-1]})
    for library in libraries:
        try:
            config = ctypes.CDLL(library).openblas_get_config
        except (OSError, AttributeError):
            continue
        config.restype = ctypes.c_char_p
        blas_setters.append(ctypes.CDLL(library).openblas_set_num_threads)
        blas_setters[-1](1)
        core = ctypes.CDLL(library).openblas_get_corename
        core.restype = ctypes.c_char_p
        return f"{' '.join(config().decode().split())}, kernels for {core().decode()}"
    return ", ".join(library.rsplit("/", 1)[-1] for library in libraries) or "no BLAS library"


def set_threads(count):
    """How many threads PyTorch and its BLAS use from now on."""
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)
        for set_blas_threads in blas_setters:
            set_blas_threads(count)


def kind_of(request):
    """Which of PyTorch's loops over the parameters."""
    kinds = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    return kinds[request.get("kind", "default")]


def training_step(request):
    """Forward, backward and Adam of linear layers with ReLU between them, on one batch."""
    sizes, batch = request["sizes"], request["batch"]
    torch.manual_seed(1)
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        torch.nn.init.kaiming_normal_(layers[-2].weight, nonlinearity="relu")
        torch.nn.init.zeros_(layers[-2].bias)
    network = torch.nn.Sequential(*layers[:-1])
    # The same batch as TrainingStepPeers. The rate is so small that the network does not learn it by heart: its gradients stay
    # what they are, and far from denormals.
    index = torch.arange(batch * sizes[0])
    images = ((index * 37 + torch.div(index, sizes[0], rounding_mode="floor") * 11) % 17 / 16.0).reshape(batch, sizes[0])
    labels = torch.arange(batch) % sizes[-1]
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-6, **kind_of(request))
    loss_function = torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss_function(network(images), labels).backward()
        optimizer.step()

    return step


def network(request):
    """Forward, backward and the fused Adam of a network of Networks/NetworkStep.cs, on one batch."""
    name, batch = request["network"], request["batch"]
    torch.manual_seed(1)
    nn = torch.nn
    if name.startswith("CNN"):
        side, first, second, hidden = {"CNN 8x8": (8, 16, 32, 0), "CNN 28x28": (28, 32, 64, 128)}[name]
        layers = [nn.Conv2d(1, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        layers += [nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
        features = second * (side // 4) ** 2
        layers += [nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 10)] if hidden else [nn.Linear(features, 10)]
        shape = (1, side, side)
    else:
        sizes = [int(size) for size in name.split("-")]
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        layers.pop()
        shape = (sizes[0],)
    model = nn.Sequential(*layers)
    length = int(numpy.prod(shape))
    index = torch.arange(batch * length)
    images = ((index * 37 + torch.div(index, length, rounding_mode="floor") * 11) % 17 / 16.0).reshape(batch, *shape)
    labels = torch.arange(batch) % 10
    try:
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-6, fused=True)
    except (TypeError, RuntimeError):
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-6)
    loss_function = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss_function(model(images), labels).backward()
        optimizer.step()

    step.clear = optimizer.zero_grad
    return step


def memory(request):
    """What the steps of a network take in a process that has taken none: the memory that it grows by up to the peak, and has then; and
    the tensors that a step without gradients at first has at its peak."""
    step = network(request)
    with open("/proc/self/clear_refs", "w") as references:
        references.write("5")  # the peak starts from here
    before = status("VmRSS")
    for _ in range(request["steps"]):
        step()
    peak = status("VmHWM")
    step.clear()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        step()
    taken = tensors = 0
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    for event in sorted(events, key=lambda event: event.start_ns()):
        taken += event.nbytes()
        tensors = max(tensors, taken)
    return {"growth": peak - before, "process": peak, "tensors": tensors}


def status(name):
    """A line of /proc/self/status, in bytes."""
    with open("/proc/self/status") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


def adam(request):
    """One step of Adam over many parameters: as it comes, by the operations of lists, or by the fused kernel."""
    torch.manual_seed(1)
    parameters = [torch.nn.Parameter(0.1 * torch.randn(shape)) for shape in request["shapes"]]
    for parameter in parameters:
        parameter.grad = 1e-3 * torch.randn_like(parameter)
    return torch.optim.Adam(parameters, lr=1e-6, **kind_of(request)).step


def product(request):
    """A product of two square matrices."""
    side = request["side"]
    left, right, target = torch.randn(side, side), torch.randn(side, side), torch.empty(side, side)
    return lambda: torch.mm(left, right, out=target)


def cross_entropy(request):
    """The mean cross-entropy of rows of logits and its gradient."""
    logits = torch.randn(request["rows"], request["classes"], requires_grad=True)
    labels = torch.arange(request["rows"]) % request["classes"]

    def step():
        logits.grad = None
        torch.nn.functional.cross_entropy(logits, labels).backward()

    return step


def fill(request):
    """A random fill of floats by PyTorch or by NumPy."""
    tensor = torch.empty(request["elements"])
    array = numpy.empty(request["elements"], dtype=numpy.float32)
    generator = numpy.random.default_rng(1)
    return {
        "torch normal": tensor.normal_,
        "torch uniform": tensor.uniform_,
        "numpy normal": lambda: generator.standard_normal(dtype=numpy.float32, out=array),
        "numpy uniform": lambda: generator.random(dtype=numpy.float32, out=array),
    }[request["fill"]]


def answer(request, made):
    """The answer to a request; what it needs is made once."""
    repeats = request.pop("repeats", 0)
    set_threads(request.get("threads", 1))
    if request["work"] == "memory":
        return memory(request)
    key = json.dumps(request, sort_keys=True)
    if key not in made:
        made[key] = WORKS[request["work"]](request)
    work = made[key]
    start = time.perf_counter_ns()
    for _ in range(repeats):
        work()
    return {"nanoseconds": time.perf_counter_ns() - start}


WORKS = {
    "training_step": training_step, "network": network, "adam": adam, "fill": fill, "product": product, "cross_entropy": cross_entropy,
    "gpt": gpt}


def main():
    made = {}
    version = f"PyTorch {torch.__version__}, NumPy {numpy.__version__} (Python {sys.version.split()[0]}, eager)"
    print(json.dumps({"version": version, "blas": blas()}), flush=True)
    for line in sys.stdin:
        try:
            result = answer(json.loads(line), made)
        except Exception as error:  # the other work goes on
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


main()

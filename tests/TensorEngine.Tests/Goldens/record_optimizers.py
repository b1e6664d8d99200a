"""Records what torch.optim does to 81 parameters in 200 steps.

Writes optimizers.json (what was run, and where its numbers lie) and optimizers.bin.gz (the numbers) beside
itself. The tests read those two files and never run this script.

Every case runs in float64, which is the truth, and in float32, which shows how close torch itself comes to it.
Both start from the same float32 values and see the same float32 gradients.
"""

import importlib
import inspect
import sys

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, float32_error, recorded_steps, versions, write_json
import torch

nadam_module = importlib.import_module("torch.optim.nadam")  # torch.optim hides the names of its modules

SEED = 20240229
SHAPES = [[1], [17], [7, 9]]  # one element, a vector with a remainder, a matrix
ELEMENTS = sum(int(np.prod(shape)) for shape in SHAPES)
STEPS = 200
RECORDED = recorded_steps(STEPS)
ALWAYS_ZERO = 5  # the element whose gradient is never anything but zero
LATE = 40  # the element whose gradient is zero for the first steps
LATE_STEPS = 5

# Options that choose an implementation, not a result.
SWITCHES = ("foreach", "capturable", "differentiable", "fused")

# Coupled weight decay on the elements with tiny gradients drives them to zero and across it, again and again;
# with a short memory and a large rate that becomes chaotic, and every rounding error grows without bound. The
# settings below keep away from it.
ADAM_FAMILY = {
    "default": dict(),
    "tiny eps": dict(lr=0.003, eps=1e-16),
    "zero eps": dict(lr=0.002, eps=0.0),
    "short memory": dict(lr=0.02, betas=(0.5, 0.9)),
    "no first moment": dict(lr=0.01, betas=(0.0, 0.99)),
}

# Torch 1.13 computes NAdam in its own way (see corrected_nadam); these few settings pin that down too.
AS_SHIPPED_NADAM = ("default", "short memory", "momentum decay")

CASES = {
    "SGD": {
        "plain": dict(lr=0.1),
        "momentum": dict(lr=0.01, momentum=0.9),
        "dampening": dict(lr=0.01, momentum=0.9, dampening=0.5),
        "nesterov": dict(lr=0.01, momentum=0.95, nesterov=True),
        "weight decay": dict(lr=0.05, weight_decay=0.1),
        "maximize": dict(lr=0.001, maximize=True),
        "nesterov, weight decay, maximize": dict(lr=0.02, momentum=0.8, weight_decay=0.05, nesterov=True, maximize=True),
        "all but nesterov": dict(lr=0.003, momentum=0.99, dampening=0.1, weight_decay=0.3, maximize=True),
    },
    "Adam": ADAM_FAMILY | {
        "amsgrad": dict(lr=0.01, amsgrad=True),
        "weight decay": dict(lr=0.01, weight_decay=0.1),
        "all": dict(lr=0.1, betas=(0.95, 0.9), eps=1e-5, weight_decay=0.03, amsgrad=True, maximize=True),
    },
    "AdamW": ADAM_FAMILY | {
        "amsgrad": dict(lr=0.01, amsgrad=True),
        "no weight decay": dict(lr=0.01, weight_decay=0.0),
        "all": dict(lr=0.1, betas=(0.95, 0.9), eps=1e-5, weight_decay=0.3, amsgrad=True, maximize=True),
    },
    "Adamax": ADAM_FAMILY | {
        "weight decay": dict(lr=0.001, weight_decay=0.1),
        "maximize": dict(lr=0.03, betas=(0.8, 0.9), eps=1e-5, maximize=True),
    },
    "NAdam": ADAM_FAMILY | {
        "momentum decay": dict(lr=0.01, momentum_decay=0.3, weight_decay=0.1),
        "no momentum decay": dict(lr=0.02, betas=(0.8, 0.95), eps=1e-6, momentum_decay=0.0),
    },
    "RAdam": ADAM_FAMILY | {
        "weight decay": dict(lr=0.01, weight_decay=0.1),
        # rho stays below 5, so the rectified branch is never taken. Small rate: the gradient itself is the step.
        "never rectified": dict(lr=1e-4, betas=(0.9, 0.5)),
    },
    "Adagrad": {
        "default": dict(),
        "rate decay": dict(lr=0.1, lr_decay=0.01),
        "initial accumulator": dict(lr=0.1, initial_accumulator_value=0.1, eps=1e-7),
        "weight decay": dict(lr=0.05, weight_decay=0.1),
        "large eps": dict(lr=0.5, eps=0.1),
        "zero eps": dict(lr=0.05, eps=0.0),
        "all": dict(lr=0.2, lr_decay=0.1, weight_decay=0.02, initial_accumulator_value=1e-3, eps=1e-5, maximize=True),
    },
    "Adadelta": {
        "default": dict(),
        "long memory": dict(lr=0.5, rho=0.99),
        "large eps": dict(lr=0.1, eps=1e-2),
        "tiny eps": dict(lr=2.0, rho=0.5, eps=1e-12),
        "zero eps": dict(eps=0.0),  # moves nothing, but divides zero by zero
        "weight decay": dict(lr=0.7, weight_decay=0.1),
        "all": dict(lr=0.3, rho=0.8, eps=1e-4, weight_decay=0.02, maximize=True),
    },
    "RMSprop": {
        "default": dict(),
        "short memory": dict(lr=0.005, alpha=0.5),
        "momentum": dict(lr=0.002, momentum=0.9),
        "centered": dict(lr=0.005, alpha=0.95, centered=True),
        "large eps, weight decay": dict(lr=0.02, eps=0.1, weight_decay=0.1),
        "zero eps": dict(lr=0.001, eps=0.0),
        "zero eps, centered": dict(lr=0.001, eps=0.0, centered=True),
        "all": dict(lr=0.003, alpha=0.9, eps=1e-4, weight_decay=0.03, momentum=0.5, centered=True, maximize=True),
    },
    "Rprop": {
        "default": dict(),
        "wide etas": dict(lr=0.1, etas=(0.3, 1.5)),
        "narrow step sizes": dict(lr=0.01, step_sizes=(5e-3, 0.05)),
        "rate above the largest step": dict(lr=1.0, step_sizes=(1e-6, 0.1)),
        "zero rate": dict(lr=0.0, step_sizes=(1e-5, 10.0)),  # the smallest step size lifts it
        "maximize": dict(lr=0.02, maximize=True),
        "all": dict(lr=1e-3, etas=(0.9, 1.05), step_sizes=(1e-4, 0.5), maximize=True),
    },
    "ASGD": {
        "default": dict(),
        "early averaging": dict(lr=0.1, lambd=0.01, t0=20.0),
        "averaging at once": dict(lr=0.02, t0=0.0),
        "alpha": dict(lr=0.5, lambd=0.1, alpha=0.5, t0=100.0),
        "constant rate": dict(lr=0.1, lambd=0.2, alpha=0.0, t0=50.0),
        "weight decay": dict(lr=0.05, lambd=0.0, weight_decay=0.1, t0=20.0),
        "all": dict(lr=0.2, lambd=0.05, alpha=1.5, t0=30.0, weight_decay=0.02, maximize=True),
    },
}


def make_initial_values(random):
    magnitude = 10.0 ** random.permutation(np.linspace(-3, 1, ELEMENTS))
    # No round values: Rprop's steps are round, and one that lands on zero tells nothing about accuracy.
    magnitude *= random.uniform(0.9, 1.1, ELEMENTS)
    return (random.choice([-1, 1], ELEMENTS) * magnitude).astype(np.float32)


def make_gradients(random):
    """Every element keeps to its own scale, so that its trajectory is more than its few largest gradients."""
    scale = 10.0 ** random.permutation(np.linspace(-11.5, 5.5, ELEMENTS))
    variation = 10.0 ** random.uniform(-0.5, 0.5, (STEPS, ELEMENTS))
    # Some elements nearly always point the same way and some hardly ever do: momentum and Rprop treat
    # the two differently.
    positive = random.uniform(size=(STEPS, ELEMENTS)) < random.uniform(0.1, 0.9, ELEMENTS)
    gradients = np.where(positive, 1, -1) * scale * variation
    gradients[random.uniform(size=gradients.shape) < 0.01] = 0
    gradients[:, ALWAYS_ZERO] = 0
    gradients[:LATE_STEPS, LATE] = 0
    gradients = (gradients + 0.0).astype(np.float32)  # the sum turns a negative zero into a positive one
    magnitudes = np.abs(gradients[gradients != 0])
    assert 1e-12 < magnitudes.min() < 1e-11 and 1e5 < magnitudes.max() < 1e6
    return gradients


def split(pooled, dtype):
    """The pooled elements as one tensor for each shape."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])
    return [torch.tensor(part, dtype=dtype).reshape(shape) for part, shape in zip(np.split(pooled, ends[:-1]), SHAPES)]


def pool(tensors):
    return np.concatenate([tensor.detach().numpy().ravel() for tensor in tensors])


def run(optimizer_class, options, initial, gradients, dtype):
    """The parameters before the first and after every step, and likewise ASGD's averages."""
    torch.set_default_dtype(dtype)  # torch keeps its step counts in the default type
    parameters = [tensor.requires_grad_() for tensor in split(initial, dtype)]
    optimizer = optimizer_class(parameters, foreach=False, **options)
    values, averages = [pool(parameters)], [np.zeros_like(pool(parameters))]
    for gradient in gradients:
        for parameter, part in zip(parameters, split(gradient, dtype)):
            parameter.grad = part
        optimizer.step()
        values.append(pool(parameters))
        if optimizer_class is torch.optim.ASGD:
            averages.append(pool([optimizer.state[parameter]["ax"] for parameter in parameters]))
    return np.stack(values), np.stack(averages)


def compare(archive, double, single, names):
    """Stores one track of both runs. Returns where its arrays lie, and how far the float32 run is off."""
    after = np.array(RECORDED)
    truth, float32 = double[after], single[after]
    update = np.abs(truth - double[after - 1]).astype(np.float32)
    arrays = zip(names, (truth, update, float32), ("f8", "f4", "f4"))
    offsets = {name: archive.add(array, dtype) for name, array, dtype in arrays}
    return offsets, float32_error(truth, update, float32)


def effective_options(optimizer_class, options):
    """The options given and the defaults for the rest, so that a reader needs to know no default."""
    defaults = optimizer_class([torch.zeros(1)], **options).defaults
    return {name: value for name, value in defaults.items() if name not in SWITCHES}


def record_case(archive, name, family, options, initial, gradients, variant=None):
    optimizer_class = getattr(torch.optim, family)
    double, double_average = run(optimizer_class, options, initial, gradients, torch.float64)
    single, single_average = run(optimizer_class, options, initial, gradients, torch.float32)
    offsets, error = compare(archive, double, single, ("p64", "update64", "p32"))
    case = {"name": name, "optimizer": family, "variant": variant,
            "options": effective_options(optimizer_class, options), "offsets": offsets, **error}
    if family == "ASGD":
        offsets, error = compare(archive, double_average, single_average, ("average64", "averageUpdate64", "average32"))
        case["offsets"] |= offsets
        case["averageTorchError"] = error["torchError"]
    if not case["nanAgrees"]:
        case["note"] = "The float32 run is NaN in other places than the truth."
    return case


def corrected_nadam():
    """Torch's own NAdam with the one line put right that torch 1.13 has wrong.

    The product of the momentum values up to t+1 is the product up to t times the next value. Torch 1.13
    multiplies the value of step t in once more; torch 2 does not.
    """
    wrong, right = "mu_product_next = mu_product * mu * mu_next", "mu_product_next = mu_product * mu_next"
    source = inspect.getsource(nadam_module._single_tensor_nadam)
    assert source.count(wrong) == 1, "this torch has another NAdam: record it as it is"
    namespace = dict(vars(nadam_module))
    exec(source.replace(wrong, right), namespace)
    return namespace["_single_tensor_nadam"]


def missing_maximize():
    return [family for family in CASES if "maximize" not in inspect.signature(getattr(torch.optim, family)).parameters]


def check_every_option_is_touched():
    for family, settings in CASES.items():
        assert len(settings) >= 6, family
        options = effective_options(getattr(torch.optim, family), dict(lr=0.1))
        touched = set().union(*settings.values())
        assert set(options) == touched, f"{family}: {set(options) ^ touched}"


def main():
    check_every_option_is_touched()
    random = np.random.RandomState(SEED)
    initial, gradients = make_initial_values(random), make_gradients(random)
    archive = BinaryArchive()
    shared = {"initial": archive.add(initial, "f4"), "gradients": archive.add(gradients, "f4")}

    cases = []
    for family, settings in CASES.items():
        if family == "NAdam":
            for setting in AS_SHIPPED_NADAM:
                name = f"NAdam: {setting}, as in torch 1.13"
                cases.append(record_case(archive, name, "NAdam", settings[setting], initial, gradients, variant="torch 1.13"))
            nadam_module._single_tensor_nadam = corrected_nadam()
        for setting, options in settings.items():
            cases.append(record_case(archive, f"{family}: {setting}", family, options, initial, gradients))
    assert len({case["name"] for case in cases}) == len(cases)

    archive.write("optimizers.bin.gz")
    write_json("optimizers.json", {
        "versions": versions(),
        "layout": [
            "optimizers.bin.gz unpacks to little-endian arrays without padding inside, row-major; offsets count bytes.",
            "initial: float32[element]. gradients: float32[step][element], step 0 being the first.",
            "p64: float64[recordedStep][element], the float64 run after the step.",
            "update64: float32[recordedStep][element], |p64 after the step - p64 before it|.",
            "p32: float32[recordedStep][element], the float32 run after the step.",
            "average64, averageUpdate64, average32: the same of ASGD's average ('ax'), where t0 shows; it starts at 0.",
            "Elements are those of the shapes one after the other, each row-major.",
        ],
        "errors": [
            "torchError: largest |p32 - p64| / ulp32(max(|p64|, update64)) over recorded steps and elements, where",
            "ulp32(x) is the distance from float32(x) to the next larger float32. Elements NaN in p64 are left out.",
            "torchErrorMean: the mean of the same. torchErrorAt: where the largest is; recordedStep is an index.",
            "nanElements: how many elements are NaN at the end. nanAgrees: p32 is NaN exactly where p64 is.",
            "averageTorchError: the same measure on ASGD's average.",
        ],
        "notes": [
            "Torch 1.13 computes NAdam's mu_product_next as mu_product * mu * mu_next; the three cases of variant",
            "'torch 1.13' show that. The other NAdam cases are its code with mu_product * mu_next, as torch 2 has it.",
            "SGD, ASGD and Rprop cannot make a NaN from finite numbers, so they have no such setting.",
            "Options that choose an implementation are left at the plain loop: " + ", ".join(SWITCHES) + ".",
        ],
        "withoutMaximize": missing_maximize(),
        "shapes": SHAPES,
        "elements": ELEMENTS,
        "steps": STEPS,
        "recordedSteps": RECORDED,
        "alwaysZeroElement": ALWAYS_ZERO,
        "lateElement": {"element": LATE, "zeroSteps": LATE_STEPS},
        "byteLength": len(archive.content),
        "offsets": shared,
        "cases": cases,
    })


if __name__ == "__main__":
    main()

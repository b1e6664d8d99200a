"""Records where the optimizers of PyTorch 2.6 end at settings that nobody chose: they are drawn from a seed.

Writes odd_settings.json (what was run) and odd_settings.bin.gz (where it ended) beside itself. The tests read those two
files and never run this script.

Every setting runs in float64, which is the truth, and in float32, which shows how close torch itself comes to it.
Both start from the same float32 values and see the same float32 gradients (odd_numbers.py).
"""

import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, rounded, versions, write_json
import odd_numbers
import torch

SEED = 20250128
SETTINGS = 40
ATTEMPTS = 100
LARGEST = float(np.finfo(np.float32).max)
SWITCHES = ("foreach", "capturable", "differentiable", "fused")  # options that choose an implementation, not a result

KINDS = {
    "ordinary": dict(lowest=-40, highest=20, spread=2, zeros=3),
    "narrow": dict(lowest=-8, highest=4, spread=3, zeros=3, bursts=8),
    "all": dict(lowest=-100, highest=99, spread=1, zeros=8),
    "small": dict(lowest=-100, highest=-40, spread=3, zeros=3),
    "large": dict(lowest=10, highest=70, spread=3, zeros=3),
    "one step": dict(lowest=-10, highest=10, spread=1, zeros=0, quiet=160, quietFrom=2),
    "stopping": dict(lowest=-20, highest=20, spread=2, zeros=0, quiet=128, quietFrom=9),
    "mostly zero": dict(lowest=-30, highest=30, spread=2, zeros=180, bursts=4),
}

NEAR_ZERO_BITS = 5
STRAYED_UNITS = 1024
LEFT, BEYOND, STRAYED = 1, 2, 4  # flags of an element


# ---- Settings ------------------------------------------------------------------------------------------------

class Draw:
    """Random numbers in few digits, so that the recording can name them."""

    def __init__(self, random):
        self.random = random

    def uniform(self, low, high):
        return float(f"{self.random.uniform(low, high):.3g}")

    def log(self, low, high):
        """10 to the power of something between low and high."""
        return float(f"{10.0 ** self.random.uniform(low, high):.3g}")

    def of(self, *choices):
        return choices[self.random.randint(len(choices))]

    def chance(self, share):
        return bool(self.random.uniform() < share)

    def kept(self):
        """Of an average: from 0 to .99999."""
        return self.of(0.0, 0.3, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, self.uniform(0, 0.999),
                       float(f"{1 - 10.0 ** self.random.uniform(-5, 0):.6g}"))

    def rate(self):
        return 0.0 if self.chance(0.04) else self.log(-5, 3)

    def epsilon(self):
        return self.log(-16, 0)

    def decay(self):
        return self.log(-9, 1) if self.chance(0.5) else 0.0


def adam(draw):
    return dict(lr=draw.rate(), betas=(draw.kept(), draw.kept()), eps=draw.epsilon(), weight_decay=draw.decay(),
                maximize=draw.chance(0.2))


def sgd(draw):
    momentum = draw.kept() if draw.chance(0.8) else 0.0
    nesterov = momentum > 0 and draw.chance(0.3)
    dampening = draw.uniform(-0.5, 1.5) if draw.chance(0.6) and not nesterov else 0.0
    return dict(lr=draw.rate(), momentum=momentum, dampening=dampening, nesterov=nesterov, weight_decay=draw.decay(),
                maximize=draw.chance(0.2))


def without(name, options):
    return {key: value for key, value in options.items() if key != name}


DRAWS = {
    "SGD": ("SGD", sgd),
    "Adam": ("Adam", lambda draw: adam(draw) | dict(amsgrad=draw.chance(0.3))),
    "AdamW": ("AdamW", lambda draw: adam(draw) | dict(amsgrad=draw.chance(0.3), weight_decay=draw.log(-9, 1))),
    "NAdam": ("NAdam", lambda draw: adam(draw) | dict(momentum_decay=draw.of(0.0, 4e-3, draw.log(-4, 0)))),
    "NAdamW": ("NAdam", lambda draw: adam(draw) | dict(momentum_decay=draw.of(0.0, 4e-3, draw.log(-4, 0)),
                                                      weight_decay=draw.log(-9, 1), decoupled_weight_decay=True)),
    "RAdam": ("RAdam", adam),
    "RAdamW": ("RAdam", lambda draw: adam(draw) | dict(weight_decay=draw.log(-9, 1), decoupled_weight_decay=True)),
    "Adamax": ("Adamax", adam),
    "Adagrad": ("Adagrad", lambda draw: dict(
        lr=draw.rate(), lr_decay=draw.of(0.0, draw.log(-4, 1)), initial_accumulator_value=draw.of(0.0, draw.log(-8, 2)),
        eps=draw.epsilon(), weight_decay=draw.decay(), maximize=draw.chance(0.2))),
    "Adadelta": ("Adadelta", lambda draw: dict(
        lr=draw.rate(), rho=draw.kept(), eps=draw.epsilon(), weight_decay=draw.decay(), maximize=draw.chance(0.2))),
    "RMSprop": ("RMSprop", lambda draw: dict(
        lr=draw.rate(), alpha=draw.kept(), eps=draw.epsilon(), momentum=draw.of(0.0, draw.kept()), centered=draw.chance(0.4),
        weight_decay=draw.decay(), maximize=draw.chance(0.2))),
    "Rprop": ("Rprop", lambda draw: dict(
        lr=draw.rate(), etas=(draw.uniform(0.01, 0.99), draw.of(1.2, draw.uniform(1.01, 4))),
        step_sizes=(draw.log(-9, -3), draw.log(-2, 3)), maximize=draw.chance(0.2))),
    "ASGD": ("ASGD", lambda draw: dict(
        lr=draw.rate(), lambd=draw.of(0.0, 1e-4, draw.log(-6, 0)), alpha=draw.of(0.75, 0.0, 1.0, draw.uniform(0, 2)),
        t0=draw.of(0.0, 1e6, float(draw.random.randint(1, 60)), -5.0), weight_decay=draw.decay(), maximize=draw.chance(0.2))),
    "SparseAdam": ("SparseAdam", lambda draw: without("weight_decay", adam(draw)) | dict(lr=draw.log(-5, 3))),  # takes no rate of 0
    "Adafactor": ("Adafactor", lambda draw: dict(
        lr=draw.rate(), beta2_decay=draw.of(-0.8, 0.0, -1.0, -draw.uniform(0, 2)),
        eps=(draw.epsilon(), draw.of(1e-3, 0.0, draw.log(-9, 1))),
        d=draw.of(1.0, draw.log(0, 3)), weight_decay=draw.decay(), maximize=draw.chance(0.2))),
}


def draw_size(draw, largest=1023):
    return min(largest, int(1024 ** draw.random.uniform(0, 1)))


def draw_shape(draw, family):
    if family == "SparseAdam":
        return [draw.random.randint(2, 30), draw.random.randint(1, 20)]
    if family == "Adafactor" and draw.chance(0.8):
        return draw.of([draw_size(draw, 30), draw_size(draw, 40)], [1, draw_size(draw)], [draw_size(draw), 1],
                       [draw.random.randint(1, 6), draw.random.randint(1, 9), draw.random.randint(1, 20)])
    size = draw_size(draw)
    return draw.of([size], [size], [draw.random.randint(1, 20), draw.random.randint(1, 30)])


def draw_setting(draw, name):
    torch_name, make = DRAWS[name]
    options = make(draw)
    steps = draw.of(1, 2, 3, 5, 9, 17, 33, 50, 50, 80)
    kind = draw.of(*KINDS)
    gradients = dict(bursts=0, burst=draw.of(3, 8, 13), quiet=0, quietFrom=0) | KINDS[kind]
    shapes = [draw_shape(draw, name), [draw.random.randint(3, 9), draw.random.randint(5, 9)]]
    changes, frozen = [], []
    # A rate that ASGD is given acts one step later (see run), which a frozen parameter would not see.
    choice = draw.random.randint(4)
    if steps > 2 and (choice == 0 or choice == 1 and name != "ASGD"):
        for step in sorted({draw.random.randint(2, steps + 1) for _ in range(draw.of(1, 2))}):
            rate = 0.0 if draw.chance(0.1) else float(f"{options['lr'] * 10.0 ** draw.random.uniform(-3, 1):.3g}")
            changes.append({"step": int(step), "lr": min(rate, 1e3)})
    if steps > 2 and (choice == 2 or choice == 1):
        first = draw.random.randint(1, steps)
        frozen.append({"parameter": draw.random.randint(2), "from": int(first), "to": int(draw.random.randint(first, steps + 1))})
    values = draw.of([-10, 3], [-10, 3], [-10, 3], [-60, 20])
    return {"optimizer": name, "torch": torch_name, "options": options, "gradientKind": kind, "gradients": gradients, "steps": int(steps),
            "shapes": [[int(length) for length in shape] for shape in shapes], "values": list(values),
            "seed": int(draw.random.randint(1 << 30)), "rates": changes, "frozen": frozen}


# ---- Runs ----------------------------------------------------------------------------------------------------

class Pool:
    """The parameters' elements one after the other."""

    def __init__(self, shapes):
        self.shapes = shapes
        self.ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
        self.starts = [0, *self.ends[:-1]]

    def split(self, pooled):
        return [part.reshape(shape) for part, shape in zip(np.split(pooled, self.ends[:-1]), self.shapes)]

    def join(self, arrays):
        return np.concatenate([np.asarray(array).ravel() for array in arrays])


def frozen_at(setting, parameter, step):
    return any(span["parameter"] == parameter and span["from"] <= step <= span["to"] for span in setting["frozen"])


def sparse_gradient(setting, parameter, start, shape, step, dtype):
    seed = setting["seed"] + parameter  # every table has rows of its own
    rows = odd_numbers.rows_of_step(seed, step, shape[0])
    elements = (start + rows[:, np.newaxis] * shape[1] + np.arange(shape[1])).ravel()
    entries = odd_numbers.gradients(seed, setting["gradients"], step, elements).reshape(len(rows), shape[1])
    return torch.sparse_coo_tensor(torch.tensor(rows[np.newaxis]), torch.tensor(entries, dtype=dtype), shape)


def run(setting, dtype):
    """Values (and ASGD's averages) after every step, and whether state or value of an element was ever not finite."""
    torch.set_default_dtype(dtype)  # torch keeps its step counts in the default type
    pool = Pool(setting["shapes"])
    count = int(pool.ends[-1])
    initial = odd_numbers.initial_values(setting["seed"], setting["values"], count)
    parameters = [torch.tensor(part, dtype=dtype).requires_grad_() for part in pool.split(initial)]
    switches = {} if setting["torch"] == "SparseAdam" else {"foreach": False}
    optimizer = getattr(torch.optim, setting["torch"])(parameters, **switches, **setting["options"])
    rates = {change["step"]: change["lr"] for change in setting["rates"]}
    lead = 1 if setting["torch"] == "ASGD" else 0
    values, averages, beyond = [pool.join(pool.split(initial))], [np.zeros(count)], np.zeros(count, dtype=bool)
    for step in range(1, setting["steps"] + 1):
        # ASGD computes at the end of a step the rate of the next one; the library takes the rate of now.
        if step + lead in rates:
            optimizer.param_groups[0]["lr"] = rates[step + lead]
        dense = odd_numbers.gradients(setting["seed"], setting["gradients"], step, np.arange(count))
        for index, (parameter, part) in enumerate(zip(parameters, pool.split(dense))):
            if frozen_at(setting, index, step):
                parameter.grad = None
            elif setting["torch"] == "SparseAdam":
                parameter.grad = sparse_gradient(setting, index, pool.starts[index], setting["shapes"][index], step, dtype)
            else:
                parameter.grad = torch.tensor(part, dtype=dtype)
        optimizer.step()
        values.append(pool.join([parameter.detach().numpy() for parameter in parameters]))
        beyond |= pool.join([never_finite(parameter.detach().numpy(), optimizer.state[parameter]) for parameter in parameters])
        if setting["torch"] == "ASGD":
            states = [optimizer.state[parameter].get("ax") for parameter in parameters]
            averages.append(pool.join([np.zeros(shape) if state is None else state.numpy()
                                       for state, shape in zip(states, setting["shapes"])]))
    return np.stack(values), np.stack(averages), beyond


def never_finite(values, state):
    """Whether a number from which an element comes has left the range of its type."""
    bad = ~np.isfinite(values)
    for name, number in state.items():
        if torch.is_tensor(number) and number.dim() > 0:
            bad |= ~np.isfinite(np.broadcast_to(number.numpy(), values.shape))
    if "row_var" in state:
        with np.errstate(over="ignore", invalid="ignore"):
            bad |= ~np.isfinite(state["row_var"].numpy() * state["col_var"].numpy())
    return bad


# ---- Measures ------------------------------------------------------------------------------------------------

def ulp_exponent(values):
    """The binary exponent of the distance from float32(value) to the next larger float32."""
    with np.errstate(over="ignore"):
        nearest = np.minimum(np.abs(values), LARGEST).astype(np.float32)
    return (np.maximum(np.frexp(nearest)[1], -125) - 24).astype(np.int16)


def measure(double, single, left, beyond):
    """Where a track ended, in units: arrays for the archive and the torch errors of the elements that stayed in range."""
    truth, end = double[-1], single[-1].astype(np.float32)
    update = np.zeros_like(truth)
    largest = np.abs(double[0])
    with np.errstate(invalid="ignore", over="ignore"):
        for before, after in zip(double[:-1], double[1:]):
            change = np.abs(after - before)
            update = np.where(change != 0, change, update)  # the latest one: a frozen parameter keeps the error of its last step
            scale = np.maximum(np.abs(after), update)
            largest = np.fmax(largest, scale)
        scale = np.maximum(np.abs(truth), update)
    # 40 bits of the truth: 2^-17 of a float32's unit.
    kept = ((np.ascontiguousarray(truth).view(np.uint64) + np.uint64(1 << 11)) >> np.uint64(12) << np.uint64(12)).view(np.float64)
    with np.errstate(over="ignore"):
        near = kept.astype(np.float32)
    scale_unit, largest_unit = ulp_exponent(scale), ulp_exponent(largest)
    with np.errstate(invalid="ignore"):
        error = np.abs(end.astype(np.float64) - kept)
        on_the_way = np.ldexp(error, -largest_unit.astype(np.int32))
    strayed = ~(on_the_way <= STRAYED_UNITS) & ~left & ~beyond
    flags = (left * LEFT + beyond * BEYOND + strayed * STRAYED).astype(np.uint8)
    usual = flags == 0
    arrays = {"truth": kept, "single": end.view(np.uint32) ^ near.view(np.uint32), "unit": scale_unit,
              "largestUnit": (largest_unit - scale_unit).astype(np.int16), "flags": flags}
    away = usual & (largest_unit - scale_unit <= NEAR_ZERO_BITS)
    at_end = np.ldexp(error, -scale_unit.astype(np.int32))[away]
    on_the_way = on_the_way[usual]
    return arrays, {"torchErrorOnTheWay": rounded(on_the_way.max(initial=0)),
                    "torchErrorMean": rounded(on_the_way.mean() if usual.any() else 0),
                    "torchErrorMeanAtTheEnd": rounded(at_end.mean() if away.any() else 0)}


def record(name, draw, tracks):
    for _ in range(ATTEMPTS):
        setting = draw_setting(draw, name)
        with np.errstate(all="ignore"):
            double, double_average, broken = run(setting, torch.float64)
            single, single_average, beyond = run(setting, torch.float32)
            left = broken | ~(np.abs(double).max(axis=0) <= LARGEST)
        if left.mean() <= 0.2:  # else the setting diverges, and tells nothing
            break
    else:
        raise RuntimeError(f"{name}: no setting stays in range")
    setting["options"] = {key: value for key, value in defaults(setting).items() if key not in SWITCHES}
    pairs = [("value", double, single)] + ([("average", double_average, single_average)] if name == "ASGD" else [])
    setting["tracks"] = []
    for track, of_double, of_single in pairs:
        arrays, errors = measure(of_double.astype(np.float64), of_single, left, beyond)
        setting["tracks"].append({"of": track, "start": tracks.length, **errors})
        tracks.add(arrays)
    setting["left"], setting["beyond"] = int(left.sum()), int(beyond.sum())
    return setting


def defaults(setting):
    return getattr(torch.optim, setting["torch"])([torch.zeros(1)], **setting["options"]).defaults


class Tracks:
    """The arrays of all settings joined, which pack better than one by one."""

    TYPES = {"truth": "f8", "single": "u4", "unit": "i2", "largestUnit": "i2", "flags": "u1"}

    def __init__(self):
        self.parts = {name: [] for name in self.TYPES}
        self.length = 0

    def add(self, arrays):
        for name, part in arrays.items():
            self.parts[name].append(part)
        self.length += len(arrays["truth"])

    def write(self, archive):
        return {name: archive.add(np.concatenate(parts), self.TYPES[name]) for name, parts in self.parts.items()}


def main():
    assert torch.__version__.startswith("2.6."), torch.__version__
    archive, tracks, settings = BinaryArchive(), Tracks(), []
    for number, name in enumerate(DRAWS):
        draw = Draw(np.random.RandomState(SEED + number))  # so that another optimizer changes none of the others
        settings += [{"name": f"{name} {index + 1}", **record(name, draw, tracks)} for index in range(SETTINGS)]
        print(name, tracks.length, flush=True)
    offsets = tracks.write(archive)
    archive.write("odd_settings.bin.gz")
    write_json("odd_settings.json", {
        "versions": versions(),
        "seed": SEED,
        "layout": [
            "odd_settings.bin.gz unpacks to little-endian arrays over the elements of all tracks; offsets count bytes. A track is",
            "what one number of every element of a setting (its value; ASGD's average, too) ended at. It begins at element 'start',",
            "and has the elements of the setting's shapes one after the other, each row-major.",
            "truth: float64, the float64 run after the last step, in 40 bits. single: uint32, the bits of the float32 run after the",
            "last step, exclusive or those of float32(truth). unit: int16, the binary exponent of the distance from float32(x) to the",
            "next larger float32, where x is the larger of |truth| and the element's latest update that was not 0. largestUnit: int16,",
            "how much larger that exponent is for the largest |value| or |update| on the way. flags: uint8, 1 if the float64 run has",
            "left the range of float32 at some step, 2 if a value or a state of the float32 run was ever not finite, 4 if neither is",
            f"so and the float32 run is more than {STRAYED_UNITS} of the larger units from the truth.",
            "Values and gradients are not stored: odd_numbers.py and OddNumbers.cs make them from 'seed', 'values' and 'gradients'.",
            "gradients: binary exponents from lowest to highest, one an element; from step to step they vary by up to 'spread'. Of 256",
            "gradients 'zeros' are 0 and 'bursts' 2^burst times as large; of 256 elements 'quiet' have only zeros from quietFrom on.",
            "rates: the learning rate from a step on. frozen: the steps, both included, in which a parameter has no gradient.",
        ],
        "errors": [
            "torchErrorOnTheWay, torchErrorMean: the largest and mean |float32 run - truth| in units of the largest on the way, over",
            "elements without flags. torchErrorMeanAtTheEnd: the mean in units at the end, over those of them that have lost at most",
            f"{NEAR_ZERO_BITS} bits to cancellation.",
        ],
        "notes": [
            "A setting is drawn anew if more than a fifth of its elements leave the range of float32.",
            "ASGD's rates are given to PyTorch one step earlier, as it computes a step's rate at the end of the step before.",
            "Options that choose an implementation are left at the plain loop: " + ", ".join(SWITCHES) + ".",
        ],
        "byteLength": len(archive.content),
        "offsets": offsets,
        "settings": settings,
    })


if __name__ == "__main__":
    main()

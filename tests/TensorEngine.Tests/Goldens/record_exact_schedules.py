"""Records the closed forms of the schedules in schedules.json in high precision, from definitions of their own.

Writes exact_schedules.json (what was computed, and where its numbers lie) and exact_schedules.bin.gz (the numbers)
beside itself. The tests read those two files and never run this script.
"""

import json
import sys

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import mpmath
from mpmath import mpf
import numpy as np
from golden_files import FOLDER, BinaryArchive, write_json

mpmath.mp.prec = 200
STEPS = [*range(60), *range(60, 995, 7), *range(995, 1000)]
LATE_STEPS = [1000, 1001, 4095, 65536, 999_999, 12_345_678]  # products of so many factors are left out

# In the precision of mpmath. The formulas name every constant as the double that Python reads.
FORMULAS = {
    "1 / sqrt(1 + epoch)": lambda epoch: 1 / mpmath.sqrt(1 + epoch),
    "0.995 ** epoch": lambda epoch: mpf(0.995) ** epoch,
    "1 / (1 + epoch // 100)": lambda epoch: 1 / mpf(1 + epoch // 100),
    "0.998": lambda epoch: mpf(0.998),
    "1 + 0.01 * sin(0.05 * epoch)": lambda epoch: 1 + mpf(0.01) * mpmath.sin(mpf(0.05) * epoch),
    "1 / x": lambda x: 1 / mpf(x),
}


def cosine(start, end, share):
    return end + (start - end) * (1 + mpmath.cos(mpmath.pi * share)) / 2


def linear(start, end, share):
    return start + (end - start) * share


def one_cycle(o, values, step):
    """values: at the ends, at the peak, at the very end."""
    first, peak, last = values
    anneal = cosine if o["anneal_strategy"] == "cos" else linear
    total = o["total_steps"] or o["epochs"] * o["steps_per_epoch"]
    step = min(step, total - 1)
    top = mpf(o["pct_start"]) * total - 1
    if step <= top:
        return anneal(first, peak, step / top)
    if not o["three_phase"]:
        return anneal(peak, last, (step - top) / (total - 1 - top))
    if step <= 2 * top:
        return anneal(peak, first, (step - top) / top)
    return anneal(first, last, (step - 2 * top) / (total - 1 - 2 * top))


def cyclic(o, start, end, step):
    up = o["step_size_up"]
    down = o["step_size_down"] or up
    cycle, place = divmod(step, up + down)
    height = mpf(place) / up if place <= up else mpf(up + down - place) / down
    if o["scale_fn"] is not None:
        scale = FORMULAS[o["scale_fn"]](cycle + 1 if o["scale_mode"] == "cycle" else step)
    else:
        scale = {"triangular": 1, "triangular2": mpf(2) ** -cycle, "exp_range": mpf(o["gamma"]) ** step}[o["mode"]]
    return linear(start, end, height * scale)


def warm_restarts(o, base, step, fraction):
    place, length = step * mpf(fraction), mpf(o["T_0"])
    if o["T_mult"] == 1:
        place %= length
    while place >= length:
        place -= length
        length *= o["T_mult"]
    return cosine(base, mpf(o["eta_min"]), place / length)


def rate(kind, o, base, step, fraction=1):
    """The rate in force at an optimizer step, from the options that torch was given."""
    numbers = {key: mpf(value) for key, value in o.items() if isinstance(value, float)}
    if kind == "LambdaLR":
        return base * FORMULAS[o["lr_lambda"]](step)
    if kind == "MultiplicativeLR":
        return base * mpmath.fprod(FORMULAS[o["lr_lambda"]](k) for k in range(1, step + 1))
    if kind == "StepLR":
        return base * numbers["gamma"] ** (step // o["step_size"])
    if kind == "MultiStepLR":
        return base * numbers["gamma"] ** sum(milestone <= step for milestone in o["milestones"])
    if kind == "ConstantLR":
        return base * (numbers["factor"] if step < o["total_iters"] else 1)
    if kind == "LinearLR":
        return base * linear(numbers["start_factor"], numbers["end_factor"], min(mpf(step) / o["total_iters"], 1))
    if kind == "ExponentialLR":
        return base * numbers["gamma"] ** step
    if kind == "PolynomialLR":
        return base * (1 - min(mpf(step) / o["total_iters"], 1)) ** mpf(o["power"])
    if kind == "CosineAnnealingLR":
        return cosine(base, mpf(o["eta_min"]), mpf(step) / o["T_max"])
    if kind == "CosineAnnealingWarmRestarts":
        return warm_restarts(o, base, step, fraction)
    if kind == "CyclicLR":
        return cyclic(o, numbers["base_lr"], numbers["max_lr"], step)
    if kind == "OneCycleLR":
        first = numbers["max_lr"] / mpf(o["div_factor"])
        return one_cycle(o, (first, numbers["max_lr"], first / mpf(o["final_div_factor"])), step)
    if kind == "SequentialLR":
        part = sum(milestone <= step for milestone in o["milestones"])
        return part_rate(o["schedulers"][part], base, step - ([0] + o["milestones"])[part])
    if kind == "ChainedScheduler":
        return base * mpmath.fprod(part_rate(part, mpf(1), step) for part in o["schedulers"])
    assert kind == "SWALR", kind
    anneal = cosine if o["anneal_strategy"] == "cos" else linear
    return anneal(base, numbers["swa_lr"], min(mpf(step) / o["anneal_epochs"], 1))


def part_rate(part, base, step):
    return rate(part["scheduler"], part["options"], base, step)


def momentum(kind, o, step):
    low, high = mpf(o["base_momentum"]), mpf(o["max_momentum"])
    return cyclic(o, high, low, step) if kind == "CyclicLR" else one_cycle(o, (high, low, high), step)


def main():
    recorded = json.loads((FOLDER / "schedules.json").read_text(encoding="utf-8"))
    base = mpf(recorded["baseRate"])
    archive = BinaryArchive()
    offsets = {}
    for case in recorded["cases"]:
        kind, options = case["scheduler"], case["options"]
        if kind == "ReduceLROnPlateau":  # no function of the step
            continue
        steps = STEPS if kind == "MultiplicativeLR" else STEPS + LATE_STEPS
        columns = {"rate": [rate(kind, options, base, step, case.get("epochFraction", 1)) for step in steps]}
        if "momentum" in case["offsets"]:
            columns["momentum"] = [momentum(kind, options, step) for step in steps]
        offsets[case["name"]] = {name: archive.add(np.array([float(value) for value in column]), "f8")
                                 for name, column in columns.items()}
    archive.write("exact_schedules.bin.gz")
    write_json("exact_schedules.json", {
        "versions": {"mpmath": mpmath.__version__},
        "layout": [
            "exact_schedules.bin.gz unpacks to little-endian float64 arrays; offsets count bytes. They have an element per step",
            "of 'steps' and then of 'lateSteps' (the latter not for MultiplicativeLR), and are known by the case's name in",
            "schedules.json. Each value is the double nearest to the closed form of the options, read as doubles. OneCycleLR",
            "holds its last value after the end, where torch throws.",
        ],
        "steps": STEPS,
        "lateSteps": LATE_STEPS,
        "byteLength": len(archive.content),
        "offsets": offsets,
    })


if __name__ == "__main__":
    main()

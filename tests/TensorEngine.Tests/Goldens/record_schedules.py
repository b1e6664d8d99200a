"""Records the learning rates that the schedulers of torch.optim give over 1,000 steps.

Writes schedules.json (what was run, and where its numbers lie) and schedules.bin.gz (the numbers) beside itself.
The tests read those two files and never run this script.
"""

import inspect
import math
import sys
import warnings

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, versions, write_json
import torch
from torch.optim import lr_scheduler, swa_utils

SEED = 20240301
STEPS = 1000
BASE_RATE = 0.1
MOMENTUM = 0.9

# Not part of a schedule: what it works on, where it resumes, and whether it prints.
NOT_OPTIONS = ("self", "optimizer", "last_epoch", "verbose")


class Formula:
    """A function of the epoch that a reader of the JSON file can see."""

    def __init__(self, text, function):
        self.text, self.function = text, function

    def __call__(self, epoch):
        return self.function(epoch)


INVERSE_ROOT = Formula("1 / sqrt(1 + epoch)", lambda epoch: 1 / math.sqrt(1 + epoch))
POWER = Formula("0.995 ** epoch", lambda epoch: 0.995 ** epoch)
STAIRS = Formula("1 / (1 + epoch // 100)", lambda epoch: 1 / (1 + epoch // 100))
CONSTANT_FACTOR = Formula("0.998", lambda epoch: 0.998)
WAVE = Formula("1 + 0.01 * sin(0.05 * epoch)", lambda epoch: 1 + 0.01 * math.sin(0.05 * epoch))
HARMONIC = Formula("1 / x", lambda x: 1 / x)

# (name, scheduler, options). A scheduler among the options is a pair of its class and options in turn.
SCHEDULES = [
    ("LambdaLR: inverse root", "LambdaLR", dict(lr_lambda=INVERSE_ROOT)),
    ("LambdaLR: power", "LambdaLR", dict(lr_lambda=POWER)),
    ("LambdaLR: stairs", "LambdaLR", dict(lr_lambda=STAIRS)),
    ("MultiplicativeLR: constant", "MultiplicativeLR", dict(lr_lambda=CONSTANT_FACTOR)),
    ("MultiplicativeLR: wave", "MultiplicativeLR", dict(lr_lambda=WAVE)),
    ("StepLR: default gamma", "StepLR", dict(step_size=250)),
    ("StepLR: short", "StepLR", dict(step_size=7, gamma=0.97)),
    ("MultiStepLR: default gamma", "MultiStepLR", dict(milestones=[30, 80, 600])),
    ("MultiStepLR: doubled milestone", "MultiStepLR", dict(milestones=[1, 100, 100, 999], gamma=0.5)),
    ("ConstantLR: default", "ConstantLR", dict()),
    ("ConstantLR: long", "ConstantLR", dict(factor=0.7, total_iters=400)),
    ("LinearLR: default", "LinearLR", dict()),
    ("LinearLR: up", "LinearLR", dict(start_factor=0.01, total_iters=300)),
    ("LinearLR: down", "LinearLR", dict(start_factor=1.0, end_factor=0.0, total_iters=777)),
    ("ExponentialLR: slow", "ExponentialLR", dict(gamma=0.999)),
    ("ExponentialLR: fast", "ExponentialLR", dict(gamma=0.9)),
    ("PolynomialLR: default", "PolynomialLR", dict()),
    ("PolynomialLR: square", "PolynomialLR", dict(total_iters=900, power=2.0)),
    ("PolynomialLR: root", "PolynomialLR", dict(total_iters=500, power=0.5)),
    ("CosineAnnealingLR: once", "CosineAnnealingLR", dict(T_max=1000)),
    ("CosineAnnealingLR: up again", "CosineAnnealingLR", dict(T_max=100, eta_min=0.001)),
    ("CosineAnnealingLR: odd", "CosineAnnealingLR", dict(T_max=333, eta_min=0.02)),
    ("CosineAnnealingWarmRestarts: even", "CosineAnnealingWarmRestarts", dict(T_0=100)),
    ("CosineAnnealingWarmRestarts: growing", "CosineAnnealingWarmRestarts", dict(T_0=10, T_mult=2, eta_min=1e-4)),
    ("CosineAnnealingWarmRestarts: fractions", "CosineAnnealingWarmRestarts", dict(T_0=7, T_mult=2, eta_min=0.01)),
    ("CyclicLR: triangular", "CyclicLR", dict(base_lr=0.01, max_lr=0.1, step_size_up=50)),
    ("CyclicLR: triangular, uneven", "CyclicLR",
     dict(base_lr=0.001, max_lr=0.3, step_size_up=30, step_size_down=70, base_momentum=0.7, max_momentum=0.95)),
    ("CyclicLR: triangular2", "CyclicLR", dict(base_lr=0.01, max_lr=0.1, step_size_up=100, mode="triangular2")),
    ("CyclicLR: triangular2, no momentum", "CyclicLR",
     dict(base_lr=0.02, max_lr=0.2, step_size_up=33, step_size_down=11, mode="triangular2", cycle_momentum=False)),
    ("CyclicLR: exp_range", "CyclicLR", dict(base_lr=0.01, max_lr=0.1, step_size_up=50, mode="exp_range", gamma=0.998)),
    ("CyclicLR: exp_range, uneven", "CyclicLR",
     dict(base_lr=0.01, max_lr=0.5, step_size_up=20, step_size_down=80, mode="exp_range", gamma=0.99994)),
    ("CyclicLR: own scale", "CyclicLR",
     dict(base_lr=0.01, max_lr=0.1, step_size_up=60, scale_fn=HARMONIC, scale_mode="cycle")),
    ("OneCycleLR: cos", "OneCycleLR", dict(max_lr=0.1, total_steps=STEPS)),
    ("OneCycleLR: linear", "OneCycleLR",
     dict(max_lr=0.5, epochs=10, steps_per_epoch=100, pct_start=0.25, anneal_strategy="linear", div_factor=10.0,
          final_div_factor=100.0, base_momentum=0.8, max_momentum=0.9)),
    ("OneCycleLR: three phases, cos", "OneCycleLR", dict(max_lr=0.2, total_steps=STEPS, three_phase=True)),
    ("OneCycleLR: three phases, linear", "OneCycleLR",
     dict(max_lr=0.2, total_steps=STEPS, pct_start=0.4, anneal_strategy="linear", three_phase=True)),
    ("OneCycleLR: no momentum", "OneCycleLR", dict(max_lr=0.1, total_steps=1234, pct_start=0.1, cycle_momentum=False)),
    ("OneCycleLR: Adam's first beta", "OneCycleLR", dict(max_lr=0.01, total_steps=STEPS)),
    ("ReduceLROnPlateau: default", "ReduceLROnPlateau", dict()),
    ("ReduceLROnPlateau: min, abs", "ReduceLROnPlateau",
     dict(factor=0.5, patience=3, threshold=0.01, threshold_mode="abs", cooldown=5, min_lr=1e-3)),
    ("ReduceLROnPlateau: max, rel", "ReduceLROnPlateau",
     dict(mode="max", factor=0.7, patience=5, threshold=1e-3, cooldown=2)),
    ("ReduceLROnPlateau: max, abs", "ReduceLROnPlateau",
     dict(mode="max", factor=0.8, patience=0, threshold=0.005, threshold_mode="abs", eps=2e-3)),
    ("SequentialLR: warm-up, decay", "SequentialLR",
     dict(schedulers=[("LinearLR", dict(start_factor=0.1, total_iters=50)), ("ExponentialLR", dict(gamma=0.995))],
          milestones=[50])),
    ("SequentialLR: three parts", "SequentialLR",
     dict(schedulers=[("ConstantLR", dict(factor=0.1, total_iters=20)), ("CosineAnnealingLR", dict(T_max=480, eta_min=1e-3)),
                      ("StepLR", dict(step_size=100, gamma=0.5))], milestones=[20, 500])),
    ("SequentialLR: restarts", "SequentialLR",
     dict(schedulers=[("LinearLR", dict(start_factor=0.25, total_iters=100)),
                      ("CosineAnnealingWarmRestarts", dict(T_0=60, T_mult=2))], milestones=[100])),
    ("ChainedScheduler: two", "ChainedScheduler",
     dict(schedulers=[("ConstantLR", dict(factor=0.1, total_iters=20)), ("ExponentialLR", dict(gamma=0.998))])),
    ("ChainedScheduler: three", "ChainedScheduler",
     dict(schedulers=[("LinearLR", dict(start_factor=0.5, total_iters=100)), ("StepLR", dict(step_size=150, gamma=0.6)),
                      ("MultiStepLR", dict(milestones=[400, 900], gamma=0.3))])),
    ("SWALR: default", "SWALR", dict(swa_lr=0.02)),
    ("SWALR: linear", "SWALR", dict(swa_lr=0.5, anneal_epochs=400, anneal_strategy="linear")),
]

# Driven by scheduler.step(fraction * k) in place of scheduler.step().
EPOCH_FRACTIONS = {"CosineAnnealingWarmRestarts: fractions": 0.125}
ON_ADAM = ("OneCycleLR: Adam's first beta",)


def make_metrics(random):
    """A loss that falls, stays, falls again, with noise throughout and one NaN; and an accuracy that mirrors it."""
    step = np.arange(STEPS)
    loss = 0.2 + 2.0 * np.exp(-step / 60) + np.where(step < 600, 0.5, 0.5 * np.exp(-(step - 600) / 80))
    loss += 0.02 * random.standard_normal(STEPS)
    loss[123] = np.nan
    return loss, 1 / (1 + loss)


def scheduler_class(name):
    return getattr(swa_utils if name == "SWALR" else lr_scheduler, name)


def build(optimizer, name, options):
    options = dict(options)
    if "schedulers" in options:
        options["schedulers"] = [build(optimizer, *inner) for inner in options["schedulers"]]
    if name == "ChainedScheduler":  # takes its optimizer from the schedulers
        return scheduler_class(name)(**options)
    return scheduler_class(name)(optimizer, **options)


def describe(name, options):
    """All options with their defaults, in a form that JSON can hold."""
    parameters = inspect.signature(scheduler_class(name).__init__).parameters.values()
    defaults = {entry.name: entry.default for entry in parameters if entry.name not in NOT_OPTIONS}
    described = {}
    for key, value in (defaults | options).items():
        if key == "schedulers":
            value = [{"scheduler": inner, "options": describe(inner, its)} for inner, its in value]
        described[key] = value.text if isinstance(value, Formula) else value
    return described


def record(name, kind, options, metrics):
    """Rate and momentum in force at each optimizer step; None for the momentum where the scheduler leaves it."""
    parameter = torch.zeros(1, requires_grad=True)
    on_adam = name in ON_ADAM
    if on_adam:
        optimizer = torch.optim.Adam([parameter], lr=BASE_RATE, betas=(MOMENTUM, 0.999))
    else:
        optimizer = torch.optim.SGD([parameter], lr=BASE_RATE, momentum=MOMENTUM)
    scheduler = build(optimizer, kind, options)
    group = optimizer.param_groups[0]
    rates, momenta = [], []
    for step in range(STEPS):
        rates.append(float(group["lr"]))
        momenta.append(float(group["betas"][0] if on_adam else group["momentum"]))
        optimizer.step()
        if kind == "ReduceLROnPlateau":
            scheduler.step(metrics[options.get("mode", "min")][step])
        elif name in EPOCH_FRACTIONS:
            scheduler.step(EPOCH_FRACTIONS[name] * (step + 1))
        elif step + 1 < STEPS:  # OneCycleLR refuses a step past its end
            scheduler.step()
    cycles = describe(kind, options).get("cycle_momentum", False)
    assert cycles or set(momenta) == {MOMENTUM}
    return np.array(rates), np.array(momenta) if cycles else None


def main():
    # SequentialLR itself passes the epoch argument that torch warns about.
    warnings.filterwarnings("ignore", message="The epoch parameter in `scheduler.step")
    recorded = {kind for _, kind, _ in SCHEDULES}
    missing = {name for name in lr_scheduler.__all__ if name not in recorded}
    assert not missing and len({name for name, _, _ in SCHEDULES}) == len(SCHEDULES)

    loss, accuracy = make_metrics(np.random.RandomState(SEED))
    archive = BinaryArchive()
    metric_offsets = {"min": archive.add(loss, "f8"), "max": archive.add(accuracy, "f8")}
    cases = []
    for name, kind, options in SCHEDULES:
        rates, momenta = record(name, kind, options, {"min": loss, "max": accuracy})
        assert np.isfinite(rates).all()
        offsets = {"rate": archive.add(rates, "f8")}
        if momenta is not None:
            offsets["momentum"] = archive.add(momenta, "f8")
        case = {"name": name, "scheduler": kind, "optimizer": "Adam" if name in ON_ADAM else "SGD",
                "options": describe(kind, options), "offsets": offsets}
        if name in EPOCH_FRACTIONS:
            case["epochFraction"] = EPOCH_FRACTIONS[name]
        cases.append(case)

    archive.write("schedules.bin.gz")
    write_json("schedules.json", {
        "versions": versions(),
        "layout": [
            "schedules.bin.gz unpacks to little-endian float64[step] arrays; offsets count bytes.",
            "rate[k] and momentum[k] are in force at optimizer step k, after k calls of scheduler.step(); rate[0] is",
            "what the constructor left. With 'epochFraction' f, call number k was scheduler.step(f * k).",
            "ReduceLROnPlateau: after optimizer step k came scheduler.step(metric[k]), with the metric of its mode.",
            "momentum: only where the scheduler cycles it; under Adam it is the first beta.",
            "Formulas among the options are Python expressions; // rounds down, ** is power.",
        ],
        "steps": STEPS,
        "baseRate": BASE_RATE,
        "momentum": MOMENTUM,
        "byteLength": len(archive.content),
        "metricOffsets": metric_offsets,
        "cases": cases,
    })


if __name__ == "__main__":
    main()

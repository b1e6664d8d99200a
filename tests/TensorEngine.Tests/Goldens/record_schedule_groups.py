"""Records the learning rates that the schedulers of torch.optim give to an optimizer with several parameter groups.

Writes schedule_groups.json (what was run, and where its numbers lie) and schedule_groups.bin.gz (the numbers) beside
itself. The tests read those two files and never run this script.
"""

import sys
import warnings

sys.dont_write_bytecode = True  # the imports below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, versions, write_json
from record_schedules import CONSTANT_FACTOR, INVERSE_ROOT, SEED, Formula, build, describe
import torch

STEPS = 200
INITIAL_RATES = [0.1, 0.02, 0.7, 0.0]  # minima and targets below lie above, between and below these

RAMP_FROM_ZERO = Formula("min(1, epoch / 20)", lambda epoch: min(1, epoch / 20))

# (name, scheduler, options), as in record_schedules.py.
SCHEDULES = [
    ("LambdaLR", "LambdaLR", dict(lr_lambda=INVERSE_ROOT)),
    ("LambdaLR: ramp from 0", "LambdaLR", dict(lr_lambda=RAMP_FROM_ZERO)),
    ("MultiplicativeLR", "MultiplicativeLR", dict(lr_lambda=CONSTANT_FACTOR)),
    ("StepLR", "StepLR", dict(step_size=30, gamma=0.5)),
    ("MultiStepLR: in order", "MultiStepLR", dict(milestones=[30, 80], gamma=0.3)),
    ("MultiStepLR: out of order, from 0", "MultiStepLR", dict(milestones=[90, 0, 20, 90], gamma=0.5)),
    ("ConstantLR", "ConstantLR", dict(factor=0.25, total_iters=40)),
    ("LinearLR", "LinearLR", dict(start_factor=0.1, end_factor=0.8, total_iters=120)),
    ("ExponentialLR", "ExponentialLR", dict(gamma=0.97)),
    ("ExponentialLR: growing", "ExponentialLR", dict(gamma=1.05)),
    ("PolynomialLR", "PolynomialLR", dict(total_iters=150, power=2.0)),
    ("CosineAnnealingLR: minimum", "CosineAnnealingLR", dict(T_max=60, eta_min=0.03)),
    ("CosineAnnealingWarmRestarts: minimum", "CosineAnnealingWarmRestarts", dict(T_0=17, T_mult=2, eta_min=0.03)),
    ("CyclicLR", "CyclicLR", dict(base_lr=0.01, max_lr=0.2, step_size_up=20, step_size_down=35, mode="triangular2")),
    ("CyclicLR: no way down", "CyclicLR", dict(base_lr=0.01, max_lr=0.2, step_size_up=20, step_size_down=0)),
    ("OneCycleLR", "OneCycleLR", dict(max_lr=0.3, total_steps=STEPS)),
    ("SWALR", "SWALR", dict(swa_lr=0.05, anneal_epochs=70)),
    ("SWALR: at once", "SWALR", dict(swa_lr=0.05, anneal_epochs=0)),
    ("SequentialLR: warm-up from 0, minimum", "SequentialLR",
     dict(schedulers=[("LambdaLR", dict(lr_lambda=RAMP_FROM_ZERO)), ("CosineAnnealingLR", dict(T_max=150, eta_min=0.03))],
          milestones=[20])),
    ("SequentialLR: warm-up, restarts", "SequentialLR",
     dict(schedulers=[("LinearLR", dict(start_factor=0.25, total_iters=30)),
                      ("CosineAnnealingWarmRestarts", dict(T_0=40, eta_min=0.01))], milestones=[30])),
    ("SequentialLR: equal milestones", "SequentialLR",
     dict(schedulers=[("ConstantLR", dict(factor=0.5, total_iters=20)), ("ExponentialLR", dict(gamma=0.5)),
                      ("StepLR", dict(step_size=25, gamma=0.5))], milestones=[20, 20])),
    ("ChainedScheduler: products", "ChainedScheduler",
     dict(schedulers=[("LinearLR", dict(start_factor=0.5, total_iters=50)), ("StepLR", dict(step_size=60, gamma=0.6)),
                      ("PolynomialLR", dict(total_iters=180, power=1.5))])),
    ("ChainedScheduler: half a wave to 0", "ChainedScheduler",
     dict(schedulers=[("ConstantLR", dict(factor=0.1, total_iters=20)), ("CosineAnnealingLR", dict(T_max=STEPS))])),
    ("ReduceLROnPlateau: minimum", "ReduceLROnPlateau", dict(factor=0.6, patience=3, cooldown=2, min_lr=0.03)),
    ("ReduceLROnPlateau: epsilon", "ReduceLROnPlateau", dict(factor=0.9, patience=1, eps=5e-3)),
]


def record(kind, options, metrics):
    """The rates in force at each optimizer step, a row per group."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in INITIAL_RATES]
    optimizer = torch.optim.SGD(groups, lr=0.5, momentum=0.9)
    scheduler = build(optimizer, kind, options)
    rates = []
    for step in range(STEPS):
        rates.append([float(group["lr"]) for group in optimizer.param_groups])
        optimizer.step()
        if kind == "ReduceLROnPlateau":
            scheduler.step(metrics[step])
        elif step + 1 < STEPS:  # OneCycleLR refuses a step past its end
            scheduler.step()
    return np.array(rates).T


def main():
    # SequentialLR itself passes the epoch argument that torch warns about.
    warnings.filterwarnings("ignore", message="The epoch parameter in `scheduler.step")
    metrics = np.exp(-np.arange(STEPS) / 40) + 0.05 * np.random.RandomState(SEED).standard_normal(STEPS)
    archive = BinaryArchive()
    metric_offset = archive.add(metrics, "f8")
    cases = []
    for name, kind, options in SCHEDULES:
        rates = record(kind, options, metrics)
        assert np.isfinite(rates).all()
        cases.append({"name": name, "scheduler": kind, "options": describe(kind, options), "offset": archive.add(rates, "f8")})

    archive.write("schedule_groups.bin.gz")
    write_json("schedule_groups.json", {
        "versions": versions(),
        "layout": [
            "schedule_groups.bin.gz unpacks to little-endian float64[group, step] arrays; offsets count bytes.",
            "rate[group, k] is in force at optimizer step k, after k calls of scheduler.step().",
            "ReduceLROnPlateau: after optimizer step k came scheduler.step(metric[k]).",
        ],
        "steps": STEPS,
        "initialRates": INITIAL_RATES,
        "byteLength": len(archive.content),
        "metricOffset": metric_offset,
        "cases": cases,
    })


if __name__ == "__main__":
    main()

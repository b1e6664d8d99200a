"""Records optimizers that PyTorch has not, as their authors' packages or pytorch_optimizer compute them, in double precision.

Needs pytorch_optimizer, prodigyopt, dadaptation and dog (dog-optimizer) on the path, SOAP's soap.py, too. Writes papers.json beside
itself. The tests read that file and never run this script.
"""

import sys

sys.dont_write_bytecode = True  # the imports below must leave nothing in this folder

import numpy as np
import torch
from dadaptation import DAdaptAdam
from dog import DoG
from golden_files import shortest, versions, write_json
from prodigyopt import Prodigy
import pytorch_optimizer as others
from pytorch_optimizer.optimizer.agc import agc
from pytorch_optimizer.optimizer.gradient_centralization import centralize_gradient
from soap import SOAP

STEPS = 25
SHAPES = [[5], [2, 3], [3, 2, 2]]

# The class, its options, and whether the values start at 0, where a float tells how far a value has come. Not those of which pytorch_optimizer computes something else than the
# paper: AdEMAMix (corrects both averages), its simplified form (averages), StableAdamW (divides by the squares before the step), ADOPT
# (cuts a step later), NovoGrad (takes the first gradient twice) and SignSGD (loses its momentum).
CASES = {
    "LaProp": (others.LaProp, dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8), False),
    "Yogi": (others.Yogi, dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-3, initial_accumulator=0.0, weight_decay=0.1), False),
    "Mars": (others.MARS, dict(lr=1e-2, betas=(0.95, 0.99), gamma=0.025, weight_decay=0.1, optimize_1d=True), False),
    "Ftrl": (others.FTRL, dict(lr=0.1, lr_power=-0.5, beta=0.5, lambda_1=0.05, lambda_2=0.2), True),
    "Prodigy": (Prodigy, dict(lr=1.0, d0=1e-2, weight_decay=0.1), False),
    "Prodigy, default": (Prodigy, dict(), True),
    "DAdaptAdam": (DAdaptAdam, dict(lr=1.0, d0=1e-2, weight_decay=0.1, decouple=True), False),
    "DAdaptAdam, default": (DAdaptAdam, dict(), True),
    "Dog": (DoG, dict(reps_rel=1e-2, weight_decay=0.1), False),
    "Dog, default": (DoG, dict(), True),
    "Soap": (SOAP, dict(lr=1e-2, betas=(0.9, 0.95), weight_decay=0.1, precondition_frequency=3), False),
    "Soap, one side": (
        SOAP,
        dict(lr=1e-2, shampoo_beta=0.8, precondition_frequency=1, max_precond_dim=3, normalize_grads=True),
        False,
    ),
}


def digits(tensor):
    """Ten digits, as a float has seven."""
    return [float(f"{x:.10g}") for x in tensor.numpy().ravel()]


def main():
    random = np.random.RandomState(20251128)
    start = [random.standard_normal(shape).astype(np.float32) for shape in SHAPES]

    # Gradients of a bowl with noise, so that what estimates a distance finds one; none at first, where some take it for a change.
    noise = [[0.3 * random.standard_normal(shape) for shape in SHAPES] for _ in range(STEPS)]
    cases = {}
    for name, (kind, options, from_zero) in CASES.items():
        # SOAP as matrices: it would find bases for each of three dimensions. It takes the default type for its averages.
        torch.set_default_dtype(torch.float64 if kind is SOAP else torch.float32)
        forms = [values.reshape(len(values), -1) if kind is SOAP and values.ndim > 2 else values for values in start]
        parameters = [torch.tensor(np.float64(values) * (not from_zero), requires_grad=True) for values in forms]
        optimizer = kind(parameters, **options)
        gradients, after = [], []
        for step in range(STEPS):
            given = []
            for parameter, part in zip(parameters, noise[step]):
                gradient = np.float32(parameter.detach().numpy() + part.reshape(parameter.shape) - 0.5)
                if name == "Mars" and step == 0:
                    gradient *= 0
                given.append(gradient)
                parameter.grad = torch.tensor(np.float64(gradient))
            optimizer.step()
            gradients.append([x for gradient in given for x in shortest(gradient)])
            after.append([x for parameter in parameters for x in digits(parameter.detach())])
        cases[name] = {"gradients": gradients, "values": after}

    torch.set_default_dtype(torch.float32)
    weights = random.standard_normal((4, 3, 2)).astype(np.float32)
    gradient = (3 * random.standard_normal((4, 3, 2))).astype(np.float32)
    centralized = torch.tensor(np.float64(gradient))
    centralize_gradient(centralized, gc_conv_only=False)
    matrix, slope = (torch.tensor(np.float64(each)).reshape(4, 6) for each in (weights, gradient))
    clipped = agc(matrix, slope, agc_eps=1e-3, agc_clip_val=1e-2, eps=1e-30)
    write_json(
        "papers.json",
        {
            "versions": versions(),
            "shapes": SHAPES,
            "start": [x for values in start for x in shortest(values)],
            "cases": cases,
            "weights": shortest(weights),
            "gradient": shortest(gradient),
            "centralized": digits(centralized),
            "clipped": digits(clipped),
        },
    )


if __name__ == "__main__":
    main()

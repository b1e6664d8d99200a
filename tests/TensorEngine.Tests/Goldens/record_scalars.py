"""Records exponentials, logarithms, powers, sines and cosines of doubles in high precision.

Writes scalars.json (what was computed, and where its numbers lie) and scalars.bin.gz (the numbers) beside itself.
The tests read those two files and never run this script.
"""

import math
import random
import sys

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import mpmath
import numpy as np
from golden_files import BinaryArchive, write_json

SEED = 20240302
PRECISION = 300  # bits: sines of the largest doubles set theirs higher
ORDINARY = 1000  # points per function that were drawn at random
HARD = 1000  # and those, of so many candidates, whose result is nearest to the middle between two doubles
CANDIDATES = 20000
SMALLEST, LARGEST = 2.0 ** -1074, sys.float_info.max
RANDOM = random.Random(SEED)


def either_sign(value):
    return value if RANDOM.random() < 0.5 else -value


def spread(smallest, largest):
    """Uniform in the exponent."""
    return min(max(math.exp(RANDOM.uniform(math.log(smallest), math.log(largest))), smallest), largest)


def draw_exp():
    kind = RANDOM.randrange(4)
    if kind == 0:
        return RANDOM.uniform(-745.2, 709.8)
    if kind == 1:  # around the ends of the reduced argument
        return (RANDOM.randrange(-2148, 2047) + RANDOM.gauss(0, 1e-3)) * math.log(2) / 2
    return either_sign(spread(1e-18, 1.0)) if kind == 2 else RANDOM.uniform(-1, 1)


def draw_log():
    kind = RANDOM.randrange(4)
    if kind == 0:
        return spread(SMALLEST, LARGEST)
    if kind == 1:
        return 1 + either_sign(spread(2.0 ** -52, 0.5))
    return RANDOM.uniform(0.5, 2) if kind == 2 else math.sqrt(2) * 2.0 ** RANDOM.randrange(-3, 4) * (1 + RANDOM.gauss(0, 1e-3))


def draw_log1p():
    kind = RANDOM.randrange(4)
    if kind == 0:
        return either_sign(spread(1e-320, 0.5))
    if kind == 1:
        return spread(1e-5, LARGEST)
    return RANDOM.uniform(-1, 2) if kind == 2 else -1 + spread(2.0 ** -53, 0.5)


def draw_angle():
    kind = RANDOM.randrange(6)
    if kind == 0:
        return either_sign(spread(1e-9, 1.0))
    if kind == 1:
        return RANDOM.uniform(-10, 10)
    if kind == 2:
        return RANDOM.uniform(-1e5, 1e5)
    if kind == 3:  # next to the zeros
        return RANDOM.randrange(-10 ** 6, 10 ** 6) * (math.pi / 2)
    return either_sign(spread(1e5, 1e22) if kind == 4 else spread(1e22, LARGEST))


def draw_power():
    kind = RANDOM.randrange(5)
    if kind == 0:  # decay rates to the power of a step
        return 1 - spread(1e-9, 0.5), float(RANDOM.randrange(1, 10 ** RANDOM.randrange(1, 7)))
    if kind == 1:
        return RANDOM.uniform(0, 3), RANDOM.uniform(-50, 50)
    if kind == 2:  # next to 1, to large powers
        value = 1 + either_sign(spread(2.0 ** -50, 1e-3))
        return value, RANDOM.uniform(-740, 705) / math.log(value)
    value = spread(1e-300, 1e300)
    exponent = RANDOM.uniform(-744, 709) / math.log(value)
    if kind == 3:
        return value, exponent
    return -value, float(round(exponent))


FUNCTIONS = {
    "exp": (mpmath.exp, draw_exp, []),
    "log": (mpmath.log, draw_log, []),
    "log1p": (mpmath.log1p, draw_log1p, []),
    # Of all doubles the one nearest to a multiple of pi / 2, and others that come close.
    "sin": (mpmath.sin, draw_angle, [(6381956970095103 * 2.0 ** 797,), (math.pi,), (LARGEST,), (1e22,)]),
    "cos": (mpmath.cos, draw_angle, [(6381956970095103 * 2.0 ** 797,), (math.pi / 2,), (LARGEST,), (1e22,)]),
    "power": (mpmath.power, draw_power, [(10.0, 308.0), (10.0, -323.0), (2.0, -1074.0), (0.999999, 1e7)]),
}


def evaluate(function, arguments):
    """The nearest double, and how far the exact value is from it in units of its last place."""
    largest = max(abs(argument) for argument in arguments)
    bits = PRECISION if largest < 1e20 or len(arguments) > 1 else PRECISION + math.frexp(largest)[1]
    with mpmath.workprec(bits):
        exact = function(*(mpmath.mpf(argument) for argument in arguments))
        with mpmath.workprec(PRECISION):
            scale = max(math.frexp(float(exact))[1] - 53, -1074) if math.isfinite(float(exact)) else 971
            units = exact * mpmath.mpf(2) ** -scale  # float() would round twice where the result is denormal
            nearest = int(mpmath.nint(units))
            if abs(nearest) >= 2 ** 53 and scale == 971:
                return math.copysign(math.inf, nearest), 0.0
            rounded = math.ldexp(nearest, scale)
            unit = np.spacing(abs(rounded))
            return rounded, float((units - nearest) * (mpmath.mpf(2) ** scale / mpmath.mpf(float(unit))))


def points(function, draw, chosen):
    def as_tuple(value):
        return value if isinstance(value, tuple) else (value,)

    def hardness(entry):
        return abs(abs(entry[2]) - 0.5)

    drawn = [as_tuple(draw()) for _ in range(CANDIDATES)]
    evaluated = [(arguments, *evaluate(function, arguments)) for arguments in drawn]
    known = [(arguments, *evaluate(function, arguments)) for arguments in chosen]
    return known + evaluated[:ORDINARY] + sorted(evaluated[ORDINARY:], key=hardness)[:HARD]


def main():
    archive = BinaryArchive()
    functions = []
    for name, (function, draw, chosen) in FUNCTIONS.items():
        recorded = points(function, draw, chosen)
        arguments = [np.array(column) for column in zip(*(entry[0] for entry in recorded))]
        functions.append({
            "name": name,
            "points": len(recorded),
            "arguments": [archive.add(column, "f8") for column in arguments],
            "result": archive.add(np.array([entry[1] for entry in recorded]), "f8"),
            "rest": archive.add(np.array([entry[2] for entry in recorded], dtype=np.float32), "f4"),
        })
    archive.write("scalars.bin.gz")
    write_json("scalars.json", {
        "versions": {"mpmath": mpmath.__version__},
        "layout": [
            "scalars.bin.gz unpacks to little-endian arrays; offsets count bytes. Arguments and result are float64[points].",
            "result is the double nearest to the function's exact value, rest (float32[points]) the exact value less result,",
            "in units of the result's last place: the distance from |result| to the next larger double.",
        ],
        "byteLength": len(archive.content),
        "functions": functions,
    })


if __name__ == "__main__":
    main()

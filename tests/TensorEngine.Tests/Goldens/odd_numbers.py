"""The values and gradients of record_odd_settings.py, made from a seed.

OddNumbers.cs makes the same ones, bit for bit, so that they need not be stored: every number is put together from
the bits of a hash, and nothing is computed in floating point.
"""

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
VALUES, ELEMENTS, GRADIENTS, ROWS = 0, 1, 2, 1000  # streams; those of a step are the last two + step
LOWEST, HIGHEST = -100, 99  # exponents of gradients: 7.9e-31 to 1.3e30


def u(number):
    return np.uint64(number)


def mix(z):
    """The finalizer of splitmix64."""
    with np.errstate(over="ignore"):
        z = (z ^ (z >> u(30))) * u(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> u(27))) * u(0x94D049BB133111EB)
        return z ^ (z >> u(31))


def words(seed, stream, count):
    with np.errstate(over="ignore"):
        start = mix(u(seed) * GOLDEN + u(stream))
        return mix(start + GOLDEN * np.arange(1, count + 1, dtype=np.uint64))


def byte(words, at):
    """Eight bits of every word, of which `at` is the lowest."""
    return ((words >> u(at)) & u(0xFF)).astype(np.int64)


def floats(mantissas, exponents, negative):
    bits = ((mantissas & u(0x7FFFFF)).astype(np.int64) | ((exponents + 127) << 23) | (negative.astype(np.int64) << 31))
    return bits.astype(np.uint32).view(np.float32)


def initial_values(seed, range_, count):
    """Magnitudes from 2^range_[0] to 2^(range_[1] + 1); one in 64 is 0."""
    word = words(seed, VALUES, count)
    exponents = range_[0] + byte(word, 40) % (range_[1] - range_[0] + 1)
    values = floats(word, exponents, byte(word, 23) < 128)
    return np.where(byte(word, 31) < 4, np.float32(0), values)


def gradients(seed, kind, step, elements):
    """The gradients of a step, counted from 1, of the elements with these numbers; kind is described in the recording."""
    count = len(elements)
    word = words(seed, GRADIENTS + step, count)
    own = words(seed, ELEMENTS, int(max(elements)) + 1 if count else 0)[elements]
    exponents = kind["lowest"] + byte(own, 32) % (kind["highest"] - kind["lowest"] + 1)
    exponents = exponents + byte(word, 23) % (2 * kind["spread"] + 1) - kind["spread"]
    exponents = exponents + np.where(byte(word, 47) < kind["bursts"], kind["burst"], 0)
    negative = byte(word, 31) >= 26 + byte(own, 0) % 205  # some nearly always point the same way, and some hardly ever do
    quiet = (byte(own, 8) < kind["quiet"]) & (step >= kind["quietFrom"])
    values = floats(word, np.clip(exponents, LOWEST, HIGHEST), negative)
    return np.where((byte(word, 39) < kind["zeros"]) | quiet, np.float32(0), values)


def rows_of_step(seed, step, rows):
    """The rows of a table that a step has gradients for, some of them twice; the last row is never among them."""
    word = words(seed, ROWS + step, 2 * rows)
    count = 1 + int(word[0] % u(rows))
    return (word[1:count + 1] % u(max(1, rows - 1))).astype(np.int64)

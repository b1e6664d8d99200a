"""What the recording scripts share: file formats, and the measure of a float32 error."""

import gzip
import json
import os
import pathlib

# The vector kernels of torch differ in the last bit from one instruction set to the next. AVX2 is what
# nearly every x86 machine has, so pinning it lets another machine record the same files. Torch reads the
# variable while it is imported, hence before the import.
os.environ["ATEN_CPU_CAPABILITY"] = "avx2"

import numpy as np
import torch

torch.set_num_threads(1)

FOLDER = pathlib.Path(__file__).resolve().parent
LINE_WIDTH = 150


def versions():
    return {"torch": torch.__version__, "numpy": np.__version__, "kernels": os.environ["ATEN_CPU_CAPABILITY"]}


def recorded_steps(last):
    """1..10, where start-up effects show, then every tenth."""
    return list(range(1, 11)) + list(range(20, last + 1, 10))


class BinaryArchive:
    """Little-endian arrays one after the other, each known by the byte offset that add() returns."""

    def __init__(self):
        self.content = bytearray()

    def add(self, array, dtype):
        self.content.extend(bytes(-len(self.content) % 8))  # so that a float64 array can be read in place
        offset = len(self.content)
        array = np.asarray(array)
        assert array.dtype == np.dtype(dtype), f"{array.dtype} would be narrowed to {dtype}"
        self.content.extend(array.astype(np.dtype(dtype).newbyteorder("<")).tobytes(order="C"))
        return offset

    def write(self, name, folder=FOLDER):
        # No file name and no time in the gzip header: the same data must give the same bytes.
        with open(folder / name, "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
                packed.write(self.content)


def write_json(name, content, folder=FOLDER):
    (folder / name).write_text(format_json(content) + "\n", encoding="utf-8")


def format_json(value, indent=0, lead=0):
    """JSON in which whatever fits on a line stays on one and long lists of numbers are filled like text.

    `lead` is the room that the key in front of the value takes on its first line.
    """
    line = dump(value)
    if len(line) + indent + lead <= LINE_WIDTH or not isinstance(value, (dict, list, tuple)):
        return line
    inner = indent + 2
    if isinstance(value, dict):
        keys = [json.dumps(key) + ": " for key in value]
        entries = [key + format_json(entry, inner, len(key)) for key, entry in zip(keys, value.values())]
        opening, closing = "{}"
    elif any(isinstance(entry, (dict, list, tuple)) for entry in value):
        entries = [format_json(entry, inner) for entry in value]
        opening, closing = "[]"
    else:
        entries = fill_lines([dump(entry) for entry in value], LINE_WIDTH - inner)
        opening, closing = "[]"
    margin = "\n" + " " * inner
    return opening + margin + ("," + margin).join(entries) + "\n" + " " * indent + closing


def dump(value):
    # NaN and infinities are no JSON; better to fail here than in the reader.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def fill_lines(words, width):
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 2 < width:
            lines[-1] += ", " + word
        else:
            lines.append(word)
    return lines


def shortest(array):
    """float32 values as numbers whose decimal form is the shortest that still names the float32."""
    return [float(str(value)) for value in np.asarray(array, dtype=np.float32).ravel()]


def rounded(value):
    """An error measure: four digits say enough."""
    return float(f"{value:.4g}")


def float32_error(truth, update, single):
    """Distance of a float32 run from the float64 truth, in units in the last place.

    The unit is the float32 spacing at the larger of the value and its latest update: a parameter that happens
    to pass close to zero was still computed from numbers of the size of its update.
    Elements that are NaN in the truth are left out. Returns the fields of a case.
    """
    scale = np.maximum(np.abs(truth), update).astype(np.float32)
    defined = ~np.isnan(truth)
    assert np.isfinite(scale[defined]).all(), "the truth leaves the range of float32"
    error = np.full(truth.shape, -1.0)
    error[defined] = np.abs(single.astype(np.float64) - truth)[defined] / np.spacing(scale[defined])
    both = defined & ~np.isnan(single)
    step, element = np.unravel_index(np.argmax(np.where(both, error, -1.0)), error.shape)
    return {
        "torchError": rounded(error[step, element]),
        "torchErrorMean": rounded(error[both].mean()),
        "torchErrorAt": {"recordedStep": int(step), "element": int(element)},
        "nanElements": int((~defined[-1]).sum()),
        "nanAgrees": bool((np.isnan(single) == ~defined).all()),
    }

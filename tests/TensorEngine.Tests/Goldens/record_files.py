"""Records files in the formats of safetensors and NumPy, and the floats that their elements are.

Writes files.json (what is in the files) and files.bin.gz (the files, and the floats) beside itself. The safetensors files come from
a writer and a strict reader that follow the format's text and share nothing with the library; the .npy and .npz files come from NumPy
itself. `record_files.py FILE` checks a file instead: that the strict reader, or np.load, accepts it.
The tests read the two recordings and never run this script.
"""

import io
import json
import struct
import sys
import warnings

sys.dont_write_bytecode = True  # the import below must leave nothing in this folder

import numpy as np
from golden_files import BinaryArchive, versions, write_json

# In the order of the format's library, and their bits.
TYPES = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}
ORDER = list(TYPES)
SPECIAL = [0.0, -0.0, 1.0, -1.5, 1e-45, 1.1754944e-38, 3.4028235e38, float("inf"), float("-inf"), float("nan"), 65504.0, 6e-8]


# -- safetensors ---------------------------------------------------------------------------------------------------


def write_safetensors(tensors, metadata):
    """tensors: (name, dtype, shape, bytes). The header as Rust's serde_json writes it: nothing escaped that need not be."""
    ordered = sorted(tensors, key=lambda tensor: (-ORDER.index(tensor[1]), tensor[0].encode("utf-8")))
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = dict(sorted(metadata.items(), key=lambda item: item[0].encode("utf-8")))
    for name, dtype, shape, content in ordered:
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), "duplicate keys"
    return dict(pairs)


def read_safetensors(content):
    """Refuses whatever the format's text does not allow."""
    (length,) = struct.unpack("<Q", content[:8])
    assert length <= 100_000_000 and 8 + length <= len(content)
    text = content[8:8 + length]
    assert text[:1] == b"{" and text.rstrip(b" ")[-1:] == b"}"
    header = json.loads(text.decode("utf-8"), object_pairs_hook=no_duplicates)
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(value, str) for value in metadata.values())
    end, tensors = 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        assert set(entry) == {"dtype", "shape", "data_offsets"}
        first, last = entry["data_offsets"]
        bits = TYPES[entry["dtype"]]
        for dimension in entry["shape"]:
            assert isinstance(dimension, int) and dimension >= 0
            bits *= dimension
        assert first == end and bits % 8 == 0 and last - first == bits // 8
        tensors[name] = (entry["dtype"], tuple(entry["shape"]), content[8 + length + first:8 + length + last])
        end = last
    assert 8 + length + end == len(content)
    return tensors, metadata


def as_floats(dtype, content):
    with np.errstate(over="ignore"):
        if dtype == "BF16":
            return (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32)
        numpy_type = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}.get(dtype)
        return None if numpy_type is None else np.frombuffer(content, numpy_type).astype(np.float32)


def safetensors_cases():
    random = np.random.RandomState(20240501)
    floats = np.array(SPECIAL, "<f4")
    # Around the middle between two floats, and around the largest float and the middle beyond it.
    middles = [1 + 2.0 ** -24, 1 + 2.0 ** -24 + 2.0 ** -52, 1 + 3 * 2.0 ** -24, 2.0 ** -150, 2.0 ** -150 * (1 + 2.0 ** -52), 2.0 ** -151,
               3.4028235677973366e38, 3.4028235677973362e38, 1e300, -1e300, 5e-324]
    doubles = np.array(SPECIAL + middles, "<f8")
    return [
        ("nothing", [], {}),
        ("scalar", [("test", "I32", (), bytes(4))], {}),
        ("metadata only", [], {"format": "pt"}),
        ("empty tensors", [("b", "F32", (2, 0), b""), ("a", "F32", (0,), b""), ("c", "F32", (1,), b"\0\0\x80\x3f")], {}),
        ("a network", [
            ("fc1.weight", "F32", (3, 4), random.randn(12).astype("<f4").tobytes()),
            ("fc1.bias", "F32", (3,), random.randn(3).astype("<f4").tobytes()),
            ("steps", "I64", (), struct.pack("<q", 123456789012345)),
        ], {"format": "pt", "note": "weights \"and\" biases"}),
        ("every float type", [
            ("single", "F32", (len(SPECIAL),), floats.tobytes()),
            ("double", "F64", (doubles.size,), doubles.tobytes()),
            ("half", "F16", (1024,), np.arange(0, 65536, 64).astype("<u2").tobytes()),
            ("brain", "BF16", (32, 32), np.arange(0, 65536, 64).astype("<u2").tobytes()),
        ], {}),
        ("every type", [(name, name, (8,), bytes(range(bits))) for name, bits in TYPES.items()], {}),
        ("names", [(name, "U8", (1,), bytes([index])) for index, name in enumerate([
            "", "z", "Z", "\u00e9", "\ue000", "\U00010000", "\uffff", "\u2028", "a/b", "quote\" back\\slash", "tab\tline\nreturn\r",
            "bell\u0007 back\b form\f", "delete\u007f", "<&'+>",
        ])], {"\U00010000": "last", "\uffff": "before", "": "first", "text": "line\nbreak \u0001 \"\\ \u00e9"}),
    ]


# -- NumPy ---------------------------------------------------------------------------------------------------------


def saved(array, version=None):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer versions than needed
        np.lib.format.write_array(file, array, version, allow_pickle=False)
    return file.getvalue()


def float_shapes():
    yield ()
    for shape in [(1,), (5,), (10,), (100,), (2, 3), (3, 2), (12, 1), (1, 12), (2, 3, 4), (1, 1, 1), (7, 1, 5, 2), (1000,), (33, 31)]:
        yield shape
    for rank in range(5, 33):  # passes every length of the header
        yield (2,) + (1,) * (rank - 1)


def typed_arrays():
    """Every type, with the values at its ends and in between."""
    random = np.random.RandomState(20240502)
    for code in ["f2", "f4", "f8"]:
        with np.errstate(over="ignore"):
            yield code, np.array(SPECIAL, dtype=code).reshape(3, 4)
    for code in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        info = np.iinfo(code)
        ends = [info.min, info.min + 1, 0, 1, info.max - 1, info.max]
        near = [value for power in (24, 25, 31, 32, 53, 62, 63) for distance in range(-3, 4)
                for value in [2 ** power + distance, 2 ** power + 2 ** (power - 24) + distance] if info.min <= value <= info.max]
        drawn = [int.from_bytes(random.bytes(8), "little") >> random.randint(64) for _ in range(60)]
        values = ends + near + [value for value in drawn if value <= info.max]
        values += [0] * (-len(values) % 6)
        yield code, np.array(values, dtype=code).reshape(2, 3, -1)
    yield "b1", np.array([[True, False, True], [False, False, True]])


def npy_cases():
    random = np.random.RandomState(20240503)
    for shape in float_shapes():
        array = random.randn(*shape).astype("<f4") if shape else np.array(0.1, "<f4")
        yield f"f4 {shape}", array, saved(array), True
    for code, array in typed_arrays():
        for order in "<>" if array.itemsize > 1 else "|":
            for fortran in (False, True):
                for version in [(1, 0), (2, 0), (3, 0)]:
                    typed = array.astype(order + code if order != "|" else code)
                    typed = np.asfortranarray(typed) if fortran else typed
                    yield f"{order}{code} {'F' if fortran else 'C'} {version[0]}", typed, saved(typed, version), False
    for shape in [(0,), (2, 0), (0, 3)]:
        yield f"empty {shape}", np.zeros(shape, "<f4"), saved(np.zeros(shape, "<f4")), False
    large = np.asfortranarray((random.randint(-9, 9, (37, 23, 41)) * 10001).astype(">i4"))  # more than a reader takes at a time
    yield "large >i4 F", large, saved(large), False


def npz_cases():
    random = np.random.RandomState(20240504)
    arrays = {"weight": random.randn(4, 3).astype("<f4"), "bias": np.zeros(100), "steps": np.array(7), "layer/scale": np.ones(2, "f2")}
    for name, save in [("stored", np.savez), ("deflated", np.savez_compressed)]:
        file = io.BytesIO()
        save(file, **arrays)
        yield name, arrays, file.getvalue()


# -- recording -----------------------------------------------------------------------------------------------------


def main():
    archive = BinaryArchive()

    def recorded(content):
        return {"offset": archive.add(np.frombuffer(content, np.uint8), "u1"), "length": len(content)}

    def floats(array):
        with np.errstate(over="ignore"):
            single = np.ascontiguousarray(np.asarray(array).astype(np.float32)).ravel()
        return {"offset": archive.add(single, "f4"), "length": int(single.size)}

    def safetensors_entry(name, tensors, metadata):
        content = write_safetensors(tensors, metadata)
        expected = {tensor[0]: tensor[1:] for tensor in tensors}
        assert read_safetensors(content) == (expected, metadata), name
        entries = []
        for tensor_name, dtype, shape, data in tensors:
            entry = {"name": tensor_name, "dtype": dtype, "shape": list(shape), "content": recorded(data)}
            values = as_floats(dtype, data)
            entries.append(entry if values is None else {**entry, "floats": floats(values)})
        return {"name": name, "file": recorded(content), "metadata": metadata, "tensors": entries}

    entries = {
        "safetensors": [safetensors_entry(*case) for case in safetensors_cases()],
        "npy": [
            {"name": name, "file": recorded(content), "shape": list(array.shape), "isSaved": is_saved, "floats": floats(array)}
            for name, array, content, is_saved in npy_cases()
        ],
        "npz": [
            {"name": name, "file": recorded(content), "arrays": [
                {"name": key, "shape": list(array.shape), "floats": floats(array)} for key, array in arrays.items()]}
            for name, arrays, content in npz_cases()
        ],
    }
    write_json("files.json", {
        "versions": {"numpy": versions()["numpy"]},
        "layout": [
            "files.bin.gz unpacks to bytes and little-endian float32; offsets count bytes, lengths count elements.",
            "content: a tensor's bytes; floats: its elements as float32, rounded to nearest, row by row.",
            "isSaved: what np.save writes for the float32 array.",
        ],
        "byteLength": len(archive.content),
        **entries,
    })
    archive.write("files.bin.gz")


def check(path):
    if path.endswith(".safetensors"):
        with open(path, "rb") as file:
            tensors, metadata = read_safetensors(file.read())
        print(f"{path}: {len(tensors)} tensors, metadata {metadata}")
    else:
        loaded = np.load(path, allow_pickle=False)
        arrays = dict(loaded) if path.endswith(".npz") else {"": loaded}
        for name, array in arrays.items():
            print(f"{path}: {name} {array.dtype} {array.shape} {array.ravel()[:4]}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        check(sys.argv[1])
    else:
        main()

"""
Writes onnx.json: the node cases of ONNX 1.12 (Debian's libonnx-testdata), those whose ops, dtypes and sizes fluxion's tests can use.

    python3 test/onnx/make.py /usr/share/libonnx-testdata/data/node > test/onnx/onnx.json

Reads protobuf's wire format with the standard library alone: the few messages of onnx.proto that node cases are made of.
"""

import base64
import json
import struct
import sys
from pathlib import Path

SOURCE = "the node test cases of ONNX 1.12, https://github.com/onnx/onnx, Apache-2.0"

# A case with an array of more elements than this is left out.
LARGEST = 8192

# TensorProto.DataType: name here, struct's letter, bytes.
TYPES = {
    1: ("f32", "f", 4),
    2: ("u8", "B", 1),
    3: ("i8", "b", 1),
    4: ("u16", "H", 2),
    5: ("i16", "h", 2),
    6: ("i32", "i", 4),
    7: ("i64", "q", 8),
    9: ("bool", "B", 1),
    10: ("f16", "e", 2),
    11: ("f64", "d", 8),
    12: ("u32", "I", 4),
    13: ("u64", "Q", 8),
}

# The dtype of fluxion that values of one of ONNX's are held in. Integers must fit; floats of 64 bits are rounded to 32.
DTYPES = {"u8": "u32", "u16": "u32", "u64": "u32", "i8": "i32", "i16": "i32", "i64": "i32", "f64": "f32"}
RANGES = {"i32": (-(2**31), 2**31 - 1), "u32": (0, 2**32 - 1)}


class Unsupported(Exception):
    """Why a case is left out."""


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def signed(value):
    return value - 2**64 if value >= 2**63 else value


def fields(data):
    """A message's fields: number, and an int or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at : at + size], at + size
        yield key >> 3, value


def group(data):
    found = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def ints(values):
    """Repeated integers, packed or not."""
    found = []
    for value in values:
        if isinstance(value, int):
            found.append(signed(value))
            continue
        at = 0
        while at < len(value):
            item, at = varint(value, at)
            found.append(signed(item))
    return found


def text(message, number):
    return message[number][0].decode() if number in message else ""


def texts(message, number):
    return [value.decode() for value in message.get(number, [])]


def floats(values):
    joined = b"".join(values)
    return list(struct.unpack(f"<{len(joined) // 4}f", joined))


def elements(message, kind):
    """A tensor's elements: raw, or in the field for their type."""
    name, letter, size = kind
    if 9 in message:
        raw = message[9][0]
        return list(struct.unpack(f"<{len(raw) // size}{letter}", raw))
    if name == "f32":
        return floats(message.get(4, []))
    if name == "f64":
        joined = b"".join(message.get(10, []))
        return list(struct.unpack(f"<{len(joined) // 8}d", joined))
    values = ints(message.get(5, []) + message.get(7, []) + message.get(11, []))
    if name == "f16":
        return [struct.unpack("<e", struct.pack("<H", value))[0] for value in values]
    return values


def tensor(data):
    message = group(data)
    number = message.get(2, [0])[0]
    if number not in TYPES:
        raise Unsupported("strings, complex numbers and bfloat16")
    shape = ints(message.get(1, []))
    values = elements(message, TYPES[number])
    if len(values) > LARGEST:
        raise Unsupported("large arrays")
    return {**held(TYPES[number][0], values), "shape": shape}


def held(name, values):
    dtype = DTYPES.get(name, name)
    if dtype in RANGES and any(not RANGES[dtype][0] <= value <= RANGES[dtype][1] for value in values):
        raise Unsupported("64-bit integers beyond 32 bits")
    given = {} if dtype == name else {"onnx": name}
    return {"dtype": dtype, **given, "data": written(dtype, values)}


def written(dtype, values):
    """Bits of floats in base64, integers as they are."""
    if dtype == "f32":
        return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
    if dtype == "f16":
        return base64.b64encode(struct.pack(f"<{len(values)}e", *values)).decode()
    return [int(value) for value in values]


def attribute(data):
    message = group(data)
    kind = message.get(20, [0])[0]
    if kind == 1:
        return struct.unpack("<f", message[2][0])[0]
    if kind == 2:
        return signed(message[3][0])
    if kind == 3:
        return message[4][0].decode()
    if kind == 4:
        return tensor(message[5][0])
    if kind == 6:
        return floats(message[7])
    if kind == 7:
        return ints(message.get(8, []))
    if kind == 8:
        return texts(message, 9)
    raise Unsupported("subgraphs")


def node(data):
    message = group(data)
    attributes = {text(group(a), 1): attribute(a) for a in message.get(5, [])}
    given = {"attributes": attributes} if attributes else {}
    return {"op": text(message, 4), "inputs": texts(message, 1), "outputs": texts(message, 2), **given}


def arrays(folder, kind, names):
    files = sorted(folder.glob(f"{kind}_*.pb"), key=lambda f: int(f.stem.split("_")[1]))
    found = [tensor(file.read_bytes()) for file in files]
    return [{**array, "name": name} for array, name in zip(found, names)]


def value_infos(graph, number):
    """Names of inputs or outputs; only tensors are known here (TypeProto.tensor_type is field 1)."""
    infos = [group(info) for info in graph.get(number, [])]
    if any(1 not in group(info[2][0]) for info in infos):
        raise Unsupported("sequences and optional values")
    return [text(info, 1) for info in infos]


def case(folder):
    model = group((folder / "model.onnx").read_bytes())
    graph = group(model[7][0])
    nodes = [node(n) for n in graph[1]]
    inputs = arrays(folder / "test_data_set_0", "input", value_infos(graph, 11))
    outputs = arrays(folder / "test_data_set_0", "output", value_infos(graph, 12))
    return {"name": folder.name[5:], "nodes": nodes, "inputs": inputs, "outputs": outputs}


# What node cases are of that fluxion has no function for, or that are no pure functions from tensors to tensors of fixed shapes.
NO_OPS = {
    "no such function here": [
        "Acosh", "Asinh", "Atanh", "ConvInteger", "DFT", "DynamicQuantizeLinear", "GridSample",
        "MaxUnpool", "MelWeightMatrix", "QLinearConv", "QLinearMatMul", "Resize", "ReverseSequence", "RoiAlign",
        "STFT", "TfIdfVectorizer",
    ],
    "training operators of ONNX": ["Adagrad", "Adam", "Momentum"],
    "shapes that depend on values": ["NonMaxSuppression", "NonZero", "Unique"],
    "random numbers of no stated generator": ["Bernoulli", "RandomUniformLike"],
}  # fmt: skip

# Cases of operators that we have, by the start of their names.
NO_CASES = {
    "means, variances and masks of training": ["batchnorm_epsilon_training_mode", "batchnorm_example_training_mode", "training_dropout"],
    "casts to and from bfloat16": ["cast_BFLOAT16", "cast_FLOAT_to_BFLOAT16", "castlike_BFLOAT16", "castlike_FLOAT_to_BFLOAT16"],
    "windows, whose length is an argument": ["blackmanwindow", "hammingwindow", "hannwindow"],
    "MaxPool: no dilation and no indices of maxima": ["maxpool_2d_dilations", "maxpool_with_argmax"],
    "Pad: modes other than constant": ["edge_pad", "reflect_pad"],
    "Scatter: products": ["scatternd_multiply"],
}


def reason_for(found):
    """Why a case is left out, if it is."""
    ops = {n["op"] for n in found["nodes"]}
    return next(
        (reason for reason, names in NO_OPS.items() if ops & set(names)),
        next((reason for reason, starts in NO_CASES.items() if any(found["name"].startswith(s) for s in starts)), None),
    )


def main(root):
    kept, out = [], {}
    for folder in sorted(root.iterdir()):
        try:
            found = case(folder)
            reason = reason_for(found)
        except Unsupported as error:
            reason = str(error)
        if reason is None:
            kept.append(found)
        else:
            out.setdefault(reason, []).append(folder.name[5:])
    print(json.dumps({"source": SOURCE, "leftOut": out, "cases": kept}, separators=(",", ":")).replace('{"name":', '\n{"name":').replace('"nodes"', '\n"nodes"'))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

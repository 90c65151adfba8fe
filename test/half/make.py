"""Writes half.json: results of NumPy's float16, as bits, for the test beside it.

Run with a Python that has NumPy, such as Debian's python3-numpy: /usr/bin/python3 make.py.

Operands are bits of float16. Elementwise functions other than + - * / and sqrt, which NumPy rounds correctly, are taken
in float64 and rounded to float32, then to float16. Sums are over numbers for which float32 is exact.
"""

import json
import pathlib

import numpy as np

DIR = pathlib.Path(__file__).parent
rng = np.random.default_rng(16)
np.seterr(all="ignore")

edges = [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x3555, 0x3BFF, 0x3C00, 0xBC00, 0x3C01, 0x4248, 0x6400, 0x67FF, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00]


def half(bits):
    return np.array(bits, dtype=np.uint16).view(np.float16)


def bits(x):
    x = np.asarray(x, dtype=np.float16)
    return np.where(np.isnan(x), 0x7E00, x.view(np.uint16)).reshape(-1).tolist()


def by_f32(f):
    return lambda *xs: f(*[x.astype(np.float64) for x in xs]).astype(np.float32).astype(np.float16)


unary = {
    "sqrt": np.sqrt,
    "neg": np.negative,
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "square": np.square,
    "exp": by_f32(np.exp),
    "expm1": by_f32(np.expm1),
    "log": by_f32(np.log),
    "log1p": by_f32(np.log1p),
    "tanh": by_f32(np.tanh),
    "atan": by_f32(np.arctan),
}
binary = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    # of two zeros +0 is the larger, as IEEE 754-2019 has it; NumPy gives either
    "maximum": lambda x, y: np.where((x == 0) & (y == 0), x + y, np.maximum(x, y)),
    "minimum": lambda x, y: np.where((x == 0) & (y == 0), -(-x - y), np.minimum(x, y)),
    "atan2": by_f32(np.arctan2),
}

x = np.concatenate([edges, rng.integers(0, 65536, 200)]).astype(np.uint16)
pairs = np.array([[a, b] for a in edges for b in edges] + rng.integers(0, 65536, (1000, 2)).tolist(), dtype=np.uint16)
# near each other, where sums cancel and quotients are near 1
pairs = np.concatenate([pairs, np.stack([x, x + rng.integers(1, 40, len(x)).astype(np.uint16)], axis=1)])
# half way between two float16s, and just beside
ends = rng.integers(0, 0x7BFF, 150).astype(np.uint16)
middle = (half(ends).astype(np.float64) + half(ends + 1).astype(np.float64)) / 2
floats = np.concatenate([middle, middle * (1 + 2.0**-23), middle * (1 - 2.0**-23), -middle, [65519.996, 65520, 1e9, -1e9, 2.0**-25, 2.0**-25 * 1.0001, 2.0**-26]])
doubles = np.concatenate([middle * (1 + 2.0**-50), middle * (1 - 2.0**-50), [1 + 2.0**-11 + 2.0**-40, 2.0**-25 * (1 + 2.0**-40)]])
ints = [0, 1, -1, 2047, 2049, 2051, 4098, 4102, 65504, 65519, 65520, -65520, 16777217, 2147483647, -2147483648]


def eighths(*shape):
    return (rng.integers(-40, 41, shape) / 8).astype(np.float16)


a, b = eighths(3, 50), eighths(50, 4)
wide = [a.astype(np.float32), b.astype(np.float32)]
sums = {
    "matmul": {"args": [bits(a), bits(b)], "result": bits((wide[0] @ wide[1]).astype(np.float16))},
    # 65504 + 65504 - 65504: past the largest float16 on the way
    "sum": {"args": [[0x7BFF, 0x7BFF, 0xFBFF, 0x3C00, 0x0001]], "result": bits(np.float32(65505).astype(np.float16))},
    "mean": {"args": [[0x7BFF] * 5], "result": [0x7BFF]},
    "cumsum": {"args": [bits(a)], "result": bits(np.cumsum(wide[0].reshape(-1)).astype(np.float16))},
}

(DIR / "half.json").write_text(
    json.dumps(
        {
            "numpy": np.__version__,
            "x": x.tolist(),
            "unary": {name: bits(f(half(x))) for name, f in unary.items()},
            "pairs": pairs.tolist(),
            "binary": {name: bits(f(half(pairs[:, 0]), half(pairs[:, 1]))) for name, f in binary.items()},
            "fromF32": {"x": floats.astype(np.float32).tolist(), "result": bits(floats.astype(np.float32).astype(np.float16))},
            "fromF64": {"x": doubles.tolist(), "result": bits(doubles.astype(np.float16))},
            "fromI32": {"x": ints, "result": bits(np.array(ints, dtype=np.int32).astype(np.float16))},
            "sums": sums,
        },
        separators=(",", ":"),
    )
    + "\n"
)

"""Files written by NumPy, with the values that they hold: python3 test/interop/make.py > test/interop/numpy.json"""

import base64
import io
import json

import numpy as np


def packed(save):
    out = io.BytesIO()
    save(out)
    return base64.b64encode(out.getvalue()).decode()


def case(array):
    return {
        "file": packed(lambda out: np.save(out, array)),
        "shape": list(array.shape),
        "values": [float(x) for x in np.ascontiguousarray(array).ravel()],
        "descr": array.dtype.str,
    }


grid = np.arange(24).reshape(2, 3, 4)
arrays = [grid.astype(t) for t in ["<f4", ">f4", "<f8", "<f2", "<i4", ">i2", "<i8", "u1", "i1", "<u2", "<u4", "<u8"]]
arrays += [grid % 2 == 0, np.float32(2.5).reshape(()), np.zeros((0, 3), "f4"), np.asfortranarray(grid.astype("f4") / 7), np.arange(5, dtype="f4") - 2]
some = {"weights": (grid / 8).astype("f4"), "bias": np.arange(3, dtype="i4")}

print(
    json.dumps(
        {
            "numpy": np.__version__,
            "npy": [case(a) for a in arrays],
            "npz": packed(lambda out: np.savez(out, **some)),
            "compressed": packed(lambda out: np.savez_compressed(out, **some)),
            "refused": [packed(lambda out: np.save(out, a)) for a in [np.array(["a"]), np.array([1j]), np.array([2**40])]],
        },
        indent=1,
    )
)

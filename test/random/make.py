"""Writes jax.json: what jax.random gives, in both of its counting modes, for the tests beside it.

Run with any Python that has JAX 0.5 or later: python make.py. Floats are written as their bits.
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

r = jax.random


def plain(x):
    x = np.asarray(x)
    kind = {"f": "f32", "i": "i32", "u": "u32", "b": "bool"}[x.dtype.kind]
    data = x.view(np.uint32) if kind == "f32" else x.astype(np.int64)
    return {"shape": list(x.shape), "dtype": kind, "data": data.ravel().tolist()}


def values():
    key = r.PRNGKey
    grid = jnp.log(jnp.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]], jnp.float32))
    rows = jnp.arange(12, dtype=jnp.int32).reshape(4, 3)
    cases = {
        "key": r.key_data(r.key(1234567890)),
        "key of -1": key(-1),
        "foldIn": r.fold_in(key(3), 11),
        "foldIn of a large number": r.fold_in(key(3), 2**32 - 2),
        "split": r.split(key(0)),
        "split into 5": r.split(key(9), 5),
        "bits of 1701": r.bits(key(1701), (3,)),
        "bits, even": r.bits(key(42), (2, 4)),
        "bits, odd": r.bits(key(42), (3, 5)),
        "bits, scalar": r.bits(key(5)),
        "uniform": r.uniform(key(0), (7,)),
        "uniform, scalar": r.uniform(key(0)),
        "uniform in a range": r.uniform(key(1), (9,), minval=-2.0, maxval=6.0),
        "uniform in ranges": r.uniform(key(1), (2, 3), minval=jnp.array([0.0, 1.0, -4.0]), maxval=jnp.array([[1.0], [8.0]])),
        "normal": r.normal(key(0), (10,)),
        "normal, scalar": r.normal(key(42)),
        "normal, many": r.normal(key(17), (500,)),
        "truncatedNormal": r.truncated_normal(key(2), -1.0, 2.0, (50,)),
        "truncatedNormal, half open": r.truncated_normal(key(2), 0.5, jnp.inf, (50,)),
        "truncatedNormal, ranges": r.truncated_normal(key(2), jnp.array([-1.0, 0.0, 3.0]), jnp.array([1.0, 0.125, 4.0])),
        "bernoulli": r.bernoulli(key(4), 0.3, (40,)),
        "bernoulli of probabilities": r.bernoulli(key(4), jnp.array([0.0, 0.5, 1.0]), (5, 3)),
        "gumbel": r.gumbel(key(6), (30,)),
        "categorical": r.categorical(key(8), grid),
        "categorical, many": r.categorical(key(8), grid, shape=(20, 2)),
        "categorical on axis 0": r.categorical(key(8), grid, axis=0, shape=(10, 3)),
        "permutation of 10": r.permutation(key(7), 10),
        "permutation in two rounds": r.permutation(key(7), jnp.arange(2048, dtype=jnp.int32).reshape(8, 256), independent=True)[:, :6],
        "permutation of rows": r.permutation(key(3), rows),
        "permutation of columns": r.permutation(key(3), rows, axis=1),
        "permutation, independent": r.permutation(key(3), rows, axis=1, independent=True),
    }
    return {name: plain(value) for name, value in cases.items()}


modes = {}
for name, on in (("byHalves", False), ("byIndex", True)):
    jax.config.update("jax_threefry_partitionable", on)
    modes[name] = values()

path = pathlib.Path(__file__).with_name("jax.json")
path.write_text(json.dumps({"jax": jax.__version__, **modes}, separators=(",", ":")) + "\n")

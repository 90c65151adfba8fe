"""JAX on its CPU: the probes of systems/, in Python. Prints one line of JSON."""

import inspect
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

A = jnp.array([[4.0, 1.0], [1.0, 3.0]])
f32 = lambda x: jnp.array(x, jnp.float32)
cube = lambda x: x * x * x


class No(Exception):
    pass


def partly(note):
    return {"value": "partly", "note": note}


def near(got, want):
    a = np.concatenate([np.asarray(x, dtype=np.float64).ravel() for x in jax.tree.leaves(got)])
    b = np.asarray(want, dtype=np.float64).ravel()
    if a.shape != b.shape or not np.allclose(a, b, atol=1e-4, rtol=1e-4):
        raise No(f"it gives {a.tolist()}, not {b.tolist()}")


def second(f, argnums=0):
    return jax.grad(lambda *xs: jax.grad(f)(*xs).sum(), argnums)


def conv(x, w, **k):
    n = x.ndim - 2
    return lax.conv_general_dilated(x, w, k.pop("strides", (1,) * n), k.pop("padding", "VALID"), **k)


def custom_vjp():
    f = jax.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, x), lambda _, d: (d * 7,))
    near(jax.grad(f)(3.0), 7)


def quartic(c):
    return lax.scan(lambda s, _: (s * s, s), c, None, length=2)[0]


def second_all():
    near(second(lambda x: jnp.tanh(x).sum())(f32([0.5])), -0.726862)
    near(second(lambda x: (f32([1, 2, 3]) * jnp.sort(x) ** 2).sum())(f32([3, 1, 2])), [6, 2, 4])
    pool = lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2,), (2,), "VALID")
    near(second(lambda x: cube(pool(x)).sum())(f32([1, 2, 4, 3])), [0, 12, 24, 0])
    near(second(lambda x, w: cube(conv(x, w)).sum(), 1)(f32([[[1, 2, 3]]]), f32([[[1, 1]]])), [258, 354])


def einsum():
    near(jnp.einsum("ij,jk->ik", A, A), [17, 7, 7, 10])
    near(jnp.einsum("ii->", A), 7)
    near(jnp.einsum("i,ij,j->", f32([1, 2]), A, f32([1, 2])), 20)


def conv_all():
    for n in (1, 2, 3):
        near(conv(jnp.full((1, 1) + (3,) * n, 2.0), jnp.ones((1, 1) + (2,) * n)), [2 ** (n + 1)] * 2**n)


def linalg():
    la, r = jnp.linalg, np.sqrt(5)
    near(la.cholesky(A), [2, 0, 0.5, np.sqrt(2.75)])
    near(jax.scipy.linalg.solve_triangular(f32([[2, 0], [1, 4]]), f32([[2], [9]]), lower=True), [1, 2])
    near(la.solve(A, f32([[9], [5]])), [2, 1])
    near(la.inv(A), np.array([3, -1, -1, 4]) / 11)
    near(la.det(A), 11)
    near(la.slogdet(A), [1, np.log(11)])
    near(jnp.matmul(*la.qr(A)), A)
    near(la.eigh(A)[0], [(7 - r) / 2, (7 + r) / 2])
    near(la.svd(A, full_matrices=False)[1], [(7 + r) / 2, (7 - r) / 2])


def grad_of_linalg():
    la = jnp.linalg
    near(jax.grad(lambda a: jnp.sum(la.cholesky(a) ** 2))(A), [1, 0, 0, 1])
    near(jax.grad(lambda a: la.solve(a, f32([[9], [5]])).sum())(A), np.array([-4, -2, -6, -3]) / 11)
    near(jax.grad(lambda a: la.slogdet(a)[1])(A), np.array([3, -1, -1, 4]) / 11)
    near(jax.grad(lambda a: jnp.sum(la.qr(a)[1] ** 2))(A), [8, 2, 2, 6])
    near(jax.grad(lambda a: jnp.sum(la.eigh(a)[0] ** 2))(A), [8, 2, 2, 6])
    near(jax.grad(lambda a: jnp.sum(la.svd(a, full_matrices=False)[1] ** 2))(A), [8, 2, 2, 6])


def f16():
    a = jnp.array([[1, 2], [3, 4]], jnp.float16)
    near(a @ a, [7, 10, 15, 22])
    near(jax.grad(lambda x: (x**2).sum())(a), [2, 4, 6, 8])


def integers():
    near(jnp.array([123456789, 2000000000], jnp.int32) * 3, [370370367, 1705032704])
    near(jnp.array([4294967295], jnp.uint32) >> 1, 2147483647)
    near(~(f32([1, 2]) > 1), [1, 0])


def mlp():
    def loss(p, x, y):
        return jnp.mean((jnp.tanh(x @ p["a"]) @ p["b"] - y) ** 2)

    def step(p, x, y):
        value, d = jax.value_and_grad(loss)(p, x, y)
        return jax.tree.map(lambda w, g: w - 0.1 * g, p, d), value

    fill = lambda *s: f32([(i * 7 % 5) / 5 - 0.4 for i in range(s[0] * s[1])]).reshape(s)
    return step, {"a": fill(4, 8), "b": fill(8, 2)}, fill(16, 4), fill(16, 2)


def one_program():
    step, p, x, y = mlp()
    jitted = jax.jit(step)
    p, first = jitted(p, x, y)
    if not jitted(p, x, y)[1] < first:
        raise No("the loss does not fall")


def memory_plan():
    step, *args = mlp()
    m = jax.jit(step).lower(*args).compile().memory_analysis()
    if m is None or m.temp_size_in_bytes < 0:
        raise No("memory_analysis gives nothing")
    return partly("memory_analysis gives totals, no places")


def source():
    text = jax.jit(jnp.tanh).lower(1.0).compile().as_text()
    if "tanh" not in text:
        raise No("no text")
    return partly("as HLO, not as what the device runs")


def donation():
    f = jax.jit(lambda x: x + 1, donate_argnums=0)
    x = f32([1, 2])
    near(f(x), [2, 3])
    if not x.is_deleted():
        return partly("accepted, and the argument stays on this backend")


def serialisable():
    exported = jax.export.export(jax.jit(jax.grad(cube)))(jax.ShapeDtypeStruct((), jnp.float32))
    near(jax.export.deserialize(exported.serialize()).call(2.0), 12)


def errors():
    try:
        jnp.ones((2, 3)) @ jnp.ones((4, 5))
    except Exception as e:
        has = {"a type of its own": type(e) not in (TypeError, ValueError, Exception), "the sizes": "3" in str(e) and "4" in str(e), "the caller’s line": "jax_probes" in str(e)}
        if not any(has.values()):
            raise No("; ".join(f"{k}: it is missing" for k in has))
        missing = [k for k, ok in has.items() if not ok]
        return partly("without " + "; ".join(missing)) if missing else None


def grad_of_grad():
    near(jax.grad(jax.grad(jax.grad(lambda x: x**4)))(2.0), 48)
    near(jax.grad(lambda x, y: jax.grad(lambda u, v: cube(u * v))(x, y), 1)(2.0, 3.0), 324)


def no(why):
    def f():
        raise No(why)

    return f


def threefry():
    near(jax.random.uniform(jax.random.split(jax.random.PRNGKey(42))[0], (3,)), [0.5302608013153076, 0.31336212158203125, 0.9015302658081055])


PROBES = {
    "grad": lambda: near(jax.grad(cube)(2.0), 12),
    "gradOfGrad": grad_of_grad,
    "vjp": lambda: near(jax.vjp(jnp.square, 3.0)[1](1.5), 9),
    "jvp": lambda: near(jax.jvp(jnp.square, (3.0,), (1.5,))[1], 9),
    "vmap": lambda: near(jax.vmap(jnp.dot)(f32([[1, 2], [3, 4]]), f32([[1, 1], [2, 2]])), [3, 14]),
    "vmapOfGrad": lambda: near(jax.vmap(jax.grad(lambda x: (x**2).sum()))(f32([[1, 2], [3, 4]])), [2, 4, 6, 8]),
    "jacobian": lambda: near(jax.jacobian(jnp.square)(f32([1, 2])), [2, 0, 0, 4]),
    "hessian": lambda: near(jax.hessian(jnp.prod)(f32([2, 3])), [0, 1, 1, 0]),
    "second": second_all,
    "customVjp": custom_vjp,
    "checkpoint": lambda: near(jax.grad(jax.grad(jax.checkpoint(cube)))(2.0), 12),
    "stopGradient": lambda: near(jax.grad(lambda x: lax.stop_gradient(x) * x)(3.0), 3),
    "scan": lambda: near(lax.scan(lambda s, x: (s * x, s), 1.0, f32([2, 3, 4])), [24, 1, 2, 6]),
    "foriLoop": lambda: near(lax.fori_loop(0, 5, lambda _, c: c * 2, 3.0), 96),
    "whileLoop": lambda: near(lax.while_loop(lambda c: c < 100, lambda c: c * 2, 3.0), 192),
    "cond": lambda: near(jax.jit(lambda x: lax.cond(x > 0, lambda y: y * 2, lambda y: -y, x))(-3.0), 3),
    "gradOfScan": lambda: near(jax.grad(quartic)(1.5), 13.5),
    "secondOfScan": lambda: near(jax.grad(jax.grad(quartic))(1.5), 27),
    "einsum": einsum,
    "conv": conv_all,
    "convTranspose": lambda: near(conv(f32([[[1, 2]]]), f32([[[3, 2, 1]]]), padding=[(1, 2)], lhs_dilation=(2,)), [2, 5, 4, 6]),
    "groups": lambda: near(conv(f32([[[1, 2], [3, 4]]]), f32([[[1, 1]], [[1, -1]]]), feature_group_count=2), [3, -1]),
    "sort": lambda: near((jnp.sort(f32([3, 1, 2])), jnp.argsort(f32([3, 1, 2])), lax.top_k(f32([3, 1, 2]), 2)), [1, 2, 3, 1, 2, 0, 3, 2, 0, 2]),
    "cumulative": lambda: near((jnp.cumsum(f32([3, 1, 2])), jnp.cumprod(f32([3, 1, 2])), lax.cummax(f32([1, 3, 2]))), [3, 4, 6, 3, 3, 6, 1, 3, 3]),
    "scatter": lambda: near((jnp.ones(3).at[jnp.array([2, 2, 0])].add(f32([5, 6, 7])), jnp.ones(3).at[jnp.array([2, 0])].set(f32([5, 6]))), [8, 1, 12, 6, 1, 5]),
    "dynamicUpdateSlice": lambda: near(jax.jit(lambda x, u, i: lax.dynamic_update_slice(x, u, (i,)))(f32([1, 2, 3, 4]), f32([9, 9]), 1), [1, 9, 9, 4]),
    "linalg": linalg,
    "gradOfLinalg": grad_of_linalg,
    "threefry": threefry,
    "f16": f16,
    "integers": integers,
    "oneProgram": one_program,
    "memoryPlan": memory_plan,
    "source": source,
    "donation": donation,
    "noDispose": lambda: near((lambda x: x * x + x * x)(f32(3)), 18),
    "serialisable": serialisable,
    "errors": errors,
}


def outcome(f):
    try:
        return f() or {"value": "yes"}
    except Exception as e:
        return {"value": "no", "note": " ".join(str(e).split())[:160]}


cells = {name: outcome(f) for name, f in PROBES.items()}
print("RESULT " + json.dumps({"version": jax.__version__, "cells": cells}))

"""What a program in PyTorch gives in float64: values, first and second derivatives, written as JSON.

With the results ys of a program and the weights of test/torch,
  first     d s / d x for s = sum over ys of sum(y * weights), for every x that is differentiated
  second    d t / d x for t = the sum over those x of sum(ds/dx * weights)
`off` is how far PyTorch in float32 is from that, in units of 2^-24 (|x| + mean |x|): what the arithmetic itself costs. Where values
lie close together, as eigenvalues do, rounding is amplified by luck: then the largest over some `neighbours` of the inputs counts.
"""

import json
import math
import pathlib

import numpy as np
import torch

torch.manual_seed(0)
torch.set_num_threads(1)
DIR = pathlib.Path(__file__).parent
programs = []


def weights(x):
    i = np.arange(x.numel())
    w = ((7 * i + 3) % 11 - 5) / 4
    return torch.tensor(np.where(w == 0, 1 / 8, w).reshape(tuple(x.shape)), dtype=x.dtype)


def weighted(xs):
    return sum((x * weights(x)).sum() for x in xs)


def gradients(s, xs):
    if not s.requires_grad:
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(s, xs, create_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if d is None else d for x, d in zip(xs, found)]


def results(f, inputs, wrt, dtype):
    torch.set_default_dtype(dtype)
    xs = [x.to(dtype) if x.is_floating_point() else x for x in inputs]
    xs = [x.detach().clone().requires_grad_(i in wrt) for i, x in enumerate(xs)]
    ys = f(*xs)
    ys = list(ys) if isinstance(ys, (tuple, list)) else [ys]
    if not wrt:
        return [ys]
    by = [xs[i] for i in wrt]
    first = gradients(weighted([y for y in ys if y.is_floating_point()]), by)
    second = gradients(weighted(first), by)
    return [ys, first, second]


def plain(x):
    x = x.detach()
    kind = "f32" if x.is_floating_point() else "bool" if x.dtype == torch.bool else "i32"
    return {"shape": list(x.shape), "dtype": kind, "data": [float(v) if kind == "f32" else int(v) for v in x.reshape(-1)]}


def units(exact, rough):
    worst = 0.0
    for a, b in zip(exact, rough):
        if not a.is_floating_point() or a.numel() == 0:
            continue
        a, b = a.detach(), b.detach().double()
        scale = 2**-24 * (a.abs() + a.abs().mean())
        worst = max(worst, float(torch.where(scale > 0, (a - b).abs() / scale.clamp(min=1e-300), (a - b).abs() / 1e-12).max()))
    return math.ceil(worst)


def near(inputs, step):
    """The inputs moved by about a thousandth, otherwise at every step."""
    source = torch.Generator().manual_seed(step)
    return [x * (1 + 2**-10 * torch.randn(x.shape, generator=source, dtype=torch.float32)) if x.is_floating_point() else x for x in inputs]


def program(name, *inputs, wrt=None, neighbours=0):
    inputs = [torch.as_tensor(x) for x in inputs]
    wrt = [i for i, x in enumerate(inputs) if x.is_floating_point()] if wrt is None else wrt

    def add(f):
        exact = results(f, inputs, wrt, torch.float64)
        rough = results(f, inputs, wrt, torch.float32)
        offs = [[units(a, b) for a, b in zip(exact, rough)]]
        for step in range(neighbours):
            there = near(inputs, step)
            pair = results(f, there, wrt, torch.float64), results(f, there, wrt, torch.float32)
            offs.append([units(a, b) for a, b in zip(*pair)])
        off = [max(orders) for orders in zip(*offs)]
        programs.append({"name": name, "wrt": wrt, "inputs": [plain(x) for x in inputs], "off": off, "results": [[plain(x) for x in part] for part in exact]})
        print(name, off)

    return add


def normal(*shape, scale=1.0):
    return (torch.randn(*shape, dtype=torch.float64) * scale).float()


def grad(f, x):
    return torch.autograd.grad(f, x, create_graph=True)


def leaf(x):
    """x as something to differentiate by, on its own, keeping where it came from."""
    return x if x.requires_grad else x.detach().clone().requires_grad_(True)


def write(name):
    text = json.dumps({"torch": torch.__version__, "programs": programs}, separators=(",", ":"))
    (DIR / name).write_text(text + "\n")
    print(len(programs), "programs")

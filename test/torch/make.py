"""Writes torch.json: values, first and second derivatives by PyTorch in float64, for the test beside it.

Run with a Python that has PyTorch, such as Debian's python3-torch: /usr/bin/python3 make.py.

A case is an op by its name in fluxion, options, inputs (exact in f32), and what PyTorch gives for
  value     y = f(xs)
  first     d s / d x for s = sum(y * weights), for every x that is differentiated
  second    d t / d x for t = the sum over those x of sum(ds/dx * weights)
where the i-th weight is ((7 i + 3) mod 11 - 5) / 4, or 1 / 8 where that is 0.
"""

import functools
import itertools
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
DIR = pathlib.Path(__file__).parent
cases = []
seeds = itertools.count()


def weights(shape):
    i = np.arange(int(np.prod(shape, dtype=np.int64)))
    w = ((7 * i + 3) % 11 - 5) / 4
    return torch.tensor(np.where(w == 0, 1 / 8, w).reshape(shape))


def axes(o):
    a = o.get("axis")
    return {} if a is None else {"dim": a}


def reduce_dims(x, o):
    a = o.get("axis")
    dims = list(range(x.ndim)) if a is None else [a] if isinstance(a, int) else list(a)
    return {"dim": dims, "keepdim": o.get("keepDims", False)}


def per_axis(v, n):
    return [v] * n if isinstance(v, int) else list(v)


def widths(o, space, window, strides, dilation):
    p = o.get("padding", "valid")
    if p == "valid":
        return [(0, 0)] * len(space)
    if p != "same":
        return p
    out = []
    for n, k, s, d in zip(space, window, strides, dilation):
        total = max(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n)
        out.append((total // 2, total - total // 2))
    return out


def padded(x, pads, value=0.0):
    flat = [v for lo_hi in reversed(pads) for v in lo_hi]
    return F.pad(x, flat, value=value)


def conv(xs, o):
    x, w = xs
    n = x.ndim - 2
    s, d = per_axis(o.get("strides", 1), n), per_axis(o.get("dilation", 1), n)
    x = padded(x, widths(o, x.shape[2:], w.shape[2:], s, d))
    return [F.conv1d, F.conv2d, F.conv3d][n - 1](x, w, stride=s, dilation=d, groups=o.get("groups", 1))


def conv_transpose(xs, o):
    x, w = xs
    n = x.ndim - 2
    s, d = per_axis(o.get("strides", 1), n), per_axis(o.get("dilation", 1), n)
    p = [lo for lo, _ in o.get("padding", [(0, 0)] * n)]
    f = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][n - 1]
    out = per_axis(o.get("outputPadding", 0), n)
    return f(x, w.transpose(0, 1), stride=s, padding=p, output_padding=out, dilation=d, groups=o.get("groups", 1))


def pool(kind):
    def run(xs, o):
        (x,) = xs
        n = x.ndim - 2
        k = per_axis(o["window"], n)
        s = per_axis(o.get("strides", o["window"]), n)
        pads = widths(o, x.shape[2:], k, s, [1] * n)
        at = 0 if n == 1 else n - 1
        average = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][at]
        if kind == "max":
            return [F.max_pool1d, F.max_pool2d, F.max_pool3d][at](padded(x, pads, -torch.inf), k, s)
        total = average(padded(x, pads), k, s)
        if o.get("countIncludePad"):
            return total
        return total / average(padded(torch.ones_like(x), pads), k, s)

    return run


def attention(xs, o):
    q, k, v = xs
    scale = o.get("scale", q.shape[-1] ** -0.5)
    scores = q @ k.transpose(-1, -2) * scale
    if o.get("causal"):
        keep = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        scores = scores.masked_fill(~keep, -torch.inf)
    return torch.softmax(scores, -1) @ v


def layer_norm(xs, o):
    x, g, b = xs
    return F.layer_norm(x, x.shape[-1:], g, b, 1e-5)


def gru(xs, o):
    x, h, wx, wh, b = xs
    gates, more = x @ wx + b, h @ wh
    n = h.shape[-1]
    r = torch.sigmoid(gates[:, :n] + more[:, :n])
    z = torch.sigmoid(gates[:, n : 2 * n] + more[:, n : 2 * n])
    c = torch.tanh(gates[:, 2 * n :] + r * more[:, 2 * n :])
    return (1 - z) * c + z * h


def scatter(x, i, u, axis, add):
    if i.ndim > 1:
        return x.scatter_add(axis, i, u) if add else x.scatter(axis, i, u)
    return x.index_add(axis, i, u) if add else x.index_copy(axis, i, u)


def boxed(x, starts, sizes):
    for d, (a, n) in enumerate(zip(starts, sizes)):
        x = x.narrow(d, min(max(a, 0), x.shape[d] - n), n)
    return x


def updated(x, u, starts):
    y = x.clone()
    boxed(y, starts, u.shape).copy_(u)
    return y


def symmetric(x):
    return (x + x.mT) / 2


def weighted_projections(u, v):
    """Of vectors whose signs are free: what does not depend on them, with a weight for each pair."""
    k = u.shape[-1]
    return (u * ((torch.arange(k) + 1) / k)) @ v.mT


def triangular(xs, o):
    a, b = xs
    a = a.mT if o.get("transpose") else a
    upper = o.get("lower", False) == o.get("transpose", False)
    x = torch.linalg.solve_triangular(a, b[..., None] if b.ndim == 1 else b, upper=upper, unitriangular=o.get("unitDiagonal", False))
    return x[..., 0] if b.ndim == 1 else x


def svd_vectors(xs, o):
    u, _, vt = torch.linalg.svd(xs[0], full_matrices=False)
    return weighted_projections(u, vt.mT)


def eigh_vectors(xs, o):
    v = torch.linalg.eigh(symmetric(xs[0]))[1]
    return weighted_projections(v, v)


LINALG = {
    "inv": lambda xs, o: torch.linalg.inv(xs[0]),
    "det": lambda xs, o: torch.linalg.det(xs[0]),
    "slogdet": lambda xs, o: torch.linalg.slogdet(xs[0])[1],
    "slogdetSign": lambda xs, o: torch.linalg.slogdet(xs[0])[0],
    "solve": lambda xs, o: torch.linalg.solve(*xs),
    "triangularSolve": triangular,
    "cholesky": lambda xs, o: torch.linalg.cholesky(symmetric(xs[0])),
    "qrQ": lambda xs, o: torch.linalg.qr(xs[0])[0],
    "qrR": lambda xs, o: torch.linalg.qr(xs[0])[1],
    "eighValues": lambda xs, o: torch.linalg.eigvalsh(symmetric(xs[0])),
    "eighVectors": eigh_vectors,
    "svdValues": lambda xs, o: torch.linalg.svdvals(xs[0]),
    "svdVectors": svd_vectors,
}

UNARY = {
    "neg": torch.neg, "abs": torch.abs, "sign": torch.sign, "exp": torch.exp, "expm1": torch.expm1, "log": torch.log,
    "log1p": torch.log1p, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "square": torch.square, "reciprocal": torch.reciprocal,
    "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "asin": torch.asin, "acos": torch.acos, "atan": torch.atan,
    "sinh": torch.sinh, "cosh": torch.cosh, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "silu": F.silu,
    "softplus": F.softplus, "erf": torch.erf, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
}  # fmt: skip

DISCRETE = {
    "eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le, "gt": torch.gt, "ge": torch.ge,
    "logicalAnd": torch.logical_and, "logicalOr": torch.logical_or, "logicalXor": torch.logical_xor, "logicalNot": torch.logical_not,
    "bitAnd": torch.bitwise_and, "bitOr": torch.bitwise_or, "bitXor": torch.bitwise_xor,
    "shiftLeft": torch.bitwise_left_shift, "shiftRight": torch.bitwise_right_shift,
    "isNan": torch.isnan, "isFinite": torch.isfinite,
}  # fmt: skip

DTYPES = {"f32": torch.float64, "i32": torch.int32, "bool": torch.bool}

OPS = {
    **{name: (lambda f: lambda xs, o: f(xs[0]))(f) for name, f in UNARY.items()},
    **{name: (lambda f: lambda xs, o: f(*xs))(f) for name, f in DISCRETE.items()},
    "zeros": lambda xs, o: torch.zeros(o["shape"], dtype=DTYPES[o["dtype"]]),
    "ones": lambda xs, o: torch.ones(o["shape"], dtype=DTYPES[o["dtype"]]),
    "full": lambda xs, o: torch.full(o["shape"], o["value"], dtype=DTYPES[o["dtype"]]),
    "constant": lambda xs, o: torch.tensor(o["value"], dtype=DTYPES[o["dtype"]]),
    "arange": lambda xs, o: torch.arange(o["start"], o["stop"], o["step"]),
    "linspace": lambda xs, o: torch.linspace(o["start"], o["stop"], o["num"]),
    "eye": lambda xs, o: torch.diagonal_scatter(torch.zeros(o["n"], o["m"]), torch.ones(o["ones"]), o["k"]),
    "iota": lambda xs, o: torch.meshgrid(*[torch.arange(n) for n in o["shape"]], indexing="ij")[o["axis"]],
    "bitcast": lambda xs, o: (xs[0].to(torch.float32).view(torch.int32) if o["dtype"] == "i32"
                              else xs[0].to(torch.int32).view(torch.float32).to(torch.float64)),
    "oneHot": lambda xs, o: F.one_hot(xs[0], o["depth"]).to(torch.float64),
    "cast": lambda xs, o: xs[0].to(DTYPES[o["dtype"]]),
    "any": lambda xs, o: torch.any(xs[0], o["axis"]),
    "all": lambda xs, o: torch.all(xs[0], o["axis"]),
    "leakyRelu": lambda xs, o: F.leaky_relu(xs[0], o["slope"]),
    "elu": lambda xs, o: F.elu(xs[0], o["alpha"]),
    "gelu": lambda xs, o: F.gelu(xs[0], approximate="tanh" if o["approximate"] else "none"),
    "clamp": lambda xs, o: torch.clamp(xs[0], o["lo"], o["hi"]),
    "add": lambda xs, o: xs[0] + xs[1],
    "sub": lambda xs, o: xs[0] - xs[1],
    "mul": lambda xs, o: xs[0] * xs[1],
    "div": lambda xs, o: xs[0] / xs[1],
    "pow": lambda xs, o: xs[0] ** xs[1],
    "maximum": lambda xs, o: torch.maximum(*xs),
    "minimum": lambda xs, o: torch.minimum(*xs),
    "atan2": lambda xs, o: torch.atan2(*xs),
    "mod": lambda xs, o: torch.remainder(*xs),
    "where": lambda xs, o: torch.where(xs[0], xs[1], xs[2]),
    "sum": lambda xs, o: torch.sum(xs[0], **reduce_dims(xs[0], o)),
    "mean": lambda xs, o: torch.mean(xs[0], **reduce_dims(xs[0], o)),
    "max": lambda xs, o: torch.amax(xs[0], **reduce_dims(xs[0], o)),
    "min": lambda xs, o: torch.amin(xs[0], **reduce_dims(xs[0], o)),
    "variance": lambda xs, o: torch.var(xs[0], unbiased=False, **reduce_dims(xs[0], o)),
    "std": lambda xs, o: torch.std(xs[0], unbiased=False, **reduce_dims(xs[0], o)),
    "norm": lambda xs, o: torch.linalg.vector_norm(xs[0], **reduce_dims(xs[0], o)),
    "logsumexp": lambda xs, o: torch.logsumexp(xs[0], **reduce_dims(xs[0], o)),
    # Written out: torch.prod has no second derivative where two factors are 0.
    "prod": lambda xs, o: functools.reduce(torch.mul, xs[0].ravel()) if "axis" not in o else torch.prod(xs[0], o["axis"], o.get("keepDims", False)),
    "argmax": lambda xs, o: torch.argmax(xs[0], **axes(o)),
    "argmin": lambda xs, o: torch.argmin(xs[0], **axes(o)),
    "softmax": lambda xs, o: torch.softmax(xs[0], o.get("axis", -1)),
    "logSoftmax": lambda xs, o: torch.log_softmax(xs[0], o.get("axis", -1)),
    "cumsum": lambda xs, o: torch.cumsum(xs[0], o["axis"]),
    "cumprod": lambda xs, o: torch.cumprod(xs[0], o["axis"]),
    "cummax": lambda xs, o: torch.cummax(xs[0], o["axis"])[0],
    "sort": lambda xs, o: torch.sort(xs[0], o.get("axis", -1))[0],
    "argsort": lambda xs, o: torch.argsort(xs[0], o.get("axis", -1)),
    "topK": lambda xs, o: torch.topk(xs[0], o["k"])[0],
    "topKIndices": lambda xs, o: torch.topk(xs[0], o["k"])[1],
    "stopGradient": lambda xs, o: xs[0].detach() * xs[0],
    "reshape": lambda xs, o: xs[0].reshape(o["shape"]),
    "transpose": lambda xs, o: xs[0].permute(o["perm"]),
    "swapAxes": lambda xs, o: xs[0].swapaxes(o["a"], o["b"]),
    "moveAxis": lambda xs, o: xs[0].movedim(o["from"], o["to"]),
    "expandDims": lambda xs, o: xs[0].unsqueeze(o["axis"]),
    "squeeze": lambda xs, o: xs[0].squeeze(),
    "broadcastTo": lambda xs, o: xs[0].broadcast_to(o["shape"]),
    "concat": lambda xs, o: torch.cat(xs, o["axis"]),
    "stack": lambda xs, o: torch.stack(xs, o["axis"]),
    "split": lambda xs, o: torch.split(xs[0], o["sizes"], o["axis"])[o["piece"]],
    "slice": lambda xs, o: xs[0][tuple(slice(*s) for s in zip(o["starts"], o["limits"], o["strides"]))],
    "pad": lambda xs, o: padded(xs[0], o["widths"], o["value"]),
    "flip": lambda xs, o: xs[0].flip(o["axis"]),
    "tile": lambda xs, o: xs[0].tile(o["reps"]),
    "repeat": lambda xs, o: xs[0].repeat_interleave(o["n"], o["axis"]),
    "roll": lambda xs, o: xs[0].roll(o["shift"], o["axis"]),
    "tril": lambda xs, o: xs[0].tril(o["k"]),
    "triu": lambda xs, o: xs[0].triu(o["k"]),
    "diag": lambda xs, o: torch.diag(xs[0], o["k"]),
    "take": lambda xs, o: torch.stack([xs[0].select(o["axis"], int(i)) for i in xs[1].ravel()], 0).reshape(
        tuple(xs[1].shape) + tuple(n for d, n in enumerate(xs[0].shape) if d != o["axis"])
    ) if o["axis"] == 0 else torch.index_select(xs[0], o["axis"], xs[1]),
    "takeAlongAxis": lambda xs, o: torch.take_along_dim(xs[0], xs[1], o["axis"]),
    "gather": lambda xs, o: torch.gather(xs[0], o["axis"], xs[1]),
    "scatterAdd": lambda xs, o: scatter(xs[0], xs[1], xs[2], o["axis"], True),
    "scatterSet": lambda xs, o: scatter(xs[0], xs[1], xs[2], o["axis"], False),
    "dynamicSlice": lambda xs, o: boxed(xs[0], xs[1].tolist(), o["sizes"]),
    "dynamicUpdateSlice": lambda xs, o: updated(xs[0], xs[1], xs[2].tolist()),
    "matmul": lambda xs, o: torch.matmul(*xs),
    "dot": lambda xs, o: torch.dot(*xs) if xs[0].ndim == xs[1].ndim == 1 else torch.einsum("ab,cbd->acd", *xs),
    "einsum": lambda xs, o: torch.einsum(o["eq"], *xs),
    "conv": conv,
    "convTranspose": conv_transpose,
    "maxPool": pool("max"),
    "avgPool": pool("avg"),
    "attention": attention,
    "layerNorm": layer_norm,
    "rmsNorm": lambda xs, o: xs[0] / torch.sqrt((xs[0] ** 2).mean(-1, keepdim=True) + 1e-5) * xs[1],
    "groupNorm": lambda xs, o: F.group_norm(xs[0], o["groups"], None, None, 1e-5),
    "mse": lambda xs, o: F.mse_loss(*xs),
    "huber": lambda xs, o: F.huber_loss(xs[0], xs[1], delta=o["delta"]),
    "crossEntropy": lambda xs, o: F.cross_entropy(*xs),
    "smoothedCrossEntropy": lambda xs, o: F.cross_entropy(*xs, label_smoothing=o["by"]),
    "binaryCrossEntropy": lambda xs, o: F.binary_cross_entropy_with_logits(*xs),
    "klDivergence": lambda xs, o: F.kl_div(F.log_softmax(xs[0], -1), F.log_softmax(xs[1], -1), reduction="batchmean", log_target=True),
    "cosineSimilarity": lambda xs, o: F.cosine_similarity(*xs),
    "mlp": lambda xs, o: torch.tanh(xs[0] @ xs[1] + xs[2]) @ xs[3] + xs[4],
    "gru": gru,
    **LINALG,
}


def plain(t):
    a = np.asarray(t.detach().numpy() if isinstance(t, torch.Tensor) else t)
    if a.dtype == np.bool_ or np.issubdtype(a.dtype, np.integer):
        kind = "bool" if a.dtype == np.bool_ else "i32"
        return {"shape": list(a.shape), "dtype": kind, "data": [int(v) for v in a.ravel()]}
    data = [float(f"{v:.8g}") for v in a.ravel()]
    assert np.isfinite(data).all(), data
    return {"shape": list(a.shape), "data": [int(v) if v == int(v) else v for v in data]}


def case(op, inputs, options=None, wrt=None):
    """`wrt`: the inputs to differentiate by; all floats unless said."""
    o = options or {}
    xs = [torch.tensor(np.asarray(x)) for x in inputs]
    if wrt is None:
        wrt = [i for i, x in enumerate(xs) if x.dtype == torch.float64]
    for i in wrt:
        xs[i].requires_grad_(True)
    y = OPS[op](xs, o)
    made = {"op": op, "inputs": [plain(x) for x in xs], "value": plain(y), "wrt": wrt if y.is_floating_point() else []}
    if o:
        made["options"] = o
    if made["wrt"]:
        by = [xs[i] for i in wrt]
        zeros = lambda gs: [torch.zeros_like(x) if g is None else g + torch.zeros_like(x) for g, x in zip(gs, by)]
        s = (y * weights(y.shape)).sum()
        first = zeros(torch.autograd.grad(s, by, create_graph=True, allow_unused=True) if s.requires_grad else [None] * len(by))
        t = sum((g * weights(g.shape)).sum() for g in first)
        second = zeros(torch.autograd.grad(t, by, allow_unused=True) if t.requires_grad else [None] * len(by))
        made["first"] = [plain(g)["data"] for g in first]
        made["second"] = [plain(g)["data"] for g in second]
    cases.append(made)


def some(*shape, lo=-2.0, hi=2.0):
    """Distinct where there is room, and multiples of 1 / 256, so that they are short and exact."""
    rng = np.random.RandomState(next(seeds))
    n = int(np.prod(shape, dtype=np.int64))
    grid = np.arange(int(lo * 256) + 1, int(hi * 256))
    grid = grid[grid != 0]
    return (rng.choice(grid, n, replace=n > len(grid)) / 256).reshape(shape)


def whole(n, *shape):
    return np.random.RandomState(next(seeds)).randint(0, n, shape)


def elementwise():
    regions = {
        "log": [(0.02, 1), (1, 50)], "log1p": [(-0.9, 0.5), (0.5, 60)], "sqrt": [(0.02, 1), (1, 100)],
        "rsqrt": [(0.05, 1), (1, 100)], "reciprocal": [(-2, -0.1), (0.1, 40)], "tan": [(-1.2, 1.2), (2, 4)],
        "asin": [(-0.9, 0.9), (0.9, 0.99)], "acos": [(-0.9, 0.9), (-0.99, -0.9)], "atan": [(-1, 1), (2, 50)],
        "sinh": [(-1, 1), (3, 8)], "cosh": [(-1, 1), (-8, -3)], "tanh": [(-1, 1), (1.5, 4)], "erf": [(-1, 1), (1.2, 3)],
        "sigmoid": [(-2, 2), (-9, -4), (3, 8)], "softplus": [(-2, 2), (-9, -4), (3, 8)], "silu": [(-2, 2), (-9, -4), (3, 8)],
        "exp": [(-1, 1), (-8, -3), (4, 10)], "expm1": [(-0.2, 0.2), (2, 8)], "sin": [(-3, 3), (20, 60)], "cos": [(-3, 3), (20, 60)],
    }  # fmt: skip
    for name in UNARY:
        for lo, hi in regions.get(name, [(-4, 4)]):
            case(name, [some(6, lo=lo, hi=hi)])
    for slope in (0.01, 0.3):
        case("leakyRelu", [some(6)], {"slope": slope})
    for alpha in (1, 0.5):
        case("elu", [some(6)], {"alpha": alpha})
    for approximate in (True, False):
        for lo, hi in ((-1, 1), (-3, -1.5), (1.5, 3)):
            case("gelu", [some(6, lo=lo, hi=hi)], {"approximate": approximate})
    case("clamp", [some(2, 5)], {"lo": -0.751, "hi": 1.001})
    shapes = [((6,), (6,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,)), ((2, 1, 3), (4, 1))]
    for name in ("add", "sub", "mul", "div", "pow", "maximum", "minimum", "atan2", "mod"):
        for a, b in shapes:
            x = some(*a, lo=0.2, hi=3) if name == "pow" else some(*a)
            y = some(*b, lo=0.3, hi=2.5) if name in ("div", "mod") else some(*b)
            case(name, [x, y])
    case("pow", [some(5, lo=-3, hi=-0.5), np.array([2.0, 3.0, -1.0, 0.0, 4.0])], wrt=[0])
    case("mod", [some(5), some(5, lo=-2, hi=-0.5)])
    case("where", [some(2, 3) > 0, some(2, 3), some(3)])
    case("where", [some(4, 1) > 0, some(5), some(4, 5)])


def discrete():
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        case(name, [np.array([[-1.0, 2.0, 0.5], [0.0, 3.0, -2.0]]), np.array([-1.0, 1.0, 0.75])])
        case(name, [whole(3, 7) - 1, whole(3, 7) - 1])
    for name in ("logicalAnd", "logicalOr", "logicalXor"):
        case(name, [some(2, 4) > 0, some(4) > 0])
    case("logicalNot", [some(5) > 0])
    for name in ("bitAnd", "bitOr", "bitXor"):
        case(name, [whole(2000, 5) - 1000, whole(2000, 5) - 1000])
    for name in ("shiftLeft", "shiftRight"):
        case(name, [whole(2000, 5) - 1000, whole(12, 5)])
    for name in ("any", "all"):
        case(name, [some(4, 3) > 0], {"axis": 0})
    for name in ("isNan", "isFinite"):
        case(name, [some(4)])
    case("oneHot", [whole(4, 2, 3)], {"depth": 4})
    case("cast", [some(6)], {"dtype": "i32"})
    case("cast", [np.array([0.0, -0.5, 2.0])], {"dtype": "bool"})
    case("cast", [whole(100, 4) - 50], {"dtype": "f32"})
    for name in ("add", "sub", "mul", "maximum", "minimum"):
        case(name, [whole(2000, 3, 2) - 1000, whole(2000, 2) - 1000])
    for name in ("sum", "max", "min"):
        case(name, [whole(2000, 3, 4) - 1000], {"axis": 1})


def reductions():
    shapes = [((5,), {}), ((3, 4), {"axis": 0}), ((3, 4), {"axis": -1, "keepDims": True}), ((2, 3, 2), {"axis": [0, 2]})]
    for name in ("sum", "mean", "max", "min", "variance", "std", "norm", "logsumexp"):
        for shape, o in shapes:
            case(name, [some(*shape)], o)
    for shape, o in shapes[:3]:
        case("prod", [some(*shape)], o)
    case("prod", [np.array([[1.5, 0.0, -2.0], [0.5, 2.0, 3.0]])], {"axis": 1})
    for name in ("argmax", "argmin"):
        for shape, o in (((7,), {}), ((3, 4), {"axis": 0}), ((2, 3, 4), {"axis": -1})):
            case(name, [some(*shape)], o)
    for name in ("softmax", "logSoftmax"):
        for shape, o in (((5,), {}), ((3, 4), {"axis": 0}), ((2, 3, 4), {"axis": 1}), ((2, 6), {"axis": -1})):
            case(name, [some(*shape, lo=-4, hi=4)], o)
    for name in ("cumsum", "cumprod", "cummax"):
        for shape, axis in (((7,), 0), ((3, 5), 1), ((4, 2, 3), 0)):
            case(name, [some(*shape)], {"axis": axis})
    case("cumprod", [np.array([1.5, -0.5, 0.0, 2.0, 3.0])], {"axis": 0})
    for shape, axis in (((7,), 0), ((3, 5), 1), ((6, 2), 0)):
        case("sort", [some(*shape)], {"axis": axis})
        case("argsort", [some(*shape)], {"axis": axis})
    case("topK", [some(8)], {"k": 3})
    case("topK", [some(2, 3, 6)], {"k": 2})


def moves():
    case("reshape", [some(2, 6)], {"shape": [3, 2, 2]})
    case("transpose", [some(2, 3, 4)], {"perm": [2, 0, 1]})
    case("swapAxes", [some(2, 3, 4)], {"a": 0, "b": 2})
    case("moveAxis", [some(2, 3, 4)], {"from": 0, "to": 2})
    case("expandDims", [some(2, 3)], {"axis": 1})
    case("squeeze", [some(1, 3, 1, 2)])
    case("broadcastTo", [some(3, 1)], {"shape": [2, 3, 4]})
    case("concat", [some(2, 3), some(1, 3), some(4, 3)], {"axis": 0})
    case("concat", [some(2, 3), some(2, 1)], {"axis": 1})
    case("stack", [some(2, 3), some(2, 3)], {"axis": 1})
    case("split", [some(2, 7)], {"sizes": [3, 4], "axis": 1, "piece": 1})
    case("slice", [some(4, 6)], {"starts": [1, 0], "limits": [4, 5], "strides": [1, 2]})
    case("slice", [some(9)], {"starts": [2], "limits": [9], "strides": [3]})
    case("pad", [some(2, 3)], {"widths": [[1, 0], [2, 1]], "value": 0.5})
    case("flip", [some(2, 3, 2)], {"axis": [0, 2]})
    case("tile", [some(2, 3)], {"reps": [2, 1, 2]})
    case("repeat", [some(2, 3)], {"n": 3, "axis": 1})
    case("roll", [some(5)], {"shift": 2, "axis": 0})
    case("roll", [some(3, 4)], {"shift": -1, "axis": 1})
    for k in (0, 1, -2):
        case("tril", [some(4, 3)], {"k": k})
        case("triu", [some(2, 3, 4)], {"k": k})
    case("diag", [some(3)], {"k": 1})
    case("diag", [some(3, 4)], {"k": -1})
    case("take", [some(5, 2), whole(5, 2, 3)], {"axis": 0})
    case("take", [some(5, 2), np.array([3, 3, 0, 3])], {"axis": 0})
    case("take", [some(2, 4, 3), whole(4, 5)], {"axis": 1})
    case("takeAlongAxis", [some(3, 4), whole(3, 2, 4)], {"axis": 0})
    case("takeAlongAxis", [some(2, 5), whole(5, 2, 7)], {"axis": 1})
    case("gather", [some(3, 4), whole(4, 3, 2)], {"axis": 1})
    case("scatterAdd", [some(5, 2), np.array([1, 4, 1]), some(3, 2)], {"axis": 0})
    case("scatterAdd", [some(3, 4), whole(4, 3, 6), some(3, 6)], {"axis": 1})
    case("scatterSet", [some(5, 2), np.array([4, 0, 2]), some(3, 2)], {"axis": 0})
    case("scatterSet", [some(2, 5), np.array([[0, 4, 2], [3, 1, 0]]), some(2, 3)], {"axis": 1})
    for starts in ([1, 2], [9, -3]):
        case("dynamicSlice", [some(4, 5), np.array(starts)], {"sizes": [2, 3]})
        case("dynamicUpdateSlice", [some(4, 5), some(2, 3), np.array(starts)])


def contractions():
    for a, b in (((3, 4), (4, 2)), ((4,), (4, 3)), ((3, 4), (4,)), ((5,), (5,)), ((2, 3, 4), (4, 2)), ((2, 3, 4), (2, 4, 2)),
                 ((2, 1, 2, 3), (4, 3, 2)), ((1, 7), (7, 1)), ((3, 1), (1, 3))):  # fmt: skip
        case("matmul", [some(*a), some(*b)])
    case("dot", [some(6), some(6)])
    case("dot", [some(2, 3), some(2, 3, 4)])
    for eq, *shapes in (("ij,jk->ik", (2, 3), (3, 4)), ("bij,bkj->bik", (2, 2, 3), (2, 4, 3)), ("ij->ji", (2, 3)), ("ii->i", (3, 3)),
                        ("ij->", (2, 3)), ("i,j->ij", (3,), (2,)), ("bi,ij,bj->b", (2, 3), (3, 2), (2, 2)),
                        ("bhqd,bhkd->bhqk", (1, 2, 3, 2), (1, 2, 4, 2)), ("ijk,jil->kl", (2, 3, 2), (3, 2, 4))):  # fmt: skip
        case("einsum", [some(*s) for s in shapes], {"eq": eq})
    for shape in ((1, 3, 2), (2, 2, 4, 3)):
        for o in ({}, {"causal": True}, {"scale": 0.3}):
            case("attention", [some(*shape), some(*shape), some(*shape)], o)
    conv_case = lambda x, w, **o: case("conv", [some(*x), some(*w)], o)
    conv_case((1, 1, 6), (1, 1, 3))
    conv_case((2, 2, 7), (3, 2, 3), strides=2, padding=[[1, 1]])
    conv_case((1, 4, 6), (4, 1, 3), groups=4, padding="same")
    conv_case((1, 2, 9), (2, 2, 3), dilation=2, padding=[[2, 0]])
    conv_case((1, 2, 8), (2, 2, 4), strides=3, padding="same")
    conv_case((1, 4, 7), (2, 2, 2), groups=2, dilation=3, strides=2)
    conv_case((1, 1, 4, 4), (1, 1, 2, 2))
    conv_case((2, 2, 5, 4), (3, 2, 3, 2), padding=[[1, 1], [0, 1]])
    conv_case((1, 2, 5, 5), (2, 2, 3, 3), strides=2, padding="same")
    conv_case((1, 3, 4, 4), (3, 1, 3, 3), groups=3, padding="same")
    conv_case((1, 4, 4, 5), (6, 2, 2, 3), groups=2, strides=[1, 2])
    conv_case((1, 2, 6, 6), (2, 2, 2, 2), dilation=[2, 3])
    conv_case((1, 2, 6, 5), (2, 2, 3, 3), dilation=2, padding="same")
    conv_case((2, 3, 4, 4), (2, 3, 1, 1))
    conv_case((1, 1, 5, 5), (2, 1, 5, 5))
    conv_case((1, 1, 4, 4), (1, 1, 3, 3), strides=3, padding=[[2, 3], [1, 0]])
    conv_case((1, 1, 3, 3, 3), (1, 1, 2, 2, 2))
    conv_case((1, 2, 3, 4, 3), (2, 2, 2, 3, 1), strides=[1, 2, 1], padding=[[1, 0], [1, 1], [0, 0]])
    conv_case((1, 2, 3, 3, 4), (2, 1, 2, 2, 2), groups=2, dilation=[1, 2, 1], padding="same")
    turn = lambda x, w, **o: case("convTranspose", [some(*x), some(*w)], o)
    turn((1, 2, 4), (3, 2, 3))
    turn((1, 2, 4), (2, 2, 3), strides=2, padding=[[1, 1]], outputPadding=1)
    turn((1, 2, 3), (2, 2, 2), dilation=2, strides=3)
    turn((1, 2, 3, 3), (2, 2, 2, 2), strides=2)
    turn((2, 2, 3, 2), (1, 2, 3, 3), strides=[2, 1], padding=[[1, 1], [0, 0]], outputPadding=[1, 0])
    turn((1, 4, 3, 3), (1, 4, 2, 2), groups=2, strides=2)
    turn((1, 1, 2, 2, 2), (2, 1, 2, 2, 2), strides=2, padding=[[0, 0], [1, 1], [0, 0]])
    for name in ("maxPool", "avgPool"):
        case(name, [some(1, 2, 8)], {"window": 2})
        case(name, [some(1, 1, 7)], {"window": 3, "strides": 2, "padding": [[1, 1]]})
        case(name, [some(2, 1, 4, 6)], {"window": 2})
        case(name, [some(1, 2, 5, 5)], {"window": 3, "strides": 1})
        case(name, [some(1, 1, 5, 6)], {"window": [2, 3], "strides": [2, 1], "padding": "same"})
        case(name, [some(1, 1, 4, 4)], {"window": 3, "strides": 2, "padding": [[1, 1], [1, 1]]})
        case(name, [some(1, 1, 3, 4, 4)], {"window": 2, "strides": [1, 2, 2]})
    case("avgPool", [some(1, 1, 4, 4)], {"window": 3, "strides": 2, "padding": [[1, 1], [1, 1]], "countIncludePad": True})


def models():
    case("layerNorm", [some(3, 5), some(5), some(5)])
    case("layerNorm", [some(2, 2, 4), some(4), some(4)])
    case("rmsNorm", [some(3, 4), some(4)])
    case("groupNorm", [some(2, 4, 3)], {"groups": 2})
    case("mse", [some(3, 4), some(3, 4)])
    case("huber", [some(4, 3), some(4, 3)], {"delta": 1.001})
    case("crossEntropy", [some(5, 4), whole(4, 5)])
    case("crossEntropy", [some(3, 10, lo=-4, hi=4), whole(10, 3)])
    case("smoothedCrossEntropy", [some(4, 5), whole(5, 4)], {"by": 0.1})
    case("binaryCrossEntropy", [some(6, lo=-4, hi=4), some(6, lo=0.05, hi=0.95)])
    case("klDivergence", [some(3, 4), some(3, 4)])
    case("cosineSimilarity", [some(3, 5), some(3, 5)])
    case("mlp", [some(4, 3), some(3, 5), some(5), some(5, 2), some(2)])
    case("gru", [some(2, 3), some(2, 4), some(3, 12, lo=-1, hi=1), some(4, 12, lo=-1, hi=1), some(12)])


def matrices():
    """Well conditioned: random ones with a heavy diagonal, of distinct entries where values must be distinct."""
    heavy = lambda *shape: some(*shape) + np.eye(*shape[-2:]) * np.ceil(1 + 2.5 * shape[-1] ** 0.5)
    apart = lambda *shape: some(*shape, lo=-1, hi=1) + np.eye(*shape[-2:]) * (3 * np.arange(shape[-1]) + 2)
    light = lambda *shape: some(*shape, lo=-0.5, hi=0.5) + 2 * np.eye(shape[-1])
    for shape in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (8, 8), (3, 2, 2), (2, 6, 6)):
        n, large = shape[-1], shape[-1] > 6
        for name in ("inv", "det", "slogdet", "cholesky", "qrQ", "qrR"):
            case(name, [heavy(*shape) / (4 if name == "det" else 1)])
        case("solve", [heavy(*shape), some(*shape[:-1], 2)])
        case("triangularSolve", [light(*shape), some(*shape[:-1], 2)], {"lower": n % 2 == 0, "transpose": large, "unitDiagonal": n == 3})
        for name in ("eighValues", "eighVectors", "svdValues", "svdVectors"):
            case(name, [apart(*shape)])
    case("solve", [heavy(3, 3), some(3)])
    case("solve", [heavy(7, 7), some(7)])
    case("triangularSolve", [light(6, 6), some(6)], {"lower": True, "transpose": True})
    case("triangularSolve", [light(4, 4), some(4, 3)], {"transpose": True, "unitDiagonal": True})
    for m, n in ((4, 2), (7, 3), (9, 6), (2, 5), (6, 8)):
        case("qrQ", [heavy(m, n)])
        case("qrR", [heavy(m, n)])
        case("svdValues", [apart(m, n)])
        case("svdVectors", [apart(m, n)])
    for n in (16, 33):
        for name in ("inv", "slogdet", "cholesky", "qrQ", "qrR"):
            case(name, [heavy(n, n)], wrt=[])
        case("solve", [heavy(n, n), some(n)], wrt=[])
        case("triangularSolve", [light(n, n) / 2, some(n)], {"lower": n == 33}, wrt=[])
    case("eighValues", [apart(16, 16)], wrt=[])
    case("svdValues", [apart(16, 16)], wrt=[])


def created():
    for name in ("zeros", "ones"):
        for dtype in DTYPES:
            case(name, [], {"shape": [2, 3], "dtype": dtype})
    case("full", [], {"shape": [3], "value": -2.5, "dtype": "f32"})
    case("full", [], {"shape": [2, 2], "value": 7, "dtype": "i32"})
    case("constant", [], {"value": [[1.5, -2.0], [0.25, 3.0]], "dtype": "f32"})
    case("constant", [], {"value": [[3, -4, 5]], "dtype": "i32"})
    for start, stop, step in ((0, 5, 1), (7, -3, -3), (-1.0, 1.0, 0.25), (2, 2, 1)):
        case("arange", [], {"start": start, "stop": stop, "step": step})
    for start, stop, num in ((-1, 1, 9), (0.5, 3, 6), (4, -4, 5), (2, 3, 1)):
        case("linspace", [], {"start": start, "stop": stop, "num": num})
    for n, m, k, ones in ((3, 3, 0, 3), (2, 4, 1, 2), (4, 3, -2, 2)):
        case("eye", [], {"n": n, "m": m, "k": k, "ones": ones})
    for axis in (0, 1, 2):
        case("iota", [], {"shape": [2, 3, 4], "axis": axis})
    case("bitcast", [some(7, lo=-9, hi=9)], {"dtype": "i32"})
    case("bitcast", [np.array([0, 1065353216, -1069547520, 1078530011, 8388608])], {"dtype": "f32"})
    case("topKIndices", [some(9)], {"k": 4})
    case("topKIndices", [some(2, 3, 6)], {"k": 6})
    case("slogdetSign", [some(3, 3)])
    case("slogdetSign", [some(4, 5, 5)])
    case("stopGradient", [some(6)])


def ties():
    """Where elements are equal, or rows of indices are long, or nothing is there."""
    case("relu", [np.array([-1.0, 0.0, 2.0])])
    case("abs", [np.array([-1.0, 0.0, 2.0])])
    case("sign", [np.array([-1.5, 0.0, 2.0])])
    case("max", [np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])], {"axis": 1})
    case("min", [np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 2.0]])], {"axis": [0, 1]})
    case("sort", [np.array([2.0, 1.0, 2.0, 1.0, 0.5])], {"axis": 0})
    case("sum", [some(2, 0, 3)], {"axis": 1})
    case("prod", [np.array([0.0, 2.0, 0.0, 3.0])])
    case("scatterAdd", [some(6), np.array([2, 2, 2, 5, 2]), some(5)], {"axis": 0})
    case("scatterAdd", [some(2, 3, 4), np.array([0, 2, 2, 0]), some(2, 4, 4)], {"axis": 1})
    case("scatterSet", [some(2, 4, 3), np.array([3, 1]), some(2, 2, 3)], {"axis": 1})
    case("takeAlongAxis", [some(2, 3, 4), np.zeros((2, 5, 4), np.int64) + 2], {"axis": 1})


def windows():
    turn = lambda x, w, **o: case("convTranspose", [some(*x), some(*w)], o)
    turn((2, 2, 5), (2, 2, 4), strides=3, padding=[[2, 2]], outputPadding=2)
    turn((1, 2, 3, 4), (2, 2, 2, 3), strides=[1, 3], dilation=[2, 1], padding=[[1, 1], [1, 1]], outputPadding=[0, 1])
    turn((1, 3, 4), (1, 3, 3), groups=3, dilation=2, padding=[[1, 1]])
    turn((1, 2, 2, 2, 3), (1, 2, 2, 1, 3), strides=[2, 1, 2], groups=2, outputPadding=[1, 0, 1], padding=[[1, 1], [0, 0], [1, 1]])
    for name in ("maxPool", "avgPool"):
        case(name, [some(1, 2, 9)], {"window": 4, "strides": 1, "padding": "same"})
        case(name, [some(1, 1, 6, 7)], {"window": [3, 2], "strides": [1, 3], "padding": [[1, 1], [0, 1]]})
        case(name, [some(1, 1, 5, 4, 5)], {"window": [2, 3, 3], "strides": [2, 1, 2], "padding": [[0, 1], [1, 1], [1, 0]]})
    case("avgPool", [some(1, 1, 3, 4, 3)], {"window": 2, "strides": 1, "padding": [[1, 0], [0, 1], [1, 1]], "countIncludePad": True})
    for eq, *shapes in (("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)), ("iij->j", (3, 3, 2)), ("i,i,i->i", (3,), (3,), (3,)),
                        ("ab,cd->", (2, 2), (3, 2)), ("ij,jk,kl,lm->im", (2, 3), (3, 2), (2, 3), (3, 2)),
                        ("bij,bjk,bk->ib", (2, 2, 3), (2, 3, 2), (2, 2))):  # fmt: skip
        case("einsum", [some(*s) for s in shapes], {"eq": eq})


for part in (elementwise, discrete, reductions, moves, contractions, models, matrices, created, ties, windows):
    part()

lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(DIR / "torch.json").write_text(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
print(len(cases), "cases")

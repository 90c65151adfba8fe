"""Writes optimizers.json: 100 steps of optimisers by PyTorch in float64, and of those that PyTorch lacks by their papers' equations.

Run with a Python that has PyTorch, such as Debian's python3-torch: /usr/bin/python3 make.py.

The loss is mean((tanh(x w + b) - y)^2) times `loss`; the parameters after every tenth step are kept, w then b, flat.
"""

import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(20)


def some(*shape, size=1.0):
    """Numbers that are exact in f32."""
    return np.round(rng.uniform(-size, size, shape) * 2**12) / 2**12


X, Y, W, B = some(8, 4), some(8, 3), some(4, 3), some(3)
STEPS, EVERY = 100, 10


def loss_of(w, b, x=torch.tensor(X), y=torch.tensor(Y)):
    return ((torch.tanh(x @ w + b) - y) ** 2).mean()


def gradient(p, x=X, y=Y):
    """The same by hand, for the NumPy optimisers."""
    out = np.tanh(x @ p[0] + p[1])
    d = 2 * (out - y) / out.size * (1 - out**2)
    return [x.T @ d, d.sum(0)]


def flat(ps):
    return [float(v) for p in ps for v in np.asarray(p).ravel()]


cases = []


def by_torch(name, make, loss=1.0, schedule=None, clip=None, options=None, average=None):
    ps = [torch.tensor(W, requires_grad=True), torch.tensor(B, requires_grad=True)]
    optimizer = make(ps)
    scheduler = schedule(optimizer) if schedule else None
    mean = [p.detach().clone() for p in ps]
    kept = []
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        (loss_of(*ps) * loss).backward()
        if clip:
            clip(ps)
        optimizer.step()
        if scheduler:
            scheduler.step()
        if average is not None:
            mean = [average * m + (1 - average) * p.detach() for m, p in zip(mean, ps)]
        if step % EVERY == 0:
            kept.append(flat([p.detach() for p in (ps if average is None else mean)]))
    cases.append({"name": name, "loss": loss, "params": kept})


def by_numpy(name, update, state, loss=1.0, batches=None):
    ps = [W.copy(), B.copy()]
    kept = []
    for step in range(1, STEPS + 1):
        rows = slice(None) if batches is None else slice(4 * ((step - 1) % 2), 4 * ((step - 1) % 2) + 4)
        gs = [g * loss for g in gradient(ps, X[rows], Y[rows])]
        ps = update(ps, gs, step, state)
        if step % EVERY == 0:
            kept.append(flat(ps))
    cases.append({"name": name, "loss": loss, "params": kept})


def lion(ps, gs, t, s, lr=0.003, b1=0.9, b2=0.95, wd=0.1):
    out = []
    for i, (p, g) in enumerate(zip(ps, gs)):
        m = s.setdefault(i, np.zeros_like(p))
        c = b1 * m + (1 - b1) * g
        out.append(p - lr * (np.sign(c) + wd * p))
        s[i] = b2 * m + (1 - b2) * g
    return out


def lamb(ps, gs, t, s, lr=0.02, b1=0.9, b2=0.999, eps=1e-6, wd=0.1):
    out = []
    for i, (p, g) in enumerate(zip(ps, gs)):
        m, v = s.setdefault(i, (np.zeros_like(p), np.zeros_like(p)))
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        s[i] = (m, v)
        r = (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps) + wd * p
        out.append(p - lr * np.linalg.norm(p) / np.linalg.norm(r) * r)
    return out


def accumulated(ps, gs, t, s, k=4, lr=0.1, mu=0.9):
    """Momentum on the mean of every four gradients."""
    s["sum"] = [a + g / k for a, g in zip(s.get("sum", [0, 0]), gs)]
    if t % k:
        return ps
    s["v"] = [mu * v + g for v, g in zip(s.get("v", [0, 0]), s["sum"])]
    s["sum"] = [0, 0]
    return [p - lr * v for p, v in zip(ps, s["v"])]


O, S = torch.optim, torch.optim.lr_scheduler
clip_norm = lambda ps: torch.nn.utils.clip_grad_norm_(ps, 0.05)
clip_value = lambda ps: torch.nn.utils.clip_grad_value_(ps, 0.02)

by_torch("sgd", lambda p: O.SGD(p, 0.5))
by_torch("momentum", lambda p: O.SGD(p, 0.1, momentum=0.9))
by_torch("nesterov", lambda p: O.SGD(p, 0.1, momentum=0.9, nesterov=True))
by_torch("momentum, L2", lambda p: O.SGD(p, 0.1, momentum=0.8, weight_decay=0.05))
by_torch("adam", lambda p: O.Adam(p, 0.01))
by_torch("adam, options", lambda p: O.Adam(p, 0.02, betas=(0.8, 0.95), eps=1e-3))
by_torch("adam, L2", lambda p: O.Adam(p, 0.01, weight_decay=0.05))
by_torch("adamw", lambda p: O.AdamW(p, 0.01))
by_torch("adamw, some", lambda p: O.AdamW([{"params": p[:1], "weight_decay": 0.3}, {"params": p[1:], "weight_decay": 0.0}], 0.01))
by_torch("adagrad", lambda p: O.Adagrad(p, 0.05))
by_torch("adagrad, initial", lambda p: O.Adagrad(p, 0.05, initial_accumulator_value=0.1))
by_torch("rmsprop", lambda p: O.RMSprop(p, 0.003))
by_torch("rmsprop, momentum", lambda p: O.RMSprop(p, 0.001, alpha=0.9, momentum=0.8))
by_torch("rmsprop, centred", lambda p: O.RMSprop(p, 0.003, eps=1e-2, momentum=0.5, centered=True))
by_torch("clip by norm", lambda p: O.SGD(p, 0.5, momentum=0.5), clip=clip_norm)
by_torch("clip by value", lambda p: O.SGD(p, 0.5), clip=clip_value)
by_torch("adamw, one cycle", lambda p: O.AdamW(p, 0.05), schedule=lambda o: S.OneCycleLR(o, 0.05, STEPS + 1, cycle_momentum=False))
by_torch("momentum, steps", lambda p: O.SGD(p, 0.3, momentum=0.7), schedule=lambda o: S.StepLR(o, 20, 0.5))
by_torch("ema", lambda p: O.SGD(p, 0.5), average=0.95)
by_numpy("lion", lion, {})
by_numpy("lamb", lamb, {})
by_numpy("accumulate", accumulated, {})


def rates(make):
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], 0.3)
    scheduler = make(optimizer)
    out = []
    for _ in range(STEPS):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return out


schedules = {
    "constant": [0.3] * STEPS,
    "linear": rates(lambda o: S.LinearLR(o, 0.1, 1.0, 40)),
    "cosine": rates(lambda o: S.CosineAnnealingLR(o, 120, 0.01)),
    "step": rates(lambda o: S.StepLR(o, 7, 0.5)),
    "piecewise": rates(lambda o: S.MultiStepLR(o, [10, 35, 36], 0.3)),
    "exponential": rates(lambda o: S.ExponentialLR(o, 0.97)),
    "oneCycle": rates(lambda o: S.OneCycleLR(o, 0.3, STEPS + 3)),
    "warmupCosine": rates(lambda o: S.SequentialLR(o, [S.LinearLR(o, 1e-12, 1.0, 20), S.CosineAnnealingLR(o, 70)], [20])),
}
# PyTorch's cosine turns up again after its end; ours stays.
schedules["warmupCosine"][90:] = [0.0] * 10

data = {"torch": torch.__version__, "every": EVERY, "x": X.tolist(), "y": Y.tolist(), "w": W.tolist(), "b": B.tolist()}
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
rows = ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in schedules.items())
head = json.dumps(data, separators=(",", ":"))[1:-1]
(pathlib.Path(__file__).parent / "optimizers.json").write_text(f'{{{head},"cases":[\n{lines}\n],"schedules":{{\n{rows}\n}}}}\n')
print(len(cases), "cases", len(schedules), "schedules")

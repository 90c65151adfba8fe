"""Writes programs.json: the programs of programs.ts in PyTorch.

Run with a Python that has PyTorch, such as Debian's python3-torch: /usr/bin/python3 make.py.
"""

import math

import torch
import torch.nn.functional as F
from results import grad, leaf, normal, program, write

# ---- learning ----

LABELS = torch.tensor([0, 2, 1, 2])


@program("mlp training step", normal(4, 5), LABELS, normal(5, 6, scale=0.5), normal(6, scale=0.1), normal(6, 3, scale=0.5), normal(3, scale=0.1))
def _(x, labels, w1, b1, w2, b2):
    params = [leaf(p) for p in (w1, b1, w2, b2)]
    h = torch.tanh(x @ params[0] + params[1])
    logp = F.log_softmax(h @ params[2] + params[3], -1)
    loss = -logp.gather(1, labels[:, None]).mean()
    return (loss, *[p - 0.1 * g for p, g in zip(params, grad(loss, params))])


@program("conv net", normal(2, 3, 8, 8), normal(4, 3, 3, 3, scale=0.3), normal(4, scale=0.1), normal(6, 2, 3, 3, scale=0.3), normal(24, 5, scale=0.3))
def _(x, k1, b1, k2, w):
    h = F.silu(F.conv2d(x, k1, padding=1) + b1[:, None, None])
    h = F.max_pool2d(h, 2)
    h = F.softplus(F.conv2d(F.pad(h, (0, 1, 0, 1)), k2, stride=2, groups=2))
    return F.log_softmax(h.reshape(2, -1) @ w, -1)


@program("causal attention block", normal(2, 5, 8), normal(8, 24, scale=0.35), normal(8, 8, scale=0.35), normal(8), normal(8))
def _(x, wqkv, wo, gain, bias):
    mean = x.mean(-1, keepdim=True)
    n = (x - mean) * torch.rsqrt(((x - mean) ** 2).mean(-1, keepdim=True) + 1e-5) * gain + bias
    q, k, v = (t.reshape(2, 5, 2, 4).transpose(1, 2) for t in (n @ wqkv).split(8, -1))
    s = q @ k.transpose(-1, -2) / 2
    s = s.masked_fill(~torch.ones(5, 5, dtype=torch.bool).tril(), -torch.inf)
    return x + (s.softmax(-1) @ v).transpose(1, 2).reshape(2, 5, 8) @ wo


@program("attention with a mask and a scale", normal(1, 2, 3, 4), normal(1, 2, 6, 4), normal(1, 2, 6, 5), torch.tensor([[1, 1, 0, 1, 0, 1], [0, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1]]).bool())
def _(q, k, v, mask):
    s = (q @ k.transpose(-1, -2) * 0.3).masked_fill(~mask, -torch.inf)
    return s.softmax(-1) @ v


@program("gru by scan", normal(6, 2, 3), normal(2, 4, scale=0.5), normal(3, 12, scale=0.4), normal(4, 12, scale=0.4), normal(12, scale=0.1))
def _(xs, h, wx, wh, b):
    hs = []
    for x in xs:
        xr, xz, xn = (x @ wx + b).split(4, -1)
        hr, hz, hn = (h @ wh).split(4, -1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        n = torch.tanh(xn + r * hn)
        h = (1 - z) * n + z * h
        hs.append(h)
    return h, torch.stack(hs)


@program("gradient penalty", normal(5, 3), normal(3, 7, scale=0.6), normal(7, scale=0.3), normal(7, 1, scale=0.6))
def _(x, w1, b1, w2):
    p = leaf(x)
    (d,) = grad((torch.tanh(p @ w1 + b1) @ w2).sum(), p)
    return ((d.square().sum(-1).sqrt() - 1) ** 2).mean()


@program("eikonal loss", normal(6, 3), normal(3, 8, scale=0.6), normal(8, scale=0.2), normal(8, 8, scale=0.4), normal(8, scale=0.5))
def _(points, w1, b1, w2, w3):
    p = leaf(points)
    f = F.softplus(F.softplus(p @ w1 + b1) @ w2) @ w3
    (d,) = grad(f.sum(), p)
    return ((torch.sqrt((d * d).sum(-1) + 1e-12) - 1) ** 2).mean() + f.abs().mean()


@program("hessian of rosenbrock", torch.tensor([0.5, -1.25, 0.75]))
def _(x):
    f = lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    return torch.autograd.functional.hessian(f, x, create_graph=True)


def bilinear(image, theta):
    h, w = image.shape
    ys, xs = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    grid = torch.stack([xs, ys, torch.ones_like(xs)]).reshape(3, -1)
    at = theta @ grid
    px, py = (at[0] + 1) * (w - 1) / 2, (at[1] + 1) * (h - 1) / 2
    x0, y0 = px.floor(), py.floor()
    fx, fy = px - x0, py - y0
    flat = image.reshape(-1)

    def pixel(y, x):
        inside = (y >= 0) & (y <= h - 1) & (x >= 0) & (x <= w - 1)
        at = (y.clamp(0, h - 1) * w + x.clamp(0, w - 1)).long()
        return torch.where(inside, flat[at], torch.zeros(()))

    top = pixel(y0, x0) * (1 - fx) + pixel(y0, x0 + 1) * fx
    low = pixel(y0 + 1, x0) * (1 - fx) + pixel(y0 + 1, x0 + 1) * fx
    return (top * (1 - fy) + low * fy).reshape(h, w)


@program("jacobian of a spatial transformer", normal(4, 5), torch.tensor([[0.8, -0.3, 0.11], [0.25, 0.9, -0.07]]))
def _(image, theta):
    return torch.autograd.functional.jacobian(lambda t: bilinear(image, t), theta, create_graph=True)


@program("per-example gradients", normal(4, 3), normal(4), normal(3, 5, scale=0.6), normal(5, scale=0.6))
def _(xs, ys, w, v):
    w, v = leaf(w), leaf(v)
    each = [grad((torch.tanh(x @ w) @ v - y) ** 2, (w, v)) for x, y in zip(xs, ys)]
    return torch.stack([e[0] for e in each]), torch.stack([e[1] for e in each])


class Clipped(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.limit = limit
        return x.clone()

    @staticmethod
    def backward(ctx, d):
        return d.clamp(-ctx.limit, ctx.limit), None


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, d):
        return d


@program("custom derivatives", normal(3, 4, scale=2))
def _(x):
    return Clipped.apply(x, 0.5) ** 3, Rounded.apply(x) * x


@program("chain of checkpoints", normal(3, 4), normal(5, 4, 4, scale=0.4))
def _(x, ws):
    for w in ws:
        x = x + torch.tanh(x @ w)
    return x


@program("power iteration", normal(4, 4), normal(4))
def _(m, v):
    a = m @ m.T
    for _ in range(8):
        v = a @ v
        v = v / v.norm()
    return v @ a @ v, v


@program("condition on the device", normal(5), torch.tensor(1.0), torch.tensor(-1.0))
def _(x, p, n):
    f = lambda x, s: torch.sin(x) * 2 if s > 0 else torch.exp(x) * x
    return f(x, p), f(x, n)


@program("beam step", normal(2, 3), normal(2, 3, 7), wrt=[])
def _(scores, logits):
    total = (scores[:, :, None] + F.log_softmax(logits, -1)).reshape(2, -1)
    best, at = total.topk(3, -1)
    return best, (at // 7).int(), (at % 7).int()


@program("gradient of an embedding", normal(6, 3), torch.tensor([[1, 4, 1], [0, 1, 5]]), normal(3))
def _(table, ids, w):
    t = leaf(table)
    (d,) = grad((torch.tanh(t[ids]) @ w).square().sum(), t)
    counts = torch.zeros(6).index_add(0, ids.reshape(-1), torch.ones(6))
    return d, counts


@program("einsum contractions", normal(3, 4), normal(4, 5), normal(3, 5), normal(2, 3, 3))
def _(a, m, b, s):
    return (
        torch.einsum("bi,ij,bj->b", a, m, b),
        torch.einsum("bii->b", s),
        torch.einsum("bi,bj->ij", a, b),
        torch.einsum("bij,bkj->bik", s, s),
        torch.einsum("ij->", m),
        torch.einsum("ij,jk", a, m),
    )


@program("quantile by sorting", normal(3, 7))
def _(x):
    return torch.quantile(x, 0.3, dim=-1), torch.sort(x, 0, descending=False).values, x.median(-1).values


@program("argsort and ranks", normal(3, 5), wrt=[])
def _(x):
    order = x.argsort(-1)
    return order.int(), order.argsort(-1).int()


@program("cumulative", normal(3, 5))
def _(x):
    return x.cumsum(0), (1 + 0.3 * x).cumprod(1), x.cummax(1).values, torch.softmax(x, 0).cumsum(1)


@program("dynamic slices", normal(6, 4), normal(2, 4), torch.tensor(3), torch.tensor(9))
def _(x, row, i, far):
    window = x[3:5]
    put = torch.cat([x[:3], row * window, x[5:]])
    last = x[4:6]  # a start past the end is moved back, as in lax
    return window.square(), put, last


@program("overlapping pooling", normal(1, 2, 7, 6))
def _(x):
    same = F.pad(x, (0, 1, 1, 1), value=-math.inf)
    average = F.avg_pool2d(x.square(), 3, stride=2, padding=1, count_include_pad=False)
    with_pad = F.avg_pool2d(x.square(), 3, stride=2, padding=1, count_include_pad=True)
    return F.max_pool2d(same, 3, stride=2).square(), average, with_pad


@program("transposed convolution", normal(2, 4, 5, 4), normal(4, 3, 3, 3, scale=0.4), normal(1, 4, 6), normal(4, 2, 4, scale=0.4))
def _(x, w, s, v):
    return (
        torch.tanh(F.conv_transpose2d(x, w, stride=2, padding=1, output_padding=(1, 0))),
        torch.tanh(F.conv_transpose1d(s, v, stride=3, padding=1, groups=2)),
    )


@program("convolutions of one and three dimensions", normal(2, 3, 9), normal(6, 1, 3, scale=0.4), normal(1, 2, 4, 5, 4), normal(3, 2, 2, 3, 2, scale=0.3))
def _(s, k, x, w):
    return (
        torch.tanh(F.conv1d(s, k, groups=3, dilation=2, padding=2)),
        torch.tanh(F.conv3d(x, w, stride=(1, 2, 1), padding=(0, 1, 1))),
    )


@program("mixture of gaussians", normal(5, 2), normal(3), normal(3, 2), normal(3, 2, scale=0.4))
def _(x, logits, mean, logstd):
    z = (x[:, None, :] - mean) * torch.exp(-logstd)
    logp = (-0.5 * z**2 - logstd - 0.5 * math.log(2 * math.pi)).sum(-1) + F.log_softmax(logits, -1)
    return -logp.logsumexp(-1).mean(), logp.softmax(-1)


@program("pendulum by leapfrog", torch.tensor([1.0, -0.5]), torch.tensor([0.2, 0.7]), torch.tensor(9.81))
def _(q, p, g):
    for _ in range(20):
        p = p - 0.025 * g * torch.sin(q)
        q = q + 0.05 * p
        p = p - 0.025 * g * torch.sin(q)
    return q, p, 0.5 * p**2 - g * torch.cos(q)


@program("hessian-vector products", normal(4), normal(4), normal(4, 4))
def _(x, v, m):
    p = leaf(x)
    (d,) = grad(torch.exp(torch.tanh(m @ p).sum()), p)
    (hv,) = grad((d * v).sum(), p)
    return d, hv


@program("discounted returns", normal(6, 2), torch.tensor(0.9), normal(2))
def _(rewards, gamma, last):
    out = []
    r = last
    for reward in reversed(rewards):
        r = reward + gamma * r
        out.append(r)
    return r, torch.stack(out[::-1])


@program("triangles and diagonals", normal(4, 4), normal(4))
def _(a, d):
    low = a.tril() + torch.diag(d)
    return low @ low.T, a.triu(1).square(), torch.diag(a).exp(), torch.eye(4) * a


@program("arranging", normal(2, 6), normal(2, 3))
def _(x, y):
    a, b = x.split(3, 1)
    halves = x.split([2, 4], 1)
    return (
        torch.cat([a * b, y], 0),
        torch.stack([a, y], 1).square(),
        F.pad(y, (0, 2, 1, 0), value=2.0) ** 2,
        x.flip(1) * x,
        x.roll(2, 1) * x,
        y.repeat(2, 2) * x.repeat(2, 1),
        y.repeat_interleave(2, 1) * x,
        x[:, 1:6:2] * y,
        halves[1].reshape(4, 2).T ** 2,
        x.reshape(2, 3, 2).permute(2, 0, 1) * y,
        x.reshape(1, 2, 3, 2).movedim(3, 0).swapaxes(1, 2).squeeze(2)[:, 0] * y[0],
        (y[:, None].expand(2, 2, 3) ** 3),
    )


@program("reductions", normal(3, 4))
def _(x):
    return (
        x.var(1, unbiased=False),
        x.std(unbiased=False),
        x.norm(),
        x.norm(dim=0, keepdim=True),
        x.prod(1),
        x.amax(1).square(),
        x.amin((0, 1)).exp(),
        x.logsumexp(0),
        x.sum(-1, keepdim=True) * x.mean(0),
    )


@program("picking and placing", normal(4, 5), torch.tensor([[0, 4], [3, 3], [1, 2], [2, 0]]), normal(3, 5), torch.tensor([1, 3, 1]), torch.tensor([2, 0, 3]))
def _(x, places, rows, at, once):
    return (
        x.gather(1, places).square(),
        (x**2).index_add(0, at, rows**2),
        torch.cat([rows[1:2], x[1:2] * 2, rows[0:1], rows[2:3]]) ** 2,
        x[at] ** 3,
        x[:, once] * x[:, at],
    )


@program("learning to learn", normal(3), normal(4, 3), normal(4), torch.tensor(0.1))
def _(w, x, y, rate):
    w = leaf(w)
    for _ in range(3):
        (d,) = grad(torch.tanh(x @ w - y).square().mean(), w)
        w = w - rate * d
    return w, (x @ w - y).square().mean()


@program("pairwise kernel", normal(4, 3), normal(5, 3), torch.tensor(0.7))
def _(x, y, length):
    d = ((x[:, None] - y[None]) ** 2).sum(-1)
    return torch.exp(-d / (2 * length**2)).T


@program("activations", normal(3, 4))
def _(x):
    return (
        torch.relu(x), F.leaky_relu(x, 0.01), F.elu(x), F.gelu(x, approximate="tanh"), F.silu(x), F.softplus(x), torch.erf(x),
        torch.sigmoid(x), torch.expm1(x), torch.log1p(x * x), torch.atan2(x, 1 + x * x), torch.sinh(x), torch.rsqrt(1 + x * x),
        torch.clamp(x, -0.5, 0.75), torch.maximum(x, -x), torch.where(x > 0, x**3, x.sin()), torch.asin(torch.tanh(x)), x.abs(), x.sign(),
    )  # fmt: skip


@program("masks and labels", torch.tensor([[1, 5, -3], [2, 5, 7]]).int(), normal(2, 3), wrt=[])
def _(i, x):
    return (
        (i > 1) & (x < 0.5),
        (i > 6).any(1),
        (i < 6).all(),
        x.argmax(1).int(),
        x.argmin(0).int(),
        torch.eye(3)[x.argmax(1)],
        ((i ^ 6) | 8) & 11,
        i % 3,
        (i << 2) >> 1,
        (x.round() + x.floor() + x.ceil()).int(),
    )


write("programs.json")

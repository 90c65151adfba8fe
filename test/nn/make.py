"""Writes layers.json: values and gradients of layers and losses by PyTorch in float64, for the test beside it.

Run with a Python that has PyTorch, such as Debian's python3-torch: /usr/bin/python3 make.py.

A case has parameters by dotted path, in fluxion's layout, inputs, the values, and the gradients of s = sum(values[0] * weights) by all
parameters and all float inputs; the i-th weight is ((7 i + 3) mod 11 - 5) / 4, or 1 / 8 where that is 0.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(5)
cases = []


def some(*shape, size=1.0):
    """Numbers that are exact in f32."""
    return np.round(rng.uniform(-size, size, shape) * 2**12) / 2**12


def apart(*shape):
    """The same, all different: a largest one is one."""
    return (rng.permutation(int(np.prod(shape))).reshape(shape) - np.prod(shape) // 2) / 16


def whole(below, *shape):
    return rng.integers(0, below, shape)


def weights(shape):
    i = np.arange(int(np.prod(shape, dtype=np.int64)))
    w = ((7 * i + 3) % 11 - 5) / 4
    return torch.tensor(np.where(w == 0, 1 / 8, w).reshape(shape))


def plain(x):
    x = np.asarray(x.detach() if isinstance(x, torch.Tensor) else x)
    out = {"shape": list(x.shape), "data": [v.item() for v in x.ravel()]}
    return out if x.dtype.kind == "f" else {**out, "dtype": "i32"}


def case(name, params, xs, f):
    """f(params by path, *xs) in torch, giving one value or several."""
    p = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    t = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in map(np.asarray, xs)]
    values = f(p, *t)
    values = list(values) if isinstance(values, (tuple, list)) else [values]
    (values[0] * weights(values[0].shape)).sum().backward()
    assert all(v.grad is not None for v in p.values()), f"{name}: a parameter is not used"
    grads = {f"params.{k}": plain(v.grad)["data"] for k, v in p.items()}
    grads.update({f"xs.{i}": plain(x.grad)["data"] for i, x in enumerate(t) if x.requires_grad and x.grad is not None})
    cases.append({"name": name, "params": {k: plain(v) for k, v in p.items()}, "xs": [plain(x) for x in t],
                  "values": [plain(v) for v in values], "grads": grads})  # fmt: skip


def wb(*shape, out):
    return {"w": some(*shape), "b": some(out)}


def at(prefix, params):
    return {f"{prefix}.{k}": v for k, v in params.items()}


def sub(p, prefix):
    return {k[len(prefix) + 1 :]: v for k, v in p.items() if k.startswith(prefix + ".")}


linear = lambda p, x: F.linear(x, p["w"].T, p.get("b"))

case("dense", wb(3, 4, out=4), [some(5, 3)], linear)
case("dense of sequences, without bias", {"w": some(3, 4)}, [some(2, 5, 3)], linear)
case("embedding", {"table": some(6, 3)}, [whole(6, 2, 4)], lambda p, i: F.embedding(i, p["table"]))
case("conv1d", wb(4, 2, 3, out=4), [some(2, 2, 7)], lambda p, x: F.conv1d(x, p["w"], p["b"], stride=2, padding=1))
case("conv2d", wb(4, 1, 3, 2, out=4), [some(2, 2, 6, 5)], lambda p, x: F.conv2d(x, p["w"], p["b"], dilation=(2, 1), padding=1, groups=2))
case("conv3d", wb(2, 2, 2, 2, 2, out=2), [some(1, 2, 3, 4, 3)], lambda p, x: F.conv3d(x, p["w"], p["b"]))


def turned(f, groups=1, **o):
    """PyTorch's kernels are [inputs, outputs / groups, *window]."""
    return lambda p, x: f(x, p["w"].transpose(0, 1), p["b"], groups=groups, **o)


case("convTranspose1d", wb(3, 2, 3, out=3), [some(1, 2, 4)], turned(F.conv_transpose1d, stride=2, padding=1, output_padding=1))
case("convTranspose2d", wb(1, 4, 2, 2, out=2), [some(1, 4, 3, 3)], turned(F.conv_transpose2d, groups=2, stride=2, dilation=2))
case("convTranspose3d", wb(1, 2, 2, 2, 2, out=1), [some(1, 2, 2, 2, 2)], turned(F.conv_transpose3d, stride=2))
case("maxPool", {}, [apart(2, 2, 5, 6)], lambda p, x: F.max_pool2d(x, 3, 2, 1))
case("avgPool", {}, [some(1, 2, 5, 6)], lambda p, x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
case("globalAvgPool", {}, [some(2, 3, 4, 5)], lambda p, x: F.adaptive_avg_pool2d(x, 1)[..., 0, 0])
case("globalMaxPool", {}, [apart(2, 3, 4, 5)], lambda p, x: F.adaptive_max_pool2d(x, 1)[..., 0, 0])
case("maxPoolWithPositions", {}, [apart(2, 2, 5, 6)], lambda p, x: F.max_pool2d(x, (3, 2), (2, 2), (1, 0), return_indices=True))
case("maxPoolWithPositions, 3-D", {}, [apart(1, 1, 4, 4, 4)], lambda p, x: F.max_pool3d(x, 2, return_indices=True))


def unpooled(p, x):
    values, places = F.max_pool2d(x, 2, return_indices=True)
    return F.max_unpool2d(values * 2, places, 2)


case("maxUnpool", {}, [apart(2, 2, 4, 6)], unpooled)
case("upsampleNearest", {}, [some(1, 2, 2, 3)], lambda p, x: F.interpolate(x, scale_factor=(2, 3)))
case("bilinear", {}, [some(1, 2, 3, 4)], lambda p, x: F.interpolate(x, scale_factor=2, mode="bilinear"))
case("bilinear, corners", {}, [some(1, 2, 3, 4)], lambda p, x: F.interpolate(x, (7, 5), mode="bilinear", align_corners=True))
case("bilinear, smaller", {}, [some(1, 2, 5, 7)], lambda p, x: F.interpolate(x, (3, 2), mode="bilinear"))
case("linear, 1-D", {}, [some(1, 2, 4)], lambda p, x: F.interpolate(x, 9, mode="linear"))
case("trilinear", {}, [some(1, 1, 2, 3, 2)], lambda p, x: F.interpolate(x, (3, 4, 4), mode="trilinear"))

norm = lambda *shape: {"scale": some(*shape), "shift": some(*shape)}


def batch_norm(training, momentum=0.1):
    def run(p, x, mean, var):
        mean, var = mean.detach().clone(), var.detach().clone()
        return F.batch_norm(x, mean, var, p["scale"], p["shift"], training, momentum), mean, var

    return run


case("batchNorm, training", norm(3), [some(4, 3), some(3), np.abs(some(3))], batch_norm(True))
case("batchNorm of images, training", norm(2), [some(3, 2, 4, 3), some(2), np.abs(some(2))], batch_norm(True, 0.3))
case("batchNorm, evaluation", norm(2), [some(3, 2, 2), some(2), np.abs(some(2))],
     lambda p, x, m, v: F.batch_norm(x, m.detach(), v.detach(), p["scale"], p["shift"], False))  # fmt: skip
case("layerNorm", norm(5), [some(2, 3, 5)], lambda p, x: F.layer_norm(x, (5,), p["scale"], p["shift"]))
case("layerNorm of two axes", norm(3, 4), [some(2, 3, 4)], lambda p, x: F.layer_norm(x, (3, 4), p["scale"], p["shift"], 1e-3))
case("groupNorm", norm(4), [some(2, 4, 3, 2)], lambda p, x: F.group_norm(x, 2, p["scale"], p["shift"]))
case("instanceNorm", norm(3), [some(2, 3, 4, 2)], lambda p, x: F.instance_norm(x, weight=p["scale"], bias=p["shift"]))
case("rmsNorm", {"scale": some(5)}, [some(3, 5)], lambda p, x: x * torch.rsqrt((x**2).mean(-1, keepdim=True) + 1e-5) * p["scale"])

names = ("query", "key", "value", "out")


def mha_params(e, kv=None):
    sizes = {"query": e, "key": kv or e, "value": kv or e, "out": e}
    return {f"{n}.{k}": v for n in names for k, v in wb(sizes[n], e, out=e).items()}


def mha(p, query, memory, heads, mask=None, causal=False):
    e = p["query.w"].shape[1]
    t, s = query.shape[-2], memory.shape[-2]
    blocked = None
    if causal:
        blocked = torch.ones(t, s, dtype=torch.bool).triu(1)
    if mask is not None:
        blocked = ~mask
    weight = {f"{c}_proj_weight": p[f"{n}.w"].T for c, n in zip("qkv", names)}
    kv = memory.shape[-1]
    out, _ = F.multi_head_attention_forward(
        query.transpose(0, 1), memory.transpose(0, 1), memory.transpose(0, 1), e, heads, None,
        torch.cat([p["query.b"], p["key.b"], p["value.b"]]), None, None, False, 0.0, p["out.w"].T, p["out.b"],
        use_separate_proj_weight=True, attn_mask=blocked, need_weights=False, **weight)  # fmt: skip
    return out.transpose(0, 1)


case("multiHeadAttention", mha_params(6), [some(2, 4, 6)], lambda p, x: mha(p, x, x, 2))
case("multiHeadAttention, causal", mha_params(6), [some(2, 4, 6)], lambda p, x: mha(p, x, x, 3, causal=True))
case("multiHeadAttention, memory", mha_params(4, 6), [some(2, 3, 4), some(2, 5, 6)], lambda p, x, m: mha(p, x, m, 2))
SEEN = torch.tensor([[True, False, True], [True, True, False]])
case("multiHeadAttention, mask", mha_params(4), [some(1, 2, 4), some(1, 3, 4)], lambda p, x, m: mha(p, x, m, 2, mask=SEEN))


def ffn_params(e, h):
    return {**at("up", wb(e, h, out=h)), **at("down", wb(h, e, out=e))}


def ffn(p, x, f):
    return linear(sub(p, "down"), f(linear(sub(p, "up"), x)))


def block_state(p, parts, i):
    """PyTorch's names of a block's parameters."""
    out = {}
    for ours, theirs in parts.items():
        a = sub(p, ours)
        out[f"{theirs}.in_proj_weight"] = torch.cat([a[f"{n}.w"].T for n in names[:3]])
        out[f"{theirs}.in_proj_bias"] = torch.cat([a[f"{n}.b"] for n in names[:3]])
        out[f"{theirs}.out_proj.weight"], out[f"{theirs}.out_proj.bias"] = a["out.w"].T, a["out.b"]
    for n, name in enumerate(("up", "down"), 1):
        out[f"linear{n}.weight"], out[f"linear{n}.bias"] = p[f"feedForward.{name}.w"].T, p[f"feedForward.{name}.b"]
    for n in range(1, i + 1):
        out[f"norm{n}.weight"], out[f"norm{n}.bias"] = p[f"norm{n}.scale"], p[f"norm{n}.shift"]
    return out


def encoder_params(e, h):
    return {**at("attention", mha_params(e)), **at("norm1", norm(e)), **at("feedForward", ffn_params(e, h)), **at("norm2", norm(e))}


def encoder(norm_first, activation, causal=False):
    def run(p, x):
        m = torch.nn.TransformerEncoderLayer(4, 2, 6, 0.0, activation, batch_first=True, norm_first=norm_first)
        mask = torch.ones(3, 3, dtype=torch.bool).triu(1) if causal else None
        return functional_call(m, block_state(p, {"attention": "self_attn"}, 2), (x,), {"src_mask": mask})

    return run


case("encoderBlock, post", encoder_params(4, 6), [some(2, 3, 4)], encoder(False, F.relu))
case("encoderBlock, pre", encoder_params(4, 6), [some(2, 3, 4)], encoder(True, F.gelu))
case("encoderBlock, causal", encoder_params(4, 6), [some(2, 3, 4)], encoder(True, F.gelu, True))


def decoder(norm_first):
    def run(p, x, memory):
        m = torch.nn.TransformerDecoderLayer(4, 2, 6, 0.0, F.relu, batch_first=True, norm_first=norm_first)
        state = block_state(p, {"attention": "self_attn", "cross": "multihead_attn"}, 3)
        mask = torch.ones(3, 3, dtype=torch.bool).triu(1)
        return functional_call(m, state, (x, memory), {"tgt_mask": mask})

    return run


decoder_params = lambda: {**encoder_params(4, 6), **at("cross", mha_params(4)), **at("norm3", norm(4))}
case("decoderBlock, pre", decoder_params(), [some(2, 3, 4), some(2, 5, 4)], decoder(True))
case("decoderBlock, post", decoder_params(), [some(2, 3, 4), some(2, 5, 4)], decoder(False))


def rnn_params(d, n):
    return {"wx": some(d, n), "wh": some(n, n), "b": some(n)}


def lstm_params(d, n):
    return {"w": some(d + n, 4 * n), "b": some(4 * n)}


def gru_params(d, n):
    return {"wx": some(d, 3 * n), "wh": some(n, 3 * n), "b": some(3 * n), "bh": some(n)}


def rnn_state(p, s):
    return {f"weight_ih_{s}": p["wx"].T, f"weight_hh_{s}": p["wh"].T, f"bias_ih_{s}": p["b"], f"bias_hh_{s}": torch.zeros_like(p["b"])}


def lstm_state(p, s):
    """Gates i, f, o, g to PyTorch's i, f, g, o."""
    n = p["b"].shape[0] // 4
    order = [*range(2 * n), *range(3 * n, 4 * n), *range(2 * n, 3 * n)]
    w, b = p["w"].T[order], p["b"][order]
    d = w.shape[1] - n
    return {f"weight_ih_{s}": w[:, :d], f"weight_hh_{s}": w[:, d:], f"bias_ih_{s}": b, f"bias_hh_{s}": torch.zeros_like(b)}


def gru_state(p, s):
    n = p["bh"].shape[0]
    hidden = torch.cat([torch.zeros(2 * n), p["bh"]])
    return {f"weight_ih_{s}": p["wx"].T, f"weight_hh_{s}": p["wh"].T, f"bias_ih_{s}": p["b"], f"bias_hh_{s}": hidden}


ORDER = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def run_rnn(kind, x, carry, state, suffixes, layers=1, both=False):
    """PyTorch's kernels themselves: the modules keep their weights aside, where functional_call does not reach."""
    flat = [state[f"{name}_{s}"] for s in suffixes for name in ORDER]
    return kind(x, carry, flat, True, layers, 0.0, True, both, True)


def over_time(kind, state, n):
    def run(p, x):
        h = torch.zeros(1, x.shape[0], n)
        return run_rnn(kind, x, (h, h) if kind is torch.lstm else h, state(p, "l0"), ["l0"])[0]

    return run


case("rnn", rnn_params(3, 4), [some(2, 5, 3)], over_time(torch.rnn_tanh, rnn_state, 4))
case("rnn of relu", rnn_params(3, 4), [some(2, 5, 3)], over_time(torch.rnn_relu, rnn_state, 4))
case("lstm", lstm_params(3, 4), [some(2, 5, 3)], over_time(torch.lstm, lstm_state, 4))
case("gru", gru_params(3, 4), [some(2, 5, 3)], over_time(torch.gru, gru_state, 4))
case("gru, last", gru_params(3, 4), [some(2, 5, 3)], lambda p, x: over_time(torch.gru, gru_state, 4)(p, x)[:, -1])


def carried(p, x, h, c):
    y, hn, cn = run_rnn(torch.lstm, x, (h[None], c[None]), lstm_state(p, "l0"), ["l0"])
    return y, hn[0], cn[0]


case("lstm from a carry", lstm_params(3, 2), [some(2, 4, 3), some(2, 2), some(2, 2)], carried)


def both_ways(p, x):
    state = {**lstm_state(sub(p, "forward"), "l0"), **lstm_state(sub(p, "backward"), "l0_reverse")}
    h = torch.zeros(2, x.shape[0], 2)
    return run_rnn(torch.lstm, x, (h, h), state, ["l0", "l0_reverse"], both=True)[0]


case("bidirectional lstm", {**at("forward", lstm_params(3, 2)), **at("backward", lstm_params(3, 2))}, [some(2, 4, 3)], both_ways)


def two_layers(p, x):
    state = {**gru_state(sub(p, "0"), "l0"), **gru_state(sub(p, "1"), "l1")}
    return run_rnn(torch.gru, x, torch.zeros(2, x.shape[0], 2), state, ["l0", "l1"], layers=2)[0]


case("stacked gru", {**at("0", gru_params(3, 2)), **at("1", gru_params(2, 2))}, [some(2, 4, 3)], two_layers)

prob = lambda *shape: np.round(rng.dirichlet(np.ones(shape[-1]), shape[:-1]) * 2**20) / 2**20
unit = lambda *shape: np.round(rng.uniform(0.05, 0.95, shape) * 2**12) / 2**12

case("mse", {}, [some(3, 4), some(3, 4)], lambda p, x, y: F.mse_loss(x, y))
case("mse, sum", {}, [some(3, 4), some(3, 4)], lambda p, x, y: F.mse_loss(x, y, reduction="sum"))
case("mse, none", {}, [some(3, 4), some(3, 4)], lambda p, x, y: F.mse_loss(x, y, reduction="none"))
case("mae", {}, [some(3, 4), some(3, 4)], lambda p, x, y: F.l1_loss(x, y))
case("huber", {}, [some(4, 3), some(4, 3)], lambda p, x, y: F.huber_loss(x, y, delta=0.4))
case("crossEntropy", {}, [some(5, 4, size=4), whole(4, 5)], lambda p, z, i: F.cross_entropy(z, i))
case("crossEntropy of sequences", {}, [some(2, 3, 4, size=4), whole(4, 2, 3)], lambda p, z, i: F.cross_entropy(z.transpose(1, 2), i))
case("crossEntropy of probabilities", {}, [some(5, 4, size=4), prob(5, 4)], lambda p, z, q: F.cross_entropy(z, q))
case("crossEntropy, smoothed", {}, [some(5, 4, size=4), whole(4, 5)], lambda p, z, i: F.cross_entropy(z, i, label_smoothing=0.1))
case("crossEntropy, ignoring", {}, [some(6, 4, size=4), np.array([1, 3, 0, 3, 2, 3])], lambda p, z, i: F.cross_entropy(z, i, ignore_index=3))
case("nll", {}, [some(5, 4), whole(4, 5)], lambda p, z, i: F.nll_loss(z, i))
case("bceWithLogits", {}, [some(3, 4, size=6), unit(3, 4)], lambda p, z, y: F.binary_cross_entropy_with_logits(z, y))
case("bceWithLogits, weighted", {}, [some(3, 4, size=6), unit(3, 4)],
     lambda p, z, y: F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(2.5)))  # fmt: skip
case("klDivergence", {}, [some(3, 4), some(3, 4)],
     lambda p, a, b: F.kl_div(b.log_softmax(-1), a.log_softmax(-1), log_target=True, reduction="batchmean"))  # fmt: skip
case("entropy", {}, [some(3, 4, size=3)], lambda p, z: torch.distributions.Categorical(logits=z).entropy().mean())
case("gaussianNll", {}, [some(3, 4), some(3, 4), some(3, 4)],
     lambda p, m, v, x: -torch.distributions.Normal(m, (v / 2).exp()).log_prob(x).sum(-1).mean())  # fmt: skip


def focal(p, z, y, gamma=2.0, alpha=0.25):
    """As torchvision.ops.sigmoid_focal_loss."""
    q = torch.sigmoid(z)
    loss = F.binary_cross_entropy_with_logits(z, y, reduction="none") * (1 - (q * y + (1 - q) * (1 - y))) ** gamma
    return ((alpha * y + (1 - alpha) * (1 - y)) * loss).mean()


case("focal", {}, [some(3, 4, size=3), whole(2, 3, 4).astype(float)], focal)


def contrastive(p, a, b, same):
    d = (a - b).norm(dim=-1)
    return ((same * d**2 + (1 - same) * torch.clamp(1.5 - d, min=0) ** 2) / 2).mean()


case("contrastive", {}, [some(6, 3), some(6, 3), np.array([1.0, 0, 1, 0, 0, 1])], contrastive)
case("triplet", {}, [some(5, 3), some(5, 3), some(5, 3)],
     lambda p, a, b, c: F.relu(((a - b) ** 2).sum(-1) - ((a - c) ** 2).sum(-1) + 0.7).mean())  # fmt: skip


def info_nce(p, a, b):
    z = a @ b.T / 0.5
    i = torch.arange(len(a))
    return (F.cross_entropy(z, i) + F.cross_entropy(z.T, i)) / 2


case("infoNce", {}, [some(5, 3), some(5, 3)], info_nce)

lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(pathlib.Path(__file__).parent / "layers.json").write_text(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
print(len(cases), "cases")

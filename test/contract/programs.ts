/** Programs as a user writes them from the public page alone. programs.json has what PyTorch gives for each. */
import * as fx from '../../src/index.js'
import { type Programs, type Results } from './cases.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>
export type I32 = fx.Tensor<fx.Shape, 'i32'>
type Bool = fx.Tensor<fx.Shape, 'bool'>

const dense = (x: F32, w: F32, b: F32): F32 => fx.add(fx.matmul(x, w), b)

const crossEntropy = (logits: F32, labels: I32): F32 =>
  fx.neg(fx.mean(fx.takeAlongAxis(fx.logSoftmax(logits, { axis: -1 }), fx.expandDims(labels, 1), { axis: 1 })))

const mlpTrainingStep = (x: F32, labels: I32, w1: F32, b1: F32, w2: F32, b2: F32): Results => {
  interface Params {
    readonly hidden: { readonly w: F32; readonly b: F32 }
    readonly out: readonly [F32, F32]
  }
  const loss = ({ hidden, out }: Params): F32 => crossEntropy(dense(fx.tanh(dense(x, hidden.w, hidden.b)), ...out), labels)
  const [value, d] = fx.valueAndGrad(loss)({ hidden: { w: w1, b: b1 }, out: [w2, b2] })
  const descend = (p: F32, g: F32): F32 => fx.sub(p, fx.mul(0.1, g))
  return [value, descend(w1, d.hidden.w), descend(b1, d.hidden.b), descend(w2, d.out[0]), descend(b2, d.out[1])]
}

const convNet = (x: F32, k1: F32, b1: F32, k2: F32, w: F32): Results => {
  const first = fx.silu(fx.add(fx.conv(x, k1, { padding: 'same' }), fx.reshape(b1, [4, 1, 1])))
  const pooled = fx.maxPool(first, { window: [2, 2], strides: [2, 2] })
  const second = fx.softplus(fx.conv(pooled, k2, { strides: [2, 2], padding: 'same', groups: 2 }))
  return [fx.logSoftmax(fx.matmul(fx.reshape(second, [2, -1]), w), { axis: -1 })]
}

const causalAttentionBlock = (x: F32, wqkv: F32, wo: F32, gain: F32, bias: F32): Results => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  const scale = fx.rsqrt(fx.add(fx.variance(x, { axis: -1, keepDims: true }), 1e-5))
  const normal = fx.add(fx.mul(fx.mul(centred, scale), gain), bias)
  const heads = (t: F32): F32 => fx.transpose(fx.reshape(t, [2, 5, 2, 4]), [0, 2, 1, 3])
  const [q, k, v] = fx.split(fx.matmul(normal, wqkv), 3, { axis: -1 })
  const mixed = fx.attention(heads(q), heads(k), heads(v), { causal: true })
  return [fx.add(x, fx.matmul(fx.reshape(fx.transpose(mixed, [0, 2, 1, 3]), [2, 5, 8]), wo))]
}

const maskedAttention = (q: F32, k: F32, v: F32, mask: Bool): Results => [fx.attention(q, k, v, { mask, scale: 0.3 })]

const gru = (xs: F32, h0: F32, wx: F32, wh: F32, b: F32): Results => {
  const cell = (h: F32, x: F32): readonly [F32, F32] => {
    const [xr, xz, xn] = fx.split(dense(x, wx, b), 3, { axis: -1 })
    const [hr, hz, hn] = fx.split(fx.matmul(h, wh), 3, { axis: -1 })
    const [r, z] = [fx.sigmoid(fx.add(xr, hr)), fx.sigmoid(fx.add(xz, hz))]
    const n = fx.tanh(fx.add(xn, fx.mul(r, hn)))
    const next = fx.add(fx.mul(fx.sub(1, z), n), fx.mul(z, h))
    return [next, next]
  }
  return fx.scan(cell, h0, xs)
}

const gradientPenalty = (x: F32, w1: F32, b1: F32, w2: F32): Results => {
  const critic = (p: F32): F32 => fx.sum(fx.matmul(fx.tanh(dense(p, w1, b1)), w2))
  return [fx.mean(fx.square(fx.sub(fx.norm(fx.grad(critic)(x), { axis: -1 }), 1)))]
}

const eikonalLoss = (points: F32, w1: F32, b1: F32, w2: F32, w3: F32): Results => {
  const field = (p: F32): F32 => fx.matmul(fx.softplus(fx.matmul(fx.softplus(dense(p, w1, b1)), w2)), w3)
  const each = fx.vmap(fx.valueAndGrad(field))
  const [f, d] = each(points)
  const length = fx.sqrt(fx.add(fx.sum(fx.square(d), { axis: -1 }), 1e-12))
  return [fx.add(fx.mean(fx.square(fx.sub(length, 1))), fx.mean(fx.abs(f)))]
}

const rosenbrockHessian = (x: F32): Results => {
  const f = (v: F32): F32 => {
    const [low, high] = [fx.slice(v, [0], [2]), fx.slice(v, [1], [3])]
    return fx.sum(fx.add(fx.mul(100, fx.square(fx.sub(high, fx.square(low)))), fx.square(fx.sub(1, low))))
  }
  return [fx.hessian(f)(x)]
}

const transform = (image: F32, theta: F32): F32 => {
  const [h, w] = image.shape as readonly [number, number]
  const rows = fx.broadcastTo(fx.reshape(fx.linspace(-1, 1, h), [h, 1]), [h, w])
  const columns = fx.broadcastTo(fx.reshape(fx.linspace(-1, 1, w), [1, w]), [h, w])
  const at = fx.matmul(theta, fx.reshape(fx.stack([columns, rows, fx.ones([h, w])]), [3, h * w]))
  const pixels = (row: number, size: number): F32 =>
    fx.mul(fx.add(fx.take(at, fx.constant(row, { dtype: 'i32' }), { axis: 0 }), 1), (size - 1) / 2)
  const [x, y] = [pixels(0, w), pixels(1, h)]
  const [x0, y0] = [fx.floor(x), fx.floor(y)]
  const pixel = (py: F32, px: F32): F32 => {
    const inside = fx.logicalAnd(fx.logicalAnd(fx.ge(py, 0), fx.le(py, h - 1)), fx.logicalAnd(fx.ge(px, 0), fx.le(px, w - 1)))
    const index = fx.cast(fx.add(fx.mul(fx.clamp(py, 0, h - 1), w), fx.clamp(px, 0, w - 1)), 'i32')
    return fx.where(inside, fx.take(fx.reshape(image, [h * w]), index, { axis: 0 }), 0)
  }
  const lerp = (a: F32, b: F32, t: F32): F32 => fx.add(fx.mul(a, fx.sub(1, t)), fx.mul(b, t))
  const [tx, ty] = [fx.sub(x, x0), fx.sub(y, y0)]
  const [x1, y1] = [fx.add(x0, 1), fx.add(y0, 1)]
  return fx.reshape(lerp(lerp(pixel(y0, x0), pixel(y0, x1), tx), lerp(pixel(y1, x0), pixel(y1, x1), tx), ty), [h, w])
}

const spatialTransformer = (image: F32, theta: F32): Results => [fx.jacobian((t: F32) => transform(image, t))(theta)]

const perExampleGradients = (xs: F32, ys: F32, w: F32, v: F32): Results => {
  const loss = (p: { readonly w: F32; readonly v: F32 }, x: F32, y: F32): F32 =>
    fx.square(fx.sub(fx.matmul(fx.tanh(fx.matmul(x, p.w)), p.v), y))
  const d = fx.vmap(fx.grad(loss), { inAxes: [null, 0, 0] })({ w, v }, xs, ys)
  return [d.w, d.v]
}

const customDerivatives = (x: F32): Results => {
  const clipped = fx.customVjp((v: F32) => v, { fwd: (v: F32) => [v, []], bwd: (_, d: F32) => [fx.clamp(d, -0.5, 0.5)] })
  const rounded = fx.customVjp((v: F32) => fx.round(v), { fwd: (v: F32) => [fx.round(v), []], bwd: (_, d: F32) => [d] })
  return [fx.pow(clipped(x), 3), fx.mul(rounded(x), x)]
}

const checkpoints = (x: F32, ws: F32): Results => {
  const block = fx.checkpoint((h: F32, w: F32) => fx.add(h, fx.tanh(fx.matmul(h, w))))
  return [fx.split(ws, 5, { axis: 0 }).reduce<F32>((h, w) => block(h, fx.squeeze(w, 0)), x)]
}

const powerIteration = (m: F32, start: F32): Results => {
  const a = fx.matmul(m, fx.transpose(m))
  const step = (_: I32, v: F32): F32 => {
    const u = fx.matmul(a, v)
    return fx.div(u, fx.norm(u))
  }
  const v = fx.foriLoop(0, 8, step, start)
  return [fx.dot(fx.matmul(v, a), v), v]
}

const condition = (x: F32, p: F32, n: F32): Results => {
  const f = (s: F32): F32 =>
    fx.cond(
      fx.gt(s, 0),
      (v: F32) => fx.mul(fx.sin(v), 2),
      (v: F32) => fx.mul(fx.exp(v), v),
      x,
    )
  return [f(p), f(n)]
}

const beamStep = (scores: F32, logits: F32): Results => {
  const total = fx.add(fx.expandDims(scores, 2), fx.logSoftmax(logits, { axis: -1 }))
  const [best, at] = fx.topK(fx.reshape(total, [2, 21]), 3)
  return [best, fx.div(at, 7), fx.mod(at, 7)]
}

const embedding = (table: F32, ids: I32, w: F32): Results => {
  const loss = (t: F32): F32 => fx.sum(fx.square(fx.matmul(fx.tanh(fx.take(t, ids, { axis: 0 })), w)))
  const counts = fx.scatterAdd(fx.zeros([6]), fx.reshape(ids, [6]), fx.ones([6]))
  return [fx.grad(loss)(table), counts]
}

const contractions = (a: F32, m: F32, b: F32, s: F32): Results => [
  fx.einsum('bi,ij,bj->b', a, m, b),
  fx.einsum('bii->b', s),
  fx.einsum('bi,bj->ij', a, b),
  fx.einsum('bij,bkj->bik', s, s),
  fx.einsum('ij->', m),
  fx.einsum('ij,jk', a, m),
]

const quantile = (x: F32): Results => {
  const sorted = fx.sort(x, { axis: -1 })
  const column = (i: number): F32 => fx.squeeze(fx.slice(sorted, [0, i], [3, i + 1]), 1)
  const at = 0.3 * 6
  const low = Math.floor(at)
  return [fx.add(fx.mul(column(low), low + 1 - at), fx.mul(column(low + 1), at - low)), fx.sort(x, { axis: 0 }), column(3)]
}

const ranks = (x: F32): Results => {
  const order = fx.argsort(x, { axis: -1 })
  return [order, fx.argsort(order, { axis: -1 })]
}

const cumulative = (x: F32): Results => [
  fx.cumsum(x, { axis: 0 }),
  fx.cumprod(fx.add(1, fx.mul(0.3, x)), { axis: 1 }),
  fx.cummax(x, { axis: 1 }),
  fx.cumsum(fx.softmax(x, { axis: 0 }), { axis: 1 }),
]

const dynamicSlices = (x: F32, row: F32, i: I32, far: I32): Results => {
  const zero = fx.constant(0, { dtype: 'i32' })
  const window = fx.dynamicSlice(x, [i, zero], [2, 4])
  return [fx.square(window), fx.dynamicUpdateSlice(x, fx.mul(row, window), [i, zero]), fx.dynamicSlice(x, [far, zero], [2, 4])]
}

const overlappingPooling = (x: F32): Results => {
  const o = { window: [3, 3], strides: [2, 2], padding: [[1, 1], [1, 1]] } as const // prettier-ignore
  return [
    fx.square(fx.maxPool(x, { window: [3, 3], strides: [2, 2], padding: 'same' })),
    fx.avgPool(fx.square(x), o),
    fx.avgPool(fx.square(x), { ...o, countIncludePad: true }),
  ]
}

const transposedConvolution = (x: F32, w: F32, s: F32, v: F32): Results => [
  fx.tanh(fx.convTranspose(x, fx.swapAxes(w, 0, 1), { strides: [2, 2], padding: [[1, 1], [1, 1]], outputPadding: [1, 0] })), // prettier-ignore
  // With groups, PyTorch's kernel is Cin × Cout/groups: its groups stay where they are.
  fx.tanh(fx.convTranspose(s, groupedSwap(v, 2), { strides: [3], padding: [[1, 1]], groups: 2 })),
]

/** Cin × Cout/g × … to Cout × Cin/g × …, group by group. */
const groupedSwap = (w: F32, groups: number): F32 => {
  const [cin, cout, n] = w.shape as readonly [number, number, number]
  return fx.reshape(fx.swapAxes(fx.reshape(w, [groups, cin / groups, cout, n]), 1, 2), [cout * groups, cin / groups, n])
}

const convolutions = (s: F32, k: F32, x: F32, w: F32): Results => [
  fx.tanh(fx.conv(s, k, { groups: 3, dilation: [2], padding: [[2, 2]] })),
  fx.tanh(fx.conv(x, w, { strides: [1, 2, 1], padding: [[0, 0], [1, 1], [1, 1]] })), // prettier-ignore
]

const mixture = (x: F32, logits: F32, mean: F32, logStd: F32): Results => {
  const z = fx.mul(fx.sub(fx.expandDims(x, 1), mean), fx.exp(fx.neg(logStd)))
  const each = fx.sub(fx.sub(fx.mul(-0.5, fx.square(z)), logStd), 0.5 * Math.log(2 * Math.PI))
  const logp = fx.add(fx.sum(each, { axis: -1 }), fx.logSoftmax(logits, { axis: -1 }))
  return [fx.neg(fx.mean(fx.logsumexp(logp, { axis: -1 }))), fx.softmax(logp, { axis: -1 })]
}

const pendulum = (q0: F32, p0: F32, g: F32): Results => {
  const kick = (q: F32, p: F32): F32 => fx.sub(p, fx.mul(fx.mul(0.025, g), fx.sin(q)))
  const step = (_: I32, [q, p]: readonly [F32, F32]): readonly [F32, F32] => {
    const half = kick(q, p)
    const next = fx.add(q, fx.mul(0.05, half))
    return [next, kick(next, half)]
  }
  const [q, p] = fx.foriLoop(0, 20, step, [q0, p0])
  return [q, p, fx.sub(fx.mul(0.5, fx.square(p)), fx.mul(g, fx.cos(q)))]
}

const hessianVectorProduct = (x: F32, v: F32, m: F32): Results => {
  const f = (p: F32): F32 => fx.exp(fx.sum(fx.tanh(fx.matmul(m, p))))
  const [d, hv] = fx.jvp(fx.grad(f), [x], [v])
  return [d, hv]
}

const discountedReturns = (rewards: F32, gamma: F32, last: F32): Results =>
  fx.scan(
    (r: F32, reward: F32): readonly [F32, F32] => {
      const next = fx.add(reward, fx.mul(gamma, r))
      return [next, next]
    },
    last,
    rewards,
    { reverse: true },
  )

const triangles = (a: F32, d: F32): Results => {
  const low = fx.add(fx.tril(a), fx.diag(d))
  return [fx.matmul(low, fx.transpose(low)), fx.square(fx.triu(a, 1)), fx.exp(fx.diag(a)), fx.mul(fx.eye(4), a)]
}

const arranging = (x: F32, y: F32): Results => {
  const [a, b] = fx.split(x, 2, { axis: 1 })
  const [, wide] = fx.split(x, [2, 4], { axis: 1 })
  const five = fx.moveAxis(fx.reshape(x, [1, 2, 3, 2]), 3, 0)
  const swapped = fx.squeeze(fx.swapAxes(five, 1, 2), 2)
  const first = (t: F32): F32 => fx.take(t, fx.constant(0, { dtype: 'i32' }), { axis: 0 })
  return [
    fx.concat([fx.mul(a, b), y], { axis: 0 }),
    fx.square(fx.stack([a, y], { axis: 1 })),
    fx.pow(fx.pad(y, [[1, 0], [0, 2]], 2), 2), // prettier-ignore
    fx.mul(fx.flip(x, { axis: 1 }), x),
    fx.mul(fx.roll(x, 2, { axis: 1 }), x),
    fx.mul(fx.tile(y, [2, 2]), fx.tile(x, [2, 1])),
    fx.mul(fx.repeat(y, 2, { axis: 1 }), x),
    fx.mul(fx.slice(x, [0, 1], [2, 6], [1, 2]), y),
    fx.pow(fx.transpose(fx.reshape(wide, [4, 2])), 2),
    fx.mul(fx.transpose(fx.reshape(x, [2, 3, 2]), [2, 0, 1]), y),
    fx.mul(fx.squeeze(fx.slice(swapped, [0, 0, 0], [2, 1, 3]), 1), first(y)),
    fx.pow(fx.broadcastTo(fx.expandDims(y, 1), [2, 2, 3]), 3),
  ]
}

const reductions = (x: F32): Results => [
  fx.variance(x, { axis: 1 }),
  fx.std(x),
  fx.norm(x),
  fx.norm(x, { axis: 0, keepDims: true }),
  fx.prod(x, { axis: 1 }),
  fx.square(fx.max(x, { axis: 1 })),
  fx.exp(fx.min(x, { axis: [0, 1] })),
  fx.logsumexp(x, { axis: 0 }),
  fx.mul(fx.sum(x, { axis: -1, keepDims: true }), fx.mean(x, { axis: 0 })),
]

const placing = (x: F32, places: I32, rows: F32, at: I32, once: I32): Results => [
  fx.square(fx.takeAlongAxis(x, places, { axis: 1 })),
  fx.scatterAdd(fx.square(x), at, fx.square(rows)),
  fx.square(fx.scatterSet(fx.mul(x, fx.constant([[1], [2], [1], [1]], { dtype: 'f32' })), once, rows)),
  fx.pow(fx.gather(x, fx.broadcastTo(fx.reshape(at, [3, 1]), [3, 5]), { axis: 0 }), 3),
  fx.mul(fx.take(x, once, { axis: 1 }), fx.take(x, at, { axis: 1 })),
]

const learningToLearn = (w: F32, x: F32, y: F32, rate: F32): Results => {
  const inner = (v: F32): F32 => fx.mean(fx.square(fx.tanh(fx.sub(fx.matmul(x, v), y))))
  const tuned = fx.foriLoop(0, 3, (_: I32, v: F32): F32 => fx.sub(v, fx.mul(rate, fx.grad(inner)(v))), w)
  return [tuned, fx.mean(fx.square(fx.sub(fx.matmul(x, tuned), y)))]
}

const pairwiseKernel = (x: F32, y: F32, length: F32): Results => {
  const kernel = (a: F32, b: F32): F32 => fx.exp(fx.div(fx.neg(fx.sum(fx.square(fx.sub(a, b)))), fx.mul(2, fx.square(length))))
  const rows = fx.vmap(kernel, { inAxes: [null, 0] })
  return [fx.vmap(rows, { inAxes: [0, null], outAxes: 1 })(x, y)]
}

const activations = (x: F32): Results => {
  const above = fx.add(1, fx.mul(x, x))
  return [
    ...[fx.relu(x), fx.leakyRelu(x, 0.01), fx.elu(x), fx.gelu(x), fx.silu(x), fx.softplus(x), fx.erf(x)],
    ...[fx.sigmoid(x), fx.expm1(x), fx.log1p(fx.mul(x, x)), fx.atan2(x, above), fx.sinh(x), fx.rsqrt(above)],
    ...[fx.clamp(x, -0.5, 0.75), fx.maximum(x, fx.neg(x)), fx.where(fx.gt(x, 0), fx.pow(x, 3), fx.sin(x))],
    ...[fx.asin(fx.tanh(x)), fx.abs(x), fx.sign(x)],
  ]
}

const masks = (i: I32, x: F32): Results => [
  fx.logicalAnd(fx.gt(i, 1), fx.lt(x, 0.5)),
  fx.any(fx.gt(i, 6), { axis: 1 }),
  fx.all(fx.lt(i, 6)),
  fx.argmax(x, { axis: 1 }),
  fx.argmin(x, { axis: 0 }),
  fx.oneHot(fx.argmax(x, { axis: 1 }), 3),
  fx.bitAnd(fx.bitOr(fx.bitXor(i, 6), 8), 11),
  fx.mod(i, 3),
  fx.shiftRight(fx.shiftLeft(i, 2), 1),
  fx.cast(fx.add(fx.add(fx.round(x), fx.floor(x)), fx.ceil(x)), 'i32'),
]

/** Every program by its name in programs.json. */
export const programs: Programs = {
  'mlp training step': mlpTrainingStep,
  'conv net': convNet,
  'causal attention block': causalAttentionBlock,
  'attention with a mask and a scale': maskedAttention,
  'gru by scan': gru,
  'gradient penalty': gradientPenalty,
  'eikonal loss': eikonalLoss,
  'hessian of rosenbrock': rosenbrockHessian,
  'jacobian of a spatial transformer': spatialTransformer,
  'per-example gradients': perExampleGradients,
  'custom derivatives': customDerivatives,
  'chain of checkpoints': checkpoints,
  'power iteration': powerIteration,
  'condition on the device': condition,
  'beam step': beamStep,
  'gradient of an embedding': embedding,
  'einsum contractions': contractions,
  'quantile by sorting': quantile,
  'argsort and ranks': ranks,
  cumulative,
  'dynamic slices': dynamicSlices,
  'overlapping pooling': overlappingPooling,
  'transposed convolution': transposedConvolution,
  'convolutions of one and three dimensions': convolutions,
  'mixture of gaussians': mixture,
  'pendulum by leapfrog': pendulum,
  'hessian-vector products': hessianVectorProduct,
  'discounted returns': discountedReturns,
  'triangles and diagonals': triangles,
  arranging,
  reductions,
  'picking and placing': placing,
  'learning to learn': learningToLearn,
  'pairwise kernel': pairwiseKernel,
  activations,
  'masks and labels': masks,
}

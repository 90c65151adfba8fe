/** A convolutional network and a transformer with literal shapes from end to end: what the types cost is measured on it. */
import * as fx from '../../src/index.js'

type F<S extends fx.Shape> = fx.Tensor<S, 'f32'>

type Batch = 32
type Images = F<readonly [Batch, 1, 28, 28]>

export interface ConvNet {
  readonly first: F<readonly [16, 1, 3, 3]>
  readonly firstBias: F<readonly [16, 1, 1]>
  readonly second: F<readonly [16, 16, 3, 3]>
  readonly secondBias: F<readonly [16, 1, 1]>
  readonly third: F<readonly [32, 16, 3, 3]>
  readonly thirdBias: F<readonly [32, 1, 1]>
  readonly hidden: F<readonly [32, 64]>
  readonly hiddenBias: F<readonly [64]>
  readonly out: F<readonly [64, 10]>
  readonly outBias: F<readonly [10]>
}

export const convNet = (p: ConvNet, images: Images): F<readonly [Batch, 10]> => {
  const a = fx.relu(fx.add(fx.conv(images, p.first, { padding: 'same' }), p.firstBias))
  const b = fx.relu(fx.add(fx.conv(a, p.second, { padding: 'same' }), p.secondBias))
  const joined = fx.mul(fx.add(a, b), 0.5)
  const c = fx.relu(fx.add(fx.conv(joined, p.third, { padding: 'same' }), p.thirdBias))
  const pooled = fx.avgPool(c, { window: 2 })
  const flat = fx.mean(pooled, { axis: [2, 3] })
  const hidden = fx.relu(fx.add(fx.matmul(flat, p.hidden), p.hiddenBias))
  return fx.add(fx.matmul(hidden, p.out), p.outBias)
}

export const crossEntropy = (logits: F<readonly [Batch, 10]>, labels: fx.Tensor<readonly [Batch], 'i32'>): F<readonly []> => {
  const picked = fx.sum(fx.mul(fx.logSoftmax(logits), fx.oneHot(labels, 10)), { axis: 1 })
  return fx.neg(fx.mean(picked))
}

type T = 64
type D = 128
type Heads = 8
type Hidden = F<readonly [Batch, T, D]>

export interface Norm {
  readonly scale: F<readonly [D]>
  readonly shift: F<readonly [D]>
}

export interface Block {
  readonly norm1: Norm
  readonly query: F<readonly [D, D]>
  readonly key: F<readonly [D, D]>
  readonly value: F<readonly [D, D]>
  readonly project: F<readonly [D, D]>
  readonly norm2: Norm
  readonly up: F<readonly [D, 512]>
  readonly upBias: F<readonly [512]>
  readonly down: F<readonly [512, D]>
  readonly downBias: F<readonly [D]>
}

export interface Transformer {
  readonly tokens: F<readonly [1000, D]>
  readonly places: F<readonly [T, D]>
  readonly blocks: readonly [Block, Block, Block, Block]
  readonly norm: Norm
  readonly out: F<readonly [D, 1000]>
}

export const layerNorm = ({ scale, shift }: Norm, x: Hidden): Hidden => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  const deviation = fx.sqrt(fx.add(fx.variance(x, { axis: -1, keepDims: true }), 1e-5))
  return fx.add(fx.mul(fx.div(centred, deviation), scale), shift)
}

const split = (x: Hidden): F<readonly [Batch, Heads, T, 16]> => fx.transpose(fx.reshape(x, [32, 64, 8, 16]), [0, 2, 1, 3])

export const attend = (p: Block, x: Hidden): Hidden => {
  const q = split(fx.matmul(x, p.query))
  const k = split(fx.matmul(x, p.key))
  const v = split(fx.matmul(x, p.value))
  const seen = fx.attention(q, k, v, { causal: true })
  const merged = fx.reshape(fx.transpose(seen, [0, 2, 1, 3]), [32, 64, 128])
  return fx.matmul(merged, p.project)
}

export const byHand = (p: Block, x: Hidden): Hidden => {
  const q = split(fx.matmul(x, p.query))
  const k = split(fx.matmul(x, p.key))
  const v = split(fx.matmul(x, p.value))
  const scores = fx.mul(fx.matmul(q, fx.swapAxes(k, -1, -2)), 0.25)
  const weights = fx.softmax(scores, { axis: -1 })
  const seen = fx.matmul(weights, v)
  return fx.matmul(fx.reshape(fx.moveAxis(seen, 1, 2), [32, 64, 128]), p.project)
}

export const feed = (p: Block, x: Hidden): Hidden => {
  const up = fx.gelu(fx.add(fx.matmul(x, p.up), p.upBias))
  return fx.add(fx.matmul(up, p.down), p.downBias)
}

export const block = (p: Block, x: Hidden): Hidden => {
  const a = fx.add(x, attend(p, layerNorm(p.norm1, x)))
  return fx.add(a, feed(p, layerNorm(p.norm2, a)))
}

export const transformer = (p: Transformer, tokens: fx.Tensor<readonly [Batch, T], 'i32'>): F<readonly [Batch, T, 1000]> => {
  const embedded = fx.add(fx.take(p.tokens, tokens, { axis: 0 }), p.places)
  const [a, b, c, d] = p.blocks
  const hidden = block(d, block(c, block(b, block(a, embedded))))
  return fx.matmul(layerNorm(p.norm, hidden), p.out)
}

export const tokenLoss = (p: Transformer, tokens: fx.Tensor<readonly [Batch, T], 'i32'>, next: fx.Tensor<readonly [Batch, T], 'i32'>) => {
  const logits = fx.logSoftmax(transformer(p, tokens))
  const picked = fx.sum(fx.mul(logits, fx.oneHot(next, 1000)), { axis: -1 })
  const right = fx.eq(fx.argmax(logits, { axis: -1 }), next)
  return [fx.neg(fx.mean(picked)), fx.mean(fx.cast(right, 'f32'))] as const
}

type Vector = F<readonly [D]>

export const adam = <S extends fx.Shape>(w: F<S>, m: F<S>, v: F<S>, g: F<S>): readonly [F<S>, F<S>, F<S>] => {
  const m1 = fx.add(fx.mul(m, 0.9), fx.mul(g, 0.1))
  const v1 = fx.add(fx.mul(v, 0.999), fx.mul(fx.square(g), 0.001))
  return [fx.sub(w, fx.mul(fx.div(m1, fx.add(fx.sqrt(v1), 1e-8)), 1e-3)), m1, v1]
}

export const stepNorm = (p: Norm, g: Norm, m: Norm, v: Norm): readonly [Vector, Vector] => {
  const [scale] = adam(p.scale, m.scale, v.scale, g.scale)
  const [shift] = adam(p.shift, m.shift, v.shift, g.shift)
  return [scale, shift]
}

/** A U of convolutions: what goes down is joined to what comes up. */
export const joinedNet = (x: F<readonly [4, 3, 32, 32]>, w: F<readonly [8, 3, 3, 3]>, u: F<readonly [8, 11, 3, 3]>): F<readonly [4, 8]> => {
  const down = fx.relu(fx.conv(x, w, { padding: 'same' }))
  const both = fx.concat([x, down], { axis: 1 })
  const up = fx.relu(fx.conv(both, u, { padding: 'same' }))
  const best = fx.max(fx.reshape(up, [4, 8, 1024]), { axis: -1 })
  const [largest] = fx.topK(fx.reshape(up, [4, 8, 1024]), 16)
  const spread = fx.std(largest, { axis: 2 })
  return fx.add(best, fx.add(spread, fx.squeeze(fx.expandDims(spread, 1), 1)))
}

export const recurrent = (x: F<readonly [T, 16]>, w: F<readonly [48, 32]>, b: F<readonly [32]>): F<readonly [2, 32]> => {
  const step = (h: F<readonly [32]>, row: F<readonly [16]>): readonly [F<readonly [32]>, F<readonly [32]>] => {
    const next = fx.tanh(fx.add(fx.matmul(fx.concat([h, row]), w), b))
    return [next, next]
  }
  const zero = fx.zeros([32])
  const [last] = step(zero, fx.sum(x, { axis: 0 }))
  const [again] = step(last, fx.max(x, { axis: 0 }))
  return fx.stack([last, again])
}

export const mixture = (x: F<readonly [16, 64]>, means: F<readonly [5, 64]>, logits: F<readonly [5]>): F<readonly []> => {
  const apart = fx.sub(fx.expandDims(x, 1), means)
  const squares = fx.sum(fx.square(apart), { axis: -1 })
  const scores = fx.add(fx.mul(squares, -0.5), fx.logSoftmax(logits))
  const each = fx.logsumexp(scores, { axis: 1 })
  const order = fx.argsort(each)
  return fx.add(fx.mean(each), fx.mean(fx.take(each, order, { axis: 0 })))
}

export const train = (p: ConvNet, images: Images, labels: fx.Tensor<readonly [Batch], 'i32'>): ConvNet =>
  fx.grad((q: ConvNet) => crossEntropy(convNet(q, images), labels))(p)

/** Down by strides and pools, flat, and up again: an autoencoder of images. */
export interface Autoencoder {
  readonly stem: F<readonly [16, 1, 5, 5]>
  readonly deep: F<readonly [32, 16, 3, 3]>
  readonly down: F<readonly [1568, 64]>
  readonly up: F<readonly [64, 1568]>
  readonly wide: F<readonly [16, 32, 4, 4]>
  readonly out: F<readonly [1, 16, 4, 4]>
  readonly scale: F<readonly [16]>
}

export const encode = (p: Autoencoder, images: Images): F<readonly [Batch, 64]> => {
  const a = fx.silu(
    fx.conv(images, p.stem, {
      padding: [
        [2, 2],
        [2, 2],
      ] as const,
    }),
  )
  const scaled = fx.mul(a, fx.reshape(p.scale, [16, 1, 1]))
  const b = fx.maxPool(scaled, { window: 2 })
  const c = fx.silu(fx.conv(b, p.deep, { strides: 2, padding: 'same' }))
  return fx.matmul(fx.reshape(c, [32, -1]), p.down)
}

export const decode = (p: Autoencoder, code: F<readonly [Batch, 64]>): Images => {
  const flat = fx.silu(fx.matmul(code, p.up))
  const small = fx.reshape(flat, [32, 32, 7, 7])
  const padding = [
    [1, 1],
    [1, 1],
  ] as const
  const a = fx.silu(fx.convTranspose(small, p.wide, { strides: 2, padding }))
  return fx.sigmoid(fx.convTranspose(a, p.out, { strides: 2, padding }))
}

export const reconstruction = (p: Autoencoder, images: Images): F<readonly []> => {
  const code = encode(p, images)
  const sparse = fx.mean(fx.abs(code))
  const misfit = fx.clamp(fx.square(fx.sub(decode(p, code), images)), 0, 4)
  return fx.add(fx.mean(misfit), fx.mul(sparse, 1e-3))
}

/** A gated recurrent unit over a sequence, on the device. */
export interface Gru {
  readonly embed: F<readonly [50, 24]>
  readonly input: F<readonly [24, 96]>
  readonly hidden: F<readonly [32, 96]>
  readonly bias: F<readonly [96]>
  readonly head: F<readonly [32, 50]>
}

type State = F<readonly [Batch, 32]>

export const cell = (p: Gru, h: State, x: F<readonly [Batch, 24]>): State => {
  const [xr, xz, xn] = fx.split(fx.add(fx.matmul(x, p.input), p.bias), 3, { axis: 1 })
  const [hr, hz, hn] = fx.split(fx.matmul(h, p.hidden), 3, { axis: 1 })
  const r = fx.sigmoid(fx.add(xr, hr))
  const z = fx.sigmoid(fx.add(xz, hz))
  const n = fx.tanh(fx.add(xn, fx.mul(r, hn)))
  return fx.add(fx.mul(fx.sub(1, z), n), fx.mul(z, h))
}

type Text = fx.Tensor<readonly [Batch, T], 'i32'>

export const speak = (p: Gru, text: Text): F<readonly [T, Batch, 50]> => {
  const rows = fx.transpose(fx.take(p.embed, text, { axis: 0 }), [1, 0, 2])
  const step = (h: State, x: F<readonly [Batch, 24]>): readonly [State, State] => {
    const next = cell(p, h, x)
    return [next, next]
  }
  const [, states] = fx.scan(step, fx.zeros([32, 32]), rows)
  return fx.matmul(states, p.head)
}

/** The loss over characters that are there (0 is padding), with smoothed labels. */
export const textLoss = (p: Gru, text: Text): F<readonly []> => {
  const logits = fx.logSoftmax(speak(p, text))
  const before = fx.slice(logits, [0, 0, 0], [63, 32, 50])
  const next = fx.transpose(fx.slice(text, [0, 1], [32, 64]))
  const picked = fx.squeeze(fx.takeAlongAxis(before, fx.expandDims(next, 2)), 2)
  const smooth = fx.add(fx.mul(picked, 0.9), fx.mul(fx.mean(before, { axis: -1 }), 0.1))
  const isThere = fx.ne(next, 0)
  const total = fx.sum(fx.where(isThere, smooth, 0))
  return fx.neg(fx.div(total, fx.maximum(fx.sum(fx.cast(isThere, 'f32')), 1)))
}

/** What is said next: the likeliest of the eight best. */
export const sample = (p: Gru, text: Text, key: fx.Key): fx.Tensor<readonly [Batch], 'i32'> => {
  const last = fx.squeeze(fx.slice(speak(p, text), [63, 0, 0], [64, 32, 50]), 0)
  const [best, places] = fx.topK(last, 8)
  const noise = fx.reshape(fx.random.gumbel(key, [32, 8]), [32, 8])
  const chosen = fx.argmax(fx.add(best, noise), { axis: 1, keepDims: true })
  return fx.squeeze(fx.takeAlongAxis(places, chosen, { axis: 1 }), 1)
}

/** Heads by Einstein's sums, with places that are rotated. */
export const rotary = (p: Block, x: Hidden): Hidden => {
  const heads = fx.reshape(fx.einsum('btd,de->bte', x, p.query), [32, 64, 8, -1])
  const [even, odd] = fx.split(heads, 2, { axis: -1 })
  const angles = fx.reshape(fx.einsum('t,f->tf', fx.zeros([64]), fx.zeros([8])), [64, 1, 8])
  const [sin, cos] = [fx.sin(angles), fx.cos(angles)]
  const turned = fx.concat([fx.sub(fx.mul(even, cos), fx.mul(odd, sin)), fx.add(fx.mul(even, sin), fx.mul(odd, cos))], { axis: -1 })
  const scores = fx.mul(fx.einsum('bqhe,bkhe->bhqk', turned, turned), 0.25)
  const masked = fx.where(fx.tril(fx.ones([64, 64], 'bool')), scores, -1e9)
  const seen = fx.einsum('bhqk,bkhe->bqhe', fx.softmax(masked), turned)
  return fx.matmul(fx.reshape(seen, [32, 64, 128]), p.project)
}

interface Training {
  readonly weights: Gru
  readonly first: Gru
  readonly second: Gru
}

/** One step of Adam, with gradients of a bounded norm. */
export const trainText = (s: Training, text: Text): readonly [Training, F<readonly []>] => {
  const [loss, g] = fx.valueAndGrad((w: Gru) => textLoss(w, text))(s.weights)
  const norm = fx.sqrt(fx.add(fx.add(fx.sum(fx.square(g.input)), fx.sum(fx.square(g.hidden))), fx.sum(fx.square(g.head))))
  const scale = fx.minimum(fx.div(1, fx.maximum(norm, 1e-6)), 1)
  const { weights: w, first: m, second: v } = s
  const embed = adam(w.embed, m.embed, v.embed, fx.mul(g.embed, scale))
  const input = adam(w.input, m.input, v.input, fx.mul(g.input, scale))
  const hidden = adam(w.hidden, m.hidden, v.hidden, fx.mul(g.hidden, scale))
  const bias = adam(w.bias, m.bias, v.bias, fx.mul(g.bias, scale))
  const head = adam(w.head, m.head, v.head, fx.mul(g.head, scale))
  const all = (i: 0 | 1 | 2): Gru => ({ embed: embed[i], input: input[i], hidden: hidden[i], bias: bias[i], head: head[i] })
  return [{ weights: all(0), first: all(1), second: all(2) }, loss]
}

/** Least squares by a decomposition, in closed form. */
export const ridge = (x: F<readonly [200, 12]>, y: F<readonly [200]>): F<readonly [12]> => {
  const gram = fx.add(fx.matmul(fx.transpose(x), x), fx.diag(fx.full([12], 1e-2)))
  const [values] = fx.linalg.eigh(gram)
  const w = fx.linalg.solve(gram, fx.matmul(fx.transpose(x), y))
  return fx.where(fx.gt(fx.min(values), 0), w, 0)
}

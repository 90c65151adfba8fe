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

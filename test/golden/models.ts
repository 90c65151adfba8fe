/** Six small models, written as a user would: what the goldens show. */
import * as fx from '../../src/index.js'

type Float = fx.Tensor<fx.Shape, 'f32'>
type Int = fx.Tensor<fx.Shape, 'i32'>

export interface GoldenModel {
  readonly name: string
  readonly graph: fx.Graph
  readonly donate: readonly number[]
}

const linear = (): fx.Graph => {
  const loss = ({ w, b }: { readonly w: Float; readonly b: Float }, x: Float, y: Float): Float => fx.mean(fx.square(fx.sub(fx.add(fx.matmul(x, w), b), y)))
  const step = (params: { readonly w: Float; readonly b: Float }, x: Float, y: Float) => {
    const [value, grads] = fx.valueAndGrad(loss)(params, x, y)
    const move = (p: Float, g: Float): Float => fx.sub(p, fx.mul(0.1, g))
    return [{ w: move(params.w, grads.w), b: move(params.b, grads.b) }, value]
  }
  return fx.trace(step, { w: fx.spec([4]), b: fx.spec([]) }, fx.spec([8, 4]), fx.spec([8]))
}

type Params = Readonly<Record<'w1' | 'b1' | 'w2' | 'b2', Float>>

const names = ['w1', 'b1', 'w2', 'b2'] as const

const perceptron = (p: Params, x: Float, label: Int): Float => {
  const hidden = fx.relu(fx.add(fx.matmul(x, p.w1), p.b1))
  const logits = fx.logSoftmax(fx.add(fx.matmul(hidden, p.w2), p.b2))
  return fx.neg(fx.mean(fx.sum(fx.mul(logits, fx.oneHot(label, 3)), { axis: -1 })))
}

interface State {
  readonly params: Params
  readonly m: Params
  readonly v: Params
  readonly t: Float
}

/** One step of Adam. */
const adam = (): fx.Graph => {
  const step = (state: State, x: Float, label: Int) => {
    const [loss, grads] = fx.valueAndGrad(perceptron)(state.params, x, label)
    const t = fx.add(state.t, 1)
    const each = (f: (name: (typeof names)[number]) => Float): Params => Object.fromEntries(names.map((name) => [name, f(name)])) as Params
    const m = each((name) => fx.add(fx.mul(0.9, state.m[name]), fx.mul(0.1, grads[name])))
    const v = each((name) => fx.add(fx.mul(0.999, state.v[name]), fx.mul(0.001, fx.square(grads[name]))))
    const [c1, c2] = [fx.sub(1, fx.pow(0.9, t)), fx.sub(1, fx.pow(0.999, t))]
    const params = each((name) => fx.sub(state.params[name], fx.mul(0.01, fx.div(fx.div(m[name], c1), fx.add(fx.sqrt(fx.div(v[name], c2)), 1e-8)))))
    return [{ params, m, v, t }, loss]
  }
  const params = { w1: fx.spec([6, 8]), b1: fx.spec([8]), w2: fx.spec([8, 3]), b2: fx.spec([3]) }
  return fx.trace(step, { params, m: params, v: params, t: fx.spec([]) }, fx.spec([4, 6]), fx.spec([4], 'i32'))
}

/** One head of causal attention. */
const attention = (): fx.Graph => {
  const head = (q: Float, k: Float, v: Float): Float => {
    const scores = fx.mul<fx.Shape, 'f32'>(fx.matmul(q, fx.swapAxes(k, -1, -2)), 1 / Math.sqrt(8))
    const causal = fx.ge(fx.iota([6, 6], { axis: 0 }), fx.iota([6, 6], { axis: 1 }))
    return fx.matmul(fx.softmax(fx.where(causal, scores, -Infinity)), v)
  }
  return fx.trace(head, fx.spec([2, 6, 8]), fx.spec([2, 6, 8]), fx.spec([2, 6, 8]))
}

/** The gradient of a convolutional network's loss. */
const convolution = (): fx.Graph => {
  const loss = (w: Float, x: Float, y: Float): Float => {
    const features = fx.maxPool(fx.relu(fx.conv(x, w, { padding: 'same' })), { window: 2 })
    return fx.mean(fx.square(fx.sub(fx.mean(features, { axis: [2, 3] }), y)))
  }
  return fx.trace(fx.grad(loss), fx.spec([3, 1, 3, 3]), fx.spec([2, 1, 6, 6]), fx.spec([2, 3]))
}

/** Layer norm and its gradients. */
const layerNorm = (): fx.Graph => {
  const norm = (x: Float, scale: Float, shift: Float): Float => {
    const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
    const deviation = fx.sqrt(fx.add(fx.mean(fx.square(centred), { axis: -1, keepDims: true }), 1e-5))
    return fx.add(fx.mul(fx.div(centred, deviation), scale), shift)
  }
  const loss = (x: Float, scale: Float, shift: Float, y: Float): Float => fx.sum(fx.mul(norm(x, scale, shift), y))
  return fx.trace(((x: Float, scale: Float, shift: Float, y: Float) => [norm(x, scale, shift), fx.grad(loss, { argnums: [0, 1, 2] })(x, scale, shift, y)]), fx.spec([4, 16]), fx.spec([16]), fx.spec([16]), fx.spec([4, 16]))
}

/** Logistic regression over embedded words, with the gradient of the table. */
const embedding = (): fx.Graph => {
  const loss = ({ table, w }: { readonly table: Float; readonly w: Float }, words: Int, label: Float): Float => {
    const logit: Float = fx.matmul(fx.mean(fx.take(table, words, { axis: 0 }), { axis: 1 }), w)
    return fx.mean(fx.sub(fx.softplus(logit), fx.mul(logit, label)))
  }
  return fx.trace(fx.valueAndGrad(loss), { table: fx.spec([10, 4]), w: fx.spec([4]) }, fx.spec([3, 5], 'i32'), fx.spec([3]))
}

export const goldenModels: readonly GoldenModel[] = [
  { name: 'linearRegression', graph: linear(), donate: [0] },
  { name: 'mlpAdam', graph: adam(), donate: [0] },
  { name: 'attention', graph: attention(), donate: [] },
  { name: 'convMaxPool', graph: convolution(), donate: [] },
  { name: 'layerNorm', graph: layerNorm(), donate: [] },
  { name: 'embedding', graph: embedding(), donate: [] },
]

/** ONNX's recurrent layers, forward and in one direction, as scans over time. */
import * as fx from '../../src/index.js'
import { number, operand, type Call, type F32, type I32, type Run } from './call.js'

const { add, matmul, mul, sigmoid, sub, tanh } = fx

interface Layer {
  /** [time, batch, features]. */
  readonly rows: F32
  readonly w: F32
  readonly r: F32
  /** Of the input and of the state, each for every gate. */
  readonly biases: readonly [F32, F32]
  readonly hidden: number
  readonly batch: number
  readonly batchFirst: boolean
  readonly lengths: I32 | undefined
  /** [batch, hidden], zero unless given. */
  readonly state: (i: number) => F32
}

const layerOf = (call: Call, gates: number): Layer => {
  const hidden = number(call, 'hidden_size', 1)
  const batchFirst = number(call, 'layout', 0) === 1
  const x = operand(call)
  const rows = batchFirst ? fx.swapAxes(x, 0, 1) : x
  const batch = rows.shape[1]!
  const bias = call.xs[3] === undefined ? fx.zeros([2 * gates * hidden]) : fx.reshape(call.xs[3], [-1])
  const [inputs, states] = fx.split(bias, 2) as readonly [F32, F32]
  const weights = (i: number): F32 => fx.transpose(fx.squeeze(operand(call, i), 0))
  const state = (i: number): F32 => (call.xs[i] === undefined ? fx.zeros([batch, hidden]) : fx.reshape(call.xs[i], [batch, hidden]))
  return {
    ...{ rows, hidden, batch, batchFirst, state, w: weights(1), r: weights(2), biases: [inputs, states] },
    lengths: call.xs[4] === undefined ? undefined : (call.xs[4] as fx.Tensor as I32),
  }
}

interface Row {
  readonly x: F32
  readonly t: fx.Tensor
}

/** A layer's results: all states [time, 1, batch, hidden], and the last of each kind. */
const unrolled = (call: Call, layer: Layer, init: readonly F32[], step: (carry: readonly F32[], x: F32) => readonly F32[]) => {
  const times = fx.iota(layer.rows.shape[0]!)
  const body = (carry: readonly F32[], { x, t }: Row) => {
    const next = step(carry, x)
    if (layer.lengths === undefined) return [next, next[0]!] as const
    const isOn = fx.expandDims(fx.lt(t as I32, layer.lengths), 1)
    const kept = next.map((y, i) => fx.where(isOn, y, carry[i]!))
    return [kept, fx.where(isOn, next[0]!, 0)] as const
  }
  const [last, all] = fx.scan(body as unknown as (carry: readonly F32[], row: Row) => readonly [readonly F32[], Row], init, {
    x: layer.rows,
    t: times,
  }) as unknown as readonly [readonly F32[], F32]
  const ends = last.map((y) => fx.expandDims(y, layer.batchFirst ? 1 : 0))
  const y = layer.batchFirst ? fx.expandDims(fx.swapAxes(all, 0, 1), 2) : fx.expandDims(all, 1)
  return [y, ...ends].slice(0, call.results)
}

const rnn: Run = (call) => {
  const layer = layerOf(call, 1)
  const bias = add(...layer.biases)
  return unrolled(call, layer, [layer.state(5)], ([h], x) => [tanh(add(add(matmul(x, layer.w), matmul(h!, layer.r)), bias))])
}

/** Gates z, r, h (Cho et al. 2014); `linear_before_reset` is cuDNN's form. */
const gru: Run = (call) => {
  const layer = layerOf(call, 3)
  const parts = (x: F32): readonly F32[] => fx.split(x, 3, { axis: -1 })
  const [wb, rb] = layer.biases.map(parts) as [readonly F32[], readonly F32[]]
  const r = parts(layer.r)
  const isLinear = number(call, 'linear_before_reset', 0) === 1
  return unrolled(call, layer, [layer.state(5)], ([h], x) => {
    const inputs = parts(matmul(x, layer.w)).map((y, i) => add(y, wb[i]!))
    const gate = (i: number): F32 => sigmoid(add(inputs[i]!, add(matmul(h!, r[i]!), rb[i]!)))
    const [z, reset] = [gate(0), gate(1)]
    const seen = isLinear ? mul(reset, add(matmul(h!, r[2]!), rb[2]!)) : add(matmul(mul(reset, h!), r[2]!), rb[2]!)
    return [add(mul(sub(1, z), tanh(add(inputs[2]!, seen))), mul(z, h!))]
  })
}

/** Gates i, o, f, c with peepholes (Gers & Schmidhuber 2000). */
const lstm: Run = (call) => {
  const layer = layerOf(call, 4)
  const peepholes = call.xs[7] === undefined ? fx.zeros([3 * layer.hidden]) : fx.reshape(call.xs[7], [-1])
  const [pi, po, pf] = fx.split(peepholes, 3) as readonly [F32, F32, F32]
  const bias = add(...layer.biases)
  return unrolled(call, layer, [layer.state(5), layer.state(6)], ([h, c], x) => {
    const [i, o, f, g] = fx.split(add(add(matmul(x, layer.w), matmul(h!, layer.r)), bias), 4, { axis: -1 }) as readonly F32[] as [
      F32,
      F32,
      F32,
      F32,
    ]
    const cell = add(mul(sigmoid(add(f, mul(pf, c!))), c!), mul(sigmoid(add(i, mul(pi, c!))), tanh(g)))
    return [mul(sigmoid(add(o, mul(po, cell))), tanh(cell)), cell]
  })
}

export const recurrentOps: Readonly<Record<string, Run>> = { RNN: rnn, GRU: gru, LSTM: lstm }

/** Recurrent cells, and running them over time by `scan`. */
import { naming } from '../error.js'
import { shapeError } from '../ir/ops/check.js'
import { range } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { scan } from '../ops/control.js'
import { full, zeros as zerosOf } from '../ops/creation.js'
import { matmul } from '../ops/linear.js'
import { add, mul, sigmoid, sub, tanh } from '../ops/point.js'
import { split as splitKey, type Key } from '../ops/random.js'
import { concat, moveAxis, reshape, slice, split } from '../ops/shape.js'
import { checkSizes } from './dense.js'
import { glorotUniform, orthogonal, type Initializer } from './initializers.js'
import { statelessLayer, type F32, type Layer } from './module.js'

/** A step of a recurrent network: parameters P, carry C (a tree of tensors [batch, hidden]). */
export interface Cell<P, C> {
  readonly label: string
  /** Features of x, and of y. */
  readonly inputs: number
  readonly hidden: number
  readonly init: (key: Key) => P
  /** The carry before the first step, zeros: [batch, hidden]. */
  readonly initCarry: (batch: number) => C
  /** What a step needs of x: [..., inputs] to [..., gates]. Of all steps at once it is one product. */
  readonly project: (params: P, x: F32) => F32
  /** `[next carry, y]` from what `project` gave. */
  readonly step: (params: P, carry: C, projected: F32) => readonly [C, F32]
}

export interface CellOptions {
  /** How weights of the input begin. Default `glorotUniform`. */
  readonly init?: Initializer
  /** How weights of the hidden units begin. Default `orthogonal()`. */
  readonly recurrentInit?: Initializer
}

const zeroCarry =
  (hidden: number) =>
  (batch: number): F32 =>
    zerosOf([batch, hidden])

/** Matrices [hidden, hidden], one after another: each gate has one of its own. */
const recurrent = (key: Key, hidden: number, gates: number, init: Initializer): F32 => {
  const keys: readonly Key[] = splitKey(key, gates)
  const all = keys.map((k) => init(k, [hidden, hidden]))
  return concat(all, { axis: 1 })
}

const fed = (key: Key, inputs: number, hidden: number, gates: number, init: Initializer): F32 =>
  init(key, [inputs, gates * hidden], { in: inputs, out: hidden })

export interface RnnParams {
  readonly wx: F32
  readonly wh: F32
  readonly b: F32
}

export interface RnnOptions extends CellOptions {
  /** f. Default `tanh`. */
  readonly activation?: (x: F32) => F32
}

/** h ← f(wxᵀ x + whᵀ h + b) (Elman 1990): wx [inputs, hidden], wh [hidden, hidden], b [hidden]. */
export const rnnCell = (
  inputs: number,
  hidden: number,
  { activation = tanh, init = glorotUniform, recurrentInit = orthogonal() }: RnnOptions = {},
): Cell<RnnParams, F32> => {
  checkSizes('rnnCell', { inputs, hidden })
  return {
    label: 'rnn',
    inputs,
    hidden,
    init: (key) => {
      const [first, second] = splitKey(key)
      return { wx: fed(first, inputs, hidden, 1, init), wh: recurrent(second, hidden, 1, recurrentInit), b: full([hidden], 0) }
    },
    initCarry: zeroCarry(hidden),
    project: ({ wx, b }, x) => add(matmul(x, wx), b),
    step: ({ wh }, h, z) => {
      const next: F32 = activation(add(z, matmul(h, wh)))
      return [next, next]
    },
  }
}

export interface LstmParams {
  readonly w: F32
  readonly b: F32
}

export interface LstmCarry {
  readonly h: F32
  readonly c: F32
}

export interface LstmOptions extends CellOptions {
  /** The first bias of the forget gate. Default 1 (Jozefowicz et al. 2015). */
  readonly forgetBias?: number
}

const rows = (w: F32, from: number, to: number): F32 => slice(w, [from, 0], [to, w.shape[1] as number])

/** Gates side by side on the last axis. */
const gatesOf = <const N extends number>(z: F32, n: N): readonly F32[] => split(z, n as number, { axis: -1 })

/**
 * (i, f, o, g) = (σ, σ, σ, tanh)(Wᵀ [x; h] + b); c ← f c + i g; h ← o tanh(c) (Hochreiter & Schmidhuber 1997). Parameters: w
 * [inputs + hidden, 4 hidden], the usual W ∈ ℝ^(4n × (d + n)) transposed, gates in that order; b [4 hidden].
 */
export const lstmCell = (
  inputs: number,
  hidden: number,
  { forgetBias = 1, init = glorotUniform, recurrentInit = orthogonal() }: LstmOptions = {},
): Cell<LstmParams, LstmCarry> => {
  checkSizes('lstmCell', { inputs, hidden })
  const bias = (): F32 => concat(range(4).map((gate) => full([hidden], gate === 1 ? forgetBias : 0) as F32))
  return {
    label: 'lstm',
    inputs,
    hidden,
    init: (key) => {
      const [first, second] = splitKey(key)
      return { w: concat([fed(first, inputs, hidden, 4, init), recurrent(second, hidden, 4, recurrentInit)]), b: bias() }
    },
    initCarry: (batch) => ({ h: zeroCarry(hidden)(batch), c: zeroCarry(hidden)(batch) }),
    project: ({ w, b }, x) => add(matmul(x, rows(w, 0, inputs)), b),
    step: ({ w }, { h, c }, z) => {
      const gates: F32 = add(z, matmul(h, rows(w, inputs, inputs + hidden)))
      const [i, f, o, g] = gatesOf(gates, 4) as readonly [F32, F32, F32, F32]
      const memory: F32 = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)))
      const next: F32 = mul(sigmoid(o), tanh(memory))
      return [{ h: next, c: memory }, next]
    },
  }
}

export interface GruParams extends RnnParams {
  /** The bias of the candidate's hidden part, within the reset gate. */
  readonly bh: F32
}

/**
 * r = σ(…), z = σ(…) of x and h; n = tanh(wxₙᵀ x + bₙ + r (whₙᵀ h + bh)); h ← (1 - z) n + z h (Cho et al. 2014, as PyTorch has it).
 * Parameters: wx [inputs, 3 hidden], wh [hidden, 3 hidden], b [3 hidden], gates in the order r, z, n; bh [hidden].
 */
export const gruCell = (
  inputs: number,
  hidden: number,
  { init = glorotUniform, recurrentInit = orthogonal() }: CellOptions = {},
): Cell<GruParams, F32> => {
  checkSizes('gruCell', { inputs, hidden })
  return {
    label: 'gru',
    inputs,
    hidden,
    init: (key) => {
      const [first, second] = splitKey(key)
      const weights = { wx: fed(first, inputs, hidden, 3, init), wh: recurrent(second, hidden, 3, recurrentInit) }
      return { ...weights, b: full([3 * hidden], 0), bh: full([hidden], 0) }
    },
    initCarry: zeroCarry(hidden),
    project: ({ wx, b }, x) => add(matmul(x, wx), b),
    step: ({ wh, bh }, h, projected) => {
      const [xr, xz, xn] = gatesOf(projected, 3) as readonly [F32, F32, F32]
      const [hr, hz, hn] = gatesOf(matmul(h, wh), 3) as readonly [F32, F32, F32]
      const [r, z]: readonly [F32, F32] = [sigmoid(add(xr, hr)), sigmoid(add(xz, hz))]
      const candidate: F32 = tanh(add(xn, mul(r, add(hn, bh))))
      const next: F32 = add(mul(sub(1, z), candidate), mul(z, h))
      return [next, next]
    },
  }
}

/** h ← α h + (1 - α) ĥ, where ĥ is what the cell gives: constant flow of error by leaky units. */
export const leakyCell = <P>(cell: Cell<P, F32>, alpha: number): Cell<P, F32> => ({
  ...cell,
  label: `leaky ${cell.label}`,
  step: (params, h, projected) => {
    const [, y] = cell.step(params, h, projected)
    const next: F32 = add(mul(h, alpha), mul(y, 1 - alpha))
    return [next, next]
  },
})

export interface UnrollOptions {
  /** From the last step to the first; outputs keep their places. Default false. */
  readonly reverse?: boolean
}

const checkSequences = (op: string, x: Tensor, inputs: number): void => {
  if (x.ndim === 3 && x.shape[2] === inputs) return
  throw shapeError(op, `the operand is no batch of sequences of ${String(inputs)} features`, [x], 'give [batch, time, inputs]')
}

/**
 * A cell over all steps of x [batch, time, inputs], from a carry: `[ys [batch, time, hidden], last carry]`. The carry can be handed on to
 * the next part of a sequence: truncated back-propagation through time, with `stopGradient` between.
 * @throws ShapeError where x is no batch of sequences
 */
export const unroll = <P, C>(cell: Cell<P, C>, params: P, x: F32, carry: C, options: UnrollOptions = {}): readonly [F32, C] =>
  naming(cell.label, () => {
    checkSequences(cell.label, x, cell.inputs)
    const inTime: F32 = moveAxis(cell.project(params, x), 1, 0)
    const [last, ys] = scan((c: C, z: F32) => cell.step(params, c, z), carry, inTime, options)
    return [moveAxis(ys, 0, 1), last]
  })

export interface RecurrentOptions extends UnrollOptions {
  /** 'all' steps' outputs [batch, time, hidden] (default), or the 'last' [batch, hidden]: the first's where it runs in reverse. */
  readonly returns?: 'all' | 'last'
}

/** A cell as a layer over sequences [batch, time, inputs], from a carry of zeros. */
export const recurrentLayer = <P, C>(cell: Cell<P, C>, { returns = 'all', reverse = false }: RecurrentOptions = {}): Layer<P> =>
  statelessLayer(cell.label, cell.init, (params: P, x: F32) => {
    const [ys] = unroll(cell, params, x, cell.initCarry(x.shape[0] ?? 1), { reverse })
    if (returns === 'all') return ys
    const [n, t, h] = ys.shape as readonly [number, number, number]
    const at = reverse ? 0 : t - 1
    return reshape(slice(ys, [0, at, 0], [n, at + 1, h]), [n, h])
  })

export interface BidirectionalParams<P, Q = P> {
  readonly forward: P
  readonly backward: Q
}

/** One cell from the first step to the last and one back, outputs side by side: [batch, time, both hidden] (Schuster & Paliwal 1997). */
export const bidirectional = <P, C, Q, E>(
  forward: Cell<P, C>,
  backward: Cell<Q, E>,
  options: Pick<RecurrentOptions, 'returns'> = {},
): Layer<BidirectionalParams<P, Q>> => {
  const [there, back] = [recurrentLayer(forward, options), recurrentLayer(backward, { ...options, reverse: true })]
  return statelessLayer(
    `bidirectional ${forward.label}`,
    (key) => {
      const [first, second] = splitKey(key)
      return { forward: there.init(first), backward: back.init(second) }
    },
    (p: BidirectionalParams<P, Q>, x: F32): F32 => concat([there.apply(p.forward, x), back.apply(p.backward, x)], { axis: -1 }),
  )
}

/** Recurrent layers one on the other: the cells are given the outputs of those before, at every step. */
export const stackedLayer = <P, C>(cells: readonly Cell<P, C>[], options: RecurrentOptions = {}): Layer<readonly P[]> => {
  const layers = cells.map((cell, i) => recurrentLayer(cell, i === cells.length - 1 ? options : { ...options, returns: 'all' }))
  return statelessLayer(
    `stacked ${cells[0]?.label ?? 'cells'}`,
    (key) => {
      const keys: readonly Key[] = splitKey(key, layers.length)
      return layers.map(({ init }, i) => init(keys[i] as Key))
    },
    (params: readonly P[], x: F32) => layers.reduce((y, { apply }, i) => apply(params[i] as P, y), x),
  )
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with the forget gate of Gers et al. 2000, without peepholes):
 *
 *   (i, f, o, g) = (σ, σ, σ, tanh)(W (xₜ, hₜ₋₁) + b),  W ∈ ℝ^(4n × (d + n))
 *   cₜ = f ⊙ cₜ₋₁ + i ⊙ g,  hₜ = o ⊙ tanh(cₜ)
 *
 * The cell c is a highway for errors: ∂cₜ/∂cₜ₋₁ = diag f along it. `nn.lstmCell` is the same with W transposed.
 */
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { lstmCell, type Cell, type LstmCarry, type LstmOptions } from '../nn/recurrent.js'
import { scan } from '../ops/control.js'
import { mapTrees } from '../ops/leaves.js'
import { matmul } from '../ops/linear.js'
import { add, mul, sigmoid, tanh } from '../ops/point.js'
import { moveAxis, slice, split, swapAxes } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export interface LstmWeights {
  /** W [4n, d + n]: rows of i, f, o and g in that order, columns of x, then of h. */
  readonly w: F32
  /** [4n] */
  readonly b: F32
}

/** What a step's gates are, each [batch, n]. */
export interface LstmGates {
  readonly i: F32
  readonly f: F32
  readonly o: F32
  readonly g: F32
}

/** The gates of W x + W h + b [batch, 4n]. */
export const lstmGates = (z: F32): LstmGates => {
  const [i, f, o, g] = split(z, 4, { axis: -1 }) as readonly F32[] as readonly [F32, F32, F32, F32]
  return { i: sigmoid(i), f: sigmoid(f), o: sigmoid(o), g: tanh(g) }
}

/** c ← f ⊙ c + i ⊙ g, h ← o ⊙ tanh(c). */
export const lstmUpdate = ({ i, f, o, g }: LstmGates, c: F32): LstmCarry => {
  const next: F32 = add(mul(f, c), mul(i, g))
  return { h: mul(o, tanh(next)), c: next }
}

/** x Wᵀ of some of W's columns. */
const times = (x: F32, { w }: LstmWeights, from: number, to: number): F32 =>
  matmul(x, swapAxes(slice(w, [0, from], [w.shape[0] as number, to]), 0, 1))

/** The cell for d = inputs and n = hidden, for `unroll` and all that takes cells. @throws ShapeError for sizes that are none */
export const lstm = (inputs: number, hidden: number, options: LstmOptions = {}): Cell<LstmWeights, LstmCarry> => {
  const same = lstmCell(inputs, hidden, options)
  return {
    ...same,
    init: (key) => {
      const { w, b } = same.init(key)
      return { w: swapAxes(w, 0, 1), b }
    },
    project: (p, x) => add(times(x, p, 0, inputs), p.b),
    step: (p, { h, c }, z) => {
      const next = lstmUpdate(lstmGates(add(z, times(h, p, inputs, inputs + hidden))), c)
      return [next, next.h]
    },
  }
}

/** What a cell holds over all steps of x [batch, time, inputs], from zeros: gates, c and h, each [batch, time, hidden]. */
export const lstmTrace = (cell: Cell<LstmWeights, LstmCarry>, params: LstmWeights, x: F32): LstmGates & LstmCarry => {
  const step = ({ h, c }: LstmCarry, z: F32): readonly [LstmCarry, LstmGates & LstmCarry] => {
    const gates = lstmGates(add(z, times(h, params, cell.inputs, cell.inputs + cell.hidden)))
    const next = lstmUpdate(gates, c)
    return [next, { ...gates, ...next }]
  }
  const [, traced] = scan(step, cell.initCarry(x.shape[0] as number), moveAxis(cell.project(params, x), 1, 0))
  return mapTrees('lstmTrace', { traced }, ([leaf]) => moveAxis(leaf as F32, 0, 1))
}

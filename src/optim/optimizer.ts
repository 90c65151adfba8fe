/** What an optimiser is, and how optimisers combine: pure functions on trees, as in Optax. */
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import type { Tree } from '../ir/tree.js'
import { UnsupportedError } from '../error.js'
import { mapTrees } from '../ops/leaves.js'
import { add, cast } from '../ops/point.js'

export type F32 = Tensor<Shape, 'f32'>

/** What an optimiser keeps between steps: a plain tree of tensors, so that a compiled step takes and gives it like any argument. */
export type OptimizerState = Tree<Tensor>

/**
 * A rule from gradients to updates, which are added to the parameters (`applyUpdates`). Both functions are pure and are traced into
 * the program that calls them. Rules that only change gradients, such as `clipByGlobalNorm`, are of this type, too: `chain` joins them.
 */
export interface Optimizer {
  /** The state before the first step. */
  readonly init: (params: unknown) => OptimizerState
  /** `[updates, next state]`, updates of the structure of `grads`. @throws TraceError where trees are not of one structure */
  readonly update: <P>(grads: P, state: OptimizerState, params: P) => readonly [updates: P, state: OptimizerState]
}

/** The parameters with updates added, each in the parameter's own dtype. @throws TraceError where structures differ */
export const applyUpdates = <P>(params: P, updates: P): P =>
  mapTrees<P>('applyUpdates', { params, updates }, ([p, u]) => add(p as F32, cast(u as F32, (p as F32).dtype)))

/** An optimiser without state, leaf by leaf. */
export const stateless = (name: string, f: (grad: F32, param: F32, path: string) => F32): Optimizer => ({
  init: () => [],
  update: <P>(grads: P, state: OptimizerState, params: P) => [
    mapTrees<P>(name, { grads, params }, ([g, p], path) => f(g as F32, p as F32, path)),
    state,
  ],
})

/** Optimisers one after another: each is given the updates of the one before. The state is the list of theirs. */
export const chain = (...parts: readonly Optimizer[]): Optimizer => ({
  init: (params) => parts.map(({ init }) => init(params)),
  update: <P>(grads: P, state: OptimizerState, params: P) => {
    const states: OptimizerState[] = []
    const updates = parts.reduce((before, { update }, i) => {
      const [after, next] = update(before, (state as readonly OptimizerState[])[i] as OptimizerState, params)
      states.push(next)
      return after
    }, grads)
    return [updates, states]
  },
})

/** A number that an option must be. @throws UnsupportedError where it is not */
export const checkOption = (op: string, name: string, value: number, ok: boolean, help: string): void => {
  if (!ok || Number.isNaN(value)) throw new UnsupportedError({ op, problem: `${name} is ${String(value)}`, help })
}

/** @throws UnsupportedError for a decay that is not in [0, 1) */
export const checkDecay = (op: string, name: string, value: number): void => {
  checkOption(op, name, value, value >= 0 && value < 1, `give ${name} from 0 to below 1`)
}

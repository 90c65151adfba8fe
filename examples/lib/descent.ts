/** An optimiser's steps as one program. */
import * as fx from '../../src/index.js'
import { applyUpdates, type Optimizer, type OptimizerState } from '../../src/optim.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

export interface Descent<P> {
  readonly optimizer: Optimizer
  readonly start: P
  readonly steps: number
  /** Of the parameters, at step i = 0, 1, … */
  readonly loss: (params: P, i: I32) => F32
  /** What is kept of the parameters after each step. Default: nothing. */
  readonly watch?: (params: P) => F32
}

/** What was watched [steps, ...], and the losses [steps] before each step. */
export const descend = <P>({ optimizer, start, steps, loss, watch }: Descent<P>): readonly [watched: F32, losses: F32] => {
  const step = ([params, before]: readonly [P, OptimizerState], i: I32): readonly [readonly [P, OptimizerState], readonly [F32, F32]] => {
    const [value, grads] = fx.valueAndGrad((p: P) => loss(p, i))(params)
    const [updates, after] = optimizer.update(grads, before, params)
    const next = applyUpdates(params, updates)
    return [
      [next, after],
      [watch === undefined ? value : watch(next), value],
    ]
  }
  const [, kept] = fx.scan(step as never, [start, optimizer.init(start)] as never, fx.iota(steps) as never) as unknown as readonly [
    unknown,
    readonly [F32, F32],
  ]
  return kept
}

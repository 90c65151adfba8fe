/** One step of an optimiser: what every training loop here does with a loss. */
import * as fx from '../../src/index.js'
import { applyUpdates, type Optimizer, type OptimizerState } from '../../src/optim.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

export interface Improving<P> {
  readonly params: P
  readonly optimizer: OptimizerState
}

/** Parameters and optimiser after a step down `lossAndRest`, and the rest that it gives: what is measured, a network's own state. */
export const improve = <P, R>(
  optimizer: Optimizer,
  { params, optimizer: before }: Improving<P>,
  lossAndRest: (params: P) => readonly [loss: F32, rest: R],
): readonly [Improving<P>, R] => {
  const gradients = fx.valueAndGrad(lossAndRest as never, { hasAux: true }) as unknown as (p: P) => readonly [readonly [F32, R], P]
  const [[, rest], grads] = gradients(params)
  const [updates, after] = optimizer.update(grads, before, params)
  return [{ params: applyUpdates(params, updates), optimizer: after }, rest]
}

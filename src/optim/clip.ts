/** Rules that bound gradients. */
import { TraceError } from '../error.js'
import { mapTrees, tensorLeaves } from '../ops/leaves.js'
import { add, cast, clamp, div, gt, mul, sqrt, square, where } from '../ops/point.js'
import { sum } from '../ops/reduce.js'
import { checkOption, stateless, type F32, type Optimizer, type OptimizerState } from './optimizer.js'

/** u ← min(max(g, -limit), limit), element by element. */
export const clip = (limit: number): Optimizer => {
  checkOption('clip', 'limit', limit, limit > 0, 'give a limit above 0')
  return stateless('clip', (g) => clamp(g, -limit, limit))
}

/** √Σ x² over all leaves of a tree: f32[]. @throws TraceError where there are none */
export const globalNorm = (tree: unknown): F32 => {
  const [first, ...rest] = tensorLeaves('globalNorm', 'the tree', tree).leaves.map((x): F32 => sum(square(cast(x, 'f32'))))
  if (first === undefined) throw new TraceError({ op: 'globalNorm', problem: 'the tree is empty', help: 'give at least one tensor' })
  return sqrt(rest.reduce((total, x) => add(total, x), first))
}

/** u ← g · min(1, limit / n), where n is the norm of all gradients together (Pascanu et al. 2013). */
export const clipByGlobalNorm = (limit: number): Optimizer => {
  checkOption('clipByGlobalNorm', 'limit', limit, limit > 0, 'give a limit above 0')
  return {
    init: () => [],
    update: <P>(grads: P, state: OptimizerState) => {
      const n = globalNorm(grads)
      const beyond = gt(n, limit)
      const factor = where(beyond, div(limit, where(beyond, n, 1)), 1)
      return [mapTrees<P>('clipByGlobalNorm', { grads }, ([g]) => mul(g as F32, cast(factor, (g as F32).dtype))), state]
    },
  }
}

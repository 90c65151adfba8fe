/**
 * fluxion with f32 left unrounded, for finite differences.
 *
 * The reference rounds every result to f32 by `Math.fround`, and differences of rounded values are mostly noise. Here
 * the modules are loaded a second time while `Math.fround` is the identity, so that the same rules run in f64, where a
 * central difference is right to ten digits. `restore` puts everything back.
 */
import { vi } from 'vitest'
import type * as Library from '../../src/index.js'
import type * as Evaluate from '../../src/backends/reference/evaluate.js'
import type { Host } from '../../src/ir/ops/op.js'
import type * as OpTable from '../../src/ir/ops/table.js'
import type { Shape } from '../../src/ir/shape.js'
import type * as Tensors from '../../src/ir/tensor.js'
import type * as Rule from '../../src/passes/derivative/rule.js'
import type * as Derivatives from '../../src/passes/derivative/table.js'

export type Fluxion = typeof Library

export type Float = Library.Tensor<Shape, 'f32'>

/** The second copy: what the tests of derivatives use of it. */
export interface F64 {
  readonly fx: Fluxion
  readonly apply: (typeof Tensors)['apply']
  readonly evaluateHosts: (typeof Evaluate)['evaluateHosts']
  readonly vjpOf: (typeof Derivatives)['vjpOf']
  readonly none: (typeof Rule)['none']
  readonly opNames: (typeof OpTable)['opNames']
  readonly restore: () => void
}

const realFround = Math.fround

export const loadF64 = async (): Promise<F64> => {
  vi.resetModules()
  Math.fround = (x) => x
  const [fx, { apply }, { evaluateHosts }, { vjpOf }, { none }, { opNames }] = await Promise.all([
    import('../../src/index.js'),
    import('../../src/ir/tensor.js'),
    import('../../src/backends/reference/evaluate.js'),
    import('../../src/passes/derivative/table.js'),
    import('../../src/passes/derivative/rule.js'),
    import('../../src/ir/ops/table.js'),
  ])
  const restore = (): void => {
    Math.fround = realFround
    vi.resetModules()
  }
  return { fx, apply, evaluateHosts, vjpOf, none, opNames, restore }
}

/** Unrounded host data. */
export const hostOf = (shape: Shape, data: Float64Array): Host => ({ type: { shape, dtype: 'f32' }, data })

/** The derivative of every op. A missing rule is an error of `tsc`. */
import type { AttrsOf, OpName } from '../../ir/graph.js'
import { isFloat } from '../../ir/dtype.js'
import type { Tensor } from '../../ir/tensor.js'
import { cast } from '../../ops/point.js'
import { pointRules } from './point.js'
import { none, type Vjp } from './rule.js'
import { indexRules } from './index.js'
import { viewRules } from './view.js'

const table: { readonly [K in OpName]: Vjp<AttrsOf[K]> } = {
  param: none,
  constant: none,
  fill: none,
  iota: none,
  ...pointRules,
  // Between floats; from other dtypes and to them there is no derivative.
  cast: (g, _, [x]) => [isFloat((x as Tensor).dtype) ? cast(g, (x as Tensor).dtype) : undefined],
  bitcast: none,
  stopGradient: none,
  alias: (g) => [g],
  barrier: (g) => [g],
  ...viewRules,
  ...indexRules,
  // Graphs within graphs are put in their place before differentiation: see `autodiff`.
  call: none,
  scan: none,
  while: none,
  cond: none,
  customVjp: none,
  checkpoint: none,
  item: none,
}

export const vjpOf = (op: OpName): Vjp => table[op] as Vjp

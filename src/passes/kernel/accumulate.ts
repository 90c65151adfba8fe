/** Reductions as registers that terms are combined in. */
import { isFloat, type DType } from '../../ir/dtype.js'
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { identityOf, type Reduction } from '../../ir/ops/op.js'
import { flatten } from '../../ir/ops/view.js'

/** What makes scalars, and counts the names of a kernel. */
export interface Counted {
  readonly b: ScalarBuilder
  nextId: number
}

export const fresh = (context: Counted): number => context.nextId++

interface Cell {
  readonly init: readonly Stmt[]
  /** For each term. */
  readonly updates: readonly (readonly Stmt[])[]
  readonly value: Scalar
}

/** Combines terms in a register; a sum of f16 in one of f32, rounded to `type` at the end. `at` has the index of each term. */
export const accumulate = (
  context: Counted,
  type: DType,
  { combine, extents }: Reduction,
  terms: readonly Scalar[],
  at: readonly (readonly Scalar[])[],
): Cell => {
  const { b } = context
  if (combine === 'argmax' || combine === 'argmin')
    return accumulateArg(
      context,
      combine,
      terms,
      at.map((over) => flatten(b, extents, over)),
    )
  const id = fresh(context)
  const op = combine === 'sum' ? 'add' : combine
  const added = combine === 'sum' ? terms.map(b.wide) : terms
  const { dtype } = added[0] as Scalar
  const acc = b.reg(id, dtype)
  return {
    init: [{ k: 'register', id, dtype, init: b.lit(dtype, identityOf(combine, dtype)) }],
    updates: added.map((term) => [{ k: 'set', id, value: b.op(op, [acc, term], dtype) }]),
    value: type === dtype || combine !== 'sum' ? acc : b.op('cast', [acc], type),
  }
}

/** Keeps the best value and where it was: a later one must beat it, and a NaN beats all but an earlier NaN. */
const accumulateArg = (context: Counted, combine: 'argmax' | 'argmin', terms: readonly Scalar[], at: readonly Scalar[]): Cell => {
  const { b } = context
  const [valueId, atId] = [fresh(context), fresh(context)]
  const { dtype } = terms[0] as Scalar
  const [best, bestAt] = [b.reg(valueId, dtype), b.reg(atId, 'i32')]
  const isNan = (x: Scalar): Scalar => b.op('isNan', [x], 'bool')
  const beatsBest = (term: Scalar): Scalar => {
    const larger = b.op(combine === 'argmax' ? 'gt' : 'lt', [term, best], 'bool')
    return isFloat(dtype) ? b.op('or', [larger, b.and(isNan(term), b.op('not', [isNan(best)], 'bool'))], 'bool') : larger
  }
  return {
    init: [
      { k: 'register', id: valueId, dtype, init: b.lit(dtype, identityOf(combine === 'argmax' ? 'max' : 'min', dtype)) },
      { k: 'register', id: atId, dtype: 'i32', init: b.int(0) },
    ],
    updates: terms.map((term, i) => [
      { k: 'set', id: atId, value: b.select(beatsBest(term), at[i] as Scalar, bestAt) },
      { k: 'set', id: valueId, value: b.select(beatsBest(term), term, best) },
    ]),
    value: bestAt,
  }
}

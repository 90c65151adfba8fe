/** Nodes without arguments: parameters, data, and values that follow from the index. */
import { toNumbers } from '../dtype.js'
import type { AttrsOf } from '../graph.js'
import type { TensorType } from '../type.js'
import { checkShape, checkTakes, checkValue, shapeError } from './check.js'
import { tabulate, type OpDef } from './op.js'

const typeOf = (op: string, { shape, dtype }: TensorType): TensorType => {
  checkShape(op, shape)
  return { shape, dtype }
}

/** The `index`-th argument. */
export const param: OpDef<AttrsOf['param']> = {
  arity: 0,
  infer: (_, attrs) => typeOf('param', attrs),
  evaluate: () => {
    throw new Error('a parameter has no value of its own')
  },
  lower: { kind: 'source' },
}

/** Data known when the graph is made. */
export const constant: OpDef<AttrsOf['constant']> = {
  arity: 0,
  infer: (_, attrs) => typeOf('constant', attrs),
  evaluate: (_, { attrs }) => Float64Array.from(toNumbers(attrs.dtype, attrs.data)),
  lower: { kind: 'source' },
}

/** One value everywhere. */
export const fill: OpDef<AttrsOf['fill']> = {
  arity: 0,
  infer: (_, attrs) => {
    checkValue('fill', attrs.value, attrs.dtype)
    return typeOf('fill', attrs)
  },
  evaluate: (_, { attrs, type }) => tabulate(type, () => attrs.value),
  lower: { kind: 'view', cost: 0, repeats: [], emit: (b, _read, _at, { attrs }) => b.lit(attrs.dtype, attrs.value) },
}

/** The index along an axis. */
export const iota: OpDef<AttrsOf['iota']> = {
  arity: 0,
  infer: (_, attrs) => {
    checkTakes('iota', 'numeric', [attrs])
    if (attrs.axis in attrs.shape) return typeOf('iota', attrs)
    throw shapeError('iota', `there is no axis ${String(attrs.axis)}`, [attrs], 'use an axis of the shape')
  },
  evaluate: (_, { attrs, type }) => tabulate(type, (at) => at[attrs.axis] as number),
  lower: {
    kind: 'view',
    cost: 1,
    repeats: [],
    emit: (b, _, at, { attrs }) => {
      const index = at[attrs.axis] ?? b.int(0)
      return attrs.dtype === 'i32' ? index : b.op('cast', [index], attrs.dtype)
    },
  },
}

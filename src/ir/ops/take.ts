import { DTypeError } from '../../error.js'
import type { AttrsOf } from '../graph.js'
import { resolveAxis } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkTakes, operands, shapeError } from './check.js'
import { elementAt, tabulate, type Host, type OpDef } from './op.js'

/** Slices of `x` along an axis at indices: the axis is replaced by the axes of the indices. Indices are clamped into the axis. */
export const take: OpDef<AttrsOf['take']> = {
  arity: 2,
  infer: (args, { axis }) => {
    const [x, i] = args as [TensorType, TensorType]
    if (i.dtype === 'f32' || i.dtype === 'bool') {
      throw new DTypeError({
        op: 'take',
        problem: `the indices are ${i.dtype}`,
        facts: operands(args),
        help: "give i32 or u32 indices: cast(i, 'i32')",
      })
    }
    checkTakes('take', 'integer', [i])
    if (resolveAxis(axis, x.shape.length) !== axis)
      throw shapeError('take', `there is no axis ${String(axis)}`, args, 'use an axis of the first operand')
    const shape = [...x.shape.slice(0, axis), ...i.shape, ...x.shape.slice(axis + 1)]
    if (x.shape[axis] === 0 && !shape.includes(0))
      throw shapeError('take', `axis ${String(axis)} is empty`, args, 'take from at least one element')
    return { shape, dtype: x.dtype }
  },
  evaluate: ([x, i], { attrs: { axis }, type }) => {
    const [data, indices] = [x as Host, i as Host]
    const rank = indices.type.shape.length
    const last = (data.type.shape[axis] as number) - 1
    return tabulate(type, (at) => {
      const index = elementAt(indices, at.slice(axis, axis + rank))
      return elementAt(data, [...at.slice(0, axis), Math.max(0, Math.min(last, index)), ...at.slice(axis + rank)])
    })
  },
  lower: {
    kind: 'view',
    cost: 2,
    repeats: [0],
    emit: (b, read, at, { attrs: { axis }, args }) => {
      const [x, i] = args as [TensorType, TensorType]
      const rank = i.shape.length
      const raw = read(1, at.slice(axis, axis + rank))
      const last = (x.shape[axis] as number) - 1
      const index = raw.dtype === 'u32' ? b.op('cast', [b.op('min', [raw, b.lit('u32', last)], 'u32')], 'i32') : b.clamp(raw, last + 1)
      return read(0, [...at.slice(0, axis), index, ...at.slice(axis + rank)])
    },
  },
}

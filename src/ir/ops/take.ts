/** Views whose place depends on data. Indices are clamped, so that every read is inside. */
import { DTypeError } from '../../error.js'
import type { AttrsOf } from '../graph.js'
import type { Scalar } from '../kernel/kernel.js'
import type { ScalarBuilder } from '../kernel/scalar.js'
import { resolveAxis } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkList, checkTakes, operands, shapeError } from './check.js'
import { elementAt, tabulate, type Host, type OpDef } from './op.js'

const checkIndices = (op: string, args: readonly TensorType[]): void => {
  const bad = args.slice(1).find(({ dtype }) => dtype !== 'i32' && dtype !== 'u32')
  if (bad === undefined) return
  throw new DTypeError({
    op,
    problem: `the indices are ${bad.dtype}`,
    facts: operands(args),
    help: "give i32 or u32 indices: cast(i, 'i32')",
  })
}

const clampTo = (index: number, last: number): number => Math.max(0, Math.min(last, index))

/** An index of either integer dtype, clamped into 0 … n - 1, as i32. */
const clamped = (b: ScalarBuilder, raw: Scalar, n: number): Scalar =>
  raw.dtype === 'u32' ? b.op('cast', [b.op('min', [raw, b.lit('u32', n - 1)], 'u32')], 'i32') : b.clamp(raw, n)

/** Slices of `x` along an axis at indices: the axis is replaced by the axes of the indices. Indices are clamped into the axis. */
export const take: OpDef<AttrsOf['take']> = {
  arity: 2,
  infer: (args, { axis }) => {
    const [x, i] = args as [TensorType, TensorType]
    checkIndices('take', args)
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
      return elementAt(data, [...at.slice(0, axis), clampTo(index, last), ...at.slice(axis + rank)])
    })
  },
  lower: {
    kind: 'view',
    cost: 2,
    repeats: [0],
    emit: (b, read, at, { attrs: { axis }, args }) => {
      const [x, i] = args as [TensorType, TensorType]
      const rank = i.shape.length
      const index = clamped(b, read(1, at.slice(axis, axis + rank)), x.shape[axis] as number)
      return read(0, [...at.slice(0, axis), index, ...at.slice(axis + rank)])
    },
  },
}

/** Element by element along one axis: [..., n, ...] at indices [..., m, ...] is [..., m, ...]. The other axes are equal: the front end broadcasts. */
export const takeAlong: OpDef<AttrsOf['takeAlong']> = {
  arity: 2,
  infer: (args, { axis }) => {
    const [x, i] = args as [TensorType, TensorType]
    checkIndices('takeAlong', args)
    if (
      resolveAxis(axis, x.shape.length) !== axis ||
      i.shape.length !== x.shape.length ||
      x.shape.some((n, d) => d !== axis && n !== i.shape[d])
    )
      throw shapeError('takeAlong', `the shapes differ elsewhere than on axis ${String(axis)}`, args, 'make all axes but one equal')
    if (x.shape[axis] === 0 && !i.shape.includes(0))
      throw shapeError('takeAlong', `axis ${String(axis)} is empty`, args, 'take from at least one element')
    return { shape: i.shape, dtype: x.dtype }
  },
  evaluate: ([x, i], { attrs: { axis }, type }) => {
    const last = ((x as Host).type.shape[axis] as number) - 1
    return tabulate(type, (at, flat) =>
      elementAt(
        x as Host,
        at.map((j, d) => (d === axis ? clampTo((i as Host).data[flat] as number, last) : j)),
      ),
    )
  },
  lower: {
    kind: 'view',
    cost: 2,
    repeats: [0],
    emit: (b, read, at, { attrs: { axis }, args }) => {
      const index = clamped(b, read(1, at), (args[0] as TensorType).shape[axis] as number)
      return read(
        0,
        at.map((j, d) => (d === axis ? index : j)),
      )
    },
  },
}

/** A box of `sizes` of x from a start for each axis (i32 scalars), which is clamped so that the box lies inside, as `lax.dynamic_slice`'s. */
export const dynamicSlice: OpDef<AttrsOf['dynamicSlice']> = {
  arity: -1,
  infer: (args, { sizes }) => {
    const [x, ...starts] = args as [TensorType, ...TensorType[]]
    const { shape, dtype } = x
    checkList('dynamicSlice', 'sizes', sizes, shape.length, (n) => n >= 0, 'whole numbers from 0')
    checkIndices('dynamicSlice', args)
    if (starts.length !== shape.length || starts.some((s) => s.shape.length > 0 || s.dtype !== 'i32'))
      throw shapeError('dynamicSlice', `the starts are not ${String(shape.length)} scalars of i32`, args, 'give one for every axis')
    if (sizes.some((n, d) => n > (shape[d] as number)))
      throw shapeError('dynamicSlice', `sizes [${sizes.join(', ')}] are larger than the operand`, args, 'cut a part of it')
    return { shape: sizes, dtype }
  },
  evaluate: ([x, ...starts], { attrs: { sizes }, type }) => {
    const host = x as Host
    const from = sizes.map((n, d) => clampTo(starts[d]?.data[0] as number, (host.type.shape[d] as number) - n))
    return tabulate(type, (at) =>
      elementAt(
        host,
        at.map((i, d) => i + (from[d] as number)),
      ),
    )
  },
  lower: {
    kind: 'view',
    cost: 1,
    repeats: [],
    emit: (b, read, at, { attrs: { sizes }, args }) =>
      read(
        0,
        at.map((i, d) => b.add(i, b.clamp(read(d + 1, []), ((args[0] as TensorType).shape[d] as number) - (sizes[d] as number) + 1))),
      ),
  },
}

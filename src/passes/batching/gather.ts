/** Batched forms of ops whose indices are data. */
import { range } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { iota } from '../../ops/creation.js'
import { add, cast, maximum, minimum, mul } from '../../ops/point.js'
import { broadcastTo } from '../../ops/operand.js'
import { reshape, transpose } from '../../ops/shape.js'
import { lane, spread, toFront, type Batch, type BatchTable, type Lane } from './rule.js'

const up = (axes: readonly number[]): number[] => axes.map((d) => d + 1)

const clamped = (index: Tensor, last: number): Tensor => cast(minimum(maximum(index, 0), last), 'i32')

/** Both batched: one table in which the rows of all elements follow one another, and indices into each element's own rows. */
const takeOwn = (x: Tensor, index: Tensor, axis: number, n: number): Tensor => {
  const shape = x.shape.slice(1)
  const length = shape[axis] as number
  const [before, inner, after] = [shape.slice(0, axis), index.shape.slice(1), shape.slice(axis + 1)]
  const result = [n, ...before, ...inner, ...after]
  if (result.includes(0)) return apply('fill', [], { value: 0, shape: result, dtype: x.dtype })
  const rows = transpose(x, [0, axis + 1, ...up(range(axis)), ...range(after.length).map((d) => d + axis + 2)])
  const table = reshape(rows, [n * length, ...before, ...after])
  const own = add(clamped(index, length - 1), mul(iota([n, ...inner.map(() => 1)]), length))
  const front = range(axis).map((d) => d + 1 + inner.length)
  const rest = range(after.length).map((d) => d + 1 + inner.length + axis)
  return transpose(apply('take', [table, own], { axis: 0 }), [0, ...front, ...up(range(inner.length)), ...rest])
}

const take: Batch<{ readonly axis: number }> = (args, { axis }, n) => {
  const [x, index] = [lane(args), lane(args, 1)]
  if (!index.batched) return apply('take', [x.x, index.x], { axis: axis + 1 })
  return x.batched ? takeOwn(x.x, index.x, axis, n) : toFront(apply('take', [x.x, index.x], { axis }), axis)
}

/** Rows `start[e]`, `start[e] + 1`, … along an axis of every element e. */
const sliceOwn = (x: Tensor, start: Tensor, axis: number, size: number): Tensor => {
  const shape = x.shape.map((n, d) => (d === axis ? size : n))
  const [n, length] = [x.shape[0] as number, x.shape[axis] as number]
  if (size === length) return x
  const along = x.shape.map((_, d) => (d === axis ? size : 1))
  const from = reshape(clamped(start, length - size), [n, ...along.slice(1).map(() => 1)])
  return apply('takeAlong', [x, broadcastTo(add(from, iota(along, { axis })), shape)], { axis, indices: 'any' })
}

/** Starts that are one for all cut first; those of each element's own index along their axis. */
const dynamicSlice: Batch<{ readonly sizes: readonly number[] }> = (args, { sizes }, n) => {
  const x = spread(lane(args), n)
  const starts = args.slice(1)
  const zero = apply('fill', [], { value: 0, shape: [], dtype: 'i32' })
  const isOwn = (d: number): boolean => lane(starts, d).batched
  const cut = apply('dynamicSlice', [x, zero, ...starts.map((start) => (start.batched ? zero : start.x))], {
    sizes: [n, ...sizes.map((size, d) => (isOwn(d) ? (x.shape[d + 1] as number) : size))],
  })
  return starts.reduce((y: Tensor, start: Lane, d) => (start.batched ? sliceOwn(y, start.x, d + 1, sizes[d] as number) : y), cut)
}

export const gatherBatching: BatchTable<'take' | 'takeAlong' | 'dynamicSlice'> = {
  take,
  takeAlong: (args, { axis, indices }, n) =>
    apply(
      'takeAlong',
      args.map((arg) => spread(arg, n)),
      { axis: axis + 1, indices },
    ),
  dynamicSlice,
}

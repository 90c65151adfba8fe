/**
 * Writing at places which data says, without writes that race: every place gathers what goes there. Few updates or few
 * places are compared all with all in one reduction; else updates are sorted by place, and each place finds its own.
 */
import { DTypeError, naming } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { checkSameDType, checkTakes, shapeError } from '../ir/ops/check.js'
import { broadcastShapes, showShape, sizeOf, type Shape } from '../ir/shape.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { padAxis, sliceAxis } from './arrange.js'
import { full, iota } from './creation.js'
import { alignedAlong, type AxisOption, type Indices } from './index.js'
import { asTensor, axisOf, broadcastTo, type Operand } from './operand.js'
import { add, cast, eq, ge, inF32, le, logicalAnd, lt, minimum, mul, sub, where } from './point.js'
import { max, sum } from './reduce.js'
import { expandDims, moveAxis, reshape, take } from './shape.js'
import { argsort } from './sort.js'

type Bool = Tensor<Shape, 'bool'>

/** Updates on their way to `n` places along an axis. */
export interface Updates {
  /** [...before, m, ...after]. */
  readonly rows: Tensor
  /** i32 or u32: [m], or the shape of `rows` where each element has a place of its own. Those not in 0 … n - 1 go nowhere. */
  readonly index: Tensor
  readonly axis: number
  readonly n: number
}

const isAlong = ({ rows, index }: Updates): boolean => rows.ndim > 1 && index.ndim === rows.ndim

/** Comparing all with all reads every update for every place; beyond this, sorting is cheaper. */
const isMany = ({ rows, axis, n }: Updates): boolean => {
  const m = rows.shape[axis] as number
  return Math.min(m, n) > 256 && rows.size * n > 2 ** 25
}

/** Whether update m goes to place j: bool, broadcastable to [...before, m, n, ...after]. */
const hits = (updates: Updates): Bool => {
  const { rows, index, axis, n } = updates
  const after = rows.shape.slice(axis + 1).map(() => 1)
  const places = isAlong(updates) ? expandDims(index, axis + 1) : reshape(index, [index.size, 1, ...after])
  return eq<Tensor, Tensor>(places, iota([n, ...after], { dtype: index.dtype }))
}

/** As rows of a matrix, [m, ...rest] for places [m] (i32), and the way back for [n, ...rest]. */
const flattened = (updates: Updates): { readonly flat: Updates; readonly back: (result: Tensor) => Tensor } => {
  const { rows, axis, n } = updates
  const index = updates.index.dtype === 'u32' ? cast(minimum(updates.index, 2147483647), 'i32') : updates.index
  const moved = moveAxis(rows, axis, isAlong(updates) ? -1 : 0)
  if (!isAlong(updates)) return { flat: { rows: moved, index, axis: 0, n }, back: (result) => moveAxis(result, 0, axis) }
  const each = moveAxis(index, axis, -1)
  const [m, outer] = [each.shape.at(-1) as number, each.shape.slice(0, -1)]
  const matrix = reshape(each, [sizeOf(outer), m])
  const inside = logicalAnd(ge<Tensor, number>(matrix, 0), lt<Tensor, number>(matrix, n))
  const own = where(inside, add<Tensor, Tensor>(matrix, mul(iota([sizeOf(outer), 1]), n)), -1)
  return {
    flat: { rows: reshape(moved, [rows.size]), index: reshape(own, [rows.size]), axis: 0, n: sizeOf(outer) * n },
    back: (result) => moveAxis(reshape(result, [...outer, n]), -1, axis),
  }
}

/** Updates in the order of their places, and for every place where its last one is, if it has any. */
const segments = ({ index, n }: Updates) => {
  const m = index.size
  const perm = argsort(index)
  const sorted = take(index, perm)
  let count: Tensor = full([n], 0, 'i32')
  for (let step = 2 ** Math.floor(Math.log2(m)); step >= 1; step /= 2) {
    const next: Tensor = add<Tensor, number>(count, step)
    const before = take(sorted, sub<Tensor, number>(next, 1) as Tensor<Shape, 'i32'>)
    count = where(logicalAnd(le<Tensor, number>(next, m), le<Tensor, Tensor>(before, iota(n))), next, count)
  }
  const last = sub<Tensor, number>(count, 1) as Tensor<Shape, 'i32'>
  return { perm, sorted, last, hit: eq<Tensor, Tensor>(take(sorted, last), iota(n)) }
}

/** [m] as [m, 1, …], to meet rows. */
const beside = <D extends DType>(x: Tensor<Shape, D>, rows: Tensor): Tensor<Shape, D> =>
  reshape(x, [x.size, ...rows.shape.slice(1).map(() => 1)]) as Tensor as Tensor<Shape, D>

/** Sums within segments by doubling (Hillis & Steele 1986), read at the last of each. */
const sumSorted = (updates: Updates): Tensor => {
  const { perm, sorted, last, hit } = segments(updates)
  const m = sorted.size
  let total: Tensor = take(updates.rows, perm, { axis: 0 })
  const shifted = (x: Tensor, by: number): Tensor => padAxis(sliceAxis(x, 0, 0, m - by), 0, by, 0, 0)
  for (let by = 1; by < m; by *= 2) {
    const isSame = logicalAnd(eq<Tensor, Tensor>(sorted, shifted(sorted, by)), ge(iota(m), by))
    total = add<Tensor, Tensor>(total, where(beside(isSame, total), shifted(total, by), 0))
  }
  return where(beside(hit, total), take(total, last, { axis: 0 }), 0)
}

/** [...before, n, ...after]: at every place the sum of the updates that go there. */
export const sumInto = (updates: Updates): Tensor => inF32(updates.rows, (rows) => sumRows({ ...updates, rows }))

const sumRows = (updates: Updates): Tensor => {
  const { rows, axis } = updates
  if (!isMany(updates)) return sum(where(hits(updates), expandDims(rows, axis + 1), 0), { axis })
  const { flat, back } = flattened(updates)
  return back(sumSorted(flat))
}

/** x with the last update that goes to every place. */
const lastInto = (x: Tensor, updates: Updates): Tensor => {
  const { rows, axis, n } = updates
  if (isMany(updates)) {
    const { flat, back } = flattened(updates)
    const { perm, last, hit } = segments(flat)
    const chosen = back(take(flat.rows, take(perm, last), { axis: 0 }))
    return where(back(broadcastTo(beside(hit, flat.rows), [flat.n, ...flat.rows.shape.slice(1)])) as Bool, chosen, x)
  }
  const order = iota([rows.shape[axis] as number, 1, ...x.shape.slice(axis + 1).map(() => 1)])
  const last = max(where(hits(updates), order, -1), { axis: isAlong(updates) ? axis : 0 })
  const chosen = isAlong(updates)
    ? apply('takeAlong', [rows, broadcastTo(last, x.shape)], { axis, indices: 'any' })
    : take(rows, reshape(last, [n]), { axis })
  return where(ge(last, 0), chosen, x)
}

/** Checked operands of a scatter. @throws ShapeError, DTypeError */
const updatesOf = (op: string, x: Tensor, i: Tensor, given: unknown, axis: number): Updates => {
  const updates = asTensor(op, given, x.dtype)
  checkSameDType(op, [x, updates])
  if (i.dtype !== 'i32' && i.dtype !== 'u32')
    throw new DTypeError({ op, problem: `the indices are ${i.dtype}`, help: "give i32 or u32 indices: cast(i, 'i32')" })
  const at = axisOf(op, axis, x)
  const [before, n, after] = [x.shape.slice(0, at), x.shape[at] as number, x.shape.slice(at + 1)]
  if (i.ndim === x.ndim && x.ndim > 1 && updates.ndim <= x.ndim) {
    const [wide, index] = alignedAlong(op, x, i, at)
    if (wide.size !== x.size) throw shapeError(op, 'the indices are longer than x on another axis', [x, i], 'make the other axes equal')
    return { rows: toShape(op, updates, index.shape, x, i), index, axis: at, n }
  }
  const shaped = toShape(op, updates, [...before, ...i.shape, ...after], x, i)
  return { rows: reshape(shaped, [...before, i.size, ...after]), index: reshape(i, [i.size]), axis: at, n }
}

const toShape = (op: string, updates: Tensor, shape: Shape, x: Tensor, i: Tensor): Tensor => {
  const common = broadcastShapes(updates.shape, shape)
  if (common?.length === shape.length && sizeOf(common) === sizeOf(shape)) return broadcastTo(updates, shape)
  throw shapeError(
    op,
    `the updates do not broadcast to ${showShape(shape)}`,
    [x, i, updates],
    'give one update for every element that the indices name',
  )
}

/**
 * `scatterAdd(x, indices, updates, { axis })`: x with updates added at indices along an axis (0 unless said), as
 * `x.at[indices].add(updates)` in JAX. Indices of any shape name slices of x, and updates have
 * the shape that `take(x, indices, { axis })` has; indices of the rank of x (above 1) name elements, as in
 * `takeAlongAxis`, and updates have their shape. Indices that repeat add up. Those out of range, negative ones too, are dropped.
 * @throws ShapeError, DTypeError
 */
export const scatterAdd = <D extends DType>(
  x: Tensor<Shape, D>,
  indices: Indices,
  updates: Operand<NoInfer<D>>,
  { axis = 0 }: AxisOption = {},
): Tensor<Shape, D> => {
  checkTakes('scatterAdd', 'numeric', [x])
  const into = updatesOf('scatterAdd', x, indices, updates, axis)
  return naming('scatterAdd', () => inF32(x, (v) => add<Tensor, Tensor>(v, sumRows({ ...into, rows: cast(into.rows, v.dtype) }))))
}

/** `scatterSet(x, indices, updates, { axis })`: x with updates in place of what is at indices, which are read as in `scatterAdd`. Of updates to one place the last is kept. Indices out of range are dropped. @throws ShapeError, DTypeError */
export const scatterSet = <D extends DType>(
  x: Tensor<Shape, D>,
  indices: Indices,
  updates: Operand<NoInfer<D>>,
  { axis = 0 }: AxisOption = {},
): Tensor<Shape, D> => {
  const into = updatesOf('scatterSet', x, indices, updates, axis)
  return into.rows.size === 0 || into.n === 0 ? x : (naming('scatterSet', () => lastInto(x, into)) as Tensor<Shape, D>)
}

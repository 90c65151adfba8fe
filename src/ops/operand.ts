/** What public ops accept, and how operands meet: weak scalars take the other's dtype, shapes broadcast as NumPy's. */
import { DTypeError, naming, ShapeError } from '../error.js'
import { isFloat, roundTo, type DType } from '../ir/dtype.js'
import { noAttrs } from '../ir/builder.js'
import { broadcastShapes, resolveAxis, sameShape, type Shape } from '../ir/shape.js'
import { apply, isTensor, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import type { PointOp } from '../ir/graph.js'

/** A tensor, or a number that takes the other operand's dtype. */
export type Operand<D extends DType = DType> = Tensor<Shape, D> | number

export const filled = (op: string, shape: Shape, value: number, dtype: DType): Tensor => {
  const rounded = roundTo[dtype](value)
  if (!isFloat(dtype) && rounded !== value && dtype !== 'bool') {
    throw new DTypeError({
      op,
      problem: `${String(value)} is no ${dtype}`,
      help: `use a whole number in the range of ${dtype}, or cast the tensor to f32 first`,
    })
  }
  return apply('fill', [], { value: rounded, shape, dtype })
}

/** An operand as a tensor; a number becomes a scalar of the dtype. @throws DTypeError for anything else */
export const asTensor = (op: string, x: unknown, dtype: DType = 'f32'): Tensor => {
  if (isTensor(x)) return x
  if (typeof x === 'number') return filled(op, [], x, dtype)
  if (typeof x === 'boolean') return filled(op, [], x ? 1 : 0, 'bool')
  throw new DTypeError({
    op,
    problem: `an operand is ${x === null ? 'null' : typeof x === 'object' ? `a ${x.constructor.name}` : typeof x}, not a tensor`,
    help: 'pass tensors or numbers; host data becomes a tensor with constant(ndarray(...)) or as an argument of the compiled function',
  })
}

export const broadcastTo = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : apply('broadcast', [x], { shape }))

/** The operands in one shape. @throws ShapeError naming the axis where they cannot meet */
export const broadcastAll = (op: string, xs: readonly Tensor[]): Tensor[] => {
  const shape = xs.map((x): Shape => x.shape).reduce((a, b) => broadcastShapes(a, b) ?? mismatch(op, a, b, xs))
  return xs.map((x) => broadcastTo(x, shape))
}

const mismatch = (op: string, a: Shape, b: Shape, xs: readonly Tensor[]): never => {
  const rank = Math.max(a.length, b.length)
  const at = (s: Shape, d: number): number => s[d - rank + s.length] ?? 1
  const axis = Array.from({ length: rank }, (_, d) => d).findLast((d) => at(a, d) !== at(b, d) && at(a, d) !== 1 && at(b, d) !== 1) ?? 0
  throw new ShapeError({
    op,
    problem: `axis ${String(axis - rank)} is ${String(at(a, axis))} in one operand and ${String(at(b, axis))} in another`,
    facts: xs.map((x, i) => `operand ${String(i)}: ${showType(x)}`),
    help: 'axes are aligned at the end and must be equal or 1; insert axes with expandDims or reorder them with transpose',
  })
}

/** Tensors of one shape from operands: numbers take the dtype of the first tensor. */
export const meet = (op: string, xs: readonly unknown[]): Tensor[] => {
  const dtype = xs.find(isTensor)?.dtype ?? 'f32'
  return broadcastAll(
    op,
    xs.map((x) => asTensor(op, x, dtype)),
  )
}

/** An elementwise op on operands that broadcast. */
export const point = (op: PointOp, xs: readonly unknown[], name: string = op): Tensor =>
  naming(name, () => apply(op, meet(name, xs), noAttrs))

/** A checked axis, counted from the end when negative. @throws ShapeError */
export const axisOf = (op: string, axis: number, x: Tensor, extra = 0): number => {
  const rank = x.ndim + extra
  const resolved = resolveAxis(axis, rank)
  if (resolved !== undefined) return resolved
  throw new ShapeError({
    op,
    problem: `there is no axis ${String(axis)}`,
    facts: [`operand: ${showType(x)}`],
    help: rank === 0 ? 'a scalar has no axes' : `use an axis from ${String(-rank)} to ${String(rank - 1)}`,
  })
}

/** Checked axes in ascending order; all of them when none are named. @throws ShapeError also for one named twice */
export const axesOf = (op: string, axis: number | readonly number[] | undefined, x: Tensor): number[] => {
  const listed = axis === undefined ? x.shape.map((_, d) => d) : (typeof axis === 'number' ? [axis] : axis).map((a) => axisOf(op, a, x))
  const sorted = [...listed].sort((a, b) => a - b)
  checkDistinct(op, sorted, x)
  return sorted
}

/** @throws ShapeError where an axis is named twice */
export const checkDistinct = (op: string, axes: readonly number[], x: Tensor): void => {
  const twice = axes.find((a, i) => axes.indexOf(a) !== i)
  if (twice === undefined) return
  throw new ShapeError({
    op,
    problem: `axis ${String(twice)} is named twice`,
    facts: [`operand: ${showType(x)}`],
    help: 'name each axis once',
  })
}

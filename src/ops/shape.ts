/** Ops that move elements. All are views: they cost nothing where what reads them can compute the index. */
import { naming, ShapeError } from '../error.js'
import { roundTo, type DType } from '../ir/dtype.js'
import { range, resolveAxis, showShape, sizeOf, type Shape } from '../ir/shape.js'
import { apply, typed, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { axesOf, axisOf, broadcastTo as broadcastShape, checkDistinct } from './operand.js'

/** A literal shape in which an open axis is some number. */
type Filled<S extends Shape> = { readonly [K in keyof S]: -1 extends S[K] ? number : S[K] }

/** A literal shape with its axes reversed, or as a literal permutation says; else `Shape`. */
export type Transposed<S extends Shape, P> = number extends S['length']
  ? Shape
  : P extends readonly number[]
    ? number extends P['length'] | P[number]
      ? Shape
      : { readonly [K in keyof P]: `${P[K] & number}` extends infer I extends keyof S ? S[I] & number : number }
    : Reversed<S>

type Reversed<S extends Shape> = S extends readonly [infer H extends number, ...infer R extends Shape]
  ? readonly [...Reversed<R>, H]
  : readonly []

/** The same elements in row-major order under another shape; one axis may be -1 and follows from the rest. */
export const reshape = <const S extends Shape, D extends DType>(x: Tensor<Shape, D>, shape: S): Tensor<Filled<S>, D> => {
  const known = shape.filter((n) => n !== -1)
  const holes = shape.length - known.length
  const rest = x.size / sizeOf(known)
  if (holes > 1 || (holes === 1 && !Number.isInteger(rest))) {
    throw new ShapeError({
      op: 'reshape',
      problem: holes > 1 ? 'more than one axis is -1' : `${String(x.size)} elements do not divide into ${showShape(shape)}`,
      facts: [`operand: ${showType(x)}`],
      help: 'leave one axis open, and keep the number of elements',
    })
  }
  return typed(apply('reshape', [x], { shape: shape.map((n) => (n === -1 ? rest : n)) }))
}

/** Axis d of the result is axis perm[d] of x; without `perm` the axes are reversed. */
export const transpose = <S extends Shape, D extends DType, const P extends readonly number[] | undefined = undefined>(
  x: Tensor<S, D>,
  perm?: P,
): Tensor<Transposed<S, P>, D> => {
  const axes = perm?.map((axis) => axisOf('transpose', axis, x)) ?? range(x.ndim).reverse()
  return typed(apply('transpose', [x], { perm: axes }))
}

export const swapAxes = <D extends DType>(x: Tensor<Shape, D>, a: number, b: number): Tensor<Shape, D> => {
  const [i, j] = [axisOf('swapAxes', a, x), axisOf('swapAxes', b, x)]
  return transpose(
    x,
    range(x.ndim).map((d) => (d === i ? j : d === j ? i : d)),
  )
}

/** Moves one axis to another place; the others keep their order. */
export const moveAxis = <D extends DType>(x: Tensor<Shape, D>, from: number, to: number): Tensor<Shape, D> => {
  const [source, target] = [axisOf('moveAxis', from, x), axisOf('moveAxis', to, x)]
  const rest = range(x.ndim).filter((d) => d !== source)
  return transpose(x, [...rest.slice(0, target), source, ...rest.slice(target)])
}

/** New axes of length 1, at places in the result. */
export const expandDims = <D extends DType>(x: Tensor<Shape, D>, axis: number | readonly number[]): Tensor<Shape, D> => {
  const places = typeof axis === 'number' ? [axis] : axis
  const at = places.map((a) => axisOf('expandDims', a, x, places.length))
  checkDistinct('expandDims', at, x)
  const rest = [...x.shape]
  return reshape(
    x,
    range(x.ndim + places.length).map((d) => (at.includes(d) ? 1 : (rest.shift() ?? 1))),
  )
}

/** Without the axes named, or without all of length 1. @throws ShapeError where one named is longer */
export const squeeze = <D extends DType>(x: Tensor<Shape, D>, axis?: number | readonly number[]): Tensor<Shape, D> => {
  const axes = axis === undefined ? range(x.ndim).filter((d) => x.shape[d] === 1) : axesOf('squeeze', axis, x)
  const long = axes.find((d) => x.shape[d] !== 1)
  if (long === undefined)
    return reshape(
      x,
      x.shape.filter((_, d) => !axes.includes(d)),
    )
  throw new ShapeError({
    op: 'squeeze',
    problem: `axis ${String(long)} has length ${String(x.shape[long])}`,
    facts: [`operand: ${showType(x)}`],
    help: 'only axes of length 1 can go',
  })
}

/** NumPy's broadcast to a shape. */
export const broadcastTo = <const S extends Shape, D extends DType>(x: Tensor<Shape, D>, shape: S): Tensor<S, D> =>
  broadcastShape(x, shape) as Tensor<S, D>

/** The tensors one after another along an axis. */
export const concat = <D extends DType>(
  xs: readonly Tensor<Shape, D>[],
  { axis = 0 }: { readonly axis?: number } = {},
): Tensor<Shape, D> => {
  const [first] = xs
  if (first === undefined) throw new ShapeError({ op: 'concat', problem: 'no tensors', help: 'give at least one' })
  const at = axisOf('concat', axis, first)
  return joined(xs, at) as Tensor<Shape, D>
}

/** A kernel binds few buffers, so long lists are joined in parts. */
const joined = (xs: readonly Tensor[], axis: number): Tensor => {
  const most = 4
  if (xs.length === 1) return xs[0] as Tensor
  if (xs.length <= most) return apply('concat', xs, { axis })
  const part = Math.ceil(xs.length / most)
  const parts = range(Math.ceil(xs.length / part)).map((i) => joined(xs.slice(i * part, (i + 1) * part), axis))
  return apply('concat', parts, { axis })
}

/** The tensors, of one shape, along a new axis. */
export const stack = <D extends DType>(xs: readonly Tensor<Shape, D>[], { axis = 0 }: { readonly axis?: number } = {}): Tensor<Shape, D> =>
  naming('stack', () =>
    concat(
      xs.map((x) => expandDims(x, axis)),
      { axis },
    ),
  )

/** Elements starts, starts + strides, … below limits, per axis. */
export const slice = <D extends DType>(
  x: Tensor<Shape, D>,
  starts: readonly number[],
  limits: readonly number[],
  strides?: readonly number[],
): Tensor<Shape, D> => apply('slice', [x], { starts, limits, strides: strides ?? x.shape.map(() => 1) }) as Tensor<Shape, D>

type Times<T, N extends number, Done extends readonly T[] = []> = Done['length'] extends N ? Done : Times<T, N, readonly [...Done, T]>

/** A list whose length is known where the number of pieces is literal. */
type Pieces<T, N extends number | readonly number[]> = N extends readonly number[]
  ? { readonly [K in keyof N]: T }
  : N extends number
    ? number extends N
      ? readonly T[]
      : `${N}` extends `${string}${'-' | '.' | 'e'}${string}`
        ? readonly T[]
        : Times<T, N>
    : never

/**
 * Pieces along an axis: n equal ones, or of the sizes given. Where their number is literal, the result is a tuple: `const [a, b] = split(x, 2)`.
 * @throws ShapeError where the length is not a multiple of n, or not the sum of the sizes
 */
export const split = <D extends DType, const N extends number | readonly number[]>(
  x: Tensor<Shape, D>,
  pieces: N,
  { axis = 0 }: { readonly axis?: number } = {},
): Pieces<Tensor<Shape, D>, N> => {
  const at = axisOf('split', axis, x)
  const length = x.shape[at] as number
  const sizes: readonly number[] = typeof pieces === 'number' ? range(pieces).map(() => length / pieces) : pieces
  if (sizes.some((n) => !Number.isInteger(n) || n < 0) || sizes.reduce((a, b) => a + b, 0) !== length) {
    throw new ShapeError({
      op: 'split',
      problem: `axis ${String(at)} of length ${String(length)} does not split into [${sizes.join(', ')}]`,
      facts: [`operand: ${showType(x)}`],
      help: 'the sizes must add up to the length',
    })
  }
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const bounds = (value: number, other: readonly number[]): number[] => other.map((n, d) => (d === at ? value : n))
  return sizes.map((n, i) =>
    slice(
      x,
      bounds(
        starts[i] as number,
        x.shape.map(() => 0),
      ),
      bounds((starts[i] as number) + n, x.shape),
    ),
  ) as readonly Tensor<Shape, D>[] as Pieces<Tensor<Shape, D>, N>
}

/** `value` around x: [before, after] per axis. */
export const pad = <D extends DType>(x: Tensor<Shape, D>, widths: readonly (readonly [number, number])[], value = 0): Tensor<Shape, D> => {
  if (widths.length !== x.ndim) {
    throw new ShapeError({
      op: 'pad',
      problem: `${String(widths.length)} widths for ${String(x.ndim)} axes`,
      facts: [`operand: ${showType(x)}`],
      help: 'give [before, after] for every axis',
    })
  }
  return apply('pad', [x], {
    low: widths.map(([lo]) => lo),
    high: widths.map(([, hi]) => hi),
    interior: x.shape.map(() => 0),
    value: roundTo[x.dtype](value),
  }) as Tensor<Shape, D>
}

/** x with the elements along axes (all, if none are named) in reverse. */
export const flip = <D extends DType>(
  x: Tensor<Shape, D>,
  { axis }: { readonly axis?: number | readonly number[] } = {},
): Tensor<Shape, D> => apply('flip', [x], { axes: axesOf('flip', axis, x) }) as Tensor<Shape, D>

/** Slices along `axis` at i32 or u32 indices, which are clamped into the axis; without `axis`, elements of the flattened x. */
export const take = <D extends DType>(
  x: Tensor<Shape, D>,
  indices: Tensor<Shape, 'i32'> | Tensor<Shape, 'u32'>,
  { axis }: { readonly axis?: number } = {},
): Tensor<Shape, D> => {
  const from = axis === undefined ? reshape(x, [x.size]) : x
  return apply('take', [from, indices as Tensor], { axis: resolveAxis(axis ?? 0, from.ndim) ?? axisOf('take', axis ?? 0, from) }) as Tensor<
    Shape,
    D
  >
}

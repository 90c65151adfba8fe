import { DTypeError, ShapeError } from '../error.js'
import { allocate, dtypeOfTyped, roundTo, type DataOf, type DType, type TypedArray } from './dtype.js'
import { sameShape, showShape, sizeOf, type Shape } from './shape.js'

/** Host data: row-major elements in a typed array. A `bool` array holds bytes, 0 or 1. */
export interface NDArray<D extends DType = DType> {
  readonly shape: Shape
  readonly dtype: D
  readonly data: DataOf[D]
}

/** Numbers or booleans nested to any depth; every list at one depth has the same length. */
export type Nested = number | boolean | readonly Nested[]

export interface NDArrayOptions<D extends DType> {
  readonly shape?: Shape
  readonly dtype?: D
}

type NestedOf<T> = T | readonly NestedOf<T>[]

/** A shape, and no dtype: the value's own is taken. */
interface ShapeOnly {
  readonly shape?: Shape
}

export const isNDArray = (x: unknown): x is NDArray =>
  typeof x === 'object' && x !== null && 'data' in x && 'shape' in x && 'dtype' in x && dtypeOfTyped(x.data) !== undefined

/**
 * Makes host data from nested lists, a number, or a typed array (which is taken as it is, not copied).
 * Without `dtype`: a typed array's own, `bool` for booleans, `f32` for numbers. Without `shape`: the nesting's.
 * @throws ShapeError for ragged lists or a `shape` of another size
 * @throws DTypeError for a typed array of an unknown class, or one that does not hold `dtype`
 */
export function ndarray<D extends DType>(value: Nested | TypedArray, options: NDArrayOptions<D> & { readonly dtype: D }): NDArray<D>
export function ndarray(value: NestedOf<number> | Float32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'f32'>
export function ndarray(value: NestedOf<boolean> | Uint8Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'bool'>
export function ndarray(value: Int32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'i32'>
export function ndarray(value: Uint32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'u32'>
export function ndarray(value: Nested | TypedArray, options?: NDArrayOptions<DType>): NDArray
export function ndarray(value: Nested | TypedArray, options: NDArrayOptions<DType> = {}): NDArray {
  return ArrayBuffer.isView(value) ? fromTyped(value, options) : fromNested(value, options)
}

const fromTyped = (data: TypedArray, { shape = [data.length], dtype }: NDArrayOptions<DType>): NDArray => {
  const own = dtypeOfTyped(data)
  if (own === undefined || (dtype !== undefined && dtype !== own)) {
    throw new DTypeError({
      op: 'ndarray',
      problem:
        own === undefined
          ? `${data.constructor.name} holds no dtype of fluxion`
          : `a ${data.constructor.name} holds ${own}, not ${String(dtype)}`,
      help: 'pass a Float32Array (f32), Int32Array (i32), Uint32Array (u32) or Uint8Array of 0 and 1 (bool)',
    })
  }
  checkSize(shape, data.length)
  return { shape: [...shape], dtype: own, data }
}

const fromNested = (value: Nested, options: NDArrayOptions<DType>): NDArray => {
  const found = nestedShape(value)
  const flat: (number | boolean)[] = []
  collect(value, found, 0, flat)
  const dtype = options.dtype ?? (typeof flat[0] === 'boolean' ? 'bool' : 'f32')
  const shape = options.shape ?? found
  checkSize(shape, flat.length)
  const data = allocate(dtype, flat.length)
  const round = roundTo[dtype]
  flat.forEach((x, i) => (data[i] = round(Number(x))))
  return { shape: [...shape], dtype, data }
}

const nestedShape = (value: Nested): number[] => {
  const shape: number[] = []
  for (let at: Nested | undefined = value; typeof at === 'object'; at = at[0]) shape.push(at.length)
  return shape
}

const collect = (value: Nested, shape: Shape, depth: number, out: (number | boolean)[]): void => {
  const isList = typeof value === 'object'
  if (isList !== depth < shape.length || (isList && value.length !== shape[depth])) {
    throw new ShapeError({
      op: 'ndarray',
      problem: `the lists at depth ${String(depth)} differ in length`,
      facts: [`the first element along every axis gives ${showShape(shape)}`],
      help: 'give every list at one depth the same length',
    })
  }
  if (isList) for (const child of value) collect(child, shape, depth + 1, out)
  else out.push(value)
}

const checkSize = (shape: Shape, size: number): void => {
  const bad = shape.find((n) => !Number.isInteger(n) || n < 0)
  if (bad === undefined && sizeOf(shape) === size) return
  throw new ShapeError({
    op: 'ndarray',
    problem:
      bad === undefined
        ? `shape ${showShape(shape)} has ${String(sizeOf(shape))} elements, the data ${String(size)}`
        : `an axis of length ${String(bad)}`,
    help: 'give a shape of whole numbers whose product is the number of elements',
  })
}

/** The elements as nested lists; a scalar's is the number itself. `bool` gives booleans. */
export const toNested = (array: NDArray): Nested => {
  const isBool = array.dtype === 'bool'
  let next = 0
  const build = (depth: number): Nested => {
    if (depth === array.shape.length) {
      const x = array.data[next++] as number
      return isBool ? x !== 0 : x
    }
    return Array.from({ length: array.shape[depth] as number }, () => build(depth + 1))
  }
  return build(0)
}

/** Same shape, dtype and elements; NaN equals NaN. */
export const sameArray = (a: NDArray, b: NDArray): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape) && a.data.every((x, i) => Object.is(x, b.data[i]))

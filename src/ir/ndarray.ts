import { DTypeError, ShapeError } from '../error.js'
import { dtypeOfTyped, fromNumbers, roundTo, toNumbers, type DataOf, type DType, type TypedArray } from './dtype.js'
import { sameShape, showShape, sizeOf, type Shape } from './shape.js'

/**
 * Host data: row-major elements in a typed array. An `f16` array holds bits (IEEE 754 binary16) in a `Uint16Array`, which
 * `toNested` reads as numbers; a `bool` array holds bytes, 0 or 1.
 */
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

/** A `Float16Array`, on engines that have it. */
interface Float16 extends ArrayBufferView<ArrayBuffer> {
  readonly [Symbol.toStringTag]: 'Float16Array'
  readonly length: number
}

/**
 * Makes host data from nested lists, a number, or a typed array (which is taken as it is, not copied).
 * Without `dtype`: a typed array's own, `bool` for booleans, `f32` for numbers. Without `shape`: the nesting's.
 * With dtype `f16`, numbers and a `Float32Array` are rounded (to nearest, half to even; from 65520 to infinity), and a
 * `Uint16Array` is taken for the bits; a `Float16Array` needs no dtype.
 * @throws ShapeError for ragged lists or a `shape` of another size
 * @throws DTypeError for a typed array of an unknown class, or one that does not hold `dtype`
 */
export function ndarray<D extends DType>(value: Nested | TypedArray, options: NDArrayOptions<D> & { readonly dtype: D }): NDArray<D>
export function ndarray(value: Float16, options?: ShapeOnly): NDArray<'f16'>
export function ndarray(value: NestedOf<number> | Float32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'f32'>
export function ndarray(value: NestedOf<boolean> | Uint8Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'bool'>
export function ndarray(value: Int32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'i32'>
export function ndarray(value: Uint32Array<ArrayBuffer>, options?: ShapeOnly): NDArray<'u32'>
export function ndarray(value: Nested | TypedArray | Float16, options?: NDArrayOptions<DType>): NDArray
export function ndarray(value: Nested | TypedArray | Float16, options: NDArrayOptions<DType> = {}): NDArray {
  return ArrayBuffer.isView(value) ? fromTyped(value, options) : fromNested(value, options)
}

const isFloat16 = (data: TypedArray | Float16): data is Float16 => data[Symbol.toStringTag] === 'Float16Array'

/** The data as the dtype asked for holds it: f32 becomes f16 by rounding. */
const asStored = (given: TypedArray | Float16, dtype: DType | undefined): TypedArray => {
  if (isFloat16(given)) return new Uint16Array(given.buffer, given.byteOffset, given.length)
  return dtype === 'f16' && given instanceof Float32Array ? fromNumbers('f16', given) : given
}

const fromTyped = (given: TypedArray | Float16, { shape = [given.length], dtype }: NDArrayOptions<DType>): NDArray => {
  const data = asStored(given, dtype)
  const own = dtypeOfTyped(data)
  const isOpen = dtype === undefined && given instanceof Uint16Array
  if (own === undefined || isOpen || (dtype ?? own) !== own) {
    throw new DTypeError({
      op: 'ndarray',
      problem:
        own === undefined
          ? `${data.constructor.name} holds no dtype of fluxion`
          : isOpen
            ? 'a Uint16Array may hold anything'
            : `a ${data.constructor.name} holds ${own}, not ${String(dtype)}`,
      help: "pass a Float32Array (f32), Int32Array (i32), Uint32Array (u32) or Uint8Array of 0 and 1 (bool), or the bits of f16 as a Uint16Array with { dtype: 'f16' }",
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
  return { shape: [...shape], dtype, data: fromNumbers(dtype, flat.map(Number).map(roundTo[dtype])) }
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
  const [isBool, data] = [array.dtype === 'bool', toNumbers(array.dtype, array.data)]
  let next = 0
  const build = (depth: number): Nested => {
    if (depth === array.shape.length) {
      const x = data[next++] as number
      return isBool ? x !== 0 : x
    }
    return Array.from({ length: array.shape[depth] as number }, () => build(depth + 1))
  }
  return build(0)
}

/** Same shape, dtype and elements; NaN equals NaN. */
export const sameArray = (a: NDArray, b: NDArray): boolean => {
  const [xs, ys] = [toNumbers(a.dtype, a.data), toNumbers(b.dtype, b.data)]
  return a.dtype === b.dtype && sameShape(a.shape, b.shape) && xs.every((x, i) => Object.is(x, ys[i]))
}

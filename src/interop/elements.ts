/** Elements as files store them, and as fluxion's dtypes hold them. */
import { allocate, type DType, type TypedArray } from '../ir/dtype.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { sizeOf, type Shape } from '../ir/shape.js'
import { scalars, viewOf, type Fail } from '../data/decode.js'

type Read = (view: DataView, at: number, littleEndian: boolean) => number

interface Stored {
  readonly bytes: number
  /** The dtype that it becomes. */
  readonly dtype: DType
  readonly read: Read
}

const as = (dtype: DType, { bytes, get }: { readonly bytes: number; readonly get: Read }): Stored => ({ bytes, dtype, read: get })

/** An f32 whose lower half is missing. */
const bfloat = (view: DataView, at: number, little: boolean): number => {
  const word = new DataView(new ArrayBuffer(4))
  word.setUint16(0, view.getUint16(at, little))
  return word.getFloat32(0)
}

/** Every element type that is read. Those that fluxion does not have become the nearest that holds them. */
export const stored = {
  f16: as('f16', scalars.u16),
  bf16: { bytes: 2, dtype: 'f32', read: bfloat },
  f32: as('f32', scalars.f32),
  f64: as('f32', scalars.f64),
  i8: as('i32', scalars.i8),
  i16: as('i32', scalars.i16),
  i32: as('i32', scalars.i32),
  i64: { bytes: 8, dtype: 'i32', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: as('u32', scalars.u8),
  u16: as('u32', scalars.u16),
  u32: as('u32', scalars.u32),
  u64: { bytes: 8, dtype: 'u32', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  bool: as('bool', scalars.u8),
} as const satisfies Readonly<Record<string, Stored>>

export type StoredType = keyof typeof stored

const isShape = (shape: readonly number[]): boolean => shape.every((n) => Number.isSafeInteger(n) && n >= 0)

/** Integers of 64 bits have to fit into 32, and a bool is 0 or 1: nothing is changed silently but the precision of f64. */
const checkRange = (type: StoredType, x: number, kept: number, name: string, fail: Fail): void => {
  const fits = type === 'bool' ? x < 2 : x === kept
  if (!fits) fail(`${name} holds ${String(x)}, which no ${stored[type].dtype} is`)
}

/** @throws what `fail` does where bytes and shape do not fit, or a value cannot be held */
export const arrayOfBytes = (name: string, type: StoredType, shape: Shape, bytes: Uint8Array, little: boolean, fail: Fail): NDArray => {
  const { bytes: width, dtype, read }: Stored = stored[type]
  const size = isShape(shape) ? sizeOf(shape) : -1
  if (bytes.length !== size * width)
    return fail(`${name} has a shape that does not fit its bytes`, `${type} [${shape.join(', ')}]`, `${String(bytes.length)} bytes`)
  const data = allocate<DType>(dtype, size)
  const view = viewOf(bytes)
  const isChecked = type === 'i64' || type === 'u64' || type === 'bool'
  for (let i = 0; i < size; i++) {
    const x = read(view, i * width, little)
    data[i] = x
    if (isChecked) checkRange(type, x, data[i] as number, name, fail)
  }
  return ndarray(data, { shape, dtype })
}

/** The elements as little-endian bytes. */
export const bytesOfArray = ({ data }: { readonly data: TypedArray }): Uint8Array<ArrayBuffer> => {
  const width = data.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(data.byteLength)
  const view = viewOf(bytes)
  for (let i = 0; i < data.length; i++) {
    if (data instanceof Float32Array) view.setFloat32(i * 4, data[i] as number, true)
    else if (width === 4) view.setUint32(i * 4, (data[i] as number) >>> 0, true)
    else if (width === 2) view.setUint16(i * 2, data[i] as number, true)
    else bytes[i] = data[i] as number
  }
  return bytes
}

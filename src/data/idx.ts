import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { decoding, reader, scalars, viewOf, type Fail, type Scalar } from './decode.js'

/** The elements of an IDX file, as they are stored. */
export type IdxData =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>

/** An array with a shape, as an IDX file holds one. */
export interface Idx<T extends IdxData = IdxData> {
  readonly shape: readonly number[]
  readonly data: T
}

interface Kind {
  readonly scalar: Scalar
  readonly make: (size: number) => IdxData
}

const kinds: { readonly [code: number]: Kind } = {
  0x08: { scalar: scalars.u8, make: (n) => new Uint8Array(n) },
  0x09: { scalar: scalars.i8, make: (n) => new Int8Array(n) },
  0x0b: { scalar: scalars.i16, make: (n) => new Int16Array(n) },
  0x0c: { scalar: scalars.i32, make: (n) => new Int32Array(n) },
  0x0d: { scalar: scalars.f32, make: (n) => new Float32Array(n) },
  0x0e: { scalar: scalars.f64, make: (n) => new Float64Array(n) },
}

/** Bytes are a view into the file; wider elements are big-endian and copied. */
const elements = ({ scalar, make }: Kind, body: Uint8Array<ArrayBuffer>): IdxData => {
  if (scalar.bytes === 1 && scalar === scalars.u8) return body
  const data = make(body.length / scalar.bytes)
  const view = viewOf(body)
  for (let i = 0; i < data.length; i++) data[i] = scalar.get(view, i * scalar.bytes, false)
  return data
}

const readIdx = (bytes: Uint8Array, name: string, fail: Fail): Idx => {
  const file = reader(bytes, (problem, ...facts) => fail(`${name} ${problem}`, ...facts), false)
  const [zero, code, rank] = [file.u16(), file.u8(), file.u8()]
  const kind = kinds[code]
  if (zero !== 0 || kind === undefined)
    return fail(
      `${name} is not an IDX file`,
      `it starts with ${[...bytes.subarray(0, 3)].join(' ')}`,
      'an IDX file of bytes starts with 0 0 8',
    )
  const shape = Array.from({ length: rank }, () => file.u32())
  const size = shape.reduce((a, b) => a * b, 1) * kind.scalar.bytes
  if (file.left() !== size)
    fail(
      `${name} ${file.left() < size ? 'is truncated' : 'has bytes after its end'}`,
      `the header promises ${shape.join(' × ')} elements, ${String(size)} bytes`,
      `the file has ${String(file.left())}`,
    )
  return { shape, data: elements(kind, file.bytes(size)) }
}

const help = 'get the file again: it is damaged or is another format; a .gz file goes through gunzip first'

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, the element type, the rank, the axes as big-endian words, the elements
 * (http://yann.lecun.com/exdb/mnist). Elements that are unsigned bytes are a view into `bytes`, not a copy.
 */
export const parseIdx = (bytes: Uint8Array, name = 'the file'): Either<DecodeError, Idx> =>
  decoding('parseIdx', help, (fail) => readIdx(bytes, name, fail))

/** `parseIdx` of a file that has to hold unsigned bytes, as images and labels do. */
export const parseIdxBytes = (bytes: Uint8Array, name = 'the file'): Either<DecodeError, Idx<Uint8Array<ArrayBuffer>>> =>
  decoding('parseIdxBytes', help, (fail) => {
    const { shape, data } = readIdx(bytes, name, fail)
    return data instanceof Uint8Array ? { shape, data } : fail(`${name} holds no bytes`, `it holds a ${data.constructor.name}`)
  })

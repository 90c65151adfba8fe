/** What the readers of file formats share: they throw inside and give an Either outside. */
import * as E from 'fp-ts/lib/Either.js'
import { DecodeError } from '../error.js'

/** Raises what is wrong with a file. */
export type Fail = (problem: string, ...facts: readonly string[]) => never

/** The result of reading, or the DecodeError that `fail` raised on the way. Other errors are faults of ours and go through. */
export const decoding = <T>(op: string, help: string, read: (fail: Fail) => T): E.Either<DecodeError, T> => {
  const fail: Fail = (problem, ...facts) => {
    throw new DecodeError({ op, problem, facts, help })
  }
  try {
    return E.right(read(fail))
  } catch (error) {
    if (error instanceof DecodeError) return E.left(error)
    throw error
  }
}

/** The value, where a program has nothing better to do with an error than to end. @throws the error on the left */
export const orThrow = <L extends Error, R>(result: E.Either<L, R>): R => {
  if (E.isRight(result)) return result.right
  throw result.left
}

/** Reads a file from its start; every read past the end is the same DecodeError. */
export interface Reader {
  readonly at: () => number
  readonly left: () => number
  readonly u8: () => number
  readonly u16: () => number
  readonly u32: () => number
  /** A view, not a copy. */
  readonly bytes: (count: number) => Uint8Array<ArrayBuffer>
  /** Bytes as Latin-1 text. */
  readonly text: (count: number) => string
}

/** A view whose buffer is known to be no shared one. */
export const plainBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)

export const reader = (given: Uint8Array, fail: Fail, littleEndian: boolean): Reader => {
  const all = plainBytes(given)
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
  let position = 0
  const advance = (count: number): number => {
    if (!(count >= 0) || position + count > all.length)
      fail('is truncated', `${String(count)} bytes are wanted at ${String(position)}`, `the file has ${String(all.length)}`)
    position += count
    return position - count
  }
  const bytes = (count: number): Uint8Array<ArrayBuffer> => {
    const start = advance(count)
    return all.subarray(start, start + count)
  }
  return {
    at: () => position,
    left: () => all.length - position,
    u8: () => view.getUint8(advance(1)),
    u16: () => view.getUint16(advance(2), littleEndian),
    u32: () => view.getUint32(advance(4), littleEndian),
    bytes,
    text: (count) => String.fromCharCode(...bytes(count)),
  }
}

/** One kind of number in a file. */
export interface Scalar {
  readonly bytes: number
  readonly get: (view: DataView, at: number, littleEndian: boolean) => number
}

export const scalars = {
  u8: { bytes: 1, get: (view, at) => view.getUint8(at) },
  i8: { bytes: 1, get: (view, at) => view.getInt8(at) },
  u16: { bytes: 2, get: (view, at, little) => view.getUint16(at, little) },
  i16: { bytes: 2, get: (view, at, little) => view.getInt16(at, little) },
  u32: { bytes: 4, get: (view, at, little) => view.getUint32(at, little) },
  i32: { bytes: 4, get: (view, at, little) => view.getInt32(at, little) },
  f32: { bytes: 4, get: (view, at, little) => view.getFloat32(at, little) },
  f64: { bytes: 8, get: (view, at, little) => view.getFloat64(at, little) },
} as const satisfies { readonly [name: string]: Scalar }

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

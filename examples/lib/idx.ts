import * as E from 'fp-ts/lib/Either.js'
import { DecodeError } from '../../src/index.js'

/** An array of bytes with a shape, as an IDX file holds one. */
export interface Idx {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

const unsignedByte = 0x08

const failure = (name: string, problem: string, facts: readonly string[]): E.Either<DecodeError, never> =>
  E.left(
    new DecodeError({
      op: 'parseIdx',
      problem: `${name} ${problem}`,
      facts,
      help: 'install the data set again: the file is damaged or is another format',
    }),
  )

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the element type, the rank, the axes as big-endian words, the elements.
 * The elements are a view into `bytes`, not a copy.
 */
export const parseIdx = (bytes: Uint8Array, name: string): E.Either<DecodeError, Idx> => {
  const [zero0, zero1, type, rank] = bytes
  if (zero0 === undefined || zero1 === undefined || type === undefined || rank === undefined) {
    return failure(name, 'is truncated', [`${String(bytes.length)} bytes, of a header of at least 4`])
  }
  if (zero0 !== 0 || zero1 !== 0 || type !== unsignedByte) {
    return failure(name, 'is not an IDX file of bytes', [
      `it starts with ${[zero0, zero1, type].join(' ')}`,
      'an IDX file of bytes starts with 0 0 8',
    ])
  }
  const header = 4 + 4 * rank
  if (bytes.length < header) return failure(name, 'is truncated', [`${String(bytes.length)} bytes, of a header of ${String(header)}`])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d))
  const size = shape.reduce((a, b) => a * b, 1)
  return bytes.length === header + size
    ? E.right({ shape, data: bytes.subarray(header) })
    : failure(name, bytes.length < header + size ? 'is truncated' : 'has bytes after its end', [
        `the header promises ${shape.join(' × ')} elements, ${String(size)} bytes`,
        `the file has ${String(bytes.length - header)}`,
      ])
}

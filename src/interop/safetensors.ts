/** The safetensors format (https://github.com/huggingface/safetensors): the header's length, a JSON header, the elements. */
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { DecodeError } from '../error.js'
import type { DType } from '../ir/dtype.js'
import type { NDArray } from '../ir/ndarray.js'
import { decoding, viewOf, type Fail } from '../data/decode.js'
import { arrayOfBytes, bytesOfArray, type StoredType } from './elements.js'

/** Named arrays, and a few words about them. */
export interface Tensors {
  readonly arrays: { readonly [name: string]: NDArray }
  readonly metadata: { readonly [key: string]: string }
}

const nameOf: { readonly [D in DType]: string } = { f32: 'F32', f16: 'F16', i32: 'I32', u32: 'U32', bool: 'BOOL' }

const typeOf: ReadonlyMap<string, StoredType> = new Map([
  ['F64', 'f64'],
  ['F32', 'f32'],
  ['F16', 'f16'],
  ['BF16', 'bf16'],
  ['I64', 'i64'],
  ['I32', 'i32'],
  ['I16', 'i16'],
  ['I8', 'i8'],
  ['U64', 'u64'],
  ['U32', 'u32'],
  ['U16', 'u16'],
  ['U8', 'u8'],
  ['BOOL', 'bool'],
])

/** Wide elements first, so that all are aligned. */
const ordered = (arrays: Tensors['arrays']): readonly (readonly [string, NDArray])[] =>
  Object.entries(arrays).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)

/** Spaces up to a multiple of 8 bytes, so that the elements are aligned. */
const padded = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(text)
  const out = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(32)
  out.set(bytes)
  return out
}

/** Writes named arrays. @throws DecodeError for an array called `__metadata__`, which the format keeps for itself */
export const encodeSafetensors = ({ arrays, metadata }: Tensors): Uint8Array<ArrayBuffer> => {
  if (Object.hasOwn(arrays, '__metadata__'))
    throw new DecodeError({ op: 'encodeSafetensors', problem: 'an array is called __metadata__', help: 'give it another name' })
  const list = ordered(arrays)
  let end = 0
  const entries = list.map(([name, { dtype, shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: nameOf[dtype], shape, data_offsets: [begin, end] }] as const
  })
  const header = padded(JSON.stringify(Object.fromEntries<unknown>([['__metadata__', metadata], ...entries])))
  const file = new Uint8Array(8 + header.length + end)
  viewOf(file).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  let at = 8 + header.length
  for (const [, array] of list) {
    file.set(bytesOfArray(array), at)
    at += array.data.byteLength
  }
  return file
}

const Entry = t.type({ dtype: t.string, shape: t.array(t.number), data_offsets: t.tuple([t.number, t.number]) })
const Header = t.record(t.string, t.unknown)
const Metadata = t.record(t.string, t.string)

type Place = readonly [begin: number, end: number]

const readEntry = (name: string, value: unknown, body: Uint8Array, fail: Fail): readonly [NDArray, Place] => {
  if (!Entry.is(value)) return fail(`${name} has no dtype, shape and offsets`)
  const [begin, end] = value.data_offsets
  const type = typeOf.get(value.dtype) ?? fail(`${name} has elements of a type that is not read`, value.dtype)
  if (!(Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin <= end && end <= body.length))
    fail(`${name} is not in the file`, `bytes ${String(begin)} to ${String(end)} of ${String(body.length)}`)
  return [arrayOfBytes(name, type, value.shape, body.subarray(begin, end), true, fail), [begin, end]]
}

/** As the format demands: arrays lie one after another, without gaps, to the end. */
const checkPlaces = (places: readonly Place[], size: number, fail: Fail): void => {
  const end = [...places]
    .sort(([a, x], [b, y]) => a - b || x - y)
    .reduce((at, [begin, next]) => (begin === at ? next : fail('the arrays overlap or have gaps between', `at byte ${String(at)}`)), 0)
  if (end !== size) fail('the file does not end where its arrays do', `${String(end)} of ${String(size)} bytes`)
}

const parseHeader = (bytes: Uint8Array, fail: Fail): Readonly<Record<string, unknown>> => {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (Header.is(header) && !Array.isArray(header)) return header
  } catch {
    return fail('the header is not JSON')
  }
  return fail('the header is not a record')
}

/**
 * Reads a safetensors file. Element types that fluxion does not have become those that hold them: BF16 and F64 (rounded) f32; I8,
 * I16 and I64 i32; U8, U16 and U64 u32, a DecodeError where a value does not fit.
 */
export const parseSafetensors = (bytes: Uint8Array): Either<DecodeError, Tensors> =>
  decoding('parseSafetensors', 'write or get the file again: it is damaged, or another format', (fail) => {
    if (bytes.length < 8) return fail('the file is truncated', `${String(bytes.length)} bytes`)
    const start = 8 + Number(viewOf(bytes).getBigUint64(0, true))
    if (start > bytes.length)
      return fail('the file is truncated', `a header of ${String(start - 8)} bytes in a file of ${String(bytes.length)}`)
    const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, start), fail)
    if (!Metadata.is(metadata)) return fail('the metadata are not strings')
    const body = bytes.subarray(start)
    const read = Object.entries(entries).map(([name, value]) => [name, ...readEntry(name, value, body, fail)] as const)
    checkPlaces(
      read.map(([, , place]) => place),
      body.length,
      fail,
    )
    return { arrays: Object.fromEntries(read.map(([name, array]) => [name, array])), metadata }
  })

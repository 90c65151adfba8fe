import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { DecodeError, ndarray, type DType, type NDArray } from '../../src/index.js'

/** Named arrays, and a few words about them. */
export interface Tensors {
  readonly arrays: { readonly [name: string]: NDArray }
  readonly metadata: { readonly [key: string]: string }
}

const nameOf: { readonly [D in DType]: string } = { f32: 'F32', f16: 'F16', i32: 'I32', u32: 'U32', bool: 'BOOL' }

/** Spaces up to a multiple of 8 bytes, so the elements are aligned. */
const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 8) * 8)

const headerOf = ({ arrays, metadata }: Tensors): Uint8Array => {
  let end = 0
  const entries = Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: nameOf[dtype], shape, data_offsets: [begin, end] }] as const
  })
  return new TextEncoder().encode(padded(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) })))
}

/** Writes the safetensors format, which most frameworks read: the header's length, a JSON header, the elements. */
export const encodeTensors = (tensors: Tensors): Uint8Array => {
  const header = headerOf(tensors)
  const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer)
  const parts = Object.values(tensors.arrays).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return Buffer.concat([length, header, ...parts])
}

const Entry = t.type({ dtype: t.string, shape: t.array(t.number), data_offsets: t.tuple([t.number, t.number]) })
const Header = t.record(t.string, t.unknown)
const Metadata = t.record(t.string, t.string)

const damaged = (fact: string): DecodeError =>
  new DecodeError({ op: 'decodeTensors', problem: 'this is not a whole safetensors file', facts: [fact], help: 'write the file again' })

const parseHeader = (bytes: Uint8Array): E.Either<DecodeError, { readonly [key: string]: unknown }> => {
  const parsed = E.tryCatch(
    () => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
    () => damaged('the header is not JSON'),
  )
  return E.isLeft(parsed) ? parsed : E.mapLeft(() => damaged('the header is not a record'))(Header.decode(parsed.right))
}

const isAxis = (n: number): boolean => Number.isInteger(n) && n >= 0

const arrayOf = (dtype: string, shape: readonly number[], buffer: ArrayBuffer): NDArray | undefined => {
  if (!shape.every(isAxis)) return undefined
  const size = shape.reduce((a, b) => a * b, 1)
  if (buffer.byteLength !== size * (dtype === 'BOOL' ? 1 : dtype === 'F16' ? 2 : 4)) return undefined
  if (dtype === 'F32') return ndarray(new Float32Array(buffer), { shape, dtype: 'f32' })
  if (dtype === 'F16') return ndarray(new Uint16Array(buffer), { shape, dtype: 'f16' })
  if (dtype === 'I32') return ndarray(new Int32Array(buffer), { shape, dtype: 'i32' })
  if (dtype === 'U32') return ndarray(new Uint32Array(buffer), { shape, dtype: 'u32' })
  return dtype === 'BOOL' ? ndarray(new Uint8Array(buffer), { shape, dtype: 'bool' }) : undefined
}

const decodeEntry = (name: string, value: unknown, body: Uint8Array): E.Either<DecodeError, readonly [string, NDArray]> => {
  const entry = Entry.decode(value)
  if (E.isLeft(entry)) return E.left(damaged(`${name} has no dtype, shape and offsets`))
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = entry.right
  const array = arrayOf(dtype, shape, new Uint8Array(body.subarray(begin, end)).buffer)
  const fact = `${name}: ${dtype} [${shape.join(', ')}] does not fit bytes ${String(begin)} to ${String(end)} of ${String(body.length)}`
  return array === undefined ? E.left(damaged(fact)) : E.right([name, array])
}

/** Reads a safetensors file of the dtypes that fluxion has. */
export const decodeTensors = (bytes: Uint8Array): E.Either<DecodeError, Tensors> => {
  if (bytes.length < 8) return E.left(damaged(`${String(bytes.length)} bytes`))
  const body = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (body > bytes.length) return E.left(damaged(`a header of ${String(body - 8)} bytes in a file of ${String(bytes.length)}`))
  const header = parseHeader(bytes.subarray(8, body))
  if (E.isLeft(header)) return header
  const { __metadata__: metadata = {}, ...entries } = header.right
  if (!Metadata.is(metadata)) return E.left(damaged('the metadata are not strings'))
  const decoded = Object.entries(entries).map(([name, value]) => decodeEntry(name, value, bytes.subarray(body)))
  return E.map((arrays: readonly (readonly [string, NDArray])[]) => ({ arrays: Object.fromEntries(arrays), metadata }))(
    E.sequenceArray(decoded),
  )
}

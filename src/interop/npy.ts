/** NumPy's files: one array (.npy, NEP 1) or several in a zip (.npz). */
import type { Either } from 'fp-ts/lib/Either.js'
import { zipSync, type Zippable } from 'fflate'
import type { DecodeError } from '../error.js'
import { allocate, type DType } from '../ir/dtype.js'
import type { NDArray } from '../ir/ndarray.js'
import { sizeOf } from '../ir/shape.js'
import { decoding, viewOf, type Fail } from '../data/decode.js'
import { arrayOfBytes, bytesOfArray, type StoredType } from './elements.js'
import { readZip } from './zip.js'

const magic = '\u0093NUMPY'

const latin = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

const kinds: ReadonlyMap<string, StoredType> = new Map([
  ['f2', 'f16'],
  ['f4', 'f32'],
  ['f8', 'f64'],
  ['i1', 'i8'],
  ['i2', 'i16'],
  ['i4', 'i32'],
  ['i8', 'i64'],
  ['u1', 'u8'],
  ['u2', 'u16'],
  ['u4', 'u32'],
  ['u8', 'u64'],
  ['b1', 'bool'],
])

const descrOf: { readonly [D in DType]: string } = { f32: '<f4', f16: '<f2', i32: '<i4', u32: '<u4', bool: '|b1' }

interface Header {
  readonly type: StoredType
  readonly littleEndian: boolean
  readonly fortran: boolean
  readonly shape: readonly number[]
}

/** The header is a Python dict; NumPy writes its keys in this order, others may not. */
const readHeader = (text: string, fail: Fail): Header => {
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(text)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)
  if (descr === null || order === null || shape === null)
    return fail('the header has no descr, fortran_order and shape', text.trim().slice(0, 120))
  const type =
    kinds.get(descr[2] as string) ?? fail('the elements are of a type that is not read', `descr ${descr[1] ?? ''}${descr[2] ?? ''}`)
  const axes = (shape[1] as string).split(',').map((word) => word.trim().replace('L', ''))
  return {
    type,
    littleEndian: descr[1] !== '>',
    fortran: order[1] === 'True',
    shape: axes.filter((word) => word !== '').map(Number),
  }
}

/** From column-major to row-major. */
const toRowMajor = ({ shape, dtype, data }: NDArray): NDArray => {
  const out = allocate<DType>(dtype, data.length)
  const strides = shape.map((_, d) => sizeOf(shape.slice(0, d)))
  const at = shape.map(() => 0)
  for (let i = 0; i < data.length; i++) {
    out[i] = data[at.reduce((sum, x, d) => sum + x * (strides[d] as number), 0)] as number
    for (let d = shape.length - 1; d >= 0; d--) {
      at[d] = (at[d] as number) + 1
      if ((at[d] as number) < (shape[d] as number)) break
      at[d] = 0
    }
  }
  return { shape, dtype, data: out }
}

const readNpy = (bytes: Uint8Array, name: string, fail: Fail): NDArray => {
  if (bytes.length < 12 || latin(bytes.subarray(0, 6)) !== magic) return fail(`${name} is no .npy`, `${String(bytes.length)} bytes`)
  const [major, view] = [bytes[6] as number, viewOf(bytes)]
  if (major < 1 || major > 3) return fail(`${name} is of a version that is not read`, String(major))
  const start = major === 1 ? 10 : 12
  const end = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  if (end > bytes.length) return fail(`${name} is truncated`, `a header up to byte ${String(end)} of ${String(bytes.length)}`)
  const { type, littleEndian, fortran, shape } = readHeader(latin(bytes.subarray(start, end)), fail)
  const array = arrayOfBytes(name, type, shape, bytes.subarray(end), littleEndian, fail)
  return fortran && shape.length > 1 ? toRowMajor(array) : array
}

const help = 'write the file again with numpy.save or numpy.savez; objects and strings are not read'

/** Reads an array that NumPy wrote, of either order and byte order. Types that fluxion does not have become those that hold them, as for `parseSafetensors`. */
export const parseNpy = (bytes: Uint8Array): Either<DecodeError, NDArray> =>
  decoding('parseNpy', help, (fail) => readNpy(bytes, 'the file', fail))

/** Writes an array for `numpy.load`. */
export const encodeNpy = (array: NDArray): Uint8Array<ArrayBuffer> => {
  const shape = array.shape.length === 1 ? `${String(array.shape[0])},` : array.shape.join(', ')
  const text = `{'descr': '${descrOf[array.dtype]}', 'fortran_order': False, 'shape': (${shape}), }`
  // The elements begin at a multiple of 64 bytes, after a newline.
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`
  const body = bytesOfArray(array)
  const file = new Uint8Array(10 + header.length + body.length)
  file.set(Array.from(magic, (c) => c.charCodeAt(0)))
  file[6] = 1
  viewOf(file).setUint16(8, header.length, true)
  file.set(new TextEncoder().encode(header), 10)
  file.set(body, 10 + header.length)
  return file
}

const suffix = /\.npy$/

/** Reads the arrays of an `.npz` by name, packed or not. */
export const parseNpz = (bytes: Uint8Array): Either<DecodeError, { readonly [name: string]: NDArray }> =>
  decoding('parseNpz', help, (fail) =>
    Object.fromEntries(readZip(bytes, fail).map(([name, data]) => [name.replace(suffix, ''), readNpy(data, name, fail)])),
  )

/** Writes arrays for `numpy.load`, packed by deflate where `compress` is asked for. */
export const encodeNpz = (
  arrays: { readonly [name: string]: NDArray },
  { compress = false }: { readonly compress?: boolean } = {},
): Uint8Array => {
  const files: Zippable = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)]))
  // A date of its own would make equal arrays into different files.
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) })
}

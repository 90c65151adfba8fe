/**
 * The elements of constants as JSON: a list of numbers where there are few, so that people can read them, and base64 of the
 * little-endian bytes where there are many. Typed arrays are little-endian on every platform that runs JavaScript today.
 */
import { allocate, deviceBytes, fromNumbers, toNumbers, type DType, type TypedArray } from '../dtype.js'
import { decodeNumber, encodeNumber, fromShort, toShort, type NumberJSON } from '../number.js'

export type DataJSON = readonly NumberJSON[] | string

/** Up to this many elements are written as numbers. */
const listLimit = 64

/** Elements per call of `String.fromCharCode`, which takes them as arguments. */
const chunk = 0x2000

const bytesOf = (data: TypedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Whether a list of numbers loses nothing: a NaN other than the usual one has bits that only base64 keeps. */
const isPlain = (dtype: DType, data: TypedArray): boolean => {
  if (dtype === 'f16') return data.every((bits) => (bits & 0x7fff) <= 0x7c00 || bits === 0x7e00)
  if (dtype !== 'f32') return true
  const bits = new Uint32Array(data.slice().buffer)
  return data.every((x, i) => !Number.isNaN(x) || bits[i] === 0x7fc00000)
}

export const encodeData = (dtype: DType, data: TypedArray): DataJSON =>
  data.length <= listLimit && isPlain(dtype, data)
    ? Array.from(toNumbers(dtype, data), (x) => encodeNumber(toShort(dtype, x)))
    : toBase64(bytesOf(data))

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (let at = 0; at < bytes.length; at += chunk) binary += String.fromCharCode(...bytes.subarray(at, at + chunk))
  return btoa(binary)
}

/** The elements, or what is wrong. Nothing is allocated before the length is known to be right. */
export const decodeData = (dtype: DType, size: number, json: unknown): TypedArray | string => {
  if (typeof json === 'string') return fromBase64(dtype, size, json)
  if (!Array.isArray(json)) return 'expected a list of numbers or a base64 string'
  return fromList(dtype, size, json)
}

const fromList = (dtype: DType, size: number, list: readonly unknown[]): TypedArray | string => {
  if (list.length !== size) return `expected ${String(size)} numbers, found ${String(list.length)}`
  const values: number[] = []
  for (let i = 0; i < size; i++) {
    const given = decodeNumber(list[i])
    const x = given === undefined ? undefined : fromShort(dtype, given)
    if (x === undefined) return `element ${String(i)} is no value of ${dtype}`
    values.push(x)
  }
  return fromNumbers(dtype, values)
}

const fromBase64 = (dtype: DType, size: number, text: string): TypedArray | string => {
  const bytes = size * (dtype === 'bool' ? 1 : deviceBytes(dtype))
  const expected = 4 * Math.ceil(bytes / 3)
  if (text.length !== expected) return `expected ${String(expected)} characters of base64, found ${String(text.length)}`
  const binary = decodeBase64(text)
  if (binary?.length !== bytes) return 'this is not base64'
  const data = allocate(dtype, size)
  const view = bytesOf(data)
  for (let i = 0; i < bytes; i++) view[i] = binary.charCodeAt(i)
  return dtype === 'bool' && data.some((x) => x > 1) ? 'a bool is 0 or 1' : data
}

const decodeBase64 = (text: string): string | undefined => {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}

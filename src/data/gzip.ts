import { gunzipSync } from 'fflate'
import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { decoding, viewOf } from './decode.js'

const tables = new Map<number, Uint32Array>()

/** What each byte does to a CRC of a reversed polynomial. Made once. */
const crcTable = (polynomial: number): Uint32Array => {
  const known = tables.get(polynomial)
  if (known !== undefined) return known
  const step = (crc: number): number => (crc >>> 1) ^ (polynomial & -(crc & 1))
  const table = Uint32Array.from({ length: 256 }, (_, byte) => Array.from({ length: 8 }).reduce<number>(step, byte) >>> 0)
  tables.set(polynomial, table)
  return table
}

const crc =
  (polynomial: number) =>
  (bytes: Uint8Array): number => {
    const table = crcTable(polynomial)
    let sum = -1
    for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ (table[(sum ^ (bytes[i] as number)) & 255] as number)
    return ~sum >>> 0
  }

/** The CRC-32 of ISO 3309, which gzip, zip and PNG have. */
export const crc32 = crc(0xedb88320)

/** The CRC-32C of Castagnoli (RFC 3720), which TFRecord files have. */
export const crc32c = crc(0x82f63b78)

/** Deflate packs at most 258 bytes into two bits. */
const mostRatio = 1032

/** Unpacks a gzip file of one member (RFC 1952). Its length and CRC-32 are checked. */
export const gunzip = (bytes: Uint8Array): Either<DecodeError, Uint8Array<ArrayBuffer>> =>
  decoding('gunzip', 'get the file again: it is damaged, or not packed by gzip', (fail) => {
    if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8)
      return fail('the file is no gzip file', `${String(bytes.length)} bytes, starting with ${[...bytes.subarray(0, 3)].join(' ')}`)
    const end = viewOf(bytes.subarray(bytes.length - 8))
    const [sum, size] = [end.getUint32(0, true), end.getUint32(4, true)]
    const damaged = (fact: string) => fail('the file is damaged', fact)
    if (size > mostRatio * bytes.length) return damaged(`${String(bytes.length)} bytes cannot hold the ${String(size)} that it states`)
    try {
      const data = gunzipSync(bytes)
      return data.length === size && crc32(data) === sum ? data : damaged('its length or checksum is not the one that it states')
    } catch (error) {
      if (error instanceof Error && 'code' in error) return damaged(error.message)
      throw error
    }
  })

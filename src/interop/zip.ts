/** Reads zip files (PKWARE's APPNOTE): the entries of the central directory, stored or deflated, with their checksums. */
import { inflateSync } from 'fflate'
import { viewOf, type Fail } from '../data/decode.js'
import { crc32 } from '../data/gzip.js'

const [endMark, entryMark, fileMark] = [0x06054b50, 0x02014b50, 0x04034b50]

/** 0xffffffff stands for a number in the zip64 field. */
const absent = 0xffffffff

interface Entry {
  readonly name: string
  readonly method: number
  readonly sum: number
  readonly packed: number
  readonly size: number
  readonly offset: number
  /** Where the next entry is. */
  readonly next: number
}

/** The sizes and the offset that are too large for 32 bits, in order, from the field 0x0001. NumPy writes it where it streams. */
const wide = (view: DataView, from: number, to: number, narrow: readonly number[]): readonly number[] => {
  let at = from
  while (at + 4 <= to) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (id === 1) {
      let field = at + 4
      return narrow.map((n) => {
        if (n !== absent || field + 8 > Math.min(to, at + 4 + length)) return n
        field += 8
        return Number(view.getBigUint64(field - 8, true))
      })
    }
    at += 4 + length
  }
  return narrow
}

const readEntry = (view: DataView, at: number, fail: Fail): Entry => {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== entryMark) return fail('the directory is damaged', `at byte ${String(at)}`)
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((d) => view.getUint16(at + d, true)) as [number, number, number]
  const extra = at + 46 + nameLength
  const next = extra + extraLength + commentLength
  if (next > view.byteLength) return fail('the directory is damaged', `at byte ${String(at)}`)
  const narrow = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  const [size = 0, packed = 0, offset = 0] = wide(view, extra, extra + extraLength, narrow)
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength))
  return { name, method: view.getUint16(at + 10, true), sum: view.getUint32(at + 16, true), packed, size, offset, next }
}

/** Deflate packs at most 258 bytes into two bits. */
const mostRatio = 1032

const inflate = (packed: Uint8Array, name: string, size: number, fail: Fail): Uint8Array => {
  if (size > mostRatio * packed.length + 64) return fail(`${name} is damaged`, `${String(packed.length)} bytes cannot hold ${String(size)}`)
  try {
    return inflateSync(packed, { out: new Uint8Array(size) })
  } catch (error) {
    if (error instanceof Error && 'code' in error) return fail(`${name} is damaged`, error.message)
    throw error
  }
}

const unpack = (bytes: Uint8Array, { name, method, sum, packed, size, offset }: Entry, fail: Fail): Uint8Array => {
  const view = viewOf(bytes)
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== fileMark) return fail(`${name} is not where the directory says`)
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packed > bytes.length) return fail(`${name} is truncated`)
  const body = bytes.subarray(start, start + packed)
  if (method !== 0 && method !== 8) return fail(`${name} is packed in a way that is not read`, `method ${String(method)}`)
  const data = method === 0 ? body : inflate(body, name, size, fail)
  return data.length === size && crc32(data) === sum ? data : fail(`${name} is damaged`, 'its length or checksum is not the one stated')
}

/** The names and bytes of all entries. @throws what `fail` does for a file that is no zip, or damaged */
export const readZip = (bytes: Uint8Array, fail: Fail): readonly (readonly [name: string, data: Uint8Array])[] => {
  const view = viewOf(bytes)
  let end = bytes.length - 22
  while (end >= 0 && end > bytes.length - 65558 && view.getUint32(end, true) !== endMark) end--
  if (end < 0 || view.getUint32(end, true) !== endMark) return fail('the file is no zip, or truncated', `${String(bytes.length)} bytes`)
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  return Array.from({ length: count }, () => {
    const entry = readEntry(view, at, fail)
    at = entry.next
    return [entry.name, unpack(bytes, entry, fail)] as const
  })
}

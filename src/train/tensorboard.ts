/**
 * TensorBoard's event files: TFRecords of `Event` messages (tensorflow/core/util/event.proto), in the wire format of protocol
 * buffers. Enough of it for scalars.
 */
import { crc32c } from '../data/gzip.js'
import type { Figures } from './callback.js'

const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))])

const key = (field: number, wire: 0 | 1 | 2 | 5): number[] => varint(field * 8 + wire)

const double = (field: number, x: number): number[] => [...key(field, 1), ...new Uint8Array(Float64Array.of(x).buffer)]

const float = (field: number, x: number): number[] => [...key(field, 5), ...new Uint8Array(Float32Array.of(x).buffer)]

const int = (field: number, n: number): number[] => [...key(field, 0), ...varint(n)]

const message = (field: number, body: readonly number[]): number[] => [...key(field, 2), ...varint(body.length), ...body]

const string = (field: number, words: string): number[] => message(field, [...new TextEncoder().encode(words)])

/** The first event of a file. */
export const fileVersion = (wallTime: number): Uint8Array => Uint8Array.from([...double(1, wallTime), ...string(3, 'brain.Event:2')])

/** One event with a number for each tag. */
export const scalarsEvent = (wallTime: number, step: number, figures: Figures): Uint8Array => {
  const values = Object.entries(figures).flatMap(([tag, x]) => message(1, [...string(1, tag), ...float(2, x)]))
  return Uint8Array.from([...double(1, wallTime), ...int(2, step), ...message(5, values)])
}

/** TFRecord hides checksums of data that may hold checksums. */
const masked = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** A record: its length, the length's checksum, the data, the data's checksum. */
export const tfRecord = (data: Uint8Array): Uint8Array => {
  const out = new Uint8Array(16 + data.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length, true)
  view.setUint32(8, masked(out.subarray(0, 8)), true)
  out.set(data, 12)
  view.setUint32(12 + data.length, masked(data), true)
  return out
}

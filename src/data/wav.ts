import type { Either } from 'fp-ts/lib/Either.js'
import { ShapeError, type DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { showShape } from '../ir/shape.js'
import { decoding, reader, viewOf, type Fail, type Reader } from './decode.js'

/** Sound: f32[frames, channels] from -1 to 1. */
export interface Audio {
  readonly sampleRate: number
  readonly samples: NDArray<'f32'>
}

interface Format {
  readonly isFloat: boolean
  readonly channels: number
  readonly sampleRate: number
  readonly bits: number
}

const [pcm, float, extensible] = [1, 3, 0xfffe]

const readFormat = (chunk: Reader, fail: Fail): Format => {
  const [code, channels, sampleRate] = [chunk.u16(), chunk.u16(), chunk.u32()]
  chunk.bytes(6)
  const bits = chunk.u16()
  if (code === extensible) chunk.bytes(8)
  const kind = code === extensible ? chunk.u16() : code
  const known = kind === pcm ? [8, 16, 24, 32].includes(bits) : kind === float && (bits === 32 || bits === 64)
  if (!known || channels === 0) fail('the samples are in a format that is not read', `format ${String(kind)}, ${String(bits)} bits`)
  return { isFloat: kind === float, channels, sampleRate, bits }
}

type Sample = (view: DataView, at: number) => number

const sampleOf = ({ isFloat, bits }: Format): Sample => {
  if (isFloat) return bits === 32 ? (view, at) => view.getFloat32(at, true) : (view, at) => view.getFloat64(at, true)
  if (bits === 8) return (view, at) => (view.getUint8(at) - 128) / 128
  if (bits === 16) return (view, at) => view.getInt16(at, true) / 32768
  if (bits === 24) return (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608
  return (view, at) => view.getInt32(at, true) / 2147483648
}

const decodeSamples = (format: Format, body: Uint8Array, fail: Fail): NDArray<'f32'> => {
  const frame = (format.channels * format.bits) / 8
  const frames = body.length / frame
  if (!Number.isInteger(frames)) fail('the last frame is not whole', `${String(body.length)} bytes, ${String(frame)} for each frame`)
  const [view, sample, width] = [viewOf(body), sampleOf(format), format.bits / 8]
  const data = Float32Array.from({ length: frames * format.channels }, (_, i) => sample(view, i * width))
  return ndarray(data, { shape: [frames, format.channels], dtype: 'f32' })
}

/** Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, any number of channels. Other chunks are skipped. */
export const parseWav = (bytes: Uint8Array): Either<DecodeError, Audio> =>
  decoding('parseWav', 'get the file again, or convert it to PCM of 16 bits', (fail) => {
    const file = reader(bytes, (problem, ...facts) => fail(`the file ${problem}`, ...facts), true)
    if (file.text(4) !== 'RIFF' || (file.u32(), file.text(4)) !== 'WAVE') fail('the file is no WAV', 'it does not start with RIFF and WAVE')
    let format: Format | undefined
    for (;;) {
      const [name, size] = [file.text(4), file.u32()]
      const body = file.bytes(size)
      if (name === 'fmt ')
        format = readFormat(
          reader(body, (problem, ...facts) => fail(`the format ${problem}`, ...facts), true),
          fail,
        )
      if (name === 'data') {
        if (format === undefined) return fail('the samples come before their format')
        return { sampleRate: format.sampleRate, samples: decodeSamples(format, body, fail) }
      }
      if (size % 2 === 1) file.u8()
    }
  })

/**
 * Writes a WAV file of PCM, 16 bits. Samples are f32[frames] or f32[frames, channels]; beyond -1 … 1 they are clipped, and NaN is silence.
 * @throws ShapeError for another rank
 */
export const encodeWav = ({ sampleRate, samples }: Audio): Uint8Array => {
  const [, channels = 1] = samples.shape
  if (samples.shape.length < 1 || samples.shape.length > 2)
    throw new ShapeError({
      op: 'encodeWav',
      problem: `${showShape(samples.shape)} is no sound`,
      help: 'give [frames] or [frames, channels]',
    })
  const size = 2 * samples.data.length
  const file = new Uint8Array(44 + size)
  const view = viewOf(file)
  const text = (at: number, letters: string): void => file.set(new TextEncoder().encode(letters), at)
  text(0, 'RIFF')
  view.setUint32(4, 36 + size, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, pcm, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, 2 * channels * sampleRate, true)
  view.setUint16(32, 2 * channels, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, size, true)
  samples.data.forEach((x, i) => view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, Math.round((x || 0) * 32768))), true))
  return file
}

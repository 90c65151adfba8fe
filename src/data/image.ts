import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { ShapeError, type DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { showShape } from '../ir/shape.js'
import { decoding, viewOf, type Fail } from './decode.js'

/** A picture: rows from the top, `channels` bytes for each pixel (grey, grey and alpha, RGB, RGBA). */
export interface Image {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array<ArrayBuffer>
}

/** Larger pictures are refused before they are unpacked: a damaged header may ask for any size. */
const mostPixels = 1 << 28

const help = 'get the picture again: it is damaged or in another format'

const guarded = <T>(fail: Fail, decode: () => T): T => {
  try {
    return decode()
  } catch (error) {
    return fail('the picture is damaged', error instanceof Error ? error.message : String(error))
  }
}

/** Samples of 1, 2 or 4 bits, packed row by row, as bytes from 0 to 255. */
const unpackBits = (data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array<ArrayBuffer> => {
  const [stride, top] = [Math.ceil((width * depth) / 8), (1 << depth) - 1]
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth
    const byte = data[Math.floor(i / width) * stride + (bit >> 3)] as number
    return (((byte >> (8 - depth - (bit & 7))) & top) * 255) / top
  })
}

const bytesOf = (data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array<ArrayBuffer> => {
  if (depth === 16) return Uint8Array.from(data, (x) => x >> 8)
  return depth < 8 ? unpackBits(data, width, height, depth) : Uint8Array.from(data)
}

const pngHeader = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const startsWith = (bytes: Uint8Array, header: readonly number[]): boolean => header.every((x, i) => bytes[i] === x)

const checkPng = (bytes: Uint8Array, fail: Fail): void => {
  if (!startsWith(bytes, pngHeader) || bytes.length < 33) fail('the file is no PNG', `${String(bytes.length)} bytes`)
  const [width, height] = [viewOf(bytes).getUint32(16), viewOf(bytes).getUint32(20)]
  if (width * height > mostPixels) fail('the picture is too large', `${String(width)} × ${String(height)} pixels`)
}

/** Reads a PNG of any colour type and depth; colours of a palette are looked up, and samples of 16 bits keep their upper byte. */
export const parsePng =
  (bytes: Uint8Array): TaskEither<DecodeError, Image> =>
  async () => {
    const { convertIndexedToRgb, decode } = await import('fast-png')
    return decoding('parsePng', help, (fail) => {
      checkPng(bytes, fail)
      return guarded(fail, (): Image => {
        const png = decode(bytes, { checkCrc: true })
        const { width, height, palette } = png
        if (palette === undefined) return { width, height, channels: png.channels, data: bytesOf(png.data, width, height, png.depth) }
        return { width, height, channels: palette[0]?.length ?? 3, data: Uint8Array.from(convertIndexedToRgb(png)) }
      })
    })
  }

/** Reads a JPEG, baseline or progressive, as RGB. */
export const parseJpeg =
  (bytes: Uint8Array): TaskEither<DecodeError, Image> =>
  async () => {
    const { decode } = (await import('jpeg-js')).default
    return decoding('parseJpeg', help, (fail) => {
      if (!startsWith(bytes, [0xff, 0xd8, 0xff])) return fail('the file is no JPEG', `${String(bytes.length)} bytes`)
      return guarded(fail, (): Image => {
        const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP: mostPixels / 1e6 } as const
        const { width, height, data } = decode(bytes, options)
        if (!(width > 0 && height > 0)) throw new Error(`${String(width)} × ${String(height)} pixels`)
        return { width, height, channels: 3, data: Uint8Array.from(data) }
      })
    })
  }

/** Reads a PNG or a JPEG: which one is told by its first bytes. */
export const parseImage = (bytes: Uint8Array): TaskEither<DecodeError, Image> =>
  startsWith(bytes, pngHeader) ? parsePng(bytes) : parseJpeg(bytes)

/** Writes a PNG. */
export const encodePng = async ({ width, height, channels, data }: Image): Promise<Uint8Array> => {
  const { encode } = await import('fast-png')
  return encode({ width, height, channels, data, depth: 8 })
}

/** A picture as f32[channels, height, width] from 0 to 1, the layout of convolutions. */
export const imageToArray = ({ width, height, channels, data }: Image): NDArray<'f32'> => {
  const plane = width * height
  const values = new Float32Array(channels * plane)
  for (let c = 0; c < channels; c++) for (let p = 0; p < plane; p++) values[c * plane + p] = (data[p * channels + c] as number) / 255
  return ndarray(values, { shape: [channels, height, width], dtype: 'f32' })
}

/**
 * f32[channels, height, width], or [height, width] for grey, as a picture. Values are clamped to 0 … 1, and NaN is black.
 * @throws ShapeError for another rank, or channels other than 1 to 4
 */
export const arrayToImage = ({ shape, data }: NDArray<'f32'>): Image => {
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape
  if (channels === undefined || height === undefined || width === undefined || shape.length > 3 || channels < 1 || channels > 4)
    throw new ShapeError({
      op: 'arrayToImage',
      problem: `${showShape(shape)} is no picture`,
      help: 'give [height, width], or [channels, height, width] with 1 to 4 channels',
    })
  const plane = width * height
  const pixels = new Uint8Array(channels * plane)
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < plane; p++)
      pixels[p * channels + c] = Math.round(255 * Math.min(1, Math.max(0, (data[c * plane + p] as number) || 0)))
  return { width, height, channels, data: pixels }
}

/** For each cell of a new axis, the old cells that it covers and by how much. */
const cover = (from: number, to: number, i: number): readonly (readonly [number, number])[] => {
  const [lo, hi] = [(i * from) / to, ((i + 1) * from) / to]
  const first = Math.floor(lo)
  return Array.from({ length: Math.max(1, Math.ceil(hi) - first) }, (_, k) => [
    Math.min(first + k, from - 1),
    Math.min(hi, first + k + 1) - Math.max(lo, first + k),
  ])
}

/** Another size: each new pixel is the mean of the area that it covers, so shrinking does not alias. */
export const resizeImage = (image: Image, width: number, height: number): Image => {
  const { channels, data } = image
  const [columns, rows] = [
    Array.from({ length: width }, (_, x) => cover(image.width, width, x)),
    Array.from({ length: height }, (_, y) => cover(image.height, height, y)),
  ]
  const area = (image.width / width) * (image.height / height)
  const pixels = new Uint8Array(width * height * channels)
  rows.forEach((ys, y) =>
    columns.forEach((xs, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (const [v, tall] of ys) for (const [u, wide] of xs) sum += tall * wide * (data[(v * image.width + u) * channels + c] as number)
        pixels[(y * width + x) * channels + c] = Math.round(sum / area)
      }
    }),
  )
  return { width, height, channels, data: pixels }
}

/** RGB over a background: what is seen of a picture with alpha. Grey becomes RGB, and RGB stays. */
export const flattenAlpha = (
  { width, height, channels, data }: Image,
  background: readonly [number, number, number] = [255, 255, 255],
): Image => {
  const pixels = new Uint8Array(width * height * 3)
  const grey = channels < 3
  for (let p = 0; p < width * height; p++) {
    const alpha = channels % 2 === 0 ? (data[p * channels + channels - 1] as number) / 255 : 1
    for (let c = 0; c < 3; c++) {
      const ink = data[p * channels + (grey ? 0 : c)] as number
      pixels[p * 3 + c] = Math.round(alpha * ink + (1 - alpha) * (background[c] as number))
    }
  }
  return { width, height, channels: 3, data: pixels }
}

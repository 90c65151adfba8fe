/** Pictures of faces as face-api.js gives them to its networks, and what it says of those that come with it. */
import { readFile } from 'node:fs/promises'
import * as fx from '../../src/index.js'
import type { Image } from '../../src/data.js'

/** A square of a photograph, in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly size: number
}

/**
 * A square as f32[3, to, to] from 0 to 255. Pixels are points and the first ones stay in their place: TensorFlow's `resizeBilinear` without
 * `halfPixelCenters`. Outside of the photograph its edge is repeated.
 */
export const square = ({ width, height, channels, data }: Image, { x, y, size }: Box, to: number): fx.NDArray<'f32'> => {
  const within = (at: number, length: number): number => Math.min(Math.max(at, 0), length - 1)
  const value = (row: number, column: number, c: number): number =>
    data[(within(row, height) * width + within(column, width)) * channels + c] as number
  const between = (a: number, b: number, part: number): number => a + (b - a) * part
  const sampled = (c: number, i: number, j: number): number => {
    const [down, right] = [(i * size) / to, (j * size) / to]
    const [top, left] = [Math.floor(down), Math.floor(right)]
    const [bottom, end] = [Math.min(top + 1, size - 1), Math.min(left + 1, size - 1)]
    const row = (r: number): number => between(value(y + r, x + left, c), value(y + r, x + end, c), right - left)
    return between(row(top), row(bottom), down - top)
  }
  const values = Float32Array.from({ length: 3 * to * to }, (_, at) =>
    sampled(Math.floor(at / (to * to)), Math.floor(at / to) % to, at % to),
  )
  return fx.ndarray(values, { shape: [3, to, to] })
}

interface Recorded {
  readonly package: string
  readonly version: string
  readonly faces: readonly (Box & { readonly photo: string; readonly descriptor: string })[]
}

/** What makeFaces.mjs wrote: faces in photographs, and f32[faces, 128] that the network's own runtime makes of them. */
export const recordedFaces = async () => {
  const { package: name, version, faces } = JSON.parse(await readFile(new URL('faces.json', import.meta.url), 'utf8')) as Recorded // prettier-ignore
  const bytes = Buffer.concat(faces.map(({ descriptor }) => Buffer.from(descriptor, 'base64')))
  const numbers = fx.ndarray(new Float32Array(Uint8Array.from(bytes).buffer), { shape: [faces.length, bytes.length / 4 / faces.length] })
  return { name, version, faces, numbers }
}

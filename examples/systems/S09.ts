/** Correlation and convolution of a photograph with kernels that people know. */
import * as fx from '../../src/index.js'
import { imageToArray, resizeImage, type Image } from '../../src/data.js'
import { convolve2d, correlate2d } from '../../src/models.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

/** Light and dark of a photograph of 320 × 240: f32[h, w]. */
const greyOf = (image: Image): fx.NDArray<'f32'> => {
  const small = imageToArray(resizeImage(image, 320, 240))
  const [channels = 1, height = 1, width = 1] = small.shape
  const plane = height * width
  const weights = channels >= 3 ? [0.299, 0.587, 0.114] : [1]
  const data = Float32Array.from({ length: plane }, (_, i) =>
    weights.reduce((sum, w, c) => sum + w * (small.data[c * plane + i] as number), 0),
  )
  return fx.ndarray(data, { shape: [height, width], dtype: 'f32' })
}

const gaussian = (size: number, sigma: number): number[][] => {
  const at = (i: number): number => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2))
  const total = Array.from({ length: size }, (_, i) => at(i)).reduce((a, b) => a + b)
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (at(i) * at(j)) / total ** 2))
}

const kernels: Readonly<Record<string, number[][]>> = {
  blur: gaussian(9, 2),
  sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], // prettier-ignore
  'edges across': [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], // prettier-ignore
  'edges down': [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], // prettier-ignore
  laplacian: [[0, 1, 0], [1, -4, 1], [0, 1, 0]], // prettier-ignore
}

const largest = (x: F32): F32 => fx.max(fx.abs(x))

/** How far filtering with a kernel is from being linear, from being equivariant to shifts, and from the correlation with the flipped kernel. */
const faults = (image: F32, other: F32, kernel: F32): readonly F32[] => {
  const shift = (x: F32): F32 => fx.roll(x, [7, -5], { axis: [0, 1] })
  const padded = fx.pad(image, [[16, 16], [16, 16]]) as F32 // prettier-ignore
  const mixed = convolve2d(fx.add(fx.mul(image, 0.7), fx.mul(other, -0.4)), kernel)
  const parts = fx.add(fx.mul(convolve2d(image, kernel), 0.7), fx.mul(convolve2d(other, kernel), -0.4))
  return [
    largest(fx.sub(mixed, parts)),
    largest(fx.sub(shift(convolve2d(padded, kernel)), convolve2d(shift(padded), kernel))),
    largest(fx.sub(convolve2d(image, kernel), correlate2d(image, fx.flip(kernel, { axis: [0, 1] })))),
  ]
}

/** From 0 to 1: as it is where it fits, else with 0 in the middle. */
const shown = ({ shape, data }: fx.NDArray): { readonly shape: readonly number[]; readonly data: Float32Array } => {
  const values = Float32Array.from(data)
  if (values.every((v) => v > -0.3 && v < 1.3)) return { shape, data: values.map((v) => Math.min(1, Math.max(0, v))) }
  const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
  return { shape, data: values.map((v) => 0.5 + (0.5 * v) / most) }
}

export const system: System = {
  id: 'S09',
  title: 'Correlation and convolution',
  metric: 'largest_deviation_from_the_laws',
  target: '<= 1e-5',
  page: 'A photograph, and what convolution with five kernels makes of it: a Gaussian blurs, a sharpened impulse sharpens, Sobel’s kernels find edges across and down, the Laplacian finds both. On each the laws of the chapter are measured: it is linear, it commutes with shifts, and it is the correlation with the flipped kernel.',
  run: async (ctx) => {
    const [one, two] = (await ctx.data.photographs()).map(greyOf) as [fx.NDArray<'f32'>, fx.NDArray<'f32'>]
    const pictures = [shown(one)]
    let worst = 0
    for (const [name, rows] of Object.entries(kernels)) {
      const kernel = fx.ndarray(rows, { dtype: 'f32' })
      const program = await fx.compile(
        (image: F32, other: F32, k: F32) => [convolve2d(image, k), ...faults(image, other, k)] as const,
        [fx.specOf(one), fx.specOf(two), fx.specOf(kernel)] as const,
        { device: ctx.device },
      )
      const [filtered, ...laws] = await program(one, two, kernel)
      pictures.push(shown(await filtered.toNDArray()))
      const off = await Promise.all(laws.map(async (law) => await law.item()))
      ctx.note(`${name}: linear to ${String(off[0])}, equivariant to ${String(off[1])}, flipped to ${String(off[2])}`)
      worst = Math.max(worst, ...off)
    }
    await ctx.plot.images('filters', pictures, { columns: 3, scale: 1 })
    return worst
  },
}

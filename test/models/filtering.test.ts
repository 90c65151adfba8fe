import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  convolve2d,
  convParameters,
  correlate2d,
  outputLength,
  receptiveField,
  sensitivity,
  type LayerSize,
} from '../../src/models/filtering.js'
import { run, runArrays } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { noise } from './programs.js'

const image = noise([9, 8], 1)
const kernel = noise([3, 5], 2)
const at = (a: fx.NDArray, i: number, j: number): number => {
  const [h, w] = a.shape as [number, number]
  return i < 0 || j < 0 || i >= h || j >= w ? 0 : Number(a.data[i * w + j])
}

/** The formula, term by term. `sign` is that of the kernel's place. */
const byFormula = (sign: 1 | -1): number[][] =>
  Array.from({ length: 9 }, (_, i) =>
    Array.from({ length: 8 }, (_, j) => {
      let sum = 0
      for (let m = -1; m <= 1; m++) for (let n = -2; n <= 2; n++) sum += at(kernel, 1 + sign * m, 2 + sign * n) * at(image, i + m, j + n)
      return sum
    }),
  )

const filtered = (f: typeof correlate2d, ...args: readonly fx.NDArray[]): number[] => (runArrays(f as never, args)[0] as number[][]).flat(3)

const close = (a: readonly number[], b: readonly number[], digits = 4): void => {
  expect(a.length).toBe(b.length)
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i] as number, digits))
}

describe('filtering', () => {
  test('is the formula', () => {
    close(filtered(correlate2d, image, kernel), byFormula(1).flat())
    close(filtered(convolve2d, image, kernel), byFormula(-1).flat())
  })

  test('convolution and correlation agree iff the kernel is symmetric', () => {
    const symmetric = fx.ndarray([[1, 2, 3], [4, 5, 4], [3, 2, 1]], { dtype: 'f32' }) // prettier-ignore
    close(filtered(convolve2d, image, symmetric), filtered(correlate2d, image, symmetric))
    expect(filtered(convolve2d, image, kernel)[20]).not.toBeCloseTo(filtered(correlate2d, image, kernel)[20] as number, 2)
  })

  test('is linear', () => {
    const both = runArrays(
      (u, v, k) => [
        correlate2d(fx.add(fx.mul(u as F32, 2), fx.mul(v as F32, -3)), k as F32),
        fx.add(fx.mul(correlate2d(u as F32, k as F32), 2), fx.mul(correlate2d(v as F32, k as F32), -3)),
      ],
      [image, noise([9, 8], 5), kernel],
    ) as [number[][], number[][]]
    close(both[0].flat(), both[1].flat())
  })

  test('any linear map that is shift-equivariant is a convolution: with its response to an impulse', () => {
    // A blur of differences, made of shifts and sums alone.
    const shifted = (x: F32, dy: number, dx: number): F32 => fx.roll(x, [dy, dx], { axis: [0, 1] })
    const map = (x: F32): F32 =>
      fx.sub(fx.add(shifted(x, 1, 0), fx.mul(shifted(x, -1, 1), 0.5)), fx.mul(fx.sub(shifted(x, 0, -1), shifted(x, 1, 1)), 2))
    const impulse = fx.ndarray([[0, 0, 0], [0, 1, 0], [0, 0, 0]], { dtype: 'f32' }) // prettier-ignore
    const [direct, byImpulse] = runArrays(
      (u, e) => {
        const around = fx.pad(u as F32, [[2, 2], [2, 2]]) as F32 // prettier-ignore
        return [map(around), convolve2d(around, map(e as F32))]
      },
      [image, impulse],
    ) as [number[][], number[][]]
    close(direct.flat(), byImpulse.flat())
  })

  test('is shift-equivariant away from the border', () => {
    const shift = (x: F32): F32 => fx.roll(x, [2, 1], { axis: [0, 1] })
    const border: readonly (readonly [number, number])[] = [[4, 4], [4, 4]] // prettier-ignore
    const [a, b] = runArrays(
      (u, k) => {
        const padded = fx.pad(u as F32, border) as F32
        return [shift(convolve2d(padded, k as F32)), convolve2d(shift(padded), k as F32)]
      },
      [image, kernel],
    ) as [number[][], number[][]]
    close(a.flat(), b.flat())
  })

  test('the gradients are convolutions with flipped operands', () => {
    // ∂L/∂I = δ ⋆ K for the convolution by K, and ∂L/∂K a correlation of I with δ.
    const delta = noise([9, 8], 9)
    const [back, want] = runArrays(
      (i, k, d) => [fx.grad((x: F32) => fx.sum(fx.mul(convolve2d(x, k as F32), d as F32)))(i as F32), correlate2d(d as F32, k as F32)],
      [image, kernel, delta],
    ) as [number[][], number[][]]
    close(back.flat(), want.flat())
  })

  test('sizes and parameters are those that conv has', () => {
    for (const length of [7, 16])
      for (const size of [{ kernel: 3 }, { kernel: 5, stride: 2, padding: 2 }, { kernel: 3, dilation: 2, stride: 3, padding: 1 }])
        expect(outputLength(length, size)).toBe(convolved(length, size))
    expect(convParameters(11, 3, 96)).toBe(34_944) // the first layer of AlexNet
  })

  test('a kernel without a middle is refused', () => {
    expect(() => run((i, k) => correlate2d(i, k), [[1, 2]], [[1, 2]])).toThrow(/one kernel that has a middle/)
  })
})

const layer = (x: F32, { kernel: k, stride = 1, padding = 0, dilation = 1 }: LayerSize): F32 =>
  fx.conv<'f32', fx.Shape, fx.Shape, fx.ConvOptions>(x, fx.full([1, 1, k], 1), {
    strides: [stride],
    padding: [[padding, padding]],
    dilation: [dilation],
  })

const convolved = (length: number, size: LayerSize): number => layer(fx.zeros([1, 1, length]), size).shape[2] as number

describe('receptive fields', () => {
  test.each([
    ['three of 3', [{ kernel: 3 }, { kernel: 3 }, { kernel: 3 }], 7],
    ['dilated, as in WaveNet', [1, 2, 4, 8].map((dilation) => ({ kernel: 2, dilation })), 16],
    ['strided', [{ kernel: 3, stride: 2 }, { kernel: 3, stride: 2 }, { kernel: 5 }], 23],
    ['pooled between', [{ kernel: 5 }, { kernel: 2, stride: 2 }, { kernel: 5 }, { kernel: 2, stride: 2 }], 16],
  ] as const)('%s: computed, and by the gradient', (_, layers, want) => {
    expect(receptiveField(layers)).toBe(want)
    // Every weight is positive, so every input that an output sees has a gradient.
    const middle = (x: F32): F32 => {
      const y = (layers as readonly LayerSize[]).reduce(layer, x)
      return fx.sum(fx.slice(y, [0, 0, y.shape[2]! >> 1], [1, 1, (y.shape[2]! >> 1) + 1]))
    }
    const [[[gradient]]] = run(fx.grad(middle), [[Array.from({ length: 200 }, () => 0)]]) as unknown as [[[number[]]]]
    expect(gradient.filter((g) => g !== 0)).toHaveLength(want)
  })
})

describe('pooling', () => {
  const plane = fx.ndarray(
    Float32Array.from({ length: 36 }, (_, i) => (i * 29) % 37),
    { shape: [1, 1, 6, 6] },
  )
  const arrays = (f: (x: F32) => unknown): number[][] =>
    (runArrays(f as never, [plane]) as fx.Nested[][]).map((leaf) => leaf.flat(3) as number[])
  const maxima = (x: F32): F32 => fx.maxPool(x, { window: 2 })

  test('by the maximum hands the gradient to the largest of each window alone', () => {
    const [pooled, back] = arrays((x) => [
      maxima(x),
      fx.grad((u: F32) => fx.sum(fx.mul(maxima(u), fx.constant(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), { shape: [1, 1, 3, 3] }))))(
        x,
      ),
    ]) as [number[], number[]]
    for (let i = 0; i < 9; i++) {
      const places = [0, 1, 6, 7].map((k) => 12 * Math.floor(i / 3) + 2 * (i % 3) + k)
      const values = places.map((p) => Number(plane.data[p]))
      expect(pooled[i]).toBe(Math.max(...values))
      places.forEach((p, k) => expect(back[p]).toBe(values[k] === pooled[i] ? i + 1 : 0))
    }
  })

  test('does not feel a shift within its windows, and a stride is the same as leaving out', () => {
    const kernel = fx.constant(noise([2, 1, 3, 3], 4))
    const [whole, strided, dilated, apart] = arrays((x) => [
      fx.slice(fx.conv(x, kernel), [0, 0, 0, 0], [1, 2, 4, 4], [1, 1, 2, 2]),
      fx.conv(x, kernel, { strides: 2 }),
      fx.conv(x, kernel, { dilation: 2 }),
      // Gaps between the elements of the kernel are zeros.
      fx.conv(x, fx.slice(fx.reshape(fx.pad(fx.reshape(kernel, [2, 1, 3, 1, 3, 1]), [[0, 0], [0, 0], [0, 0], [0, 1], [0, 0], [0, 1]]), [2, 1, 6, 6]), [0, 0, 0, 0], [2, 1, 5, 5])), // prettier-ignore
    ]) as [number[], number[], number[], number[]]
    close(whole, strided)
    close(dilated, apart)
    const dot = (y: number, x: number): fx.NDArray => {
      const data = new Float32Array(36)
      data[6 * y + x] = 1
      return fx.ndarray(data, { shape: [1, 1, 6, 6] })
    }
    const seen = [dot(2, 2), dot(2, 3), dot(3, 2), dot(3, 3)].map((a) => runArrays((x) => [maxima(x as F32)], [a]))
    seen.forEach((each) => expect(each).toEqual(seen[0]))
  })

  test('a receptive field is seen in the plane: convolutions, a pool and a dilation', () => {
    const ones = (k: number): F32 => fx.full([1, 1, k, k], 1 / k ** 2)
    const network = (x: F32): F32 => fx.conv(fx.avgPool(fx.conv(x, ones(3)), { window: 2 }), ones(3), { dilation: 2 })
    const layers = [{ kernel: 3 }, { kernel: 2, stride: 2 }, { kernel: 3, dilation: 2 }]
    const [[[rows]]] = runArrays((x) => [sensitivity(network, x as F32, [0, 0, 4, 4])], [noise([1, 1, 30, 30], 1)]) as [[[number[][]]]]
    const touched = rows.map((row) => row.filter((g) => g > 0).length)
    expect(receptiveField(layers)).toBe(12)
    expect(touched.filter((n) => n > 0)).toHaveLength(12)
    expect(Math.max(...touched)).toBe(12)
  })
})

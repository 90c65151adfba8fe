import { describe, expect, it } from 'vitest'
import { checkGrads } from '../../src/checkGrads.js'
import { compile } from '../../src/compile.js'
import { addNoise, affineMaps, affineWarp, randomAffine, randomFlip } from '../../src/data/augment.js'
import { evaluate } from '../../src/backends/reference/evaluate.js'
import { ShapeError } from '../../src/error.js'
import { ndarray, type NDArray } from '../../src/ir/ndarray.js'
import { specOf, trace } from '../../src/ir/trace.js'
import type { Tensor } from '../../src/ir/tensor.js'
import { keyData } from '../../src/ops/random.js'

type F32 = Tensor<readonly number[], 'f32'>

const image = ndarray(
  Float32Array.from({ length: 50 }, (_, i) => ((i * 37) % 11) / 10),
  { shape: [2, 1, 5, 5] },
)

const call = (f: (...xs: never[]) => unknown, ...args: NDArray[]): NDArray =>
  evaluate(trace(f as (...xs: Tensor[]) => Tensor, ...args.map(specOf)), args)[0] as NDArray

const maps = (row: readonly number[], column: readonly number[]) =>
  ndarray([
    [row, column],
    [row, column],
  ] as number[][][])

const rows = (array: NDArray, n = 0): number[][] =>
  Array.from({ length: 5 }, (_, y) => [...array.data.subarray(25 * n + 5 * y, 25 * n + 5 * y + 5)])

describe('affineWarp', () => {
  it('is the image itself under the identity', () => {
    expect(call(affineWarp, image, maps([1, 0, 0], [0, 1, 0])).data).toEqual(image.data)
  })

  it('turns by a quarter exactly, twice is a half turn, four times nothing', () => {
    const quarter = (x: NDArray) => call(affineWarp, x, maps([0, 1, 0], [-1, 0, 0]))
    const once = quarter(image)
    const source = rows(image)
    expect(rows(once)).toEqual(source.map((_, y) => source.map((__, x) => source[x]?.[4 - y])))
    expect(rows(quarter(once))).toEqual(
      rows(image)
        .reverse()
        .map((row) => row.reverse()),
    )
    expect(quarter(quarter(quarter(once))).data).toEqual(image.data)
  })

  it('shifts whole pixels exactly, halves by the mean, and is 0 outside', () => {
    const down = call(affineWarp, image, maps([1, 0, -1], [0, 1, 0]))
    expect(rows(down)).toEqual([[0, 0, 0, 0, 0], ...rows(image).slice(0, 4)])
    const half = rows(call(affineWarp, image, maps([1, 0, 0], [0, 1, 0.5])))
    const [a, b] = rows(image)[0] as [number, number]
    expect(half[0]?.[0]).toBeCloseTo((a + b) / 2, 6)
  })

  it('is differentiable in the image and the maps', () => {
    // Between pixels the result is smooth; a wider difference would step over a pixel.
    checkGrads((x: F32, m: F32) => affineWarp(x, m), [image, maps([0.9, 0.2, 0.15], [-0.2, 0.9, 0.35])], { eps: 1 / 512 })
  })

  it('refuses other shapes', () => {
    expect(() => call(affineWarp, ndarray([[1]]), maps([1, 0, 0], [0, 1, 0]))).toThrow(ShapeError)
    expect(() =>
      call(
        affineWarp,
        image,
        ndarray([
          [
            [1, 0, 0],
            [0, 1, 0],
          ],
        ]),
      ),
    ).toThrow(ShapeError)
  })
})

describe('random augmentation', () => {
  const key = keyData(7)

  it('turns and scales by what was asked: the maps have that determinant', () => {
    const { data } = call((k: never) => affineMaps(k, 500, { rotate: 0.3, scale: [0.8, 1.25], shift: 2 }), key)
    for (let i = 0; i < 500; i++) {
      const [a, b, t, c, d, u] = [...data.subarray(6 * i, 6 * i + 6)] as [number, number, number, number, number, number]
      const scale = 1 / Math.sqrt(a * d - b * c)
      expect(scale).toBeGreaterThan(0.799)
      expect(scale).toBeLessThan(1.251)
      expect(Math.abs(Math.atan2(b, a))).toBeLessThan(0.3001)
      // The shift of the result: minus the inverse of the map applied to (t, u).
      const down = -scale * scale * (d * t - b * u)
      expect(Math.abs(down)).toBeLessThan(2.001)
    }
  })

  it('does nothing where nothing is asked, and is another thing for each image', () => {
    expect(call((k: never, x: never) => randomAffine(k, x, {}), key, image).data).toEqual(image.data)
    const same = ndarray(
      Float32Array.from({ length: 50 }, (_, i) => image.data[i % 25] as number),
      { shape: [2, 1, 5, 5] },
    )
    const out = call((k: never, x: never) => randomAffine(k, x, { rotate: 1 }), key, same)
    expect(rows(out, 0)).not.toEqual(rows(out, 1))
  })

  it('flips about half of the images, each whole', () => {
    const many = ndarray(
      Float32Array.from({ length: 2000 }, (_, i) => i % 2),
      { shape: [1000, 1, 1, 2] },
    )
    const { data } = call((k: never, x: never) => randomFlip(k, x), key, many)
    const flipped = Array.from({ length: 1000 }, (_, i) => data[2 * i] as number)
    flipped.forEach((x, i) => expect(data[2 * i + 1]).toBe(1 - x))
    expect(Math.abs(flipped.reduce((a, b) => a + b, 0) - 500)).toBeLessThan(80)
  })

  it('adds noise of the deviation asked for', () => {
    const data: ArrayLike<number> = call((k: never, x: never) => addNoise(k, x, 0.5), key, ndarray(new Float32Array(20000))).data
    const squares = Array.from(data).reduce((sum, x) => sum + x * x, 0) / 20000
    expect(Math.sqrt(squares)).toBeCloseTo(0.5, 1)
  })

  it('runs compiled, on JS and WebAssembly, as the reference computes it', async () => {
    const f = (k: Tensor<readonly number[], 'u32'>, x: F32) =>
      randomAffine(k, randomFlip(k, x), { rotate: 0.4, scale: [0.9, 1.1], shift: 1 })
    const want = call(f, key, image)
    for (const device of ['js', 'wasm'] as const) {
      const program = await compile(f, [specOf(key), specOf(image)], { device })
      const got = await (await program(key, image)).toNDArray()
      got.data.forEach((x, i) => expect(x).toBeCloseTo(want.data[i] as number, 4))
    }
  })
})

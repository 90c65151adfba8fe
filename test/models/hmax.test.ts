import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  blurCells,
  complexCells,
  gaborBank,
  globalComplexCells,
  neocognitronCells,
  simpleCells,
  templateCells,
  type GaborOptions,
} from '../../src/models.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'
import { noise } from '../harness/noise.js'

const side = 13

/** A bar through the middle, at an angle. */
const bar = (theta: number): fx.NDArray<'f32'> => {
  const half = (side - 1) / 2
  const data = Float32Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) - half, (i % side) - half]
    return Math.exp(-((x * Math.cos(theta) + y * Math.sin(theta)) ** 2) / 2)
  })
  return fx.ndarray(data, { shape: [1, 1, side, side] })
}

const middle = (cells: readonly number[], maps: number): number[] =>
  Array.from({ length: maps }, (_, k) => cells[k * side * side + (side * side - 1) / 2]!)

const blob = (top: number, left: number): fx.NDArray<'f32'> => {
  const data = new Float32Array(20 * 20)
  const ink = [1, 0.5, 0.2, 0.1, 0.9, 0.7, 0.3, 0.2, 0.8]
  ink.forEach((v, i) => (data[(top + Math.floor(i / 3)) * 20 + left + (i % 3)] = v))
  return fx.ndarray(data, { shape: [1, 1, 20, 20] })
}

describe('Gabor filters', () => {
  test('have mean 0 and norm 1, and half a turn of the plane is the same filter', () => {
    const [all] = numbersOf(() => [gaborBank({ size: 7, orientations: 6 })]) as [number[]]
    for (let k = 0; k < 6; k++) {
      const filter = all.slice(49 * k, 49 * k + 49)
      expect(filter.reduce((a, b) => a + b)).toBeCloseTo(0, 5)
      expect(filter.reduce((a, b) => a + b * b, 0)).toBeCloseTo(1, 5)
      expect(apart(filter, [...filter].reverse())).toBeLessThan(1e-6)
    }
  })

  test.each<readonly [GaborOptions, number, number, number]>([
    [{ size: 5, orientations: 3, wavelength: 3.5, sigma: 1.5, aspect: 0.6 }, 3.5, 1.5, 0.6],
    [{ size: 7 }, 5.6, 2.8, 0.3],
  ])('are the formula, less their mean and by their norm: %o', (options, lambda, sigma, gamma) => {
    const { size, orientations = 4 } = options
    const [all] = numbersOf(() => [gaborBank(options)]) as [number[]]
    const places = Array.from({ length: size }, (_, i) => i - (size - 1) / 2)
    const want = Array.from({ length: orientations }, (_, k) => {
      const [cos, sin] = [Math.cos((Math.PI * k) / orientations), Math.sin((Math.PI * k) / orientations)]
      const g = places.flatMap((y) =>
        places.map((x) => {
          const [u, v] = [x * cos + y * sin, y * cos - x * sin]
          return Math.exp((-u * u - gamma * gamma * v * v) / (2 * sigma * sigma)) * Math.cos((2 * Math.PI * u) / lambda)
        }),
      )
      const mean = g.reduce((a, b) => a + b) / g.length
      const norm = Math.hypot(...g.map((v) => v - mean))
      return g.map((v) => (v - mean) / norm)
    })
    expect(apart(all, want.flat())).toBeLessThan(1e-6)
  })

  test('a quarter of a turn of the picture is a quarter of a turn of the bank', () => {
    const turned = (x: F32): F32 => fx.flip(fx.swapAxes(x, 2, 3), { axis: 3 })
    const [cells, ofTurned] = numbersOf(
      (x: F32) => {
        const bank = gaborBank({ size: 5, orientations: 4 })
        return [turned(simpleCells(x, bank)), simpleCells(turned(x), bank)]
      },
      noise([1, 1, side, side], 3),
    ) as [number[], number[]]
    const map = (all: number[], k: number): number[] => all.slice(k * side * side, (k + 1) * side * side)
    for (let k = 0; k < 4; k++) expect(apart(map(cells, k), map(ofTurned, (k + 2) % 4))).toBeLessThan(1e-5)
  })

  test('of a size without a middle are refused', () => {
    expect(() => gaborBank({ size: 4 })).toThrow(/the size is 4/)
  })
})

describe('S1', () => {
  test('is strongest for the orientation of a bar', () => {
    for (let k = 0; k < 4; k++) {
      const [cells] = numbersOf((x: F32) => [simpleCells(x, gaborBank({ size: 7 }))], bar((Math.PI * k) / 4)) as [number[]]
      const seen = middle(cells, 4)
      expect(seen.indexOf(Math.max(...seen))).toBe(k)
      expect(seen[k]! / seen[(k + 2) % 4]!).toBeGreaterThan(3)
    }
  })

  test('is |Σ G I| / √(Σ I² + floor) of each window', () => {
    const [x, floor] = [noise([1, 2, 3, 3], 2), 0.4]
    const bank = noise([2, 2, 3, 3], 7)
    const [cells] = numbersOf((image: F32, g: F32) => [simpleCells(image, g, { floor })], x, bank) as [number[]]
    const energy = x.data.reduce((sum, v) => sum + v * v, 0)
    const want = [0, 1].map((k) => Math.abs(x.data.reduce((sum, v, i) => sum + v * bank.data[18 * k + i]!, 0)) / Math.sqrt(energy + floor))
    // The window in the middle is the whole picture.
    expect(apart([cells[4]!, cells[13]!], want)).toBeLessThan(1e-5)
  })

  test('is as strong in a faint picture as in a bold one, and from 0 to 1', () => {
    const [bold, faint] = numbersOf(
      (x: F32) => {
        const bank = gaborBank({ size: 5 })
        return [simpleCells(x, bank, { floor: 0 }), simpleCells(fx.mul(x, 0.01), bank, { floor: 0 })]
      },
      noise([1, 1, 9, 9], 2),
    ) as [number[], number[]]
    expect(apart(bold, faint)).toBeLessThan(1e-5)
    expect(Math.min(...bold)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...bold)).toBeLessThanOrEqual(1)
  })
})

describe('C cells', () => {
  test('are the strongest of scales and of places, so that a shift within a window changes nothing', () => {
    const dot = (y: number, x: number): fx.NDArray<'f32'> => {
      const data = new Float32Array(36)
      data[6 * y + x] = 2
      return fx.ndarray(data, { shape: [1, 1, 6, 6] })
    }
    const cells = (at: fx.NDArray<'f32'>): number[] => numbersOf((x: F32) => [complexCells([x, fx.mul(x, 0.5)], { window: 3 })], at)[0]!
    expect(cells(dot(0, 0))).toEqual([2, 0, 0, 0])
    for (const [y, x] of [[0, 2], [1, 1], [2, 2]] as const) expect(cells(dot(y, x))).toEqual(cells(dot(0, 0))) // prettier-ignore
    expect(cells(dot(2, 3))).toEqual([0, 2, 0, 0])
    expect(() => complexCells([], { window: 3 })).toThrow(/no scales/)
  })

  test('blur: u / (1 + u) of the mean', () => {
    const [cells] = numbersOf((x: F32) => [blurCells(x, { window: 2 })], fx.ndarray([[[[1, 3], [0, 4]]]], { dtype: 'f32' })) as [number[]] // prettier-ignore
    expect(cells[0]).toBeCloseTo(2 / 3, 6)
  })
})

describe('S2 and C2', () => {
  test('S2 is exp(-β ‖X - P‖²) of each window, and 1 at the prototype alone', () => {
    const x = noise([1, 2, 5, 5], 5)
    const [cells, want] = numbersOf((image: F32) => {
      const patch = (y: number, u: number): F32 => fx.slice(image, [0, 0, y, u], [1, 2, y + 3, u + 3])
      const distances = [0, 1, 2].flatMap((y) => [0, 1, 2].map((u) => fx.sum(fx.square(fx.sub(patch(y, u), patch(1, 2))))))
      return [templateCells(image, patch(1, 2), { beta: 0.7 }), fx.exp(fx.mul(fx.stack(distances as F32[]), -0.7))]
    }, x) as [number[], number[]]
    expect(apart(cells, want)).toBeLessThan(1e-5)
    expect(cells[1 * 3 + 2]).toBeCloseTo(1, 5)
    expect(cells.filter((v) => v > 0.999)).toHaveLength(1)
  })

  test('C2 does not know where: a shifted picture has the same', () => {
    const prototypes = noise([5, 1, 4, 4], 6)
    const c2 = (x: fx.NDArray<'f32'>): number[] =>
      numbersOf((image: F32, p: F32) => [globalComplexCells(templateCells(image, p))], x, prototypes)[0]!
    expect(apart(c2(blob(6, 6)), c2(blob(9, 5)))).toBeLessThan(1e-6)
    expect(c2(blob(6, 6))).toHaveLength(5)
  })
})

describe('S cells of the Neocognitron', () => {
  /** A window of the picture at its only place, and the cell in the middle. */
  const cell = (window: fx.NDArray<'f32'>, template: fx.NDArray<'f32'>, selectivity?: number): number =>
    numbersOf((x: F32, a: F32) => [neocognitronCells(x, a, selectivity === undefined ? {} : { selectivity })], window, template)[0]![4]!

  const template = fx.ndarray([[[[1, 0, 0], [0, 1, 0], [0, 0, 1]]]], { dtype: 'f32' }) // prettier-ignore
  const other = fx.ndarray([[[[0, 0, 1], [0, 1, 0], [1, 0, 0]]]], { dtype: 'f32' }) // prettier-ignore
  const times = (k: number): fx.NDArray<'f32'> => fx.ndarray(template.data.map((v) => k * v), { shape: [1, 1, 3, 3] }) // prettier-ignore

  test('give r (‖u‖ - r / (1 + r) ‖u‖) / (1 + r / (1 + r) ‖u‖) for their template', () => {
    for (const [k, r] of [
      [1, 3],
      [2, 3],
      [1, 8],
    ] as const) {
      // prettier-ignore
      const norm = k * Math.sqrt(3)
      const inhibition = (r / (1 + r)) * norm
      expect(cell(times(k), template, r)).toBeCloseTo((r * (norm - inhibition)) / (1 + inhibition), 5)
    }
  })

  test('are silent for another figure, from some selectivity on', () => {
    // The figures share one of three lines: their cosine is ⅓, and r / (1 + r) is more than that from r = ½ on.
    expect(cell(other, template, 0.3)).toBeGreaterThan(0)
    expect(cell(other, template, 0.6)).toBe(0)
    expect(() => run((x) => neocognitronCells(x, x, { selectivity: 0 }), [[[[1]]]])).toThrow(/selectivity is 0/)
    expect(() => run((x, a) => neocognitronCells(x, a), [[[[1]]]], [[[[1]], [[1]]]])).toThrow(/do not fit/)
  })
})

test('gradients are differences', () => {
  fx.checkGrads((x: F32, p: F32) => fx.sum(templateCells(x, p)), [noise([1, 2, 4, 4], 1), noise([2, 2, 2, 2], 2)] as never, { order: 1 })
  // A cell in the middle of a bar, away from the kink of |x|.
  const cell = (x: F32): F32 => fx.sum(fx.slice(simpleCells(x, gaborBank({ size: 3 })), [0, 0, 1, 1], [1, 1, 2, 2]))
  fx.checkGrads(cell, [fx.ndarray([[[[0.2, 1, 0.3], [0.1, 0.9, 0.2], [0.3, 1.1, 0.2]]]], { dtype: 'f32' })] as never, { order: 1 }) // prettier-ignore
  // Bright pictures and templates, so that no cell is at its threshold.
  const neocognitron = (x: F32, a: F32): F32 =>
    fx.sum(neocognitronCells(fx.add(fx.square(x), 1), fx.add(fx.square(a), 1), { selectivity: 0.2 }))
  fx.checkGrads(neocognitron, [noise([1, 1, 3, 3], 1), noise([1, 1, 2, 2], 2)] as never, { order: 1 })
})

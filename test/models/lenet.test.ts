import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { lenet5, lenetConnections, scaledTanh, tableC3 } from '../../src/models/lenet.js'
import type { F32 } from './devices.js'
import { countOf, expectGradient, outputs, parametersOf, shapesOf } from './nets.js'
import { noise } from '../harness/noise.js'

describe('LeNet-5', () => {
  test("has the paper's shapes, on images of either size", () => {
    for (const [side, padding] of [
      [28, 2],
      [32, 0],
    ] as const)
      // prettier-ignore
      for (const variant of ['modern', '1998'] as const)
        expect(shapesOf(lenet5({ variant, padding }), [1, 1, side, side])).toMatchObject({
          c1: [[1, 6, 28, 28]],
          s2: [[1, 6, 14, 14]],
          c3: [[1, 16, 10, 10]],
          s4: [[1, 16, 5, 5]],
          c5: [[1, 120]],
          f6: [[1, 84]],
          output: [[1, 10]],
        })
  })

  test('has 61,706 parameters, and in the form of 1998 the 60,000 of the paper and a dense output', () => {
    expect(countOf(lenet5())).toBe(61_706)
    // C1 156, S2 12, C3 1,516, S4 32, C5 48,120, F6 10,164; then 84 · 10 + 10.
    expect(countOf(lenet5({ variant: '1998' }))).toBe(60_000 + 850)
  })

  test('Table I has 60 connections, ten for each map of S2', () => {
    expect(lenetConnections.flat()).toHaveLength(60)
    for (let i = 0; i < 6; i++) expect(lenetConnections.flat().filter((k) => k === i)).toHaveLength(10)
    expect(new Set(lenetConnections.map((list) => [...list].sort().join())).size).toBe(16)
  })

  test('a map of C3 sees the maps of S2 that Table I names, and no other', () => {
    const c3 = tableC3()
    const seen = (x: F32) => {
      const params = parametersOf(c3) as never
      const map = (i: number) => (images: F32) => fx.sum(fx.slice(c3.apply(params, images), [0, i, 0, 0], [1, i + 1, 1, 1]))
      return lenetConnections.map((_, i) => fx.max(fx.abs(fx.grad(map(i))(x)), { axis: [0, 2, 3] }))
    }
    const sizes = outputs(seen, noise([1, 6, 5, 5], 1))
    expect(sizes.map((row) => row.flatMap((size, k) => (size > 0 ? [k] : [])))).toEqual(lenetConnections.map((maps) => [...maps].sort()))
  })

  test('its units are 1 at 1, and -1 at -1', () => {
    const [y] = outputs(scaledTanh, fx.ndarray([-1, 0, 1], { dtype: 'f32' }))
    ;[-1, 0, 1].forEach((want, i) => expect(y?.[i]).toBeCloseTo(want, 4))
  })

  test('gradients are differences', async () => {
    await expectGradient(lenet5({ variant: '1998' }), [1, 1, 28, 28])
    await expectGradient(lenet5(), [1, 1, 28, 28])
  })
})

import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { reluJacobian, sigmoidJacobian, softmaxJacobian, tanhJacobian } from '../../src/models.js'
import { run } from '../transforms/run.js'
import type { F32 } from './devices.js'
import { apart, numbersOf } from './numbers.js'

const x = fx.ndarray([-3, -0.5, 0, 0.25, 1, 4], { dtype: 'f32' })

const activations: readonly (readonly [string, (x: F32) => F32, (x: F32) => F32, (x: number) => number])[] = [
  ['sigmoid', (v) => fx.sigmoid(v), sigmoidJacobian, (v) => 1 / (1 + Math.exp(-v))],
  ['tanh', (v) => fx.tanh(v), tanhJacobian, Math.tanh],
  ['relu', (v) => fx.relu(v), reluJacobian, (v) => Math.max(0, v)],
]

describe('activations', () => {
  test.each<readonly [string, (x: F32) => F32, (x: F32) => F32]>([
    ...activations.map(([name, f, closed]) => [name, f, closed] as const),
    ['softmax', (v) => fx.softmax(v), softmaxJacobian],
  ])('the Jacobian of %s is the closed form', (_, f, closed) => {
    const [byFormula, byTrace] = numbersOf((v: F32) => [closed(v), fx.jacobian(f)(v)], x) as [number[], number[]]
    expect(apart(byFormula, byTrace)).toBeLessThan(1e-6)
  })

  test.each(activations)('%s is its formula, and its derivative is that of differences', (_, f, closed, want) => {
    const [values, slopes] = numbersOf((v: F32) => [f(v), closed(v)], x) as [number[], number[]]
    expect(apart(values, Array.from(x.data, want))).toBeLessThan(1e-6)
    const at = Array.from(x.data)
    at.forEach((v, i) => {
      if (v !== 0) expect(slopes[i * at.length + i]).toBeCloseTo((want(v + 1e-4) - want(v - 1e-4)) / 2e-4, 4)
      expect(slopes.filter((s, j) => j !== i * at.length + i && Math.floor(j / at.length) === i && s !== 0)).toEqual([])
    })
  })

  test('those of softmax sum to 0 along rows and columns: probabilities still sum to 1, and a shift of all scores changes nothing', () => {
    const [rows, columns] = numbersOf(
      (v: F32) => [fx.sum(softmaxJacobian(v), { axis: 1 }), fx.sum(softmaxJacobian(v), { axis: 0 })],
      x,
    ) as [number[], number[]]
    expect(apart(rows, rows.map(() => 0))).toBeLessThan(1e-6) // prettier-ignore
    expect(apart(columns, rows.map(() => 0))).toBeLessThan(1e-6) // prettier-ignore
  })

  test('sigmoid and tanh saturate, and are one function: tanh(x) = 2σ(2x) - 1', () => {
    const [far, difference] = numbersOf(
      (v: F32) => [sigmoidJacobian(fx.mul(v, 10)), fx.sub(fx.tanh(v), fx.sub(fx.mul(fx.sigmoid(fx.mul(v, 2)), 2), 1))],
      x,
    ) as [number[], number[]]
    expect(far[0]).toBeLessThan(1e-9)
    expect(apart(difference, difference.map(() => 0))).toBeLessThan(1e-6) // prettier-ignore
  })

  test('are of one vector', () => {
    expect(() => run((v) => softmaxJacobian(v), [[1, 2]])).toThrow(/it is of one vector/)
  })
})

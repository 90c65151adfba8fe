import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from '../api/failure.js'
import type { F32 } from './run.js'

const x = fx.ndarray([0.3, -1.2, 0.8], { dtype: 'f32' })

const doubled = fx.customVjp((v: F32) => fx.square(v), {
  fwd: (v: F32) => [fx.square(v), v] as const,
  bwd: (v: F32, g: F32) => [fx.mul(fx.mul(g, v), 4)] as const,
})

/** Right at first, wrong at second. */
const forgetful = fx.customVjp((v: F32) => fx.mul(v, fx.square(v)), {
  fwd: (v: F32) => [fx.mul(v, fx.square(v)), v] as const,
  bwd: (v: F32, g: F32) => [fx.mul(g, fx.mul(3, fx.square(fx.stopGradient(v))))] as const,
})

describe('checkGrads', () => {
  test('passes what is right, to the order asked for', () => {
    fx.checkGrads((v) => fx.sin(fx.mul(v, fx.exp(v))), [x])
    fx.checkGrads((v) => fx.softmax(v), [x], { order: 3 })
    fx.checkGrads((p, s) => [fx.mul(p.w, fx.sin(s)), { sum: fx.sum(fx.tanh(p.w)) }], [{ w: x }, 0.7])
    fx.checkGrads((v, i) => fx.take(fx.square(v), i), [x, fx.ndarray([2, 0, 2], { dtype: 'i32' })])
    fx.checkGrads((v) => [fx.argmax(v), fx.exp(v)], [x])
    fx.checkGrads(() => fx.full([], 1), [])
  })

  test('passes large and small values', () => {
    fx.checkGrads((v) => fx.mul(v, 1e3), [fx.ndarray([1e5, -3e-4], { dtype: 'f32' })])
  })

  test.each<readonly [string, (v: F32) => unknown, fx.CheckGradsOptions, readonly string[]]>([
    [
      'a wrong rule, in reverse',
      doubled,
      { modes: ['rev'] },
      ['order 1', 'vjp', 'argument 0, element 0 of f32[3]', 'derivative: ', 'difference: '],
    ],
    ['a wrong rule, forward', doubled, { modes: ['fwd'] }, ['order 1', 'jvp']],
    ['a wrong second derivative', forgetful, {}, ['order 2']],
    ['a kink', (v) => fx.relu(fx.sub(v, 0.3)), {}, ['order 1', 'element 0']],
  ])('finds %s', (_, f, options, says) => {
    const error = thrownBy(() => {
      fx.checkGrads(f, [x], options)
    })
    expect(error._tag).toBe('GradientError')
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })

  test('does not look beyond the order asked for', () => {
    fx.checkGrads(forgetful, [x], { order: 1 })
  })

  test('names the argument in a tree', () => {
    const error = thrownBy(() => {
      fx.checkGrads((_, p) => doubled(p.layers[1].w), [1, { layers: [{ w: x }, { w: x }] }])
    })
    expect(error.message).toContain('argument 1.layers.1.w, element 0')
  })

  test('refuses what is no array', () => {
    const error = thrownBy(() => {
      fx.checkGrads((v) => v, [untyped('x')])
    })
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('argument 0 is string')
  })
})

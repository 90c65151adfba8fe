/** Every optimiser beside PyTorch, or its paper, over 100 steps, which are one program. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import {
  averaged,
  cases,
  distance,
  optimizers,
  scheduled,
  schedules,
  specs,
  startArrays,
  trajectory,
  type F32,
  type Params,
} from './cases.js'

test('each has a case', () => {
  expect(cases.map(({ name }) => name).sort()).toEqual(Object.keys(optimizers).sort())
  expect(Object.keys(schedules).sort()).toEqual(Object.keys(scheduled).sort())
})

describe('over 100 steps within 1e-5 of PyTorch', () => {
  test.each(cases)('$name', async (written) => {
    const run = trajectory(optimizers[written.name]!)
    const f = written.name === 'ema' ? (p: Params) => averaged(0.95, p, run(p)) : run
    const [b, w] = fx.evaluate(fx.trace(f, ...specs), [startArrays().b, startArrays().w])
    expect(distance(written, w!, b!)).toBeLessThan(1e-5)
    const program = await fx.compile(f, specs, { device: 'js' })
    const results = await program(startArrays())
    expect(distance(written, await results.w.toNDArray(), await results.b.toNDArray())).toBeLessThan(1e-5)
  })
})

describe('schedules', () => {
  test.each(Object.entries(schedules))('%s', (name, want) => {
    const all = (steps: F32): F32 => fx.vmap((t: F32) => scheduled[name]!(t))(steps)
    const [got] = fx.evaluate(fx.trace(all, fx.spec([100])), [fx.ndarray(want.map((_, i) => i))])
    const off = want.map((rate, i) => Math.abs(rate - (got!.data[i] ?? NaN)))
    expect(Math.max(...off)).toBeLessThan(2e-7)
  })
})

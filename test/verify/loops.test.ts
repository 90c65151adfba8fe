/** `verify` of a device that miscompiles tanh finds it in every form of control flow, in batches and in derivatives, with the step. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { js } from '../../src/backends/js/device.js'
import { rejectionOf } from '../api/failure.js'
import { misprinting, withoutTeams } from './broken.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

const broken = misprinting(js(), (source) => source.replaceAll('Math.tanh(', 'Math.sin('))

/** The first rows are 0, of which the sine is right. */
const rows = fx.ndarray([[0], [0], [1], [2]], { dtype: 'f32' })
const scanned = (x: Float): Float => fx.scan((c: Float, r: Float) => [fx.add(c, 1), fx.tanh(r)] as const, fx.zeros([1]), x)[1]
const looped = (x: Float): Float => fx.foriLoop(0, 3, (i, c: Float) => fx.tanh(fx.add(fx.mul(c, 0), fx.cast(i, 'f32'))), x)
const asked = (x: Float): Float =>
  fx.whileLoop(
    (c: Float) => fx.lt(fx.sum(c), 9),
    (c: Float) => fx.add(fx.mul(fx.tanh(fx.mul(c, 2)), 0.5), fx.add(c, 1)),
    x,
  )
const chosen = (x: Float): Float =>
  fx.cond(
    fx.gt(fx.sum(x), 1),
    (y: Float) => fx.tanh(y),
    (y: Float) => y,
    x,
  )
const nested = (x: Float): Float => fx.foriLoop(0, 2, (_, c: Float) => fx.add(looped(c), 0.5), x)

/** Halves up to 9; from 3 on tanh is not that of 0. */
const longer = (x: Float): Float =>
  fx.whileLoop(
    (c: Float) => fx.lt(fx.sum(c), 36),
    (c: Float) => fx.add(fx.mul(fx.tanh(fx.relu(fx.sub(c, 3))), 0.25), fx.add(c, 0.5)),
    x,
  )

interface Found {
  readonly name: string
  readonly f: (x: Float) => Float
  /** The steps it is in, outermost first: the first of which an argument of tanh is not 0. The gradient goes from the last row on. */
  readonly steps: readonly number[]
}

const cases: readonly Found[] = [
  { name: 'scan', f: scanned, steps: [2] },
  { name: 'foriLoop', f: looped, steps: [1] },
  { name: 'whileLoop', f: asked, steps: [1] },
  { name: 'cond', f: chosen, steps: [] },
  { name: 'a whileLoop of many rounds', f: longer, steps: [7] },
  { name: 'a loop in a loop', f: nested, steps: [0, 1] },
  { name: 'vmap of scan', f: (x) => fx.vmap(scanned, { inAxes: 1 })(fx.concat([x, x], { axis: 1 })), steps: [2] },
  { name: 'vmap of whileLoop', f: (x) => fx.vmap(asked)(x), steps: [1] },
  { name: 'vmap of cond', f: (x) => fx.vmap(chosen)(x), steps: [] },
  { name: 'scan of vmap', f: (x) => scanned(fx.vmap((r: Float) => fx.mul(r, 1))(x)), steps: [2] },
  { name: 'gradient of scan', f: fx.grad((x: Float) => fx.sum(scanned(x))), steps: [0] },
]

describe.each([
  ['as one kernel', broken],
  ['launch by launch', withoutTeams(broken)],
])('tanh within control flow, %s', (_, device) => {
  it.each(cases)('$name', async ({ name, f, steps }) => {
    const args = name.includes('whileLoop') ? fx.ndarray([[0], [0], [0], [0]], { dtype: 'f32' }) : rows
    const exe = await fx.compile(f, [fx.spec<fx.Shape>([4, 1])], { device })
    const { agreed, blame, text } = await fx.verify(exe, [args])
    expect(agreed).toBe(false)
    expect(text).toContain('= tanh(')
    expect(blame?.node).toContain('= tanh(')
    expect(blame?.within.map((place) => Number(/^step (\d+)/.exec(place)?.[1]))).toEqual(steps)
    expect(blame?.kernel?.report.source).toContain('Math.sin(')
    expect(text).toContain('JavaScript')
  })
})

it('a loop that ends on the device alone is refused, not waited for', async () => {
  const ends = misprinting(js(), (source) => source.replaceAll('Infinity', '3'))
  const endless = (x: Float): Float =>
    fx.whileLoop(
      (c: Float) => fx.lt(c, Infinity),
      (c: Float) => fx.add(c, 1),
      x,
    )
  const exe = await fx.compile(endless, [fx.spec<fx.Shape>([])], { device: ends })
  expect(await (await exe(fx.ndarray(0))).item()).toBe(3)
  const error = await rejectionOf(fx.verify(exe, [fx.ndarray(0)]))
  expect(error._tag).toBe('UnsupportedError')
  expect(error.message).toContain('rounds')
})

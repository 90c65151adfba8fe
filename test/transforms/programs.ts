/** Transformed functions as programs: what a device computes is what the reference does. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import type { Device } from '../../src/backends/backend.js'
import { sizeOf, type Shape } from '../../src/ir/shape.js'
import { apply } from '../../src/ir/tensor.js'
import { flowCases, onDevice } from '../arbitraries/flow.js'
import { smoothCases } from '../arbitraries/smooth.js'
import { transformations, transformed, type Loss } from '../arbitraries/transformed.js'
import { rngOf } from '../arbitraries/value.js'
import type { F64, Float } from '../harness/f64.js'
import { holdsAsync } from '../harness/law.js'

/** The library itself, where generators ask for a copy of it: of that they use no more. */
const library = { fx, apply } as F64

/** Sums are added up in another order, and values cancel: compared as a share of the largest. */
const tolerance = 2e-3

const difference = (have: fx.NDArray, want: fx.NDArray): number => {
  const wanted = Array.from(want.data)
  const largest = Math.max(1, ...wanted.map(Math.abs))
  return Math.max(0, ...Array.from(have.data, (x, i) => (Object.is(x, wanted[i]) ? 0 : Math.abs(x - (wanted[i] as number)) / largest)))
}

/** A scalar function and the shapes of its arguments. */
interface Program {
  readonly loss: Loss
  readonly shapes: readonly Shape[]
  readonly seed: number
}

const composed = fc.tuple(smoothCases(), transformations).map(([{ seed, build, shapes }, names]): Program => {
  const base: Loss = (...xs) => fx.mean(build(library)(...xs))
  return { loss: transformed(library, base, names, seed), shapes, seed }
})

const looped = flowCases().map(({ seed, build, shapes }): Program => {
  const f = build(library, onDevice(library))
  return { loss: (...xs) => fx.mean(f(...xs)), shapes, seed }
})

/** How many of a program's value and gradients a device computes as the reference does, and of how many. */
const judge = async (device: Device, { loss, shapes, seed }: Program): Promise<readonly [number, number]> => {
  const rng = rngOf(seed)
  const both = (...xs: readonly Float[]): readonly Float[] => {
    const [value, pull] = fx.vjp(loss, ...xs)
    return [value, ...pull(fx.full([], 1))]
  }
  const args = shapes.map((shape): fx.NDArray => ({
    shape,
    dtype: 'f32',
    data: Float32Array.from({ length: sizeOf(shape) }, () => rng() - 0.5),
  }))
  const graph = fx.trace(both, ...args.map(({ shape }) => fx.spec([...shape])))
  const want = fx.evaluate(graph, args)
  const program = await fx.compile(graph, { device, debug: true })
  const results = (await program(...(args as never[]))) as readonly fx.DeviceArray[]
  const have = await Promise.all(results.map((result) => result.toNDArray()))
  return [want.filter((array, i) => difference(have[i] as fx.NDArray, array) <= tolerance).length, want.length]
}

const programs: readonly (readonly [string, fc.Arbitrary<Program>, number])[] = [
  ['transformations', composed, 80],
  ['loops and conditions', looped, 81],
]

/** Tests on a device: values and gradients of random transformations of random functions, and of random loops and conditions. */
export const testPrograms = (getDevice: () => Promise<Device>, runs: number): void => {
  test.each(programs)('random %s compute what the reference does', { timeout: 300_000 }, async (name, arbitrary, stream) => {
    const device = await getDevice()
    let [close, all] = [0, 0]
    await holdsAsync(`${name} on ${device.kind}`, arbitrary, { runs, stream }, async (program) => {
      const [good, count] = await judge(device, program)
      close += good
      all += count
    })
    console.info(`within the tolerance: ${((100 * close) / all).toFixed(2)} %`)
    // The rest are ill-conditioned: derivatives of third order near a kink or a tie that rounding decides.
    expect(close / all).toBeGreaterThan(0.98)
  })
}

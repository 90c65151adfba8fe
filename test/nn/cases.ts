/** What PyTorch gives for layers and losses (layers.json, by make.py), as cases. */
import { readFileSync } from 'node:fs'
import * as fx from '../../src/index.js'
import { weighted } from '../torch/weights.js'
import { models, type F32 } from './models.js'

interface Plain {
  readonly shape: readonly number[]
  readonly dtype?: fx.DType
  readonly data: readonly number[]
}

export interface LayerCase {
  readonly name: string
  readonly params: Readonly<Record<string, Plain>>
  readonly xs: readonly Plain[]
  readonly values: readonly Plain[]
  readonly grads: Readonly<Record<string, readonly number[]>>
}

export const { cases } = JSON.parse(readFileSync(new URL('layers.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly LayerCase[]
}

/** A tree from dotted paths; keys that are all whole numbers make a list. */
const nest = <T>(flat: Readonly<Record<string, T>>): unknown => {
  const root: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(flat)) {
    const keys = path.split('.')
    const place = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, root)
    place[keys.at(-1)!] = value
  }
  const lists = (x: unknown): unknown => {
    if (typeof x !== 'object' || x === null || fx.isTensor(x) || 'data' in x || 'dtype' in x) return x
    const entries = Object.entries(x).map(([key, child]) => [key, lists(child)] as const)
    return entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))
      ? entries.map(([, child]) => child)
      : Object.fromEntries(entries)
  }
  return lists(root)
}

const arrayOf = ({ data, shape, dtype = 'f32' }: Plain): fx.NDArray => fx.ndarray(data as fx.Nested, { shape, dtype })

const mapped = <A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))

export interface Inputs<T> {
  readonly params: Readonly<Record<string, T>>
  readonly xs: readonly T[]
}

export const inputsOf = ({ params, xs }: LayerCase): Inputs<fx.NDArray> => ({ params: mapped(params, arrayOf), xs: xs.map(arrayOf) })

interface Results {
  readonly values: readonly fx.Tensor[]
  /** By `params.path` and `xs.index`, as written. */
  readonly grads: Readonly<Record<string, fx.Tensor>>
}

/** Values, and gradients of the first by what PyTorch was asked for. */
export const runCase =
  ({ name, grads }: LayerCase) =>
  ({ params, xs }: Inputs<fx.Tensor>): Results => {
    const model = models[name]!
    const wanted = Object.keys(grads)
    const all: Readonly<Record<string, fx.Tensor>> = {
      ...Object.fromEntries(Object.entries(params).map(([key, p]) => [`params.${key}`, p])),
      ...Object.fromEntries(xs.map((x, i) => [`xs.${String(i)}`, x])),
    }
    const values = (given: Readonly<Record<string, fx.Tensor>>): readonly fx.Tensor[] => {
      const own = Object.keys(params).map((key) => [key, given[`params.${key}`]!] as const)
      return model(nest(Object.fromEntries(own)) as never, ...(xs.map((_, i) => given[`xs.${String(i)}`]!) as never[]))
    }
    const free = Object.fromEntries(wanted.map((key) => [key, all[key]!])) as Readonly<Record<string, F32>>
    const slopes =
      wanted.length === 0 ? {} : fx.grad((some: Readonly<Record<string, F32>>) => weighted(values({ ...all, ...some })[0]!))(free)
    return { values: values(all), grads: slopes }
  }

const meanOf = (data: readonly number[]): number => data.reduce((sum, x) => sum + Math.abs(x), 0) / Math.max(1, data.length)

/**
 * Units of 2⁻²⁴ of an element plus the mean magnitude of its array. What is 0 but for f64's rounding, such as the gradient by the bias
 * of keys, which moves all scores alike, is a sum of terms that cancel: of the size of the others, `cancelling`.
 */
const worst = (want: readonly number[], got: fx.NDArray, cancelling: number): number => {
  const own = meanOf(want)
  const scale = own < 1e-14 ? cancelling : own
  if (want.length !== got.data.length) return Infinity
  const off = want.map((x, i) => {
    const d = Math.abs((got.data[i] ?? NaN) - x) / (2 ** -24 * (Math.abs(x) + scale) || 1e-12)
    return Number.isNaN(d) ? Infinity : d
  })
  return Math.max(0, ...off)
}

/** What is wrong, a line each: values within 64 units, gradients, whose formulas are longer, within 512. */
export const faults = (c: LayerCase, values: readonly fx.NDArray[], grads: Readonly<Record<string, fx.NDArray>>): string[] => {
  const shapes = c.values.flatMap(({ shape, dtype = 'f32' }, i) =>
    values[i]?.shape.join() === shape.join() && values[i].dtype === dtype ? [] : [`value ${String(i)} is of another type`],
  )
  const typical = meanOf(Object.values(c.grads).map(meanOf))
  const off = [
    ...c.values.map(({ data }, i) => [`value ${String(i)}`, worst(data, values[i]!, 0) / 64] as const),
    ...Object.entries(c.grads).map(([path, data]) => [`gradient by ${path}`, worst(data, grads[path]!, typical) / 512] as const),
  ]
  return [
    ...shapes,
    ...off.flatMap(([what, times]) => (times <= 1 ? [] : [`${c.name}: ${what}: ${times.toPrecision(3)} times the tolerance`])),
  ]
}

export const compileCase = (c: LayerCase, device: fx.Device) => fx.compile(runCase(c), [fx.specOf(inputsOf(c))], { device })

/** A case on a device. */
export const faultsOn = async (c: LayerCase, device: fx.Device): Promise<string[]> => {
  const program = await compileCase(c, device)
  const { values, grads } = await program(inputsOf(c))
  const read = await Promise.all(values.map((value) => value.toNDArray()))
  const slopes = await Promise.all(Object.entries(grads).map(async ([path, g]) => [path, await g.toNDArray()] as const))
  return faults(c, read, Object.fromEntries(slopes))
}

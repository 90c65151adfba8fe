/** What PyTorch gives in float64 (torch.json, by make.py), as cases: a function's value, its gradient, and the gradient of that. */
import { readFileSync } from 'node:fs'
import * as fx from '../../src/index.js'
import { decompositions, ops, type Options } from './ops.js'
import { weighted, weightedTotal } from './weights.js'

interface Plain {
  readonly shape: readonly number[]
  readonly dtype?: 'i32' | 'bool'
  readonly data: readonly number[]
}

interface Written {
  readonly op: string
  readonly options?: Options
  readonly inputs: readonly Plain[]
  readonly value: Plain
  /** The inputs differentiated by. */
  readonly wrt: readonly number[]
  readonly first?: readonly (readonly number[])[]
  readonly second?: readonly (readonly number[])[]
}

export interface TorchCase {
  readonly name: string
  readonly op: string
  readonly args: readonly fx.NDArray[]
  readonly run: (xs: readonly fx.Tensor[]) => readonly fx.Tensor[]
  readonly want: readonly Wanted[]
}

interface Wanted {
  readonly dtype: fx.DType
  readonly order: 0 | 1 | 2
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

type Function = (...xs: readonly fx.Tensor[]) => fx.Tensor

const gradients =
  (f: Function, argnums: readonly number[]) =>
  (...xs: readonly fx.Tensor[]): readonly fx.Tensor[] =>
    fx.grad(f, { argnums })(...xs)

const results = ({ op, options = {}, wrt }: Written, xs: readonly fx.Tensor[]): readonly fx.Tensor[] => {
  const f: Function = (...args) => ops[op]!(args, options)
  if (wrt.length === 0) return [f(...xs)]
  const first = gradients((...args) => weighted(f(...args)), wrt)
  const second = gradients((...args) => weightedTotal(first(...args)), wrt)
  return [f(...xs), ...first(...xs), ...second(...xs)]
}

const wanted = ({ value, wrt, inputs, first = [], second = [] }: Written): Wanted[] => {
  const like = (order: 1 | 2) => (data: readonly number[], i: number) => ({
    order,
    dtype: 'f32' as const,
    shape: inputs[wrt[i]!]!.shape,
    data,
  })
  return [{ order: 0, dtype: value.dtype ?? 'f32', shape: value.shape, data: value.data }, ...first.map(like(1)), ...second.map(like(2))]
}

const { cases } = JSON.parse(readFileSync(new URL('torch.json', import.meta.url), 'utf8')) as { readonly cases: readonly Written[] }

export const torchCases: readonly TorchCase[] = cases.map((written, i) => ({
  name: `${String(i)} ${written.op} ${written.inputs.map((x) => `[${x.shape.join()}]`).join(' ')} ${JSON.stringify(written.options ?? {})}`,
  op: written.op,
  args: written.inputs.map(({ data, shape, dtype = 'f32' }) => fx.ndarray(data as fx.Nested, { shape, dtype: dtype as fx.DType })),
  run: (xs) => results(written, xs),
  want: wanted(written),
}))

/**
 * How far off an element may be, in units of 2⁻²⁴ of itself plus the mean magnitude of its array (sums cancel), by the order of the
 * derivative, whose formulas get longer. What saturates is computed as a difference from 1, which keeps fewer places;
 * decompositions round at every one of their steps.
 */
const ulps = { cpu: [4, 32, 64], gpu: [8, 64, 128] } as const
const saturates = ['gelu', 'sigmoid', 'silu', 'tanh']
const loosened = new Set([...saturates, ...Object.keys(decompositions)])

const meanOf = (data: readonly number[]): number => data.reduce((sum, x) => sum + Math.abs(x), 0) / Math.max(1, data.length)

/** How many times the tolerance the worst element is off, for each result. */
const excess = ({ op, want }: TorchCase, got: readonly fx.NDArray[], on: 'cpu' | 'gpu'): number[] =>
  want.map(({ order, data }, i) => {
    const scale = meanOf(data)
    const unit = ulps[on][order] * (loosened.has(op) ? 8 : 1) * 2 ** -24
    const off = data.map((x, j) => Math.abs((got[i]!.data[j] ?? NaN) - x) / (unit * (Math.abs(x) + scale) || 1e-12))
    return off.reduce((most, x) => (x > most || Number.isNaN(x) ? x : most), 0)
  })

/** What is wrong with the results of a case, a line each. */
export const faults = (c: TorchCase, got: readonly fx.NDArray[], on: 'cpu' | 'gpu'): string[] => {
  const shapes = c.want.flatMap(({ shape, dtype }, i) =>
    got[i]?.shape.join() === shape.join() && got[i].dtype === dtype ? [] : [`${c.name}: result ${String(i)} has another type`],
  )
  if (shapes.length > 0) return shapes
  return excess(c, got, on).flatMap((times, i) => {
    if (times <= 1) return []
    const { order, data } = c.want[i]!
    return [
      `${c.name}: derivative ${order}: ${times.toPrecision(3)} times the tolerance: [${[...got[i]!.data].join()}], not [${data.join()}]`,
    ]
  })
}

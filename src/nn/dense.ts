/** Layers that are a table of weights: dense, embedding. */
import { naming, ShapeError } from '../error.js'
import { add, cast } from '../ops/point.js'
import { matmul } from '../ops/linear.js'
import { split, type Key } from '../ops/random.js'
import { take } from '../ops/shape.js'
import { glorotUniform, normal, zeros, type Initializer } from './initializers.js'
import { statelessLayer, type F32, type I32, type Layer, type None } from './module.js'

/** Weights, and the bias where there is one. */
export interface Affine {
  readonly w: F32
  readonly b?: F32
}

export interface AffineOptions {
  /** Adds a bias. Default true. */
  readonly bias?: boolean
  /** How the weights begin. */
  readonly init?: Initializer
  /** How the bias begins. Default zeros. */
  readonly biasInit?: Initializer
}

/** @throws ShapeError for a size that is no whole number from 1 */
export const checkSizes = (op: string, sizes: Readonly<Record<string, number>>): void => {
  const bad = Object.entries(sizes).find(([, n]) => !Number.isInteger(n) || n < 1)
  if (bad === undefined) return
  throw new ShapeError({ op, problem: `${bad[0]} is ${String(bad[1])}`, help: 'give a whole number, 1 or more' })
}

/** Weights of a shape with a fan, and a bias. */
export const affine = (
  key: Key,
  shape: readonly number[],
  biases: number,
  options: Required<AffineOptions>,
  fan?: { in: number; out: number },
): Affine => {
  const [first, second] = split(key)
  const w = options.init(first, shape, fan)
  return options.bias ? { w, b: options.biasInit(second, [biases], fan ?? { in: biases, out: biases }) } : { w }
}

/** x w + b for w and b of any one float dtype. */
export const affinely = ({ w, b }: Affine, x: F32): F32 => {
  const y: F32 = matmul(x, w)
  return b === undefined ? y : add(y, b)
}

/**
 * x w + b: [..., inputs] to [..., outputs]. Parameters: w [inputs, outputs], b [outputs]. Weights begin as `glorotUniform`.
 * @throws ShapeError where the last axis of x is not `inputs`
 */
export const dense = (inputs: number, outputs: number, options: AffineOptions = {}): Layer<Affine> => {
  checkSizes('dense', { inputs, outputs })
  const all = { bias: true, init: glorotUniform, biasInit: zeros, ...options }
  return statelessLayer(
    'dense',
    (key) => affine(key, [inputs, outputs], outputs, all),
    (p: Affine, x: F32) => naming('dense', () => affinely(p, x)),
  )
}

export interface Table {
  readonly table: F32
}

/** A row for each index: i32 [...] to [..., features]. Parameters: table [count, features], normal with deviation 1 unless said. */
export const embedding = (
  count: number,
  features: number,
  { init = normal(1) }: { readonly init?: Initializer } = {},
): Layer<Table, None, I32> => {
  checkSizes('embedding', { count, features })
  return statelessLayer(
    'embedding',
    (key) => ({ table: init(key, [count, features]) }),
    ({ table }: Table, indices: I32): F32 => naming('embedding', () => take(table, cast(indices, 'i32'), { axis: 0 })),
  )
}

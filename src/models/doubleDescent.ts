/**
 * Two ways in which large models do not overfit. Double descent: the test error over the number of features falls, rises to a peak where
 * there are as many as examples, and falls again (Belkin, Hsu, Ma, Mandal 2019), shown by random features relu(x W), W fixed, and the
 * solution of least norm. Grokking: a network knows all sums a + b mod p that it was shown long before it knows the others (Power et al.
 * 2022), shown by f(a, b) = U (V a + W b)² (Gromov: Grokking modular arithmetic, 2023), which has an exact solution made of waves.
 */
import { ShapeError, UnsupportedError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { statelessLayer, type Layer } from '../nn/module.js'
import { eye } from '../ops/creation.js'
import { solve } from '../ops/linalg/solve.js'
import { matmul } from '../ops/linear.js'
import { add, div, mul, relu, square } from '../ops/point.js'
import { normal, split } from '../ops/random.js'
import { sum } from '../ops/reduce.js'
import { reshape, slice, take, transpose } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>
type I32 = Tensor<Shape, 'i32'>

/** relu(x W) / √k: [n, d] by [d, k] to [n, k]. */
export const randomFeatures = (x: F32, w: F32): F32 => div(relu(matmul(x, w)), Math.sqrt(w.shape[1] as number))

/**
 * The weights of least norm among those of least squares, Φ⁺ y: of features [n, k] and targets [n, t], [k, t]. With k ≤ n it is
 * (ΦᵀΦ)⁻¹ Φᵀ y, else Φᵀ (ΦΦᵀ)⁻¹ y, which goes through all targets. `jitter`, of the mean of the diagonal, keeps the system solvable.
 * @throws ShapeError where rows do not fit
 */
export const leastNorm = (features: F32, y: F32, { jitter = 1e-6 }: { readonly jitter?: number } = {}): F32 => {
  const [n = 0, k = 0] = features.shape
  if (features.ndim !== 2 || y.ndim !== 2 || y.shape[0] !== n)
    throw new ShapeError({
      op: 'leastNorm',
      problem: 'there is not one row of targets for each row of features',
      facts: [`features: ${showShape(features.shape)}`, `y: ${showShape(y.shape)}`],
      help: 'give features [n, k] and y [n, targets]',
    })
  const across: F32 = transpose(features)
  const size = Math.min(n, k)
  const gram: F32 = k <= n ? matmul(across, features) : matmul(features, across)
  const little = mul(sum(mul(gram, eye(size))), jitter / size)
  const system = add(gram, mul(eye(size), little))
  return k <= n ? solve<Shape, Shape>(system, matmul(across, y)) : matmul(across, solve<Shape, Shape>(system, y))
}

export interface ModularParams {
  /** Rows by number, [p, hidden] each. */
  readonly v: F32
  readonly w: F32
  /** [hidden, p] */
  readonly u: F32
}

export interface ModularOptions {
  /** The modulus. */
  readonly p: number
  readonly hidden: number
  /** Standard deviation of all weights. Default 1 / √hidden. */
  readonly deviation?: number
}

/** Pairs of numbers i32[n, 2] to scores [n, p] of (a + b) mod p. @throws UnsupportedError for a modulus that is no whole number from 2 */
export const modularAddition = ({
  p,
  hidden,
  deviation = 1 / Math.sqrt(hidden),
}: ModularOptions): Layer<ModularParams, readonly [], I32> => {
  if (!(Number.isInteger(p) && p >= 2))
    throw new UnsupportedError({ op: 'modularAddition', problem: `p is ${String(p)}`, help: 'give a whole number from 2' })
  return statelessLayer(
    'modularAddition',
    (key): ModularParams => {
      const [a, b, c] = split(key, 3)
      const weights = (from: typeof a, shape: readonly number[]): F32 => mul(normal(from, shape), deviation)
      return { v: weights(a, [p, hidden]), w: weights(b, [p, hidden]), u: weights(c, [hidden, p]) }
    },
    ({ v, w, u }: ModularParams, pairs: I32): F32 => {
      const [first, second] = [0, 1].map((i): I32 => reshape(slice(pairs, [0, i], [pairs.shape[0] as number, i + 1]), [-1])) as [I32, I32]
      return matmul(square(add(take(v, first, { axis: 0 }), take(w, second, { axis: 0 }))), u)
    },
  )
}

/**
 * The autoencoder: an encoder f: x ∈ ℝⁿ → z ∈ ℝᵈ with d ≪ n, a decoder g: z → x̂, and L = Diff(x, x̂). Where both are linear and the
 * difference is the mean squared error, its minimum is that of principal component analysis: the columns of the decoder span the d
 * directions of the largest variance (Bourlard & Kamp 1988; Baldi & Hornik 1989). A denoising one is given x with noise, an inpainting
 * one x with a part missing, and both are to give x (Vincent et al. 2008).
 */
import { shapeError } from '../ir/ops/check.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { mse } from '../nn/losses.js'
import type { Module } from '../nn/module.js'
import { foriLoop } from '../ops/control.js'
import { eigh, qr, svd } from '../ops/linalg.js'
import { matmul } from '../ops/linear.js'
import { asin, div, minimum, sub } from '../ops/point.js'
import { key, normal, split, type Key } from '../ops/random.js'
import { mean } from '../ops/reduce.js'
import { flip, transpose } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

export interface AutoencoderParams<E, D> {
  readonly encoder: E
  readonly decoder: D
}

export interface Autoencoder<E, D> {
  readonly init: (key: Key) => AutoencoderParams<E, D>
  /** z = f(x) */
  readonly encode: (params: AutoencoderParams<E, D>, x: F32) => F32
  /** x̂ = g(z) */
  readonly decode: (params: AutoencoderParams<E, D>, z: F32) => F32
  /** x̂ = g(f(x)) */
  readonly apply: (params: AutoencoderParams<E, D>, x: F32) => F32
  /** The mean squared error between x and what is made of it, or of `corrupted`, from which x is to be recovered. */
  readonly loss: (params: AutoencoderParams<E, D>, x: F32, corrupted?: F32) => F32
}

export const autoencoder = <E, D>({
  encoder,
  decoder,
}: {
  readonly encoder: Module<E>
  readonly decoder: Module<D>
}): Autoencoder<E, D> => {
  const encode: Autoencoder<E, D>['encode'] = (params, x) => encoder.apply(params.encoder, x)
  const decode: Autoencoder<E, D>['decode'] = (params, z) => decoder.apply(params.decoder, z)
  const apply: Autoencoder<E, D>['apply'] = (params, x) => decode(params, encode(params, x))
  return {
    init: (seed) => {
      const [first, second] = split(seed)
      return { encoder: encoder.init(first), decoder: decoder.init(second) }
    },
    encode,
    decode,
    apply,
    loss: (params, x, corrupted = x) => mse(apply(params, corrupted), x),
  }
}

/** Σ = (1 / n) Σᵢ (xᵢ - x̄)(xᵢ - x̄)ᵀ of the rows of x [n, d]: [d, d]. @throws ShapeError */
export const covariance = (x: F32): F32 => {
  if (x.ndim !== 2) throw shapeError('covariance', 'it is of rows', [x], 'give x [n, d]')
  const centred: F32 = sub(x, mean(x, { axis: 0, keepDims: true }))
  return div(matmul(transpose(centred), centred), x.shape[0] as number)
}

export interface PrincipalComponents {
  /** [d, k], orthonormal columns, the direction of the largest variance first; signs are arbitrary. */
  readonly components: F32
  /** [k] */
  readonly variances: F32
}

/**
 * The k directions of the largest variance, from a covariance [d, d], by subspace iteration Q ← qr(Σ Q), which gains a factor λₖ / λₖ₊₁
 * of precision each time, then the eigenvectors of Qᵀ Σ Q. @throws ShapeError where k is more than d
 */
export const principalComponents = (
  sigma: F32,
  k: number,
  { iterations = 100 }: { readonly iterations?: number } = {},
): PrincipalComponents => {
  const [d = 0] = sigma.shape
  if (sigma.ndim !== 2 || sigma.shape[1] !== d || !(k >= 1 && k <= d))
    throw shapeError('principalComponents', `no ${String(k)} components of this`, [sigma], 'give a covariance [d, d] and k from 1 to d')
  const step = (_: unknown, q: F32): F32 => qr(matmul(sigma, q))[0]
  // At random: columns of Σ itself may be zeros, and of a fixed start one may be at right angles to all that is sought.
  const first: F32 = qr(matmul(sigma, normal(key(0), [d, k])))[0]
  const q = foriLoop(0, iterations, step as never, first as never) as unknown as F32
  const [w, v] = eigh(matmul(transpose(q), matmul(sigma, q)))
  return { components: matmul(q, flip(v, { axis: 1 })), variances: flip(w, { axis: 0 }) }
}

/**
 * The principal angles in radians, largest first, between the spans of the columns of a and b, both [d, k]: sin θ are the singular
 * values of (I - Qₐ Qₐᵀ) Q_b, which is exact where angles are small (Björck & Golub 1973). @throws ShapeError
 */
export const subspaceAngles = (a: F32, b: F32): F32 => {
  if (a.ndim !== 2 || b.ndim !== 2 || a.shape.join() !== b.shape.join())
    throw shapeError('subspaceAngles', 'no two spans of one size', [a, b], 'give two matrices [d, k]')
  const [qa, qb]: readonly [F32, F32] = [qr(a)[0], qr(b)[0]]
  const across: F32 = sub(qb, matmul(qa, matmul(transpose(qa), qb)))
  return asin(minimum(svd(across)[1], 1))
}

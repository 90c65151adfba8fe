/**
 * Activations σ: ℝⁿ → ℝⁿ and their Jacobians ∂σ(x)ᵢ / ∂xⱼ in closed form: what backpropagation multiplies by. All take x [n] and give [n, n].
 */
import { ShapeError } from '../error.js'
import { showShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { diag } from '../ops/matrix.js'
import { cast, gt, mul, sigmoid, square, sub, tanh } from '../ops/point.js'
import { softmax } from '../ops/reduce.js'
import { expandDims } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

const vector = (op: string, x: F32): F32 => {
  if (x.ndim === 1) return x
  throw new ShapeError({ op, problem: 'it is of one vector', facts: [`x: ${showShape(x.shape)}`], help: 'give x [n], or use vmap' })
}

/** diag(σ(x) ⊙ (1 - σ(x))) of σ(x) = 1 / (1 + e⁻ˣ). @throws ShapeError */
export const sigmoidJacobian = (x: F32): F32 => {
  const y = sigmoid(vector('sigmoidJacobian', x))
  return diag(mul(y, sub(1, y)))
}

/** diag(1 - tanh²(x)). @throws ShapeError */
export const tanhJacobian = (x: F32): F32 => diag(sub(1, square(tanh(vector('tanhJacobian', x)))))

/** diag(1{x > 0}): at 0, where there is no derivative, 0, as everywhere in the library. @throws ShapeError */
export const reluJacobian = (x: F32): F32 => diag(cast(gt(vector('reluJacobian', x), 0), 'f32'))

/** diag(y) - y yᵀ of y = softmax(x). @throws ShapeError */
export const softmaxJacobian = (x: F32): F32 => {
  const y: F32 = softmax(vector('softmaxJacobian', x))
  return sub(diag(y), mul(expandDims(y, 1), expandDims(y, 0)))
}

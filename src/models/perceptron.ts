/**
 * Rosenblatt's perceptron (1958): ŷ = 1{wᵀx + b > 0}, learnt example by example: θ ← θ + η (yᵢ - ŷᵢ) xᵢ, the bias being the weight
 * of an input that is 1. It ends in finite time if and only if the classes are linearly separable: after at most (R / γ)² updates,
 * with R the length of the longest input and γ the margin (Novikoff, 1962).
 */
import { ShapeError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { scan, whileLoop } from '../ops/control.js'
import { zeros } from '../ops/creation.js'
import { matmul } from '../ops/linear.js'
import { add, cast, gt, logicalAnd, lt, mul, neg, ne, stopGradient, sub } from '../ops/point.js'
import { mean, sum } from '../ops/reduce.js'

type F32 = Tensor<Shape, 'f32'>

/** Weights [features] and a bias []. */
export interface Perceptron {
  readonly w: F32
  readonly b: F32
}

/** wᵀx + b for each row of x. */
const scores = ({ w, b }: Perceptron, x: F32): F32 => add(matmul(x, w), b)

/** 1 or 0 for each row of x [n, features]: f32[n]. */
export const perceptron = (params: Perceptron, x: F32): F32 => cast(gt(scores(params, x), 0), 'f32')

/**
 * The perceptron criterion, -(y - ŷ) (wᵀx + b), the mean over the examples: how far those on the wrong side are from the boundary. For one
 * example its gradient is the update rule's, ŷ being held fast.
 */
export const perceptronLoss = (params: Perceptron, x: F32, y: F32): F32 =>
  mean(neg(mul(sub(y, stopGradient(perceptron(params, x))), scores(params, x))))

/** One pass: the update rule on each example in turn. `mistakes` counts those that it was wrong about when it saw them. */
export const perceptronEpoch = (params: Perceptron, x: F32, y: F32, rate = 1): readonly [params: Perceptron, mistakes: F32] => {
  const learn = ({ w, b }: Perceptron, row: { readonly x: F32; readonly y: F32 }): readonly [Perceptron, F32] => {
    const error = sub(row.y, cast(gt(add(sum(mul(w, row.x)), b), 0), 'f32'))
    return [{ w: add(w, mul(mul(error, row.x), rate)), b: add(b, mul(error, rate)) }, cast(ne(error, 0), 'f32')]
  }
  const [after, wrong] = scan(learn as never, params as never, { x, y } as never) as unknown as readonly [Perceptron, F32]
  return [after, sum(wrong)]
}

export interface PerceptronFit {
  readonly params: Perceptron
  /** Of the last pass: 0 where it ended because the classes are separated. */
  readonly mistakes: F32
  /** Passes made, the last one, without mistakes, included. */
  readonly epochs: Tensor<Shape, 'i32'>
}

/**
 * Passes from zero weights until one makes no mistake, at most `most` of them; x is f32[n, features], y f32[n] of 0 and 1.
 * @throws ShapeError where they do not fit
 */
export const perceptronFit = (
  x: F32,
  y: F32,
  { rate = 1, most = 1000 }: { readonly rate?: number; readonly most?: number } = {},
): PerceptronFit => {
  const [n, features] = x.shape
  if (x.ndim !== 2 || y.shape.join() !== String(n))
    throw new ShapeError({
      op: 'perceptronFit',
      problem: 'there is not one label for each row',
      facts: [`x: ${showType(x)}`, `y: ${showType(y)}`],
      help: 'give x [n, features] and y [n]',
    })
  const start: PerceptronFit = {
    params: { w: zeros([features as number]), b: zeros([]) },
    mistakes: add(zeros([]), 1),
    epochs: zeros([], 'i32'),
  }
  const goesOn = ({ mistakes, epochs }: PerceptronFit) => logicalAnd(gt(mistakes, 0), lt(epochs, most))
  const pass = ({ params, epochs }: PerceptronFit): PerceptronFit => {
    const [next, mistakes] = perceptronEpoch(params, x, y, rate)
    return { params: next, mistakes, epochs: add(epochs, 1) }
  }
  return whileLoop(goesOn as never, pass as never, start as never)
}

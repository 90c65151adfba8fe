/** Restoring what was spoilt: holes and their filling, and how close one comes. For autoencoders that remove noise and fill holes. */
import { ShapeError } from '../error.js'
import { shapeError } from '../ir/ops/check.js'
import { sameShape, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { iota } from '../ops/creation.js'
import { add, cast, div, floor, ge, log, logicalAnd, logicalNot, lt, mul, square, sub, where } from '../ops/point.js'
import { split, uniform, type Key } from '../ops/random.js'
import { sum } from '../ops/reduce.js'
import { reshape } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>
type Bool = Tensor<Shape, 'bool'>

export interface PsnrOptions {
  /** The range of values. Default 1. */
  readonly peak?: number
  /** Where to compare: bool of their shape. Default: everywhere. */
  readonly where?: Bool
}

/**
 * The peak signal-to-noise ratio in dB, of all elements together: 10 log₁₀ (peak² / MSE). Infinite where they are equal.
 * @throws ShapeError where shapes differ
 */
export const psnr = (x: F32, y: F32, { peak = 1, where: asked }: PsnrOptions = {}): F32 => {
  if (!sameShape(x.shape, y.shape) || (asked !== undefined && !sameShape(asked.shape, x.shape)))
    throw shapeError('psnr', 'the shapes differ', asked === undefined ? [x, y] : [x, y, asked], 'give tensors of one shape')
  const squares = square(sub(x, y))
  const error = asked === undefined ? div(sum(squares), squares.size) : div(sum(where(asked, squares, 0)), sum(cast(asked, 'f32')))
  return mul(log(div(peak * peak, error)), 10 / Math.LN10)
}

/** What is known stays as it is, bit for bit; the rest is what was made. @throws ShapeError */
export const inpaint = (x: F32, known: Bool, made: F32): F32 => {
  if (!sameShape(x.shape, made.shape) || !sameShape(x.shape, known.shape))
    throw shapeError('inpaint', 'the shapes differ', [x, known, made], 'give tensors of one shape')
  return where(known, x, made)
}

/** Which pixels of n pictures of side × side are known: all but a square of hole × hole at a random place, bool[n, side · side]. @throws ShapeError */
export const squareHoles = (key: Key, n: number, { side, hole }: { readonly side: number; readonly hole: number }): Bool => {
  if (!(Number.isInteger(hole) && hole >= 0 && hole <= side))
    throw new ShapeError({
      op: 'squareHoles',
      problem: 'the hole is not within the picture',
      facts: [`hole: ${String(hole)}`, `side: ${String(side)}`],
      help: 'give a whole number from 0 to side',
    })
  const within = (own: Key, shape: Shape): Bool => {
    const start: F32 = floor(mul(uniform(own, [n, 1, 1]), side - hole + 1))
    const place: F32 = reshape(cast(iota(side), 'f32'), shape)
    return logicalAnd(ge(place, start), lt(place, add(start, hole)))
  }
  const [down, across] = split(key)
  const inside = logicalAnd(within(down, [1, side, 1]), within(across, [1, 1, side]))
  return reshape(logicalNot(inside), [n, side * side])
}

/** The product of elements. */
import { naming } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { full } from './creation.js'
import { padAxis, sliceAxis } from './arrange.js'
import { axesOf } from './operand.js'
import { cast, inF32, mul } from './point.js'
import type { ReduceOptions } from './reduce.js'
import { reshape, transpose } from './shape.js'

/** How many parts one kernel multiplies: fewer passes over less memory, within the buffers that a kernel binds. */
const parts = 8

/**
 * The product; 1 over nothing. Integers wrap; `bool` counts as i32; f16 is multiplied in f32 and rounded once. A tree of products, so that zeros, signs and the
 * derivatives at zeros are exact: it never divides by an element.
 */
export const prod = <D extends DType>(x: Tensor<Shape, D>, { axis, keepDims = false }: ReduceOptions = {}): Tensor<Shape, D> => {
  const axes = axesOf('prod', axis, x)
  const source: Tensor = x.dtype === 'bool' ? cast(x as Tensor, 'i32') : x
  const rest = range(x.ndim).filter((d) => !axes.includes(d))
  const lengths = (dims: readonly number[]): number[] => dims.map((d) => x.shape[d] as number)
  const flat = reshape(transpose(source, [...axes, ...rest]), [sizeOf(lengths(axes)), ...lengths(rest)])
  const product = naming('prod', () => inF32(flat, tree))
  return reshape(product, keepDims ? x.shape.map((n, d) => (axes.includes(d) ? 1 : n)) : lengths(rest)) as Tensor as Tensor<Shape, D>
}

/** [n, *rest] to [*rest]. */
const tree = (x: Tensor): Tensor => {
  const [n = 0, ...rest] = x.shape
  if (n === 0) return full(rest, 1, x.dtype)
  if (n <= parts) return reshape(multiply(range(n).map((i) => sliceAxis(x, 0, i, i + 1))), rest)
  const length = Math.ceil(n / parts)
  const whole = padAxis(x, 0, 0, length * parts - n, 1)
  return tree(multiply(range(parts).map((i) => sliceAxis(whole, 0, i * length, (i + 1) * length))))
}

const multiply = (xs: readonly Tensor[]): Tensor => {
  if (xs.length === 1) return xs[0] as Tensor
  const half = xs.length >> 1
  return mul(multiply(xs.slice(0, half)), multiply(xs.slice(half)))
}

/**
 * Sums, products and maxima so far; those of f16 are computed in f32 and each is rounded once. In blocks of four: the totals of the blocks are accumulated in the same way, and
 * each block adds what came before it (Blelloch 1990). That is O(n) work, where shifting by powers of two is O(n log n).
 */
import { naming } from '../error.js'
import { isFloat, type DType } from '../ir/dtype.js'
import { checkTakes } from '../ir/ops/check.js'
import { identityOf } from '../ir/ops/op.js'
import { range, type Shape } from '../ir/shape.js'
import { typed, type Tensor } from '../ir/tensor.js'
import { padAxis, sliceAxis } from './arrange.js'
import { axisOf, broadcastTo } from './operand.js'
import { add, cast, inF32, maximum, mul } from './point.js'
import type { AxisOption } from './index.js'
import { concat, moveAxis, reshape } from './shape.js'
import type { AxisFits } from './types/axis.js'
import type { Cumulated } from './types/index.js'

interface Monoid {
  readonly op: (x: Tensor, y: Tensor) => Tensor
  /** What changes nothing, of a dtype. */
  readonly start: (dtype: DType) => number
}

const block = 4

/** [rows, n] to the prefixes of every row. */
const prefixes = (x: Tensor, monoid: Monoid): Tensor => {
  const [rows, n] = x.shape as readonly [number, number]
  if (n <= block) return concat(running(x, 1, n, monoid), { axis: 1 })
  const blocks = Math.ceil(n / block)
  const [none, size] = [monoid.start(x.dtype), [rows, blocks, block]]
  const padded = reshape(padAxis(x, 1, 0, blocks * block - n, none), size)
  const within = running(padded, 2, block, monoid)
  const totals = prefixes(reshape(within[block - 1] as Tensor, [rows, blocks]), monoid)
  const before = reshape(padAxis(sliceAxis(totals, 1, 0, blocks - 1), 1, 1, 0, none), [rows, blocks, 1])
  const whole = monoid.op(broadcastTo(before, size), concat(within, { axis: 2 }))
  return sliceAxis(reshape(whole, [rows, blocks * block]), 1, 0, n)
}

/** The prefixes of a short axis, one after the other, each of length 1 on it. */
const running = (x: Tensor, axis: number, n: number, { op }: Monoid): Tensor[] =>
  range(n).reduce<Tensor[]>((done, i) => {
    const here = sliceAxis(x, axis, i, i + 1)
    const last = done.at(-1)
    return [...done, last === undefined ? here : op(last, here)]
  }, [])

const cumulative =
  (name: string, monoid: Monoid) =>
  <S extends Shape, D extends DType, const O extends AxisOption = Readonly<Record<never, never>>>(
    x: Tensor<S, D>,
    options?: O & AxisFits<S, O>,
  ): Tensor<Cumulated<S, O>, D> => {
    const axis = options?.axis
    const counted: Tensor = x.dtype === 'bool' ? cast(x as Tensor, 'i32') : x
    const from = axis === undefined ? reshape(counted, [x.size]) : counted
    const at = axisOf(name, axis ?? 0, from)
    checkTakes(name, 'numeric', [from])
    if (from.size === 0) return typed(from)
    const n = from.shape[at] as number
    return naming(name, () => {
      const last = moveAxis(from, at, -1)
      const rows = inF32(reshape(last, [from.size / n, n]), (x) => prefixes(x, monoid))
      return typed(moveAxis(reshape(rows, last.shape), -1, at))
    })
  }

/** Element i is the sum of elements 0 … i along an axis (of the flattened x, without one, as NumPy's). Integers wrap; `bool` counts as i32. */
export const cumsum = cumulative('cumsum', { op: (x, y) => add<Tensor, Tensor>(x, y), start: (dtype) => (isFloat(dtype) ? -0 : 0) })

/** Element i is the product of elements 0 … i along an axis (of the flattened x, without one). Integers wrap; it never divides, so zeros have exact derivatives. */
export const cumprod = cumulative('cumprod', { op: (x, y) => mul<Tensor, Tensor>(x, y), start: () => 1 })

/** Element i is the largest of elements 0 … i along an axis (of the flattened x, without one); NaN from the first NaN on. Equal largest elements share the gradient. */
export const cummax = cumulative('cummax', { op: (x, y) => maximum<Tensor, Tensor>(x, y), start: (dtype) => identityOf('max', dtype) })

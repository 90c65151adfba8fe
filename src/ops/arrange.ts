/** Ops that repeat and rotate elements, made of views. */
import { ShapeError, naming } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { ndarray } from '../ir/ndarray.js'
import { range, type Shape } from '../ir/shape.js'
import { typed, type Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { axisOf, broadcastTo } from './operand.js'
import { constant } from './creation.js'
import { concat, pad, reshape, slice, take } from './shape.js'
import type { AxisFits } from './types/axis.js'
import type { Counts, Repeated, Tiled } from './types/view.js'

const listOf = (x: number | readonly number[]): readonly number[] => (typeof x === 'number' ? [x] : x)

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0

const countError = (op: string, problem: string, x: Tensor, help: string): ShapeError =>
  new ShapeError({ op, problem, facts: [`operand: ${showType(x)}`], help })

/** Elements `from` to `to` along one axis. */
export const sliceAxis = (x: Tensor, axis: number, from: number, to: number, stride = 1): Tensor =>
  slice(
    x,
    x.shape.map((_, d) => (d === axis ? from : 0)),
    x.shape.map((n, d) => (d === axis ? to : n)),
    x.shape.map((_, d) => (d === axis ? stride : 1)),
  )

/** `value` before and after x along one axis. */
export const padAxis = (x: Tensor, axis: number, before: number, after: number, value: number): Tensor =>
  pad(
    x,
    x.shape.map((_, d) => (d === axis ? ([before, after] as const) : ([0, 0] as const))),
    value,
  )

/** The whole of x, `reps` times along each axis. As NumPy's: the shorter of the shape and `reps` gets leading ones. @throws ShapeError for a count that is no whole number from 0 */
export const tile = <S extends Shape, D extends DType, const R extends number | readonly number[]>(
  x: Tensor<S, D>,
  reps: R,
): Tensor<Tiled<S, R>, D> => {
  const given = listOf(reps)
  if (!given.every(isCount)) throw countError('tile', `reps is [${given.join(', ')}]`, x, 'give whole numbers, 0 or more')
  const rank = Math.max(x.ndim, given.length)
  const lead = (list: readonly number[]): readonly number[] => [...range(rank - list.length).map(() => 1), ...list]
  const [shape, counts] = [lead(x.shape), lead(given)]
  const apart = reshape(
    x as Tensor,
    shape.flatMap((n) => [1, n]),
  )
  const repeated = broadcastTo(
    apart,
    shape.flatMap((n, d) => [counts[d] as number, n]),
  )
  return typed(
    reshape(
      repeated,
      shape.map((n, d) => n * (counts[d] as number)),
    ),
  )
}

/** Every element n times in a row along an axis (of the flattened x, without one); a list gives each element a count of its own. @throws ShapeError */
export const repeat = <
  S extends Shape,
  D extends DType,
  const N extends number | readonly number[],
  const O extends { readonly axis?: number } = Readonly<Record<never, never>>,
>(
  x: Tensor<S, D>,
  n: N & Counts<S, N, O>,
  options?: O & AxisFits<S, O>,
): Tensor<Repeated<S, N, O>, D> => typed(repeated(x, n, options?.axis))

const repeated = (x: Tensor, n: number | readonly number[], axis: number | undefined): Tensor => {
  const from: Tensor = axis === undefined ? reshape(x, [x.size]) : x
  const at = axisOf('repeat', axis ?? 0, from)
  const length = from.shape[at] as number
  const counts = listOf(n)
  if (!counts.every(isCount) || (typeof n !== 'number' && n.length !== length))
    throw countError(
      'repeat',
      `cannot repeat [${counts.join(', ')}] times`,
      x,
      `give one whole number, or one for each of the ${String(length)}`,
    )
  if (typeof n !== 'number') {
    const indices = n.flatMap((count, i) => range(count).map(() => i))
    return take(from, constant(ndarray(indices, { dtype: 'i32', shape: [indices.length] })), { axis: at })
  }
  const around = (middle: readonly number[]): readonly number[] => [...from.shape.slice(0, at), ...middle, ...from.shape.slice(at + 1)]
  return reshape(broadcastTo(reshape(from, around([length, 1])), around([length, n])), around([length * n]))
}

/** Moves elements by `shift` places along an axis; those that fall off the end come back at the start. Without `axis`, of the flattened x. @throws ShapeError */
export const roll = <
  S extends Shape,
  D extends DType,
  const O extends { readonly axis?: number | readonly number[] } = Readonly<Record<never, never>>,
>(
  x: Tensor<S, D>,
  shift: number | readonly number[],
  options?: O & AxisFits<S, O>,
): Tensor<S, D> => typed(rolled(x, shift, options?.axis))

const rolled = (x: Tensor, shift: number | readonly number[], axis: number | readonly number[] | undefined): Tensor => {
  if (axis === undefined) {
    const total = listOf(shift).reduce((a, b) => a + b, 0)
    return reshape(
      naming('roll', () => rolled(reshape(x, [x.size]), total, 0)),
      x.shape,
    )
  }
  const [axes, shifts] = [listOf(axis).map((a) => axisOf('roll', a, x)), listOf(shift)]
  if (!shifts.every(Number.isInteger) || (shifts.length !== 1 && shifts.length !== axes.length))
    throw countError('roll', `shift is [${shifts.join(', ')}]`, x, 'give one whole number, or one for each axis')
  return axes.reduce<Tensor>((y, d, i) => rollAxis(y, d, shifts[shifts.length === 1 ? 0 : i] as number), x)
}

const rollAxis = (x: Tensor, axis: number, shift: number): Tensor => {
  const n = x.shape[axis] as number
  const by = n === 0 ? 0 : ((shift % n) + n) % n
  return by === 0 ? x : concat([sliceAxis(x, axis, n - by, n), sliceAxis(x, axis, 0, n - by)], { axis })
}

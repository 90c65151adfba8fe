/** What decompositions are made of: matrices are the last two axes, `F32[..., n, m]`. */
import type { DType } from '../../ir/dtype.js'
import { range, sizeOf, type Shape } from '../../ir/shape.js'
import type { Tensor } from '../../ir/tensor.js'
import { sliceAxis } from '../arrange.js'
import { arange, eye, iota, zeros } from '../creation.js'
import { scan } from '../control.js'
import { dynamicSlice } from '../index.js'
import { matmul } from '../linear.js'
import { broadcastTo, type Operand } from '../operand.js'
import { add, bitAnd, bitcast, clamp, mul, shiftLeft, shiftRight, sub } from '../point.js'
import { max } from '../reduce.js'
import { reshape, squeeze, stack, swapAxes } from '../shape.js'

export type F32 = Tensor<Shape, 'f32'>
export type I32 = Tensor<Shape, 'i32'>
export type Bool = Tensor<Shape, 'bool'>
/** The number of a step: known, or a scalar of a loop. */
export type Index = Operand<'i32'>

/** Up to this many rows are straight-line code: no loop, so that batches of small matrices fuse into few kernels. */
export const fewRows = 4

export const batchOf = ({ shape }: Tensor): Shape => shape.slice(0, -2)
export const rowsOf = ({ shape }: Tensor): number => shape.at(-2) as number
export const columnsOf = ({ shape }: Tensor): number => shape.at(-1) as number

export const transposed = (a: F32): F32 => swapAxes(a, -1, -2)
export const product = (a: F32, b: F32): F32 => matmul<Shape, Shape, 'f32'>(a, b)
/** (a + aᵀ) / 2. */
export const symmetric = (a: F32): F32 => mul(add(a, transposed(a)), 0.5)

/** a with one batch axis. */
export const flatBatch = (a: F32): F32 => reshape(a, [sizeOf(batchOf(a)), rowsOf(a), columnsOf(a)])
/** Undoes `flatBatch` for the matrices, or vectors, of a batch. */
export const inBatch = <T extends Tensor>(x: T, batch: Shape): T => reshape(x as Tensor, [...batch, ...x.shape.slice(1)]) as Tensor as T

export const zerosLike = (shape: Shape): F32 => zeros(shape)
/** Identities in the batch of a, of n rows and m columns. */
export const identities = (a: F32, n: number, m = n): F32 => broadcastTo(eye(n, m), [...batchOf(a), n, m]) as F32

/** Row numbers [n, 1] and column numbers [1, n]. */
export const rowNumbers = (n: number): I32 => iota([n, 1])
export const columnNumbers = (n: number): I32 => iota([1, n], { axis: 1 })

/** Column i of [b, n, m], as [b, n, 1]; row i, as [b, 1, m]; and the element of both, as [b, 1, 1]. */
export const columnAt = <D extends DType>(a: Tensor<Shape, D>, i: Index): Tensor<Shape, D> =>
  dynamicSlice(a, [0, 0, i], [a.shape[0] as number, a.shape[1] as number, 1])
export const rowAt = <D extends DType>(a: Tensor<Shape, D>, i: Index): Tensor<Shape, D> =>
  dynamicSlice(a, [0, i, 0], [a.shape[0] as number, 1, a.shape[2] as number])
export const elementAt = (a: F32, i: Index, j: Index): F32 => dynamicSlice(a, [0, i, j], [a.shape[0] as number, 1, 1])

/** The largest magnitude along axes as a power of two that does not exceed it, and the inverse of that: scaling by them is exact. */
export const scaleOf = (magnitudes: F32, axis: readonly number[]): { readonly up: F32; readonly down: F32 } => {
  const largest = max(magnitudes, { axis, keepDims: true })
  const exponent = clamp(bitAnd(shiftRight(bitcast(largest, 'i32'), 23), 255), 1, 252)
  return { up: bitcast(shiftLeft(exponent, 23), 'f32'), down: bitcast(shiftLeft(sub(254, exponent), 23), 'f32') }
}

/** `scan` over 0 … length - 1 and the rows of `xs`, of at least one step; few steps are written out. */
export const steps = <C>(
  length: number,
  f: (carry: C, i: Index, rows: readonly F32[]) => readonly [C, readonly F32[]],
  init: C,
  xs: readonly F32[],
  { reverse = false }: { readonly reverse?: boolean } = {},
): readonly [C, readonly F32[]] => {
  if (length > fewRows) {
    const counted = [arange(length) as I32, xs] as const
    return scan((carry: C, [i, rows]: typeof counted): readonly [C, typeof counted] => f(carry, i, rows) as never, init, counted, {
      reverse,
    }) as never
  }
  const order = reverse ? range(length).reverse() : range(length)
  const stacks: (readonly F32[])[] = []
  const last = order.reduce((carry, i) => {
    const [next, ys] = f(
      carry,
      i,
      xs.map((x) => squeeze(sliceAxis(x, 0, i, i + 1) as F32, 0)),
    )
    stacks[i] = ys
    return next
  }, init)
  return [last, (stacks[0] ?? []).map((_, k) => stack(stacks.map((ys) => ys[k] as F32)))]
}

/** Batched forms of contractions: what is one for all is not repeated. */
import type { ConvAttrs } from '../../ir/graph.js'
import type { Shape } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { matmul } from '../../ops/linear.js'
import { reshape } from '../../ops/shape.js'
import { lane, toFront, type Batch, type BatchTable } from './rule.js'

/** Splits axis d in two. */
const splitAxis = (x: Tensor, d: number, [outer, inner]: readonly [number, number]): Tensor =>
  reshape(x, [...x.shape.slice(0, d), outer, inner, ...x.shape.slice(d + 1)])

/** Joins the first axis with the one that comes to stand at d after it is gone: [n, …, m, …] to […, n·m, …]. */
const joinAxis = (x: Tensor, d: number): Tensor => {
  const perm = [...x.shape.map((_, i) => i).slice(1, d + 1), 0, ...x.shape.map((_, i) => i).slice(d + 1)]
  const moved = apply('transpose', [x], { perm })
  const [n, m] = [x.shape[0] as number, x.shape[d + 1] as number]
  return reshape(moved, [...moved.shape.slice(0, d), n * m, ...moved.shape.slice(d + 2)])
}

/** [N, g, c, *space] ⋆ [g, o, c, *window] → [N, g, o, *positions]: a batch of images joins N, one of kernels o, both together g. */
const conv: Batch<ConvAttrs> = (args, attrs, n) => {
  const [x, w] = [lane(args), lane(args, 1)]
  const both = x.batched && w.batched
  const [inX, inW, out] = both ? [1, 0, 1] : x.batched ? [0, 0, 0] : [0, 1, 2]
  const result = apply('conv', [x.batched ? joinAxis(x.x, inX) : x.x, w.batched ? joinAxis(w.x, inW) : w.x], attrs)
  const length = (result.shape[out] as number) / n
  return toFront(splitAxis(result, out, [n, n === 0 ? lengthOf(x.x.shape, w.x.shape, out, x.batched, w.batched) : length]), out)
}

/** The length of a result's axis where the batch is empty and it cannot be divided out. */
const lengthOf = (x: Shape, w: Shape, out: number, xBatched: boolean, wBatched: boolean): number =>
  (out < 2 ? x[out + (xBatched ? 1 : 0)] : w[wBatched ? 2 : 1]) as number

export const contractBatching: BatchTable<'matmul' | 'conv'> = {
  // Batches broadcast, and one matrix for all is a product with all rows.
  matmul: (args) => matmul(lane(args).x, lane(args, 1).x as never),
  conv,
}

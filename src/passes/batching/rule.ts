import type { Attrs, AttrsOf, OpName } from '../../ir/graph.js'
import { apply, type Tensor } from '../../ir/tensor.js'

/** A value in a batched computation: one for all, or one for each element of the batch, along axis 0. */
export interface Lane {
  readonly x: Tensor
  readonly batched: boolean
}

/** The batched form of an op: from arguments, of which at least one is batched, to the results of all elements along axis 0. */
export type Batch<A = Attrs> = (args: readonly Lane[], attrs: A, n: number) => Tensor

export type BatchTable<K extends OpName> = { readonly [P in K]: Batch<AttrsOf[P]> }

/** The lane at a place. */
export const lane = (args: readonly Lane[], i = 0): Lane => args[i] as Lane

/** A value for each element of the batch: what is one for all is repeated, as a view. */
export const spread = ({ x, batched }: Lane, n: number): Tensor => (batched ? x : apply('broadcast', [x], { shape: [n, ...x.shape] }))

/** For elementwise ops. */
export const pointwise =
  <K extends OpName>(op: K): Batch<AttrsOf[K]> =>
  (args, attrs, n) =>
    apply(
      op,
      args.map((arg) => spread(arg, n)),
      attrs,
    )

/** For ops of one argument that stay themselves with other attributes. */
export const shifted =
  <K extends OpName>(op: K, attrsOf: (attrs: AttrsOf[K], n: number) => AttrsOf[K]): Batch<AttrsOf[K]> =>
  (args, attrs, n) =>
    apply(op, [lane(args).x], attrsOf(attrs, n))

/** For ops without arguments, which are one for all. */
export const source: Batch = (args) => lane(args).x

/** Puts axis `from` first. */
export const toFront = (x: Tensor, from: number): Tensor => {
  const rest = x.shape.map((_, d) => d).filter((d) => d !== from)
  return apply('transpose', [x], { perm: [from, ...rest] })
}

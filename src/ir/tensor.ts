import type { DType } from './dtype.js'
import { itemType } from './builder.js'
import type { Attrs, AttrsOf, OpName } from './graph.js'
import { opDef } from './ops/table.js'
import { sizeOf, type Shape } from './shape.js'
import type { TensorType } from './type.js'

/**
 * A symbolic value: its own derivation, nothing else. It holds no data and no device memory; calling ops makes more of
 * them, and a program exists only once `trace` or `compile` has read them.
 */
export class Tensor<S extends Shape = Shape, D extends DType = DType> {
  constructor(
    readonly op: OpName,
    readonly args: readonly Tensor[],
    readonly attrs: Attrs,
    readonly shape: S,
    readonly dtype: D,
  ) {}

  /** The number of axes. */
  get ndim(): number {
    return this.shape.length
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape)
  }
}

export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor

/** Applies a core op, which does not broadcast. @throws what the op's type rule throws */
export const apply = <K extends OpName>(op: K, args: readonly Tensor[], attrs: AttrsOf[K]): Tensor => {
  const type = op === 'item' ? itemType(args[0], attrs as AttrsOf['item']) : opDef(op).infer(args, attrs)
  return new Tensor(op, args, attrs, type.shape, type.dtype)
}

/** A tensor with a shape and dtype that the types know and the compiler cannot follow. */
export const typed = <S extends Shape, D extends DType>(x: Tensor): Tensor<S, D> => x as Tensor<S, D>

/** A fresh parameter: equal to no other, whatever its type. */
export const freshParam = ({ shape, dtype }: TensorType, index: number): Tensor =>
  new Tensor('param', [], { index, shape, dtype }, shape, dtype)

/** The tensors that results depend on, arguments before users, each once, but for those in `known` and what only they need. Iterative: derivations may be deep. */
export const topological = (roots: readonly Tensor[], known: Iterable<Tensor> = []): Tensor[] => {
  const order: Tensor[] = []
  const seen = new Set<Tensor>(known)
  const stack: { readonly tensor: Tensor; next: number }[] = []
  const enter = (tensor: Tensor): void => {
    if (seen.has(tensor)) return
    seen.add(tensor)
    stack.push({ tensor, next: 0 })
  }
  for (const root of roots) {
    enter(root)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const arg = top.tensor.args[top.next++]
      if (arg !== undefined) enter(arg)
      else order.push((stack.pop() as { readonly tensor: Tensor }).tensor)
    }
  }
  return order
}

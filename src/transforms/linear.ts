/** What `vjp`, `jvp` and `jacobian` share: a function called on fresh variables, and its derivative there as a linear map. */
import { DTypeError, ShapeError, TraceError } from '../error.js'
import { noAttrs } from '../ir/builder.js'
import { isFloat } from '../ir/dtype.js'
import { cotangentType } from '../ir/ops/nest.js'
import { sameShape } from '../ir/shape.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { sameTree, unflatten, type Flat } from '../ir/tree.js'
import { showType, type TensorType } from '../ir/type.js'
import { tensorLeaves } from '../ops/leaves.js'
import { backward } from '../passes/autodiff.js'
import type { Mode } from '../passes/derivative/while.js'

export type AnyFunction = (...args: never[]) => unknown

/** A cotangent or tangent, or none where it is zero. */
export type Part = Tensor | undefined

const place = (path: string | undefined): string => (path === undefined || path === '' ? 'the top' : path)

/** Leaves of a tree like another, of the same types where the other's are floats. @throws TraceError, ShapeError, DTypeError */
export const leavesLike = (op: string, what: string, value: unknown, like: Flat<Tensor>): readonly Tensor[] => {
  const flat = tensorLeaves(op, what, value)
  if (!sameTree(flat.tree, like.tree)) {
    throw new TraceError({
      op,
      problem: `${what} is not the tree that it belongs to`,
      facts: [`given: ${JSON.stringify(flat.tree)}`, `wanted: ${JSON.stringify(like.tree)}`],
      help: 'give a tree of the same structure',
    })
  }
  like.leaves.forEach((want, i) => {
    const got = flat.leaves[i] as Tensor
    if (!isFloat(want.dtype) || (sameShape(want.shape, got.shape) && got.dtype === want.dtype)) return
    const detail = {
      op,
      problem: `${what} has ${showType(got)} for ${showType(want)}`,
      facts: [`at ${place(flat.paths[i])}`],
      help: 'give a tensor of the same shape and dtype',
    }
    throw got.dtype === want.dtype ? new ShapeError(detail) : new DTypeError(detail)
  })
  return flat.leaves
}

/** A function at a point. */
export interface Linear {
  readonly args: Flat<Tensor>
  readonly out: Flat<Tensor>
  /** The cotangents of the leaves of the arguments, given those of the result's. None for leaves that are no floats. */
  pull(cotangents: readonly Part[], mode?: Mode): readonly Part[]
}

const fresh = (x: Tensor): Tensor => (isFloat(x.dtype) ? apply('alias', [x], noAttrs) : x)

/** Calls a function on fresh variables, so that a derivative sees this use of a tensor and no other. */
export const linearize = (op: string, f: AnyFunction, primals: readonly unknown[]): Linear => {
  const given = tensorLeaves(op, 'the arguments', primals)
  const args = { ...given, leaves: given.leaves.map(fresh) }
  const result = (f as (...args: readonly unknown[]) => unknown)(...(unflatten(args.tree, args.leaves) as readonly unknown[]))
  const out = tensorLeaves(op, "the function's result", result)
  const inputs = args.leaves.filter(({ dtype }) => isFloat(dtype))
  return {
    args,
    out,
    pull: (cotangents, mode) => {
      const parts = pullBack(out.leaves, cotangents, inputs, mode)
      const partOf = new Map(inputs.map((input, i) => [input, parts[i]]))
      return args.leaves.map((leaf) => partOf.get(leaf))
    },
  }
}

/** Reverse mode through the outputs that have a cotangent. */
export const pullBack = (
  outputs: readonly Tensor[],
  cotangents: readonly Part[],
  inputs: readonly Tensor[],
  mode?: Mode,
): readonly Part[] => {
  const known = outputs.flatMap((output, i) => {
    const g = cotangents[i]
    return g === undefined || !isFloat(output.dtype) ? [] : [[output, g] as const]
  })
  return backward(
    known.map(([output]) => output),
    known.map(([, g]) => g),
    inputs,
    mode,
  )
}

/** A derivative, or zeros where there is none: of the dtype of a float, else of f32. */
export const orZeros = (part: Part, like: TensorType): Tensor => part ?? apply('fill', [], { value: 0, ...cotangentType(like) })

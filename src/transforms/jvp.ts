import { noAttrs } from '../ir/builder.js'
import { isFloat } from '../ir/dtype.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { unflatten } from '../ir/tree.js'
import { leavesLike, linearize, orZeros, pullBack, type Linear, type Part } from './linear.js'

/**
 * The tangents of a function's results. The pullback u ↦ uᵀJ is linear in u, so its own transpose at v is Jv: reverse
 * mode twice, with u a variable that nothing of the result depends on. What only the pullback's value needs is dead.
 */
export const pushForward = ({ args, out, pull }: Linear, tangents: readonly Part[]): readonly Part[] => {
  const variables = out.leaves.map((leaf): Part => (isFloat(leaf.dtype) ? apply('alias', [orZeros(undefined, leaf)], noAttrs) : undefined))
  const pulled = pull(variables, 'forward')
  const terms = args.leaves.flatMap((_, i) => {
    const [part, tangent] = [pulled[i], tangents[i]]
    return part === undefined || tangent === undefined ? [] : [[part, tangent] as const]
  })
  const inputs = variables.filter((variable): variable is Tensor => variable !== undefined)
  const pushed = pullBack(
    terms.map(([part]) => part),
    terms.map(([, tangent]) => tangent),
    inputs,
    'forward',
  )
  const partOf = new Map(inputs.map((input, i) => [input, pushed[i]]))
  return variables.map((variable) => (variable === undefined ? undefined : partOf.get(variable)))
}

/**
 * The value of a function and its derivative along tangents: `[out, tangentOut]`, both trees like the result. As
 * `jax.jvp`, but for arguments and results that are integers or truth values: the tangents of such arguments are not
 * looked at, and those of such results are zeros of f32.
 * @throws TraceError for leaves that are no tensors, or tangents of another structure than `primals` @throws ShapeError or DTypeError for tangents of other types
 */
export const jvp = <A extends readonly unknown[], R>(f: (...args: A) => R, primals: NoInfer<A>, tangents: NoInfer<A>): readonly [R, R] => {
  const linear = linearize('jvp', f, primals)
  const { args, out } = linear
  const pushed = pushForward(linear, leavesLike('jvp', 'the list of tangents', tangents, args))
  return [
    unflatten(out.tree, out.leaves) as R,
    unflatten(
      out.tree,
      out.leaves.map((leaf, i) => orZeros(pushed[i], leaf)),
    ) as R,
  ]
}

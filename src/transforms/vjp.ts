import { unflatten } from '../ir/tree.js'
import { leavesLike, linearize, orZeros } from './linear.js'

/**
 * The value of a function and its pullback there: `[out, pull]`, where `pull(cotangent)` takes a tree like `out` and
 * gives the list of the arguments' cotangents, each a tree like its argument. As `jax.vjp`, but for arguments and results
 * that are integers or truth values: they have no derivative, so the cotangents of such arguments are zeros of f32, and
 * those of such results are not looked at. The pullback may be called any number of times, and differentiates again.
 * @throws TraceError for leaves that are no tensors, or a cotangent of another structure @throws ShapeError or DTypeError for one of another type
 */
export const vjp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: NoInfer<A>
): readonly [R, (cotangent: NoInfer<R>) => A] => {
  const { args, out, pull } = linearize('vjp', f, primals)
  const pullback = (cotangent: R): A => {
    const parts = pull(leavesLike('vjp', 'the cotangent', cotangent, out))
    return unflatten(
      args.tree,
      args.leaves.map((leaf, i) => orZeros(parts[i], leaf)),
    ) as unknown as A
  }
  return [unflatten(out.tree, out.leaves) as R, pullback]
}

import { tensorLeaves } from '../ops/leaves.js'
import { DTypeError, TraceError } from '../error.js'
import { isFloat } from '../ir/dtype.js'
import { freshParam, type Tensor } from '../ir/tensor.js'
import { unflatten } from '../ir/tree.js'
import { showType } from '../ir/type.js'
import { eye } from '../ops/creation.js'
import { reshape } from '../ops/shape.js'
import { batch } from '../passes/batching/batch.js'
import { spread } from '../passes/batching/rule.js'
import { grad, type Grads, type GradOptions } from './grad.js'
import { linearize, orZeros, type AnyFunction, type Linear } from './linear.js'

type Argnums = number | readonly number[]

/** A tree with another in the place of every tensor. */
export type Nested<T, U> = T extends Tensor | number ? U : { readonly [K in keyof T]: Nested<T[K], U> }

/** The derivatives of every tensor of R by every tensor of the arguments asked for. */
export type Jacobian<A extends readonly unknown[], R, N extends Argnums> = Nested<R, Loose<Grads<A, N>>>

/** A tree of f32 tensors of any shape. */
type Loose<T> = T extends Tensor | number ? Tensor<readonly number[], 'f32'> : { readonly [K in keyof T]: Loose<T[K]> }

const checkFloat = (what: string, leaves: readonly Tensor[]): void => {
  const bad = leaves.find(({ dtype }) => !isFloat(dtype))
  if (bad === undefined) return
  throw new DTypeError({
    op: 'jacobian',
    problem: `${what} ${showType(bad)} has no derivative`,
    help: 'only f32 and f16 have derivatives: choose other argnums, return floats, or bind what is none with a closure',
  })
}

/** The derivatives of one result by the arguments' leaves: the pullback of a basis, one batch. [*result, *leaf] each. */
const rowsOf = ({ args, out, pull }: Linear, index: number): Tensor[] => {
  const result = out.leaves[index] as Tensor
  const basis = reshape(eye(result.size, result.size, { dtype: result.dtype }), [result.size, ...result.shape]) as Tensor
  const g = freshParam(result, 0)
  const parts = pull(out.leaves.map((_, i) => (i === index ? g : undefined))).map((part, i) => orZeros(part, args.leaves[i] as Tensor))
  return batch(parts, [g], [{ x: basis, batched: true }], result.size).map((each, i) =>
    reshape(spread(each, result.size), [...result.shape, ...(args.leaves[i] as Tensor).shape]),
  )
}

const differentiate = (f: AnyFunction, argnums: Argnums, args: readonly unknown[]): unknown => {
  const chosen = typeof argnums === 'number' ? [argnums] : argnums
  const bad = chosen.find((n) => !(n in args))
  if (bad !== undefined)
    throw new TraceError({ op: 'jacobian', problem: `there is no argument ${String(bad)}`, help: 'argnums count the arguments from 0' })
  const ofChosen = (...some: readonly unknown[]): unknown =>
    (f as (...args: readonly unknown[]) => unknown)(...args.map((arg, n) => (chosen.includes(n) ? some[chosen.indexOf(n)] : arg)))
  const points = chosen.map((n) => args[n])
  const linear = linearize('jacobian', ofChosen, points)
  checkFloat('an argument', linear.args.leaves)
  checkFloat('a result', linear.out.leaves)
  const single = tensorLeaves('jacobian', 'the argument', points[0])
  const trees = linear.out.leaves.map((_, index) => {
    const rows = rowsOf(linear, index)
    return typeof argnums === 'number' ? unflatten(single.tree, rows) : unflatten(linear.args.tree, rows)
  })
  return unflatten<unknown>(linear.out.tree, trees)
}

/**
 * All derivatives of a function's results, [*result, *argument] for every tensor of both, as a function of the same
 * arguments: the result's tree with a tree like the argument (the first, or as `argnums` says; a list for a list) at every
 * leaf. As `jax.jacrev`: the pullback, batched over the standard basis.
 * @throws DTypeError where an argument or a result is no float @throws TraceError for an argument that is not there
 */
export const jacobian =
  <A extends readonly unknown[], R, const N extends Argnums = 0>(
    f: (...args: A) => R,
    { argnums }: GradOptions<N> = {},
  ): ((...args: A) => Jacobian<A, R, N>) =>
  (...args) =>
    differentiate(f, argnums ?? 0, args) as Jacobian<A, R, N>

/**
 * The second derivatives of a scalar function: the jacobian of its gradient, as `jax.hessian`. For an argument that is one
 * tensor, [*argument, *argument]; for trees, the tree twice.
 * @throws as `grad`
 */
export const hessian = <A extends readonly unknown[], const N extends Argnums = 0>(
  f: (...args: A) => Tensor,
  options: GradOptions<N> = {},
): ((...args: A) => Jacobian<A, Grads<A, N>, N>) => jacobian(grad(f, { argnums: options.argnums ?? 0 } as GradOptions<N>), options)

import { DTypeError, ShapeError, TraceError } from '../error.js'
import { noAttrs } from '../ir/builder.js'
import { isFloat } from '../ir/dtype.js'
import { apply, isTensor, type Tensor } from '../ir/tensor.js'
import { flatten, unflatten, type Flat } from '../ir/tree.js'
import { showType } from '../ir/type.js'
import { asTensor } from '../ops/operand.js'
import { backward } from '../passes/autodiff.js'

type Argnums = number | readonly number[]

/** What `grad` gives: the tree of one argument, or a list of trees for a list of argument numbers. */
export type Grads<A extends readonly unknown[], N extends Argnums> = N extends number
  ? A[N]
  : { readonly [K in keyof N]: N[K] extends number ? A[N[K]] : never }

export interface GradOptions<N extends Argnums> {
  /** Which arguments to differentiate with respect to. Default 0. */
  readonly argnums?: N
}

/** With `hasAux`, the function returns `[value, aux]`, and `aux` is passed on without being differentiated. */
export interface ValueAndGradOptions<N extends Argnums> extends GradOptions<N> {
  readonly hasAux?: boolean
}

const leafOrFail = (x: unknown, path: string): never => {
  throw new TraceError({
    op: 'grad',
    problem: `the argument holds ${x === null ? 'null' : typeof x} where a tensor should be`,
    facts: [`at ${path === '' ? 'the top' : path}`],
    help: 'differentiate with respect to tensors, or records and lists of them; bind other values with a closure',
  })
}

const isLeaf = (x: unknown): x is Tensor | number => isTensor(x) || typeof x === 'number'

/** An argument as fresh variables, so that a derivative sees this use of a tensor and no other: no perturbation confusion. */
const freshen = (arg: unknown): Flat<Tensor> => {
  const flat = flatten(arg, isLeaf, leafOrFail)
  const leaves = flat.leaves.map((leaf, i) => {
    const tensor = asTensor('grad', leaf)
    if (isFloat(tensor.dtype)) return apply('alias', [tensor], noAttrs)
    throw new DTypeError({
      op: 'grad',
      problem: `cannot differentiate with respect to ${tensor.dtype}`,
      facts: [`at ${flat.paths[i] === '' ? 'the argument' : (flat.paths[i] as string)}: ${showType(tensor)}`],
      help: 'only f32 and f16 have derivatives: choose other argnums, or keep integers in an argument of their own',
    })
  })
  return { ...flat, leaves }
}

const checkScalar = (value: unknown): Tensor => {
  if (!isTensor(value)) {
    throw new TraceError({
      op: 'grad',
      problem: `the function returns ${Array.isArray(value) ? 'a list' : typeof value}, not a tensor`,
      help: 'return one scalar; with valueAndGrad, { hasAux: true } takes [value, aux]',
    })
  }
  if (value.ndim !== 0)
    throw new ShapeError({
      op: 'grad',
      problem: `the function returns ${showType(value)}, not a scalar`,
      help: 'reduce the result with sum or mean',
    })
  if (!isFloat(value.dtype))
    throw new DTypeError({ op: 'grad', problem: `the function returns ${value.dtype}`, help: "return f32: cast(x, 'f32')" })
  return value
}

const checkArgnums = (argnums: Argnums, count: number): readonly number[] => {
  const list = typeof argnums === 'number' ? [argnums] : argnums
  const bad = list.find((n) => !Number.isInteger(n) || n < 0 || n >= count)
  if (bad === undefined) return list
  throw new TraceError({
    op: 'grad',
    problem: `there is no argument ${String(bad)}`,
    facts: [`the function was called with ${String(count)}`],
    help: 'argnums count from 0',
  })
}

type Run = (args: readonly unknown[]) => { readonly result: unknown; readonly grads: unknown }

const differentiate =
  (f: (...args: never[]) => unknown, argnums: Argnums, hasAux: boolean): Run =>
  (args) => {
    const chosen = checkArgnums(argnums, args.length)
    const fresh = new Map(chosen.map((n) => [n, freshen(args[n])]))
    const inner = args.map((arg, n) => {
      const flat = fresh.get(n)
      return flat === undefined ? arg : unflatten(flat.tree, flat.leaves)
    })
    const result: unknown = (f as (...args: readonly unknown[]) => unknown)(...inner)
    const value = checkScalar(hasAux && Array.isArray(result) ? result[0] : result)
    const inputs = [...fresh.values()].flatMap((flat) => flat.leaves)
    const seed = apply('fill', [], { value: 1, shape: [], dtype: value.dtype })
    const pulled = backward([value], [seed], inputs)
    const grads = inputs.map((input, i) => pulled[i] ?? apply('fill', [], { value: 0, shape: input.shape, dtype: input.dtype }))
    const gradOf = new Map(inputs.map((input, i) => [input, grads[i] as Tensor]))
    const trees = chosen.map((n) => {
      const { tree, leaves } = fresh.get(n) as Flat<Tensor>
      return unflatten(
        tree,
        leaves.map((leaf) => gradOf.get(leaf) as Tensor),
      )
    })
    return { result, grads: typeof argnums === 'number' ? trees[0] : trees }
  }

/**
 * The gradient of a scalar function, as a function of the same arguments: a tree like the argument (the first, or as
 * `argnums` says), zeros where the value does not depend on it. Composes with itself to any order.
 * @throws ShapeError when the value is no scalar @throws DTypeError for arguments that are no floats
 */
export function grad<A extends readonly unknown[]>(f: (...args: A) => Tensor): (...args: A) => A[0]
export function grad<A extends readonly unknown[], const N extends Argnums>(
  f: (...args: A) => Tensor,
  options: GradOptions<N>,
): (...args: A) => Grads<A, N>
export function grad(
  f: (...args: readonly unknown[]) => Tensor,
  { argnums }: GradOptions<Argnums> = {},
): (...args: readonly unknown[]) => unknown {
  const run = differentiate(f, argnums ?? 0, false)
  return (...args) => run(args).grads
}

/**
 * The value and the gradient of a scalar function, computed together: `[value, grads]`, or `[[value, aux], grads]` with `hasAux`.
 * @throws as `grad`
 */
export function valueAndGrad<A extends readonly unknown[], R extends Tensor, const N extends Argnums = 0>(
  f: (...args: A) => R,
  options?: GradOptions<N> & { readonly hasAux?: false },
): (...args: A) => readonly [R, Grads<A, N>]
export function valueAndGrad<A extends readonly unknown[], R extends readonly [Tensor, unknown], const N extends Argnums = 0>(
  f: (...args: A) => R,
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: A) => readonly [R, Grads<A, N>]
export function valueAndGrad(
  f: (...args: never[]) => unknown,
  { argnums = 0, hasAux = false }: ValueAndGradOptions<Argnums> = {},
): (...args: readonly unknown[]) => readonly [unknown, unknown] {
  const run = differentiate(f, argnums, hasAux)
  return (...args) => {
    const { result, grads } = run(args)
    return [result, grads]
  }
}

import { tensorLeaves } from '../ops/leaves.js'
import { ShapeError, TraceError } from '../error.js'
import { withoutAxes, type Shape } from '../ir/shape.js'
import { freshParam, type Tensor } from '../ir/tensor.js'
import { unflatten, type Tree } from '../ir/tree.js'
import type { IsOpen, LeavesIn } from '../ir/typing.js'
import { moveAxis } from '../ops/shape.js'
import { batch } from '../passes/batching/batch.js'
import { spread, type Lane } from '../passes/batching/rule.js'
import { axesOfLeaves, checkAxis, type Axes } from './axes.js'
import { type AnyFunction } from './linear.js'

export interface VmapOptions {
  /** The axis of every argument, or a list with one entry for each. `null`: the same for the whole batch. Default 0. */
  readonly inAxes?: number | readonly Axes[]
  /** Where the batch goes in the results; `null` for results that do not depend on it. Default 0. */
  readonly outAxes?: Axes
}

/** A tree of tensors, whatever their shapes. */
export type Batched<T> = IsOpen<T> extends true ? Tree<BatchedIn<LeavesIn<T>>> : BatchedIn<T>

type BatchedIn<T> =
  T extends Tensor<infer _, infer D> ? Tensor<Shape, D> : T extends object ? { readonly [K in keyof T]: Batched<T[K]> } : T

/** One argument leaf: as it is batched, and as the function sees it. */
interface Entry {
  readonly outer: Tensor
  readonly inner: Tensor
  readonly isBatched: boolean
}

const entryOf = (x: Tensor, axis: number | null, path: string | undefined): Entry => {
  if (axis === null) return { outer: x, inner: x, isBatched: false }
  const d = checkAxis('inAxes', axis, x, x.ndim, path)
  const inner = freshParam({ shape: withoutAxes(x.shape, [d]), dtype: x.dtype }, 0)
  return { outer: d === 0 ? x : moveAxis(x, d, 0), inner, isBatched: true }
}

/** The length of the batch. @throws ShapeError where arguments disagree, or none is batched */
const lengthOf = (entries: readonly Entry[], paths: readonly string[]): number => {
  const lengths = entries.flatMap(({ outer, isBatched }) => (isBatched ? [outer.shape[0] as number] : []))
  const [n] = lengths
  if (n !== undefined && lengths.every((m) => m === n)) return n
  throw new ShapeError({
    op: 'vmap',
    problem: n === undefined ? 'no argument is batched' : 'the arguments have batches of different lengths',
    facts: entries.flatMap(({ outer, isBatched }, i) => (isBatched ? [`${paths[i] ?? ''}: ${String(outer.shape[0])}`] : [])),
    help: 'give inAxes at least one axis, and all of them the same length',
  })
}

const placed = (result: Lane, axis: number | null, n: number, path: string | undefined): Tensor => {
  if (axis === null) {
    if (!result.batched) return result.x
    throw new TraceError({
      op: 'vmap',
      problem: 'outAxes is null for a result that depends on the batch',
      facts: [`at ${path === undefined || path === '' ? 'the top' : path}`],
      help: 'give it an axis',
    })
  }
  const x = spread(result, n)
  const d = checkAxis('outAxes', axis, x, x.ndim, path)
  return d === 0 ? x : moveAxis(x, 0, d)
}

/** One argument: as the function sees it, and its leaves. */
interface Argument {
  readonly value: unknown
  readonly entries: readonly Entry[]
  readonly paths: readonly string[]
}

/** An argument that is the same for the whole batch is passed on untouched, so it need not be a tree of tensors. */
const argumentOf = (arg: unknown, i: number, axes: Axes): Argument => {
  if (axes === null) return { value: arg, entries: [], paths: [] }
  const { leaves, paths, tree } = tensorLeaves('vmap', `argument ${String(i)}`, arg)
  const perLeaf = axesOfLeaves('inAxes', axes, tree)
  const named = paths.map((path) => `argument ${String(i)}${path === '' ? '' : `.${path}`}`)
  const entries = leaves.map((leaf, k) => entryOf(leaf, perLeaf[k] as number | null, named[k]))
  const value = unflatten(
    tree,
    entries.map(({ inner }) => inner),
  )
  return { value, entries, paths: named }
}

const runBatched = (f: AnyFunction, args: readonly unknown[], inAxes: readonly Axes[], outAxes: Axes): unknown => {
  const given = args.map((arg, i) => argumentOf(arg, i, inAxes[i] as Axes))
  const entries = given.flatMap((argument) => argument.entries)
  const n = lengthOf(
    entries,
    given.flatMap(({ paths }) => paths),
  )
  const called: unknown = (f as (...args: readonly unknown[]) => unknown)(...given.map(({ value }) => value))
  const result = tensorLeaves('vmap', "the function's result", called)
  const batched = entries.filter(({ isBatched }) => isBatched)
  const lanes = batch(
    result.leaves,
    batched.map(({ inner }) => inner),
    batched.map(({ outer }) => ({ x: outer, batched: true })),
    n,
  )
  const axes = axesOfLeaves('outAxes', outAxes, result.tree)
  return unflatten(
    result.tree,
    lanes.map((each, i) => placed(each, axes[i] as number | null, n, result.paths[i])),
  )
}

/**
 * A function of one example as a function of a batch, as `jax.vmap`: `f` is called once, on tensors without the batch
 * axis, and every op of what it derives is replaced by its batched form. Composes with itself and with every other
 * transformation; tensors from outside are the same for the whole batch.
 * @throws ShapeError where batches differ in length or an axis is not there @throws TraceError where the axes do not fit the trees
 */
export const vmap =
  <A extends readonly unknown[], R>(
    f: (...args: A) => R,
    { inAxes = 0, outAxes = 0 }: VmapOptions = {},
  ): ((...args: { readonly [K in keyof A]: Batched<A[K]> }) => Batched<R>) =>
  (...args) => {
    const axes = typeof inAxes === 'number' ? args.map(() => inAxes) : inAxes
    if (axes.length === args.length) return runBatched(f, args, axes, outAxes) as Batched<R>
    throw new TraceError({
      op: 'vmap',
      problem: `inAxes has ${String(axes.length)} entries for ${String(args.length)} arguments`,
      help: 'give one number for all arguments, or an entry for each',
    })
  }

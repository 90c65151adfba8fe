/** Control flow on the device: nodes that carry the graphs of their bodies. */
import { DTypeError, ShapeError, TraceError } from '../error.js'
import type { Graph } from '../ir/graph.js'
import { range, type Shape } from '../ir/shape.js'
import { apply, type Tensor } from '../ir/tensor.js'
import { pathsOf, sameTree, unflatten, type Flat, type TreeDef } from '../ir/tree.js'
import { sameType, showType } from '../ir/type.js'
import { tensorLeaves } from './leaves.js'
import { asTensor } from './operand.js'
import { arange } from './creation.js'
import { close, derive, resultLeaves, type Derived } from './capture.js'
import type { LengthOf, RowsOf, SameLength, StackedOf } from './types/loop.js'

/** Nothing is an empty tree. */
const leavesOf = (op: string, what: string, value: unknown): Flat<Tensor> => tensorLeaves(op, what, value ?? [])

/** The results of a node that carries graphs. */
const items = (node: Tensor, count: number): Tensor[] => range(count).map((index) => apply('item', [node], { index }))

/** @throws TraceError, ShapeError or DTypeError where a step does not give back what it was given */
const checkCarry = (op: string, carry: Flat<Tensor>, tree: TreeDef, leaves: readonly Tensor[]): void => {
  if (!sameTree(carry.tree, tree)) {
    throw new TraceError({
      op,
      problem: 'the carry changes its structure',
      facts: [`before: ${JSON.stringify(carry.tree)}`, `after: ${JSON.stringify(tree)}`],
      help: 'return a carry of the same structure as the initial one',
    })
  }
  const bad = leaves.findIndex((leaf, i) => !sameType(leaf, carry.leaves[i] as Tensor))
  if (bad === -1) return
  const [before, after] = [carry.leaves[bad] as Tensor, leaves[bad] as Tensor]
  const path = pathsOf(tree)[bad] ?? ''
  const detail = {
    op,
    problem: `the carry changes its ${before.dtype === after.dtype ? 'shape' : 'dtype'}`,
    facts: [`at ${path === '' ? 'the top' : path}`, `before: ${showType(before)}`, `after: ${showType(after)}`],
    help: 'a step must give back a carry of the type that it was given',
  }
  throw before.dtype === after.dtype ? new ShapeError(detail) : new DTypeError(detail)
}

export interface ScanOptions {
  /** Starts with the last row. Stacked results keep their rows' places. */
  readonly reverse?: boolean
  /** How many steps; needed where there are no `xs`. */
  readonly length?: number
}

const lengthOf = (xs: Flat<Tensor>, asked: number | undefined): number => {
  const scalar = xs.leaves.find((leaf) => leaf.ndim === 0)
  const lengths = [...new Set([...xs.leaves.map((leaf) => leaf.shape[0] ?? 0), ...(asked === undefined ? [] : [asked])])]
  const [length] = lengths
  if (scalar === undefined && lengths.length === 1 && length !== undefined && Number.isInteger(length) && length >= 0) return length
  throw new ShapeError({
    op: 'scan',
    problem:
      scalar !== undefined
        ? 'an array of xs is a scalar, which has no rows'
        : lengths.length === 0
          ? 'there are neither xs nor a length'
          : `the lengths ${lengths.join(', ')} are not one`,
    facts: xs.leaves.map((leaf, i) => `xs ${xs.paths[i] ?? ''}: ${showType(leaf)}`),
    help: 'give xs whose first axes are equal, or { length }',
  })
}

/** A step's two results, checked. */
const stepLeaves = (result: unknown): { readonly carry: Flat<Tensor>; readonly y: Flat<Tensor> } => {
  if (!Array.isArray(result) || result.length !== 2) {
    throw new TraceError({
      op: 'scan',
      problem: 'the step does not return [carry, y]',
      help: 'return a pair; y may be [] where nothing is stacked',
    })
  }
  const [carry, y] = result as readonly unknown[]
  return { carry: resultLeaves('scan', carry), y: resultLeaves('scan', y) }
}

const withoutRows = ({ shape, dtype }: Tensor): { readonly shape: Shape; readonly dtype: Tensor['dtype'] } => ({
  shape: shape.slice(1),
  dtype,
})

/**
 * Runs `f(carry, x) → [carry, y]` over the rows of `xs`, on the device: `[last carry, stacked ys]`. The step is traced
 * once, whatever the length. Tensors from outside may be used in it. Differentiable in reverse, any number of times:
 * each step's carry is kept and the step computed again.
 * @throws ShapeError for rows of unequal number @throws TraceError, ShapeError, DTypeError where the carry changes its type
 */
export const scan = <C, X, Y, const O extends ScanOptions = Readonly<Record<never, never>>>(
  f: (carry: C, x: NoInfer<RowsOf<X>>) => readonly [C, Y],
  init: C,
  xs: X & SameLength<X, O>,
  options?: O,
): readonly [C, StackedOf<Y, LengthOf<X, O>>] => {
  const { reverse = false, length: asked }: ScanOptions = options ?? {}
  const [carry, rows] = [leavesOf('scan', 'the carry', init), leavesOf('scan', 'xs', xs)]
  const length = lengthOf(rows, asked)
  const n = carry.leaves.length
  const trees: { carry?: TreeDef; y?: TreeDef } = {}
  const derived = derive('scan', [...carry.leaves, ...rows.leaves.map(withoutRows)], (params) => {
    const result = f(unflatten(carry.tree, params.slice(0, n)) as C, unflatten(rows.tree, params.slice(n)) as RowsOf<X>)
    const step = stepLeaves(result)
    checkCarry('scan', carry, step.carry.tree, step.carry.leaves)
    Object.assign(trees, { carry: step.carry.tree, y: step.y.tree })
    return [...step.carry.leaves, ...step.y.leaves]
  })
  const results = scanLeaves(derived, carry.leaves, rows.leaves, length, reverse)
  return [unflatten(carry.tree, results.slice(0, n)) as C, unflatten(trees.y ?? [], results.slice(n)) as StackedOf<Y, LengthOf<X, O>>]
}

/** The results of a derived step run over rows: the last carries, then the stacks. */
export const scanLeaves = (
  derived: Derived,
  carry: readonly Tensor[],
  rows: readonly Tensor[],
  length: number,
  reverse: boolean,
): Tensor[] => {
  if (derived.results.length === 0) return []
  const { graphs, captured } = close([derived])
  const attrs = { length, consts: captured.length, carries: carry.length, order: reverse ? 'reverse' : 'forward' } as const
  const args = [...captured, ...carry, ...rows]
  if (args.length === 0)
    throw new TraceError({
      op: 'scan',
      problem: 'the loop has neither carry, xs nor values from outside',
      help: 'give it something to compute with',
    })
  return items(apply('scan', args, { body: graphs[0] as Graph, ...attrs }), derived.results.length)
}

/**
 * `f(i, carry) → carry` for i = lo … hi - 1 (i32), on the device.
 * @throws as `scan`
 */
export const foriLoop = <C>(lo: number, hi: number, f: (i: Tensor<readonly [], 'i32'>, carry: C) => C, init: C): C => {
  if (!Number.isInteger(lo) || !Number.isInteger(hi))
    throw new ShapeError({ op: 'foriLoop', problem: `bounds ${String(lo)} and ${String(hi)}`, help: 'give whole numbers' })
  const steps = arange(lo, Math.max(lo, hi)) as Tensor<readonly [number], 'i32'>
  const [last] = scan((carry: C, i: Tensor<readonly [], 'i32'>) => [f(i, carry), []] as const, init, steps)
  return last
}

/**
 * `body(carry) → carry` for as long as `cond(carry)`, a bool scalar, is true, on the device: how often is not known
 * before it runs, and may be never. As `jax.lax.while_loop`: differentiable in forward mode (`jvp`) alone, since reverse
 * mode would have to keep a carry for each of any number of steps.
 * @throws DTypeError, ShapeError for a condition that is no bool scalar @throws TraceError, ShapeError, DTypeError where the carry changes its type
 */
export const whileLoop = <C>(condition: (carry: C) => Tensor<Shape, 'bool'>, body: (carry: C) => C, init: C): C => {
  const carry = leavesOf('whileLoop', 'the carry', init)
  if (carry.leaves.length === 0)
    throw new TraceError({ op: 'whileLoop', problem: 'nothing is carried', help: 'give an initial carry that each step changes' })
  const of = (params: readonly Tensor[]): C => unflatten(carry.tree, params) as C
  const asks = derive('whileLoop', carry.leaves, (params) => condition(of(params)))
  checkCondition('whileLoop', asks.results.length === 1 ? asks.results[0] : undefined)
  const step = derive('whileLoop', carry.leaves, (params) => body(of(params)))
  checkCarry('whileLoop', carry, step.outTree, step.results)
  return of(whileLeaves(asks, step, carry.leaves))
}

/** The results of a derived step, run while a derived condition holds. */
export const whileLeaves = (condition: Derived, step: Derived, carry: readonly Tensor[]): Tensor[] => {
  const { graphs, captured } = close([condition, step])
  const node = apply('while', [...captured, ...carry], { cond: graphs[0] as Graph, body: graphs[1] as Graph, consts: captured.length })
  return items(node, carry.length)
}

/** @throws DTypeError or ShapeError for what is no bool scalar */
const checkCondition = (op: string, condition: Tensor | undefined): void => {
  if (condition?.dtype === 'bool' && condition.ndim === 0) return
  const detail = {
    op,
    problem: `the condition is ${condition === undefined ? 'a tree' : showType(condition)}`,
    help: 'give a bool scalar: a comparison of scalars, or any(...), all(...)',
  }
  throw condition?.dtype === 'bool' ? new ShapeError(detail) : new DTypeError(detail)
}

/**
 * `onTrue(...args)` where `pred`, a bool scalar, is true, else `onFalse(...args)`: trees of the same types. The gradient
 * is that of the branch taken alone. Both branches are computed, and one is chosen.
 * @throws DTypeError, ShapeError for a condition that is no bool scalar, or branches of different types
 */
export const cond = <A extends readonly unknown[], R>(
  pred: Tensor<Shape, 'bool'> | boolean,
  onTrue: (...args: A) => R,
  onFalse: (...args: A) => R,
  ...args: A
): R => {
  const condition = asTensor('cond', pred, 'bool')
  checkCondition('cond', condition)
  const operands = leavesOf('cond', 'an argument', args)
  const branch = (f: (...args: A) => R): Derived =>
    derive('cond', operands.leaves, (params) => f(...(unflatten(operands.tree, params) as unknown as A)))
  const [yes, no] = [branch(onTrue), branch(onFalse)]
  checkCarry('cond', { tree: yes.outTree, leaves: yes.results, paths: [] }, no.outTree, no.results)
  if (yes.results.length === 0) return unflatten(yes.outTree, []) as R
  return unflatten(yes.outTree, condLeaves(condition, yes, no, operands.leaves)) as R
}

/** The results of one of two derived branches. */
export const condLeaves = (condition: Tensor, yes: Derived, no: Derived, operands: readonly Tensor[]): Tensor[] => {
  const { graphs, captured } = close([yes, no])
  const node = apply('cond', [condition, ...captured, ...operands], { onTrue: graphs[0] as Graph, onFalse: graphs[1] as Graph })
  return items(node, yes.results.length)
}

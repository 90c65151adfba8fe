/** Trees of axes, and the trees of tensors that they belong to. */
import { ShapeError, TraceError } from '../error.js'
import { resolveAxis } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import type { TreeDef } from '../ir/tree.js'
import { showType } from '../ir/type.js'

/** Which axis of a tree's tensors is the batch: one for all, or a tree of axes that the tree continues; `null` where there is none. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes }

const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x)

const misfit = (name: string, path: string): TraceError =>
  new TraceError({
    op: 'vmap',
    problem: `${name} does not fit ${path === '' ? 'the tree' : `what is at ${path}`}`,
    help: `give ${name} a number, null, or a tree of them that the values continue`,
  })

/** Visits every subtree that axes are given for, in the order of its leaves. */
const walkAxes = (name: string, axes: Axes, tree: TreeDef, path: string, visit: (axis: number | null, leaves: TreeDef) => void): void => {
  if (axes === null || typeof axes === 'number') {
    visit(axes, tree)
    return
  }
  if (tree === '*' || isList(axes) !== isList(tree)) throw misfit(name, path)
  const [of, children] = [axes as Readonly<Record<string, Axes>>, tree as Readonly<Record<string, TreeDef>>]
  const keys = isList(tree) ? tree.map((_, i) => String(i)) : Object.keys(tree).sort()
  if (Object.keys(of).length !== keys.length) throw misfit(name, path)
  for (const key of keys) {
    const child = of[key]
    if (child === undefined) throw misfit(name, path)
    walkAxes(name, child, children[key] as TreeDef, path === '' ? key : `${path}.${key}`, visit)
  }
}

const countLeaves = (tree: TreeDef): number =>
  tree === '*' ? 1 : Object.values(tree as Readonly<Record<string, TreeDef>>).reduce((sum: number, child) => sum + countLeaves(child), 0)

/** The axis of every leaf. */
export const axesOfLeaves = (name: string, axes: Axes, tree: TreeDef): (number | null)[] => {
  const found: (number | null)[] = []
  walkAxes(name, axes, tree, '', (axis, leaves) => {
    for (let i = countLeaves(leaves); i > 0; i--) found.push(axis)
  })
  return found
}

/** @throws ShapeError for an axis that is not there */
export const checkAxis = (name: string, axis: number, x: Tensor, rank: number, path: string | undefined): number => {
  const resolved = resolveAxis(axis, rank)
  if (resolved !== undefined) return resolved
  throw new ShapeError({
    op: 'vmap',
    problem: `${name} names axis ${String(axis)}, which is not there`,
    facts: [`at ${path === undefined || path === '' ? 'the top' : path}: ${showType(x)}`],
    help: rank === 0 ? 'a scalar has no axes: give null for it' : `use an axis from ${String(-rank)} to ${String(rank - 1)}`,
  })
}

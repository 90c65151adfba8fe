import { TraceError } from '../error.js'
import { isTensor, type Tensor } from '../ir/tensor.js'
import { flatten, sameTree, unflatten, type Flat } from '../ir/tree.js'
import { asTensor } from './operand.js'

const isLeaf = (x: unknown): x is Tensor | number => isTensor(x) || typeof x === 'number'

/** The leaves of a tree as tensors; numbers are f32 scalars. @throws TraceError for other leaves */
export const tensorLeaves = (op: string, what: string, value: unknown): Flat<Tensor> => {
  const flat = flatten(value, isLeaf, (x, path): never => {
    throw new TraceError({
      op,
      problem: `${what} holds ${x === null ? 'null' : typeof x} where a tensor should be`,
      facts: [`at ${path === '' ? 'the top' : path}`],
      help: 'use tensors, or records and lists of them; bind other values with a closure',
    })
  })
  return { ...flat, leaves: flat.leaves.map((leaf) => asTensor(op, leaf)) }
}

/** Trees that must be alike, by what they are called. */
type Alike = Readonly<Record<string, unknown>>

/** The leaves of trees of one structure, each tree's in the same order. @throws TraceError where structures differ or a leaf is no tensor */
export const alikeLeaves = (op: string, trees: Alike): { readonly flat: Flat<Tensor>; readonly rows: readonly (readonly Tensor[])[] } => {
  const flats = Object.entries(trees).map(([name, tree]) => [name, tensorLeaves(op, name, tree)] as const)
  const [firstName, first] = flats[0] as readonly [string, Flat<Tensor>]
  const other = flats.find(([, flat]) => !sameTree(flat.tree, first.tree))
  if (other !== undefined)
    throw new TraceError({
      op,
      problem: `${firstName} and ${other[0]} are trees of different structure`,
      facts: [`${firstName}: ${JSON.stringify(first.tree)}`, `${other[0]}: ${JSON.stringify(other[1].tree)}`],
      help: `give ${other[0]} of the same structure as ${firstName}`,
    })
  return { flat: first, rows: flats.map(([, { leaves }]) => leaves) }
}

/**
 * A tree like the first, whose leaves `f` makes of the leaves at each place, in the order of the trees.
 * @throws TraceError where structures differ or a leaf is no tensor
 */
export const mapTrees = <T>(op: string, trees: Alike, f: (leaves: readonly Tensor[], path: string) => Tensor): T => {
  const { flat, rows } = alikeLeaves(op, trees)
  const leaves = flat.paths.map((path, i) =>
    f(
      rows.map((row) => row[i] as Tensor),
      path,
    ),
  )
  return unflatten(flat.tree, leaves) as T
}

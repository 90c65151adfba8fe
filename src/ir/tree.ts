/** Trees: a leaf, or a record / array / tuple of trees. Records are visited in key order, so equal trees flatten alike. */

export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> }

/** The structure of a tree without its leaves, as JSON: `'*'` is a leaf. */
export type TreeDef = '*' | readonly TreeDef[] | { readonly [key: string]: TreeDef }

export interface Flat<T> {
  readonly leaves: readonly T[]
  readonly paths: readonly string[]
  readonly tree: TreeDef
}

type IsLeaf<T> = (x: unknown) => x is T

const isRecord = (x: unknown): x is { readonly [key: string]: unknown } => typeof x === 'object' && x !== null && !Array.isArray(x)

const join = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`)

/** Splits a tree into its leaves, a dotted path to each, and its structure. `onBad` is called with what is neither leaf nor branch. */
export const flatten = <T>(value: unknown, isLeaf: IsLeaf<T>, onBad: (x: unknown, path: string) => never): Flat<T> => {
  const leaves: T[] = []
  const paths: string[] = []
  const walk = (x: unknown, path: string): TreeDef => {
    if (isLeaf(x)) {
      leaves.push(x)
      paths.push(path)
      return '*'
    }
    if (Array.isArray(x)) return x.map((child: unknown, i) => walk(child, join(path, i)))
    if (isRecord(x) && isPlain(x)) return Object.fromEntries(sortedKeys(x).map((k) => [k, walk(x[k], join(path, k))]))
    return onBad(x, path)
  }
  return { tree: walk(value, ''), leaves, paths }
}

const isPlain = (x: object): boolean => {
  const proto: unknown = Object.getPrototypeOf(x)
  return proto === Object.prototype || proto === null
}

const sortedKeys = (x: object): string[] => Object.keys(x).sort()

/** The children of a record in the order in which its leaves are counted: sorted, which is not an object's own order for keys like `10`. */
export const entriesOf = (def: TreeDef): (readonly [string, TreeDef])[] =>
  def === '*' || Array.isArray(def) ? [] : sortedKeys(def).map((k) => [k, (def as Readonly<Record<string, TreeDef>>)[k] as TreeDef])

/** Rebuilds a tree from its structure and leaves. */
export const unflatten = <T>(tree: TreeDef, leaves: readonly T[]): Tree<T> => {
  let next = 0
  const walk = (def: TreeDef): Tree<T> => {
    if (def === '*') return leaves[next++] as T
    if (Array.isArray(def)) return (def as readonly TreeDef[]).map(walk)
    return Object.fromEntries(entriesOf(def).map(([k, child]) => [k, walk(child)]))
  }
  return walk(tree)
}

/** The dotted paths of a structure's leaves, in order. */
export const pathsOf = (tree: TreeDef, path = ''): string[] =>
  tree === '*'
    ? [path]
    : Array.isArray(tree)
      ? (tree as readonly TreeDef[]).flatMap((child, i) => pathsOf(child, join(path, i)))
      : entriesOf(tree).flatMap(([k, child]) => pathsOf(child, join(path, k)))

/** Structural equality of two structures. */
export const sameTree = (a: TreeDef, b: TreeDef): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Where in the loops of a grid each statement of a body can stand: as far out as what it reads is known. */
import type { GridAxis, Kernel, Scalar, Stmt } from './kernel.js'
import { allStatements, partsOf, postOrder, rootsOf } from './walk.js'

/** How many of the grid's loops must be open before a value is known. Other axes are those of loops around it. */
const depthIn = (grid: readonly GridAxis[], lets: ReadonlyMap<number, number>): ((root: Scalar) => number) => {
  const depths = new Map<Scalar, number>()
  const own = (x: Scalar): number => {
    if (x.k === 'axis') return grid.findIndex(({ axis }) => axis === x.axis) + 1
    if (x.k === 'ref') return lets.get(x.id) ?? Infinity
    // Registers change, and what is in an array is known where it was stored.
    return x.k === 'reg' || (x.k === 'load' && x.buffer < 0) ? Infinity : 0
  }
  return (root) => {
    for (const x of postOrder(root, (part) => depths.has(part)))
      depths.set(x, Math.max(own(x), ...partsOf(x).map((part) => depths.get(part) as number)))
    return depths.get(root) as number
  }
}

/** Whether a statement is a loop that does nothing but store to a point's own arrays, which stay as they are then. */
export const isFilling = (stmt: Stmt, { arrays = [] }: Pick<Kernel, 'arrays'>): boolean =>
  stmt.k === 'for' &&
  allStatements(stmt.body).every(
    (inner) =>
      inner.k === 'for' || inner.k === 'let' || (inner.k === 'store' && inner.buffer < 0 && arrays[-1 - inner.buffer]?.changes !== true),
  )

/**
 * The statements of every level: `levels[d]` stands in the first d loops. Only `let`s are moved, and loops that fill arrays:
 * these not further out than level `filled`, from which on one array serves all points.
 */
export const levelsOf = (grid: readonly GridAxis[], kernel: Pick<Kernel, 'body' | 'arrays'>, filled = 0): readonly (readonly Stmt[])[] => {
  const lets = new Map<number, number>()
  const depth = depthIn(grid, lets)
  const fillDepth = (loop: Stmt): number => {
    let deepest = 0
    for (const stmt of allStatements([loop])) {
      const own = Math.max(0, ...rootsOf(stmt).map(depth))
      if (stmt.k === 'let') lets.set(stmt.id, own)
      deepest = Math.max(deepest, own)
    }
    return deepest
  }
  const levels: Stmt[][] = Array.from({ length: grid.length + 1 }, () => [])
  for (const stmt of kernel.body) {
    const at = stmt.k === 'let' ? depth(stmt.value) : isFilling(stmt, kernel) ? Math.max(filled, fillDepth(stmt)) : Infinity
    if (stmt.k === 'let') lets.set(stmt.id, at)
    levels[Math.min(at, grid.length)]?.push(stmt)
  }
  return levels
}

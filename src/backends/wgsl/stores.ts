/** Runs of stores: those to one vector are one, in whatever order they come. */
import type { Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { bodyOf, postOrder } from '../../ir/kernel/walk.js'

/** Consecutive stores from `from` on: these may be put in another order. */
export const storesFrom = (body: readonly Stmt[], from: number): readonly Extract<Stmt, { k: 'store' }>[] => {
  const stores: Extract<Stmt, { k: 'store' }>[] = []
  for (let i = from, stmt = body[i]; stmt?.k === 'store'; stmt = body[++i]) stores.push(stmt)
  return stores
}

/** A `let` of a value that stores before it cannot change. */
const isFixed = (stmt: Stmt): boolean => stmt.k === 'let' && postOrder(stmt.value).every(({ k }: Scalar) => k !== 'load')

/** Statements with the `let`s between stores put before them, where these load nothing: several results of a point share their indices. */
const ordered = (body: readonly Stmt[]): readonly Stmt[] => {
  const out: Stmt[] = []
  let stores: Stmt[] = []
  for (const stmt of body) {
    if (stmt.k === 'store') stores.push(stmt)
    else if (isFixed(stmt)) out.push(stmt)
    else {
      out.push(...stores, inner(stmt))
      stores = []
    }
  }
  return [...out, ...stores]
}

const inner = (stmt: Stmt): Stmt => (bodyOf(stmt).length === 0 ? stmt : ({ ...stmt, body: ordered(bodyOf(stmt)) } as Stmt))

/** A kernel whose stores follow one another as far as they may. */
export const storesTogether = (kernel: Kernel): Kernel => ({ ...kernel, body: ordered(kernel.body) })

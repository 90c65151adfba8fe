/** Short loops written out: their indices become constants, and what they access neighbours. */
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { postOrder } from '../../ir/kernel/walk.js'

const mostRounds = 4
/** Most operations of the rounds together: beyond, engines run out of registers. */
const mostOperations = 48

const rootsOf = (stmt: Stmt): readonly Scalar[] => {
  if (stmt.k === 'let' || stmt.k === 'set') return [stmt.value]
  if (stmt.k === 'register') return [stmt.init]
  return stmt.k === 'store' ? [stmt.at, stmt.value] : stmt.k === 'if' ? [stmt.cond] : []
}

const sizeOf = (stmts: readonly Stmt[]): number =>
  stmts.reduce(
    (sum, stmt) =>
      sum +
      rootsOf(stmt).reduce((n, root) => n + postOrder(root).filter(({ k }) => k === 'op' || k === 'load').length, 0) +
      (stmt.k === 'if' ? sizeOf(stmt.body) : 0),
    0,
  )

const hasLoop = (stmts: readonly Stmt[]): boolean => stmts.some((stmt) => stmt.k === 'for' || (stmt.k === 'if' && hasLoop(stmt.body)))

/** Statements with an axis replaced by a number, and names of their own. */
const instance = (stmts: readonly Stmt[], axis: number, index: number, fresh: () => number): Stmt[] => {
  const names = new Map<number, number>()
  const known = new Map<Scalar, Scalar>()
  const rename = (id: number): number => names.get(id) ?? id
  const one = (x: Scalar): Scalar => {
    const part = (y: Scalar): Scalar => known.get(y) as Scalar
    if (x.k === 'axis' && x.axis === axis) return { k: 'lit', dtype: 'i32', value: index }
    if (x.k === 'ref' || x.k === 'reg') return { ...x, id: rename(x.id) }
    if (x.k === 'load') return { ...x, at: part(x.at) }
    return x.k === 'op' ? { ...x, args: x.args.map(part) } : x
  }
  const scalar = (root: Scalar): Scalar => {
    known.clear()
    for (const x of postOrder(root)) known.set(x, one(x))
    return known.get(root) as Scalar
  }
  const bind = (id: number): number => {
    const name = fresh()
    names.set(id, name)
    return name
  }
  const statement = (stmt: Stmt): Stmt => {
    if (stmt.k === 'let') {
      const value = scalar(stmt.value)
      return { k: 'let', id: bind(stmt.id), value }
    }
    if (stmt.k === 'register') {
      const init = scalar(stmt.init)
      return { ...stmt, id: bind(stmt.id), init }
    }
    if (stmt.k === 'set') return { ...stmt, id: rename(stmt.id), value: scalar(stmt.value) }
    if (stmt.k === 'store') return { ...stmt, at: scalar(stmt.at), value: scalar(stmt.value) }
    if (stmt.k === 'if') return { ...stmt, cond: scalar(stmt.cond), body: stmt.body.map(statement) }
    return { ...stmt, body: stmt.body.map(statement) }
  }
  return stmts.map(statement)
}

const largestId = (stmts: readonly Stmt[]): number =>
  stmts.reduce(
    (most, stmt) =>
      Math.max(
        most,
        stmt.k === 'let' || stmt.k === 'register' || stmt.k === 'set' ? stmt.id : stmt.k === 'store' ? -1 : largestId(stmt.body),
      ),
    -1,
  )

/** The statements with short innermost loops written out, from the inside outwards. */
export const unrollShort = (stmts: readonly Stmt[]): readonly Stmt[] => {
  let next = largestId(stmts) + 1
  const fresh = (): number => next++
  const walk = (list: readonly Stmt[]): Stmt[] =>
    list.flatMap((stmt): Stmt[] => {
      if (stmt.k === 'if') return [{ ...stmt, body: walk(stmt.body) }]
      if (stmt.k !== 'for') return [stmt]
      const body = walk(stmt.body)
      const isShort = stmt.extent <= mostRounds && !hasLoop(body) && sizeOf(body) * stmt.extent <= mostOperations
      if (!isShort) return [{ ...stmt, body }]
      return Array.from({ length: stmt.extent }, (_, i) => instance(body, stmt.axis, i, fresh)).flat()
    })
  return walk(stmts)
}

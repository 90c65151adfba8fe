/** Short loops written out: their indices become constants, and what they access neighbours. */
import type { Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { postOrder, rootsOf } from '../../ir/kernel/walk.js'
import { copyOf, freshIn, literal } from './copies.js'

interface Most {
  readonly rounds: number
  /** Operations of the rounds together: beyond, engines run out of registers. */
  readonly operations: number
}

/** Windows of 3 × 3 are written out, but where panels are filled or read: there, a round is enough work. */
const mostOf = ({ arrays }: Kernel): Most => (arrays === undefined ? { rounds: 9, operations: 72 } : { rounds: 4, operations: 24 })

/** Arithmetic on indices becomes that of addresses, most of it before the loop. */
const isWork = (x: Scalar): boolean => x.k === 'load' || (x.k === 'op' && x.dtype !== 'i32')

const sizeOf = (stmts: readonly Stmt[]): number =>
  stmts.reduce(
    (sum, stmt) =>
      sum + rootsOf(stmt).reduce((n, root) => n + postOrder(root).filter(isWork).length, 0) + (stmt.k === 'if' ? sizeOf(stmt.body) : 0),
    0,
  )

const hasLoop = (stmts: readonly Stmt[]): boolean => stmts.some((stmt) => stmt.k === 'for' || (stmt.k === 'if' && hasLoop(stmt.body)))

/** A kernel with its short innermost loops written out, from the inside outwards. */
export const unrollShort = (kernel: Kernel): Kernel => {
  const most = mostOf(kernel)
  const fresh = freshIn(kernel.body)
  const walk = (list: readonly Stmt[]): Stmt[] =>
    list.flatMap((stmt): Stmt[] => {
      if (stmt.k === 'if') return [{ ...stmt, body: walk(stmt.body) }]
      if (stmt.k !== 'for') return [stmt]
      const body = walk(stmt.body)
      const isShort = stmt.extent <= most.rounds && !hasLoop(body) && sizeOf(body) * stmt.extent <= most.operations
      if (!isShort) return [{ ...stmt, body }]
      return Array.from({ length: stmt.extent }, (_, i) => copyOf(body, { axis: stmt.axis, rest: literal('i32', i) }, fresh)).flat()
    })
  return { ...kernel, body: walk(kernel.body) }
}

/** Which values differ between the points along an axis: those become vectors, the others stay scalars. */
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'

export interface Varying {
  readonly axis: number
  isVarying(x: Scalar): boolean
  isVaryingRegister(id: number): boolean
}

/** Looks at statements until nothing new is found to vary: a register may be read before the text that makes it vary. */
export const varyingAlong = (axis: number, stmts: readonly Stmt[], seeds: readonly number[] = []): Varying => {
  const lets = new Set<number>()
  const registers = new Set<number>(seeds)
  let memo = new Map<Scalar, boolean>()

  const look = (x: Scalar): boolean => {
    if (x.k === 'axis') return x.axis === axis
    if (x.k === 'ref') return lets.has(x.id)
    if (x.k === 'reg') return registers.has(x.id)
    // Points of a grid have arrays of their own.
    if (x.k === 'load') return x.buffer < 0 || isVarying(x.at)
    return x.k === 'op' && x.args.some(isVarying)
  }
  const isVarying = (x: Scalar): boolean => {
    const known = memo.get(x) ?? look(x)
    memo.set(x, known)
    return known
  }
  const visit = (list: readonly Stmt[], masked: boolean): void => {
    for (const stmt of list) {
      if (stmt.k === 'let' && isVarying(stmt.value)) lets.add(stmt.id)
      if (stmt.k === 'register' && isVarying(stmt.init)) registers.add(stmt.id)
      if (stmt.k === 'set' && (masked || isVarying(stmt.value))) registers.add(stmt.id)
      if (stmt.k === 'for') visit(stmt.body, masked)
      if (stmt.k === 'if') visit(stmt.body, masked || isVarying(stmt.cond))
    }
  }
  for (let before = -1; before !== lets.size + registers.size;) {
    before = lets.size + registers.size
    visit(stmts, false)
    memo = new Map()
  }
  return { axis, isVarying, isVaryingRegister: (id) => registers.has(id) }
}

/**
 * Where every other point of a row does something else, as where arrays are put together in turn, one grid point computes one of each:
 * what it does is known, and what it reads lies side by side.
 */
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { allStatements, distinct, partsOf, rootsOf } from '../../ir/kernel/walk.js'
import { affine, axisKey } from './affine.js'
import { copyOf, freshIn, literal } from './copies.js'

/** More kinds of points are told apart by asking. */
const mostPhases = 2
/** Expressions of all copies together. */
const mostText = 600

const expressions = (body: readonly Stmt[]): readonly Scalar[] => distinct(allStatements(body).flatMap(rootsOf))

/** The number that a remainder is taken by; 0 for other expressions. */
const divisorOf = (x: Scalar): number => (x.k === 'op' && x.op === 'rem' && x.args[1]?.k === 'lit' ? x.args[1].value : 0)

/** An index that is an axis and a number, and the number that its remainder is taken by. */
interface Remainder {
  readonly along: GridAxis
  readonly constant: number
  readonly by: number
}

const remaindersOf = ({ grid, body }: Kernel): readonly Remainder[] => {
  const found = expressions(body).filter((x) => divisorOf(x) >= 2)
  if (found.length === 0) return []
  const forms = affine()
  for (const stmt of allStatements(body)) if (stmt.k === 'let') forms.define(stmt.id, stmt.value)
  return found.flatMap((x) => {
    const by = divisorOf(x)
    const { terms, constant } = forms.formOf(partsOf(x)[0] as Scalar)
    const along = grid.find(({ axis }) => terms.size === 1 && terms.get(axisKey(axis))?.factor === 1)
    return along === undefined || along.extent % by !== 0 || constant < 0 ? [] : [{ along, constant, by }]
  })
}

/** By axis, the number that remainders of its indices are taken by. */
const stepsOf = (remainders: readonly Remainder[]): ReadonlyMap<number, number> =>
  new Map(remainders.flatMap(({ along, by }) => (by <= mostPhases ? [[along.axis, by] as const] : [])))

const isStore = ({ k }: Stmt): boolean => k === 'store'

/** A kernel with one copy of its body for each phase of an axis: what is stored comes last, neighbours one after another. */
const inPhases = (kernel: Kernel, axis: number, step: number): Kernel => {
  const fresh = freshIn(kernel.body)
  const copies = Array.from({ length: step }, (_, index) => copyOf(kernel.body, { axis, rest: literal('i32', index), step }, fresh))
  const grid = kernel.grid.map((g): GridAxis => (g.axis === axis ? { axis, extent: g.extent / step } : g))
  return {
    ...kernel,
    grid,
    body: [...copies.flatMap((copy) => copy.filter((s) => !isStore(s))), ...copies.flatMap((copy) => copy.filter(isStore))],
  }
}

/** Rows for lanes are to be no shorter. */
const fewestInRow = 4

/** A kernel with an axis for lines and one for what is in a line, where quotients and remainders take an axis apart that way. */
const inLines = (kernel: Kernel, remainders: readonly Remainder[]): Kernel => {
  const remainder = remainders.find(({ constant, by }) => constant === 0 && by >= fewestInRow)
  if (remainder === undefined) return kernel
  const { along, by: step } = remainder
  const axes = [...kernel.grid, ...allStatements(kernel.body).filter((stmt) => stmt.k === 'for')].map(({ axis }) => axis)
  const inner: GridAxis = { axis: Math.max(...axes) + 1, extent: step }
  const rest: Scalar = { k: 'axis', axis: inner.axis, dtype: 'i32' }
  const grid = kernel.grid.flatMap((g) => (g.axis === along.axis ? [{ axis: g.axis, extent: g.extent / step }, inner] : [g]))
  return { ...kernel, grid, body: copyOf(kernel.body, { axis: along.axis, rest, step }, freshIn(kernel.body)) }
}

/** A kernel whose points do the same. */
export const phased = (given: Kernel): Kernel => {
  const remainders = remaindersOf(given)
  if (remainders.length === 0) return given
  const kernel = inLines(given, remainders)
  const steps = stepsOf(kernel === given ? remainders : remaindersOf(kernel))
  const isSimple = kernel.body.every(({ k }) => k === 'let' || k === 'store')
  if (steps.size === 0 || !isSimple) return kernel
  const text = expressions(kernel.body).length * [...steps.values()].reduce((a, b) => a * b, 1)
  return text > mostText ? kernel : [...steps].reduce((done, [axis, step]) => inPhases(done, axis, step), kernel)
}

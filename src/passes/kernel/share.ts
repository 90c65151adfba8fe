/**
 * Long loops at few points are shared out: where a point goes through a row, or adds up a long sum, the rounds of its loops are taken by
 * the members of a workgroup, and neighbours among them read neighbours in memory.
 */
import { collectingNest } from '../../ir/kernel/collect.js'
import { pointsOf, type Kernel, type Stmt } from '../../ir/kernel/kernel.js'

/** Points from which on a device is busy without: each may go through its loops alone. */
const manyPoints = 2 ** 14

/** Fewer would not be worth the waiting. */
const fewest = 16

type Loop = Extract<Stmt, { k: 'for' }>

/** Whether a statement outside of loops may be run by all members, or for its stores by one. */
const isPlain = (stmt: Stmt): boolean =>
  stmt.k === 'let' || stmt.k === 'register' || stmt.k === 'store' || (stmt.k === 'if' && stmt.body.every(({ k }) => k === 'store'))

/** Members for loops of so many rounds: no more than most of them have work for. */
const membersFor = (rounds: readonly number[], most: number): number => 2 ** Math.floor(Math.log2(Math.min(most, ...rounds)))

/** The kernel with its loops shared out among up to `most` members, where that pays. `isRow`: each point goes through a row of its own. */
export const shareLoops = (kernel: Kernel, most: number, isRow: boolean): Kernel => {
  if (kernel.arrays !== undefined || kernel.team !== undefined || (!isRow && pointsOf(kernel.grid) >= manyPoints)) return kernel
  const loops = kernel.body.filter((stmt): stmt is Loop => stmt.k === 'for')
  const rest = kernel.body.filter(({ k }) => k !== 'for')
  if (loops.length === 0 || !rest.every(isPlain) || loops.some((loop) => collectingNest(loop) === undefined)) return kernel
  const members = membersFor(
    loops.map(({ extent }) => extent),
    most,
  )
  if (members < fewest) return kernel
  return { ...kernel, members, body: kernel.body.map((stmt) => (stmt.k === 'for' ? { ...stmt, together: true } : stmt)) }
}

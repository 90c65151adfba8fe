/**
 * Long loops at few points are shared out: where a point goes through a row, or adds up a long sum, the rounds of its loops are taken by
 * the members of a workgroup, and neighbours among them read neighbours in memory.
 */
import { pointsOf, type Kernel, type Stmt } from '../../ir/kernel/kernel.js'
import { membersFault } from '../../ir/kernel/members.js'

/** Points from which on a device is busy without: each may go through its loops alone. */
const manyPoints = 2 ** 14

/** Fewer would not be worth the waiting. */
const fewest = 16

/** Members for loops of so many rounds: no more than most of them have work for. */
const membersFor = (rounds: readonly number[], most: number): number => 2 ** Math.floor(Math.log2(Math.min(most, ...rounds)))

/** The kernel with its loops shared out among up to `most` members, where that pays. `isRow`: each point goes through a row of its own. */
export const shareLoops = (kernel: Kernel, most: number, isRow: boolean): Kernel => {
  if (!isRow && pointsOf(kernel.grid) >= manyPoints) return kernel
  const rounds = kernel.body.flatMap((stmt) => (stmt.k === 'for' ? [stmt.extent] : []))
  const members = rounds.length === 0 ? 0 : membersFor(rounds, most)
  if (members < fewest) return kernel
  const shared = { ...kernel, members, body: kernel.body.map((stmt): Stmt => (stmt.k === 'for' ? { ...stmt, together: true } : stmt)) }
  return membersFault(shared) === undefined ? shared : kernel
}

/** What loops must be that the members at a point share out. */
import { collectingNest } from './collect.js'
import type { Kernel, Stmt } from './kernel.js'

/** Whether nothing is done but storing and naming what is stored. */
const onlyStores = (body: readonly Stmt[]): boolean => body.every(({ k }) => k === 'store' || k === 'let')

/** What is wrong with how the members at a point share out loops. */
export const membersFault = ({ members = 0, body, arrays, team }: Kernel): string | undefined => {
  if (!Number.isInteger(Math.log2(members))) return `${String(members)} members are no power of two`
  if (arrays !== undefined || team !== undefined) return 'members of a point have neither arrays nor a team'
  for (const stmt of body) {
    if (stmt.k === 'for' && (stmt.together !== true || collectingNest(stmt) === undefined))
      return 'a loop of several members does more than collect and store'
    if (stmt.k === 'if' && !onlyStores(stmt.body)) return 'a condition of several members does more than store'
    if (stmt.k === 'while' || stmt.k === 'each') return `members of a point do not run ${stmt.k}`
  }
  return undefined
}

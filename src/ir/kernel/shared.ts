/** What kernels must keep to whose workgroups have arrays, or the rounds of loops, in common. */
import { collectingNest } from './collect.js'
import { pointsOf, type GridAxis, type Kernel, type Scalar, type Stmt } from './kernel.js'
import { postOrder, rootsOf } from './walk.js'

/** The axes of the grid along which the points of a workgroup lie: the last ones, if they are just so many points. */
export const axesWithin = ({ grid, workgroup = 0 }: Pick<Kernel, 'grid' | 'workgroup'>): readonly GridAxis[] | undefined => {
  const from = grid.findLastIndex((_, i) => pointsOf(grid.slice(i)) === workgroup)
  return from < 0 ? undefined : grid.slice(from)
}

const isShared = ({ arrays = [] }: Kernel, buffer: number): boolean => arrays[-1 - buffer]?.shared === true

/** Whether nothing is done but storing and naming what is stored. */
const onlyStores = (body: readonly Stmt[]): boolean => body.every(({ k }) => k === 'store' || k === 'let')

/** What is wrong with how the members at a point share out loops. */
const membersFault = ({ members = 0, body, arrays, team }: Kernel): string | undefined => {
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

/** What is wrong with what a kernel's workgroups have in common, in words; undefined where nothing is. */
export const sharedFault = (kernel: Kernel): string | undefined => {
  if (kernel.members !== undefined) return membersFault(kernel)
  if (kernel.arrays?.some(({ shared }) => shared === true) !== true) return undefined
  const within = axesWithin(kernel)
  if (within === undefined) return 'points that share arrays are no whole axes of the grid'
  const axes = new Set(within.map(({ axis }) => axis))
  const varying = new Set<number>()
  /** Whether points of one workgroup may have other values. */
  const varies = (root: Scalar): boolean =>
    postOrder(root).some(
      (x) =>
        x.k === 'reg' || (x.k === 'axis' && axes.has(x.axis)) || (x.k === 'ref' && varying.has(x.id)) || (x.k === 'load' && x.buffer < 0),
    )
  const check = (body: readonly Stmt[], isTogether: boolean, isConditional: boolean): string | undefined => {
    for (const stmt of body) {
      const fault = faultOf(stmt, isTogether, isConditional)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const faultOf = (stmt: Stmt, isTogether: boolean, isConditional: boolean): string | undefined => {
    if (stmt.k === 'let' && varies(stmt.value)) varying.add(stmt.id)
    if (isTogether && stmt.k !== 'let' && !(stmt.k === 'store' && isShared(kernel, stmt.buffer)))
      return `a loop that fills a shared array does not ${stmt.k}`
    if (isTogether && rootsOf(stmt).some(varies)) return 'what fills a shared array is not the same at all points of a workgroup'
    if (stmt.k === 'store' && isShared(kernel, stmt.buffer) && !isTogether) return 'a shared array is filled by one point alone'
    if (stmt.k === 'if') return check(stmt.body, false, true)
    if (stmt.k !== 'for') return undefined
    if (stmt.together === true && isConditional) return 'a shared array is filled under a condition'
    return check(stmt.body, stmt.together === true, isConditional)
  }
  return check(kernel.body, false, false)
}

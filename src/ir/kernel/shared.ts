/** What kernels must keep to whose workgroups have arrays, or the rounds of loops, in common. */
import { pointsOf, type GridAxis, type Kernel, type Scalar, type Stmt } from './kernel.js'
import { membersFault } from './members.js'
import { postOrder, rootsOf } from './walk.js'

/** The axes of the grid along which the points of a workgroup lie: the last ones, if they are just so many points. */
export const axesWithin = ({ grid, workgroup = 0 }: Pick<Kernel, 'grid' | 'workgroup'>): readonly GridAxis[] | undefined => {
  const from = grid.findLastIndex((_, i) => pointsOf(grid.slice(i)) === workgroup)
  return from < 0 ? undefined : grid.slice(from)
}

/** Whether the points of a workgroup have arrays in common. */
export const sharesArrays = ({ arrays = [] }: Kernel): boolean => arrays.some(({ shared }) => shared === true)

const isShared = ({ arrays = [] }: Kernel, buffer: number): boolean => arrays[-1 - buffer]?.shared === true

/** What is wrong with what a kernel's workgroups have in common, in words; undefined where nothing is. */
export const sharedFault = (kernel: Kernel): string | undefined => {
  if (kernel.members !== undefined) return membersFault(kernel)
  if (!sharesArrays(kernel)) return undefined
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

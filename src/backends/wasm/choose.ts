/**
 * Decides what runs in lanes: neighbours along an axis of the grid, rounds of loops that collect, or nothing. By an
 * estimate of the instructions for four points: one for what has an instruction, more for what is taken lane by lane.
 */
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { isFilling } from '../../ir/kernel/levels.js'
import { allStatements, distinct, postOrder, rootsOf } from '../../ir/kernel/walk.js'
import { axisKey, factorOf, isMostlyUnit, type Affine } from './affine.js'
import { vectorHelpers } from './helpers.js'
import { reductionOf, type Nest } from '../../ir/kernel/collect.js'
import { scalarOps } from './scalarOps.js'
import { varyingAlong, type Varying } from './varying.js'
import { vectorOps } from './vectorOps.js'

export interface Choice {
  /** Outermost first. */
  readonly grid: readonly GridAxis[]
  /** The axis whose points share vectors. */
  readonly lanes: number | undefined
  /** How many axes of the grid are within that of the lanes. */
  readonly inner: number
  readonly width: number
  readonly reduces: boolean
}

const cost = { helper: 14, host: 80, lanes: 16, strided: 10, apart: 3, likely: 4, gather: 10, division: 8 } as const

const isHelper = (op: string): boolean => (vectorHelpers as readonly string[]).includes(op)

const hostOps: ReadonlySet<string> = new Set(['pow', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'atan2'])

/** Instructions for four points of an expression. `along`: what varies between lanes; undefined where points come one by one. */
const estimator = (affine: Affine, along: Varying | undefined) => {
  const opCost = (x: Extract<Scalar, { k: 'op' }>): number => {
    const inLanes = along?.isVarying(x) === true
    const once = along === undefined ? 4 : 1
    if (hostOps.has(x.op)) return inLanes || along === undefined ? cost.host : cost.host / 4
    if (isHelper(x.op)) return inLanes ? cost.helper : cost.helper * once
    if (!inLanes) return (x.op === 'div' && x.dtype !== 'f32' ? cost.division : 1) * once
    const isDirect = vectorOps[x.op] !== undefined && !((x.op === 'div' || x.op === 'rem') && x.dtype !== 'f32')
    return isDirect || scalarOps[x.op] === undefined ? 1 : cost.lanes
  }
  const loadCost = (x: Extract<Scalar, { k: 'load' }>): number => {
    if (along === undefined) return 4
    if (!along.isVarying(x.at)) return 1
    const form = affine.formOf(x.at)
    const isAffine = [...form.terms.values()].every(({ atom }) => atom.k === 'axis' || !along.isVarying(atom))
    if (!isAffine) return (isMostlyUnit(affine, along, x.at) ? cost.likely : cost.gather) + of(x.at)
    const stride = factorOf(form, axisKey(along.axis))
    return stride === 1 ? 1 : stride === 2 || stride === 3 ? cost.apart : cost.strided
  }
  const of = (x: Scalar): number => {
    if (x.k === 'load') return loadCost(x)
    return x.k === 'op' ? opCost(x) + x.args.reduce((sum, arg) => sum + of(arg), 0) : 0
  }
  return of
}

const total = (
  stmts: readonly Stmt[],
  of: (x: Scalar) => number,
  loops: (loop: Extract<Stmt, { k: 'for' }>) => number | undefined,
): number =>
  stmts.reduce((sum, stmt) => {
    if (stmt.k === 'let' || stmt.k === 'set') return sum + of(stmt.value)
    if (stmt.k === 'register') return sum + of(stmt.init)
    if (stmt.k === 'store') return sum + of(stmt.value) + of({ k: 'load', buffer: stmt.buffer, at: stmt.at, dtype: stmt.value.dtype })
    if (stmt.k === 'if') return sum + of(stmt.cond) + total(stmt.body, of, loops)
    if (stmt.k !== 'for') return sum + total(stmt.body, of, loops)
    return sum + (loops(stmt) ?? stmt.extent * (1 + total(stmt.body, of, loops)))
  }, 0)

const plainLoop = (): undefined => undefined

const scalarCost = ({ body }: Kernel, affine: Affine): number => total(body, estimator(affine, undefined), plainLoop)

const lanesCost = (kernel: Kernel, affine: Affine, { axis, extent }: GridAxis): number => {
  const inLanes = total(kernel.body, estimator(affine, varyingAlong(axis, kernel.body)), plainLoop)
  // What is left of a row is another vector.
  return (inLanes * 4 * Math.ceil(extent / 4)) / extent
}

/** Points one by one, but the rounds of loops that collect in lanes. Undefined where there is no such loop. */
const reducingCost = ({ body }: Kernel, affine: Affine): number | undefined => {
  const nests: Nest[] = []
  const scalar = estimator(affine, undefined)
  const cost = total(body, scalar, (loop) => {
    const nest = reductionOf(loop)
    if (nest === undefined) return undefined
    nests.push(nest)
    const { axis, extent, body: inner } = nest.inner
    const ids = nest.sums.map(({ id }) => id)
    const rounds = nest.outer.reduce((n, outer) => n * outer.extent, 1)
    const inLanes = total(inner, estimator(affine, varyingAlong(axis, inner, ids)), plainLoop)
    return rounds * (Math.floor(extent / 4) * 4 * inLanes + (extent % 4) * total(inner, scalar, plainLoop)) + 24 * ids.length
  })
  return nests.length > 0 ? cost : undefined
}

const registersIn = (stmts: readonly Stmt[]): number =>
  stmts.reduce((n, stmt) => n + (stmt.k === 'register' ? 1 : stmt.k === 'for' || stmt.k === 'if' ? registersIn(stmt.body) : 0), 0)

const hasLoop = (stmts: readonly Stmt[]): boolean => stmts.some(({ k }) => k === 'for')

/** The registers that a loop sets in which there is no other, at most. */
const registersInLoop = (body: readonly Stmt[]): number =>
  hasLoop(allStatements(body))
    ? Math.max(...body.map((stmt) => (stmt.k === 'for' || stmt.k === 'if' ? registersInLoop(stmt.body) : 0)))
    : new Set(allStatements(body).flatMap((stmt) => (stmt.k === 'set' ? [stmt.id] : []))).size

/** Vectors at a time: as many as registers of the machine hold, eight for what loops collect. */
const widthOf = ({ body, arrays }: Kernel, extent: number): number => {
  const room = extent >= 16 ? 4 : extent >= 8 ? 2 : 1
  if (!hasLoop(body)) return Math.min(room, body.length <= 4 ? 4 : 1)
  const most = 8 / Math.max(2, arrays === undefined ? registersIn(body) : registersInLoop(body))
  return Math.min(room, most >= 4 ? 4 : most >= 2 ? 2 : 1)
}

/** The axes that what fills a point's arrays depends on. */
const axesUnder = ({ body }: Kernel): ReadonlySet<number> => {
  const lets = new Map<number, Scalar>()
  const found = new Set<number>()
  const look = (root: Scalar): void => {
    for (const x of postOrder(root)) {
      if (x.k === 'axis') found.add(x.axis)
      else if (x.k === 'ref') look(lets.get(x.id) as Scalar)
    }
  }
  for (const stmt of allStatements(body)) {
    if (stmt.k === 'let') lets.set(stmt.id, stmt.value)
    if (stmt.k === 'store' && stmt.buffer < 0) [stmt.at, stmt.value].forEach(look)
  }
  return found
}

/**
 * Points with arrays of their own lie side by side along the last axis. Axes of which what fills the arrays knows nothing
 * go inside: it is done once for all of them.
 */
const besideArrays = (kernel: Kernel, grid: readonly GridAxis[], last: GridAxis): Choice => {
  const under = axesUnder(kernel)
  const isInner = (axis: GridAxis): boolean => axis !== last && !under.has(axis.axis)
  const within = grid.filter(isInner)
  return {
    grid: [...grid.filter((axis) => axis !== last && !isInner(axis)), last, ...within],
    lanes: last.extent < 4 ? undefined : last.axis,
    inner: within.length,
    width: last.extent < 4 ? 0 : widthOf(kernel, last.extent),
    reduces: false,
  }
}

/** An axis along which is side by side what lanes along another read apart, as where axes change places: it goes inside, and is taken by fours. */
const acrossFrom = ({ grid, body }: Kernel, affine: Affine, last: GridAxis): GridAxis | undefined => {
  if (body.some(({ k }) => k !== 'let' && k !== 'store')) return undefined
  const forms = distinct(body.flatMap(rootsOf)).flatMap((x) => (x.k === 'load' ? [affine.formOf(x.at)] : []))
  const apart = forms.filter((form) => factorOf(form, axisKey(last.axis)) > 3)
  return grid.find(({ axis, extent }) => axis !== last.axis && extent >= 4 && apart.some((form) => factorOf(form, axisKey(axis)) === 1))
}

/** Points side by side along one axis, one after another along the others, of which one may be inside. */
const inLanesAlong = (kernel: Kernel, affine: Affine, last: GridAxis): Choice & { readonly cost: number } => {
  const { grid } = kernel
  const inside = acrossFrom(kernel, affine, last)
  const rest = grid.filter((axis) => axis !== last && axis !== inside)
  const common = { lanes: last.axis, reduces: false }
  if (inside === undefined)
    return { ...common, grid: [...rest, last], inner: 0, width: widthOf(kernel, last.extent), cost: lanesCost(kernel, affine, last) }
  // A line of memory is stored at once.
  const width = Math.min(4, Math.floor(last.extent / 4))
  return { ...common, grid: [...rest, last, inside], inner: 1, width, cost: lanesCost(kernel, affine, last) * (cost.apart / cost.strided) }
}

/** What runs in lanes in a kernel. */
export const choose = (kernel: Kernel, affine: Affine): Choice => {
  const { grid } = kernel
  const end = grid.at(-1)
  if (kernel.body.some((stmt) => isFilling(stmt, kernel)) && end !== undefined) return besideArrays(kernel, grid, end)
  const plain = { grid, lanes: undefined, inner: 0, width: 0, reduces: false }
  let best: Choice & { readonly cost: number } = { ...plain, cost: scalarCost(kernel, affine) }
  const reducing = reducingCost(kernel, affine)
  if (reducing !== undefined && reducing < best.cost) best = { ...best, reduces: true, cost: reducing }
  for (const last of [...grid].reverse()) {
    if (last.extent < 4) continue
    const inLanes = inLanesAlong(kernel, affine, last)
    // An axis that is not the last must be worth the way through memory.
    if (inLanes.cost * (last === grid.at(-1) ? 1 : 2) >= best.cost) continue
    best = inLanes
  }
  return best
}

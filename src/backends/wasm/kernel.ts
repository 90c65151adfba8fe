/** A kernel as a function of WebAssembly: of the addresses of its buffers, and of the part of its outermost axis to compute. */
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { collectedOf } from '../../ir/kernel/collect.js'
import { levelsOf } from '../../ir/kernel/levels.js'
import { largestAngle } from '../../ir/kernel/recipes.js'
import { allStatements } from '../../ir/kernel/walk.js'
import { affine, type Affine } from './affine.js'
import { choose, type Choice } from './choose.js'
import { collapse } from './collapse.js'
import { add, get, i32, isConst, op, when, type Code, type Func } from './code.js'
import { hostIndex, type vectorHelpers } from './helpers.js'
import { inlineRecipe } from './recipe.js'
import { phased } from './phases.js'
import { splitAxis } from './split.js'
import { keep, lane, splatConst, vectorOf, type State, type Value } from './state.js'
import { emitAll, emitLoop } from './stmts.js'
import { unbound } from './unbound.js'
import { unrollShort } from './unroll.js'
import { valueOf } from './value.js'
import { varyingAlong } from './varying.js'

export interface CompiledKernel {
  readonly func: Func
  readonly helpers: ReadonlySet<string>
  /** The axis of which a call computes a part: its extent, and what parts begin at multiples of. */
  readonly extent: number
  readonly grain: number
  /** Bytes that a call needs for its points' own arrays. */
  readonly ownBytes: number
}

const defineLets = (stmts: readonly Stmt[], define: (id: number, value: Scalar) => void): void => {
  for (const stmt of stmts) {
    if (stmt.k === 'let') define(stmt.id, stmt.value)
    else if (stmt.k === 'for' || stmt.k === 'if') defineLets(stmt.body, define)
  }
}

/** Registers that do nothing but collect the smallest or largest f32. */
const extremesOf = (body: readonly Stmt[]): ReadonlySet<number> => {
  const [found, others] = [new Set<number>(), new Set<number>()]
  for (const stmt of allStatements(body)) {
    if (stmt.k !== 'set') continue
    const name = collectedOf(stmt)?.name
    const isExtreme = (name === 'max' || name === 'min') && stmt.value.dtype === 'f32'
    ;(isExtreme ? found : others).add(stmt.id)
  }
  return new Set([...found].filter((id) => !others.has(id)))
}

interface Setting {
  readonly reduces: boolean
  readonly forms: Affine
  readonly offsets: readonly number[]
}

const newState = (kernel: Kernel, params: number, { reduces, forms, offsets }: Setting): State => {
  const s: State = {
    kernel,
    affine: forms,
    offsets,
    locals: [],
    params,
    refs: new Map(),
    registers: new Map(),
    axes: new Map(),
    pointers: [],
    loaded: new Map(),
    helpers: new Set(),
    value: (x): Value => valueOf(s, x),
    reduces,
    extremes: extremesOf(kernel.body),
    nans: new Map(),
    out: [],
    lanes: undefined,
    mask: undefined,
    rawBits: false,
    nextName: -1,
  }
  return s
}

/** What parts of an axis begin at multiples of. */
const grainOf = ({ axis }: GridAxis, { lanes, width }: Choice): number => (axis === lanes ? Math.max(1, 4 * width) : 1)

/**
 * Whether the last points of a row may be those of one vector that ends with it, though some are computed twice then: not where a point
 * overwrites what it reads.
 */
const endsBack = ({ buffers }: Kernel, inner: number): boolean => inner === 0 && buffers.every(({ access }) => access !== 'readwrite')

/** The axis of the lanes, as wide as it goes, then narrower, then as one vector that ends with it, or point by point; `within` is what each of these does. */
const emitLanes = (
  s: State,
  { grid, inner, lanes, width }: Choice,
  body: readonly Stmt[],
  from: Code,
  to: Code,
  within: () => void,
): void => {
  const { axis } = grid.at(-1 - inner) as Choice['grid'][number]
  const varying = varyingAlong(lanes ?? -1, s.kernel.body)
  const chunk = (first: Code, end: Code, vectors: number): void => {
    s.lanes = vectors === 0 ? undefined : { axis, width: vectors, varying }
    emitLoop(s, { axis, from: first, to: end, step: Math.max(1, 4 * vectors) }, body, within)
    s.lanes = undefined
  }
  const upTo = (first: Code, step: number): Code => {
    if (isConst(first) && isConst(to)) return i32((first.imm[0] as number) + (((to.imm[0] as number) - (first.imm[0] as number)) & -step))
    return keep(s, add(first, op('i32.and', [op('i32.sub', [to, first]), i32(-step)])), 'i32')
  }
  if (lanes === undefined) return chunk(from, to, 0)
  let at = from
  for (const vectors of width > 1 ? [width, 1] : [width]) {
    const end = upTo(at, 4 * vectors)
    chunk(at, end, vectors)
    at = end
  }
  const back = isConst(at) && isConst(to) && endsBack(s.kernel, inner) ? (to.imm[0] as number) - 4 : -1
  if (back >= 0 && isConst(at) && back + 4 > (at.imm[0] as number)) chunk(i32(back), to, 1)
  else chunk(at, to, 0)
}

const emitGrid = (s: State, choice: Choice, split: number): void => {
  const { grid } = choice
  const levels = levelsOf(grid, s.kernel, grid.length - choice.inner)
  const [from, to] = [get(s.params - 2), get(s.params - 1)]
  const open = (level: number): void => {
    emitAll(s, levels[level] as readonly Stmt[])
    const next = grid[level]
    if (next === undefined) return
    const range = { axis: next.axis, from: level === split ? from : i32(0), to: level === split ? to : i32(next.extent), step: 1 }
    const body = levels[level + 1] as readonly Stmt[]
    const within = (): void => open(level + 1)
    if (level === grid.length - 1 - choice.inner) emitLanes(s, choice, body, range.from, range.to, within)
    else emitLoop(s, range, body, within)
  }
  open(0)
}

/** Bytes from the first array of a point to each one, and of all together, for as many points as lanes side by side. */
const arrayOffsets = ({ arrays = [] }: Kernel, points: number): readonly number[] =>
  arrays.reduce<readonly number[]>((ends, { size }) => [...ends, (ends.at(-1) as number) + Math.ceil((4 * size * points) / 64) * 64], [0])

/**
 * Compiles a kernel for so many threads. The function takes the address of every buffer and one of memory for its points'
 * own arrays, then the first index of the split axis and the one after the last.
 */
export const compileKernel = (source: Kernel, threads = 1): CompiledKernel => {
  const kernel = unrollShort(collapse(unbound(phased(source))))
  const forms = affine()
  defineLets(kernel.body, forms.define)
  const choice = choose(kernel, forms)
  const params = kernel.buffers.length + 3
  const offsets = arrayOffsets(kernel, Math.max(1, 4 * choice.width))
  const s = newState(kernel, params, { reduces: choice.reduces, forms, offsets })
  const at = splitAxis(choice.grid, (axis) => grainOf(axis, choice), threads)
  emitGrid(s, choice, at)
  const split = choice.grid[at]
  return {
    func: { name: kernel.name, params: Array.from({ length: params }, () => 'i32' as const), results: [], locals: s.locals, body: s.out },
    helpers: s.helpers,
    ownBytes: offsets.at(-1) ?? 0,
    extent: split?.extent ?? 1,
    grain: split === undefined ? 1 : grainOf(split, choice),
  }
}

const noKernel: Kernel = { name: '', buffers: [], grid: [], body: [], flops: 0 }

type Angle = 'sin' | 'cos'

/** Lanes with large angles are computed by the host. */
const withLargeAngles = (s: State, name: Angle, result: Code): void => {
  const x = get(0)
  const isLarge = op('v128.any_true', [op('f32x4.gt', [op('f32x4.abs', [x]), splatConst(largestAngle, 'f32')])])
  const lanes = [0, 1, 2, 3].map((i) => op('call', [lane(x, 'f32', i)], [hostIndex(name)]))
  s.out.push(when(isLarge, [vectorOf('f32', lanes)], [result], 'v128'))
}

/** The function of a recipe: four lanes to four lanes. */
export const compileHelper = (name: (typeof vectorHelpers)[number]): Func => {
  const s = newState(noKernel, 1, { reduces: false, forms: affine(), offsets: [] })
  const result = inlineRecipe(s, name, [get(0)])[0] as Code
  if (name === 'sin' || name === 'cos') withLargeAngles(s, name, result)
  else s.out.push(result)
  return { name, params: ['v128'], results: ['v128'], locals: s.locals, body: s.out }
}

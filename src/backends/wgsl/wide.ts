/**
 * Which buffers are better seen as vectors of four elements. Where a grid point loads or stores neighbours, four at a time
 * cost about as much as one: less index arithmetic, one check of bounds, and in software one load instead of four for each
 * lane. A buffer is wide where all that is stored to it comes in whole vectors, and most of what is loaded does.
 */
import { pointsOf, type Kernel, type KernelBuffer, type Scalar, type Stmt } from '../../ir/kernel/kernel.js'
import { allStatements, bodyOf, distinct, rootsOf } from '../../ir/kernel/walk.js'
import { storesFrom } from './stores.js'

/** Elements of a vector. */
const width = 4

type Lets = ReadonlyMap<number, Scalar>

/** An index as a vector and a place in it: vector `base / 4 + vector`, where the base is a multiple of four, or absent for 0. */
export interface Spot {
  readonly base: Scalar | undefined
  readonly vector: number
  readonly place: number
  /** Equal for elements of one vector. */
  readonly key: string
}

/** An expression as text: equal for equal ones. */
export const keyOf = (x: Scalar): string => {
  switch (x.k) {
    case 'lit':
      return String(x.value)
    case 'axis':
      return `i${String(x.axis)}`
    case 'ref':
      return `v${String(x.id)}`
    case 'reg':
      return `r${String(x.id)}`
    case 'load':
      return `b${String(x.buffer)}[${keyOf(x.at)}]`
    case 'op':
      return `${x.op}(${x.args.map(keyOf).join()})`
  }
}

/** Whether an index is sure to be a multiple of four. What registers and loads hold is not known. */
const multiples = (lets: Lets): ((x: Scalar) => boolean) => {
  const known = new Map<Scalar, boolean>()
  const own = (x: Scalar): boolean => {
    if (x.k === 'lit') return x.value % width === 0
    if (x.k === 'ref') return lets.has(x.id) && is(lets.get(x.id) as Scalar)
    if (x.k !== 'op') return false
    return x.op === 'mul' ? x.args.some(is) : (x.op === 'add' || x.op === 'sub') && x.args.every(is)
  }
  const is = (x: Scalar): boolean => {
    const found = known.get(x) ?? own(x)
    known.set(x, found)
    return found
  }
  return is
}

/** Takes the number off an index that is added last. */
const parted = (x: Scalar): readonly [Scalar | undefined, number] => {
  if (x.k === 'lit') return [undefined, x.value]
  const last = x.k === 'op' && x.op === 'add' ? x.args[1] : undefined
  return x.k === 'op' && last?.k === 'lit' ? [x.args[0], last.value] : [x, 0]
}

const spotter = (lets: Lets): ((at: Scalar) => Spot | undefined) => {
  const isMultiple = multiples(lets)
  /** An index, through `let`s that only add a number. */
  const open = (at: Scalar): readonly [Scalar | undefined, number] => {
    const [base, n] = parted(at)
    const inner = base?.k === 'ref' ? lets.get(base.id) : undefined
    const [deeper, m] = inner === undefined ? [undefined, 0] : parted(inner)
    return inner === undefined || m === 0 ? [base, n] : [deeper, m + n]
  }
  const find = (at: Scalar): Spot | undefined => {
    const [base, n] = open(at)
    if (base !== undefined && !isMultiple(base)) return undefined
    const vector = Math.floor(n / width)
    return { base, vector, place: n - vector * width, key: `${base === undefined ? '' : keyOf(base)}+${String(vector)}` }
  }
  const known = new Map<Scalar, Spot | undefined>()
  return (at) => {
    if (!known.has(at)) known.set(at, find(at))
    return known.get(at)
  }
}

/** What is known of the accesses to one buffer. */
interface Use {
  /** Loads that others in the same vector make needless, and loads of a single element, weighed by how often they run. */
  saved: number
  single: number
  hasStores: boolean
  /** Whether every store is part of a whole vector. */
  isWhole: boolean
}

export const groupBy = <T>(xs: readonly T[], keyFor: (x: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const x of xs) {
    const key = keyFor(x)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [x])
    else group.push(x)
  }
  return groups
}

/** Of conditions, those hold most often that say what a point may store; a body that loads is for what is seldom so. */
const seldom = 1 / 64

/** How much more a round of a loop counts. */
const timesOf = (stmt: Stmt): number => {
  switch (stmt.k) {
    case 'for':
      return stmt.extent
    case 'each':
      return Math.max(1, pointsOf(stmt.grid))
    case 'while':
      return width
    case 'if':
      return seldom
    case 'let':
    case 'register':
    case 'set':
    case 'store':
      return 1
  }
}

type Load = Extract<Scalar, { k: 'load' }>

/** The distinct loads of a block's own statements. */
const loadsIn = (body: readonly Stmt[]): readonly Load[] => distinct(body.flatMap(rootsOf)).filter((x) => x.k === 'load')

const countBlock = (body: readonly Stmt[], times: number, useOf: (buffer: number) => Use, spotOf: ReturnType<typeof spotter>): void => {
  const groupOf = ({ buffer, at }: { readonly buffer: number; readonly at: Scalar }): string =>
    `${String(buffer)}:${spotOf(at)?.key ?? `?${keyOf(at)}`}`
  for (const loads of groupBy(loadsIn(body), groupOf).values()) {
    const use = useOf((loads[0] as Load).buffer)
    const places = new Set(loads.map(({ at }) => spotOf(at)?.place)).size
    if (places > 1) use.saved += (places - 1) * times
    else use.single += times
  }
  for (let i = 0; i < body.length; i++) {
    const stores = storesFrom(body, i)
    for (const group of groupBy(stores, groupOf).values()) {
      const use = useOf((group[0] as (typeof group)[number]).buffer)
      use.hasStores = true
      if (group.length !== width || new Set(group.map(({ at }) => spotOf(at)?.place)).size !== width) use.isWhole = false
    }
    i += Math.max(0, stores.length - 1)
  }
  for (const stmt of body) if (bodyOf(stmt).length > 0) countBlock(bodyOf(stmt), times * timesOf(stmt), useOf, spotOf)
}

/** A single element of a wide buffer takes more arithmetic: so much must be saved for each. */
const perSingle = 0.5

const mayBeWide = ({ dtype, size }: KernelBuffer): boolean => dtype !== 'f16' && size > 0 && size % width === 0

export interface WideBuffers {
  /** Whether a buffer is one of vectors. */
  readonly has: (buffer: number) => boolean
  readonly spotOf: (at: Scalar) => Spot | undefined
  /** The buffer and the place of a value that is loaded from a wide buffer. */
  readonly sourceOf: (x: Scalar) => (Spot & { readonly buffer: number }) | undefined
  /** Whether values are the elements of one vector, in order. */
  readonly isVector: (xs: readonly Scalar[]) => boolean
  /** The `let`s whose fourth is the index of a vector. */
  readonly quartered: ReadonlySet<number>
}

/** Finds the wide buffers of a kernel. */
export const wideIn = ({ buffers, body }: Kernel): WideBuffers => {
  const stmts = allStatements(body)
  const lets: Lets = new Map(stmts.flatMap((stmt) => (stmt.k === 'let' ? [[stmt.id, stmt.value] as const] : [])))
  const spotOf = spotter(lets)
  const unused = (): Use => ({ saved: 0, single: 0, hasStores: false, isWhole: true })
  const [uses, own] = [buffers.map(unused), unused()]
  // Own arrays are no buffers.
  countBlock(body, 1, (buffer) => uses[buffer] ?? own, spotOf)
  const isWide = buffers.map((buffer, i) => {
    const { saved, single, hasStores, isWhole } = uses[i] as Use
    return mayBeWide(buffer) && isWhole && (saved > perSingle * single || (hasStores && single === 0))
  })
  const has = (buffer: number): boolean => isWide[buffer] === true
  const indices = stmts.flatMap((stmt) => [
    ...(stmt.k === 'store' && has(stmt.buffer) ? [stmt.at] : []),
    ...loadsIn([stmt]).flatMap(({ buffer, at }) => (has(buffer) ? [at] : [])),
  ])
  const bases = indices.map((at) => spotOf(at)?.base)
  const sourceOf: WideBuffers['sourceOf'] = (x) => {
    const value = x.k === 'ref' ? lets.get(x.id) : x
    const spot = value?.k === 'load' && has(value.buffer) ? spotOf(value.at) : undefined
    return spot && { ...spot, buffer: (value as Load).buffer }
  }
  const isVector = (xs: readonly Scalar[]): boolean => {
    const [first, ...rest] = xs.map(sourceOf)
    if (first?.place !== 0) return false
    return rest.every((source, i) => source?.place === i + 1 && source.key === first.key && source.buffer === first.buffer)
  }
  return { has, spotOf, sourceOf, isVector, quartered: new Set(bases.flatMap((base) => (base?.k === 'ref' ? [base.id] : []))) }
}

/**
 * Which registers are better kept as one vector: four sums of a tile to which a common factor times a vector is added. The text is a
 * fraction as long, and takes less time to compile. What is computed, and in which order for each sum, stays as it is. Where the four other
 * factors would have to be brought together first, as those of convolutions, it would take longer to run.
 */
import { collectedOf } from '../../ir/kernel/collect.js'
import type { Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { allStatements, bodyOf, distinct, rootsOf } from '../../ir/kernel/walk.js'
import { groupBy, keyOf, type WideBuffers } from './wide.js'

/** Elements of a vector. */
const width = 4

/** Where a register is: a vector, by its first register, and the place in it. */
export interface Lane {
  readonly vector: number
  readonly place: number
}

type SetStmt = Extract<Stmt, { k: 'set' }>

export interface Packs {
  readonly laneOf: (register: number) => Lane | undefined
  /** Of the statements of a block, by their index, the sets that are one where the last of them is; none where an earlier one is. */
  readonly setsIn: (body: readonly Stmt[]) => ReadonlyMap<number, readonly SetStmt[]>
}

const noSets: ReadonlyMap<number, readonly SetStmt[]> = new Map()

export const noPacks: Packs = { laneOf: () => undefined, setsIn: () => noSets }

/** Neighbouring registers of one first value, in runs. */
const runsOf = (body: readonly Stmt[]): readonly (readonly number[])[] => {
  const runs: number[][] = []
  let last: Scalar | undefined
  for (const stmt of body) {
    if (stmt.k === 'register' && stmt.dtype === 'f32' && stmt.init.k === 'lit') {
      if (last === undefined || keyOf(last) !== keyOf(stmt.init)) runs.push([])
      last = stmt.init
      runs.at(-1)?.push(stmt.id)
    } else last = undefined
  }
  return [...runs, ...body.flatMap((stmt) => runsOf(bodyOf(stmt)))]
}

type Factors = readonly [Scalar, Scalar]

/** The factors of the product that a set adds to its register. */
const factorsOf = (set: SetStmt): Factors | undefined => {
  const sum = collectedOf(set)
  return sum?.name === 'add' && sum.term.k === 'op' && sum.term.op === 'mul' ? (sum.term.args as unknown as Factors) : undefined
}

const chunks = <T>(xs: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.floor(xs.length / width) }, (_, i) => xs.slice(i * width, (i + 1) * width))

interface Term {
  readonly id: number
  readonly factors: Factors
}

/** Vectors of registers whose products share the factor of a side, where the others are neighbours that are loaded as a vector. */
const packsBy = (terms: readonly Term[], side: 0 | 1, wide: WideBuffers): readonly (readonly number[])[] =>
  [...groupBy(terms, ({ factors }) => keyOf(factors[side])).values()]
    .flatMap(chunks)
    .filter((pack) => wide.isVector(pack.map(({ factors }) => factors[1 - side] as Scalar)))
    .map((pack) => pack.map(({ id }) => id))

/** The vectors of a run of registers: along the side where there are more. */
const packsOf = (terms: readonly Term[], wide: WideBuffers): readonly (readonly number[])[] => {
  const [rows, columns] = [packsBy(terms, 0, wide), packsBy(terms, 1, wide)]
  return columns.length > rows.length ? columns : rows
}

const isPlain = ({ k }: Stmt): boolean => k === 'let' || k === 'set'

/** Whether nothing between the first and the last of some sets reads what they set, but they themselves. */
const mayJoin = (
  body: readonly Stmt[],
  indices: readonly number[],
  ids: ReadonlySet<number>,
  reads: readonly (readonly number[])[],
): boolean => {
  const [from, to] = [Math.min(...indices), Math.max(...indices)]
  for (let i = from; i <= to; i++) {
    const stmt = body[i] as Stmt
    if (!isPlain(stmt)) return false
    if ((reads[i] as readonly number[]).some((id) => ids.has(id) && !(stmt.k === 'set' && stmt.id === id))) return false
  }
  return true
}

/** The registers that a statement reads. */
const registersIn = (stmt: Stmt): readonly number[] => distinct(rootsOf(stmt)).flatMap((x) => (x.k === 'reg' ? [x.id] : []))

const setsIn = (
  body: readonly Stmt[],
  vectors: ReadonlyMap<number, readonly number[]>,
  laneOf: Packs['laneOf'],
): ReadonlyMap<number, readonly SetStmt[]> => {
  const indices = new Map<number, number[]>()
  body.forEach((stmt, i) => {
    if (stmt.k !== 'set' || laneOf(stmt.id) === undefined) return
    const known = indices.get(stmt.id)
    if (known === undefined) indices.set(stmt.id, [i])
    else known.push(i)
  })
  if (indices.size === 0) return noSets
  const reads = body.map((stmt) => (isPlain(stmt) ? registersIn(stmt) : []))
  const joined = new Map<number, readonly SetStmt[]>()
  for (const pack of vectors.values()) {
    const ids = new Set(pack)
    const all = pack.map((id) => indices.get(id) ?? [])
    const [first] = all as [number[]]
    if (all.some(({ length }) => length !== first.length)) continue
    first.forEach((_, k) => {
      const at = all.map((some) => some[k] as number)
      if (!mayJoin(body, at, ids, reads)) return
      for (const i of at) joined.set(i, [])
      joined.set(
        Math.max(...at),
        at.map((i) => body[i] as SetStmt),
      )
    })
  }
  return joined
}

/** Finds the vectors of a kernel's registers. Those that members of a workgroup bring together stay single. */
export const packsIn = ({ body, members, team }: Kernel, wide: WideBuffers): Packs => {
  if (members !== undefined || team !== undefined) return noPacks
  const runs = runsOf(body).filter(({ length }) => length >= width)
  if (runs.length === 0) return noPacks
  const factors = new Map<number, Factors | undefined>()
  for (const stmt of allStatements(body)) if (stmt.k === 'set' && !factors.has(stmt.id)) factors.set(stmt.id, factorsOf(stmt))
  const termsOf = (run: readonly number[]): readonly Term[] =>
    run.flatMap((id) => {
      const found = factors.get(id)
      return found === undefined ? [] : [{ id, factors: found }]
    })
  const vectors = new Map(runs.flatMap((run) => packsOf(termsOf(run), wide)).map((pack) => [pack[0] as number, pack]))
  const lanes = new Map([...vectors].flatMap(([vector, pack]) => pack.map((id, place) => [id, { vector, place }] as const)))
  const laneOf = (register: number): Lane | undefined => lanes.get(register)
  return { laneOf, setsIn: (stmts) => setsIn(stmts, vectors, laneOf) }
}

/** Loops that collect into registers, such as sums: their rounds may be taken in any order, so also several at a time. */
import type { Scalar, ScalarOp, ScalarType, Stmt } from './kernel.js'
import { postOrder } from './walk.js'

type Loop = Extract<Stmt, { k: 'for' }>

export interface Collected {
  readonly id: number
  readonly name: ScalarOp
  /** The register's. */
  readonly dtype: ScalarType
  identity(dtype: ScalarType): number
}

/** Loops in one another; the innermost only collects. */
export interface Nest {
  readonly outer: readonly Loop[]
  readonly inner: Loop
  readonly sums: readonly Collected[]
}

const smallest = { f32: -Infinity, f16: -Infinity, i32: -2147483648, u32: 0, bool: 0 } as const
const largest = { f32: Infinity, f16: Infinity, i32: 2147483647, u32: 4294967295, bool: 1 } as const

/** -0 is what changes no sum, not even one of nothing but -0. */
const identities: { readonly [K in ScalarOp]?: (dtype: ScalarType) => number } = {
  add: (dtype) => (dtype === 'f32' ? -0 : 0),
  mul: () => 1,
  min: (dtype) => largest[dtype],
  max: (dtype) => smallest[dtype],
}

const reads = (x: Scalar, ids: ReadonlySet<number>): boolean => postOrder(x).some((part) => part.k === 'reg' && ids.has(part.id))

/** `r = r op term`, or undefined. */
export const collectedOf = (stmt: Stmt): (Collected & { readonly term: Scalar }) | undefined => {
  if (stmt.k !== 'set' || stmt.value.k !== 'op') return undefined
  const { op, args, dtype } = stmt.value
  const [register, term] = args
  const identity = identities[op]
  if (identity === undefined || register?.k !== 'reg' || register.id !== stmt.id || term === undefined) return undefined
  return { id: stmt.id, name: op, dtype, identity, term }
}

/** The nest that a loop is, if its innermost loop does nothing but collect, into a register by one op, and store what no other round reads. */
export const collectingNest = (loop: Loop): Nest | undefined => {
  const outer: Loop[] = []
  let inner = loop
  for (let next = onlyLoop(inner); next !== undefined; next = onlyLoop(inner)) {
    outer.push(inner)
    inner = next
  }
  const rest = inner.body.filter(({ k }) => k !== 'let' && k !== 'store')
  const stores = inner.body.flatMap((stmt) => (stmt.k === 'store' ? [stmt.at, stmt.value] : []))
  const sums = rest.map(collectedOf)
  if (inner.body.length === 0 || sums.includes(undefined)) return undefined
  const found = sums as NonNullable<(typeof sums)[number]>[]
  const byId = new Map(found.map((sum) => [sum.id, sum]))
  const ids = new Set(byId.keys())
  const lets = [...outer, inner].flatMap(({ body }) => body.flatMap((stmt) => (stmt.k === 'let' ? [stmt.value] : [])))
  if ([...lets, ...stores, ...found.map(({ term }) => term)].some((x) => reads(x, ids))) return undefined
  return found.every(({ id, name }) => byId.get(id)?.name === name) ? { outer, inner, sums: [...byId.values()] } : undefined
}

/** The nest that a loop is, if it can be taken in lanes: it is long enough, and a round collects once into each register. */
export const reductionOf = (loop: Loop): Nest | undefined => {
  const nest = collectingNest(loop)
  const sets = nest?.inner.body.filter(({ k }) => k === 'set').length
  return nest !== undefined && nest.inner.extent >= 4 && nest.sums.length === sets ? nest : undefined
}

const onlyLoop = ({ body }: Loop): Loop | undefined => {
  const rest = body.filter(({ k }) => k !== 'let')
  const [first] = rest
  return rest.length === 1 && first?.k === 'for' ? first : undefined
}

/** What one loop through a row computes and a later one needs again, kept until then. */
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { distinct, postOrder, rootsOf } from '../../ir/kernel/walk.js'

/** One way through a row: registers before it, what each round does to them, and what a round stores. */
export interface Loop {
  readonly init: readonly Stmt[]
  readonly update: readonly Stmt[]
  readonly stores: readonly Stmt[]
}

/** A value worth keeping, at each column of a round. */
export type Candidate = readonly Scalar[]

/** Room for a value: an element for each column of a round. */
export interface Shelf {
  readonly buffer: number
  readonly at: readonly Scalar[]
}

/** Room for a value that is needed until the end of a loop, by its place among them; undefined where there is none. */
export type Shelves = (value: Scalar, until: number) => Shelf | undefined

/** The statements of a round; none of them holds others. */
const roundOf = ({ update, stores }: Loop): readonly Stmt[] => [...update, ...stores]

/** A loop, and all that is computed in its rounds. */
interface Seen {
  readonly loop: Loop
  readonly values: ReadonlySet<Scalar>
}

const look = (loop: Loop): Seen => {
  return { loop, values: new Set(distinct(roundOf(loop).flatMap(rootsOf))) }
}

/** Expressions with some of their parts replaced. Those without are the same objects as before. */
const replacer = (b: ScalarBuilder, by: ReadonlyMap<Scalar, Scalar>): ((root: Scalar) => Scalar) => {
  const made = new Map<Scalar, Scalar>(by)
  const one = (x: Scalar): Scalar => {
    if (x.k === 'load') return made.get(x.at) === x.at ? x : b.load(x.buffer, made.get(x.at) as Scalar, x.dtype)
    if (x.k !== 'op' || x.args.every((arg) => made.get(arg) === arg)) return x
    return b.op(
      x.op,
      x.args.map((arg) => made.get(arg) as Scalar),
      x.dtype,
    )
  }
  return (root) => {
    for (const x of postOrder(root, (part) => made.has(part))) made.set(x, one(x))
    return made.get(root) as Scalar
  }
}

const replaceIn = (stmts: readonly Stmt[], f: (x: Scalar) => Scalar): readonly Stmt[] =>
  stmts.map((stmt): Stmt => {
    if (stmt.k === 'let' || stmt.k === 'set') return { ...stmt, value: f(stmt.value) }
    return stmt.k === 'store' ? { ...stmt, at: f(stmt.at), value: f(stmt.value) } : stmt
  })

/**
 * Loops in which a value is computed once, by the first that has it, and read from where it was kept by those after it. A
 * value made of another that is kept is computed anew from that.
 */
export const keepForLater = (
  b: ScalarBuilder,
  loops: readonly Loop[],
  candidates: readonly Candidate[],
  shelves: Shelves,
): readonly Loop[] =>
  candidates
    .reduce<readonly Seen[]>((now, values) => {
      const [value] = values as readonly [Scalar]
      const home = now.findIndex((seen) => seen.values.has(value))
      const last = now.findLastIndex((seen) => seen.values.has(value))
      const shelf = home < last ? shelves(value, last) : undefined
      if (shelf === undefined) return now
      const { buffer, at } = shelf
      const f = replacer(b, new Map(values.map((x, i) => [x, b.load(buffer, at[i] as Scalar, x.dtype)])))
      const keeping = values.map((x, i): Stmt => ({ k: 'store', buffer, at: at[i] as Scalar, value: x }))
      return now.map((seen, i) => {
        const { loop } = seen
        if (i === home) return { ...seen, loop: { ...loop, stores: [...loop.stores, ...keeping] } }
        if (i < home || !seen.values.has(value)) return seen
        return look({ ...loop, update: replaceIn(loop.update, f), stores: replaceIn(loop.stores, f) })
      })
    }, loops.map(look))
    .map(({ loop }) => loop)

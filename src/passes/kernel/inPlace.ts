/** Kernels that read and write one memory. */
import type { Kernel, KernelBuffer, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import type { Launch, MemoryPlan, Program } from '../../ir/kernel/program.js'
import { allStatements, distinct, keyer, renameBody, rootsOf } from '../../ir/kernel/walk.js'

/**
 * Whether buffer `to` may lie in the memory of buffer `from`: every element of `from` that a grid point reads is one
 * that the same point writes, and it reads before it writes (as all kernels do), outside of loops. A team may also read all of `from` first:
 * in statements before the one that is the first to use `to`.
 */
export const updatesInPlace = ({ team, body }: Kernel, from: number, to: number): boolean => {
  if (from < 0) return true
  if (team === undefined) return !accessesOf(body).storedInLoops.has(to) && readsWhatItWrites(body, from, to)
  const uses = body.map(usesOf)
  const first = uses.findIndex((buffers) => buffers.includes(to))
  const last = uses.findLastIndex((buffers) => buffers.includes(from))
  const both = body[first]
  return last < first || (last === first && both?.k === 'each' && readsWhatItWrites(both.body, from, to))
}

/** The elements that statements load and store, as text by buffer, and the buffers that loops store to what later rounds may load. */
interface Accesses {
  readonly loads: ReadonlyMap<number, ReadonlySet<string>>
  readonly stores: ReadonlyMap<number, ReadonlySet<string>>
  readonly storedInLoops: ReadonlySet<number>
}

/** A kernel is asked about every pair of its buffers, and shared by many launches. */
const known = new WeakMap<readonly Stmt[], Accesses>()

const accessesOf = (body: readonly Stmt[]): Accesses => {
  const found = known.get(body) ?? findAccesses(body)
  known.set(body, found)
  return found
}

const findAccesses = (body: readonly Stmt[]): Accesses => {
  const stmts = allStatements(body)
  const key = keyer(new Map(stmts.flatMap((stmt) => (stmt.k === 'let' ? [[stmt.id, stmt.value] as const] : []))))
  const [loads, stores] = [new Map<number, Set<string>>(), new Map<number, Set<string>>()]
  const add = (all: Map<number, Set<string>>, buffer: number, at: Scalar): void => {
    const some = all.get(buffer) ?? new Set()
    all.set(buffer, some.add(key(at)))
  }
  for (const { buffer, at } of loadsOf(stmts)) add(loads, buffer, at)
  for (const stmt of stmts) if (stmt.k === 'store') add(stores, stmt.buffer, stmt.at)
  const inLoops = stmts.flatMap((stmt) => (stmt.k === 'for' && stmt.apart !== true ? allStatements(stmt.body) : []))
  return { loads, stores, storedInLoops: new Set(inLoops.flatMap((stmt) => (stmt.k === 'store' ? [stmt.buffer] : []))) }
}

const readsWhatItWrites = (body: readonly Stmt[], from: number, to: number): boolean => {
  const { loads, stores } = accessesOf(body)
  return [...(loads.get(from) ?? [])].every((at) => stores.get(to)?.has(at) === true)
}

type Load = Extract<Scalar, { readonly k: 'load' }>

/** The distinct loads of statements. */
const loadsOf = (stmts: readonly Stmt[]): readonly Load[] => distinct(stmts.flatMap(rootsOf)).filter((x) => x.k === 'load')

/** The buffers that a statement loads from or stores to. */
const usesOf = (stmt: Stmt): readonly number[] => {
  const stmts = allStatements([stmt])
  return [...loadsOf(stmts), ...stmts.filter((inner) => inner.k === 'store')].map(({ buffer }) => buffer)
}

/** A launch in which buffers that share memory are one buffer, read and written. */
const mergeLaunch = (launch: Launch, homeOf: (id: number) => number): Launch => {
  const homes = launch.bind.map(homeOf)
  const distinct = [...new Set(homes)]
  if (distinct.length === homes.length) return launch
  const place = (i: number): number => distinct.indexOf(homes[i] as number)
  const { buffers, body } = launch.kernel
  const same = (n: number): number => n
  const renaming = { id: same, axis: same, element: (buffer: number, at: Scalar) => ({ buffer: place(buffer), at }) }
  const merged = distinct.map((home, j): KernelBuffer => {
    const parts = buffers.filter((_, i) => place(i) === j)
    const accesses = new Set(parts.map(({ access }) => access))
    return { ...(parts[0] as KernelBuffer), access: accesses.size > 1 ? 'readwrite' : (parts[0] as KernelBuffer).access }
  })
  return {
    ...launch,
    kernel: { ...launch.kernel, buffers: merged, body: renameBody(body, renaming) },
    bind: distinct.map((home) => launch.bind[homes.indexOf(home)] as number),
  }
}

/** Merges launches so that those of one kernel, merged in the same way, share the merged kernel, too. */
const sharing = (merge: (launch: Launch) => Launch, wayOf: (launch: Launch) => string): ((launch: Launch) => Launch) => {
  const known = new Map<Kernel, Map<string, Kernel>>()
  return (launch) => {
    const merged = merge(launch)
    if (merged === launch) return launch
    const ways = known.get(launch.kernel) ?? new Map<string, Kernel>()
    known.set(launch.kernel, ways)
    const way = wayOf(launch)
    const kernel = ways.get(way) ?? {
      ...merged.kernel,
      name: ways.size === 0 ? merged.kernel.name : `${merged.kernel.name}_in_place_${String(ways.size)}`,
    }
    ways.set(way, kernel)
    return { ...merged, kernel }
  }
}

/** The program with one kernel buffer for each memory: no kernel binds the same bytes twice. */
export const mergeAliases = (program: Program, plan: MemoryPlan): Program => {
  const homeOf = (id: number): number => {
    const place = plan.places[id]
    return place?.kind === 'alias' ? place.of : id
  }
  const merge = sharing(
    (launch: Launch) => mergeLaunch(launch, homeOf),
    ({ bind }) => bind.map((id) => bind.findIndex((other) => homeOf(other) === homeOf(id))).join(),
  )
  return { ...program, launches: program.launches.map(merge) }
}

/** Kernels that read and write one memory. */
import type { Kernel, KernelBuffer, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import type { Launch, MemoryPlan, Program } from '../../ir/kernel/program.js'

/** Calls `visit` with every expression under statements, inner ones included, and every statement. */
const walk = (stmts: readonly Stmt[], onScalar: (x: Scalar) => void, onStmt: (stmt: Stmt) => void): void => {
  const scalar = (x: Scalar): void => {
    onScalar(x)
    if (x.k === 'op') x.args.forEach(scalar)
    if (x.k === 'load') scalar(x.at)
  }
  for (const stmt of stmts) {
    onStmt(stmt)
    if (stmt.k === 'let' || stmt.k === 'set') scalar(stmt.value)
    else if (stmt.k === 'register') scalar(stmt.init)
    else if (stmt.k === 'store') [stmt.at, stmt.value].forEach(scalar)
    else {
      if (stmt.k === 'if') scalar(stmt.cond)
      walk(stmt.body, onScalar, onStmt)
    }
  }
}

/** An index as text, with the `let`s it reads written out. */
const keyer = (lets: ReadonlyMap<number, Scalar>): ((x: Scalar) => string) => {
  const memo = new Map<number, string>()
  const key = (x: Scalar): string => {
    if (x.k === 'lit') return String(x.value)
    if (x.k === 'axis') return `a${String(x.axis)}`
    if (x.k === 'reg') return `r${String(x.id)}`
    if (x.k === 'load') return `b${String(x.buffer)}[${key(x.at)}]`
    if (x.k === 'op') return `${x.op}(${x.args.map(key).join()})`
    const known = memo.get(x.id) ?? key(lets.get(x.id) as Scalar)
    memo.set(x.id, known)
    return known
  }
  return key
}

/**
 * Whether buffer `to` may lie in the memory of buffer `from`: every element of `from` that a grid point reads is one
 * that the same point writes, and it reads before it writes (as all kernels do).
 */
export const updatesInPlace = (kernel: Kernel, from: number, to: number): boolean => {
  if (from < 0) return true
  const lets = new Map<number, Scalar>()
  const [loads, stores]: [Scalar[], Scalar[]] = [[], []]
  walk(
    kernel.body,
    (x) => (x.k === 'load' && x.buffer === from ? loads.push(x.at) : 0),
    (stmt) => {
      if (stmt.k === 'let') lets.set(stmt.id, stmt.value)
      if (stmt.k === 'store' && stmt.buffer === to) stores.push(stmt.at)
    },
  )
  const key = keyer(lets)
  const written = new Set(stores.map(key))
  return loads.every((at) => written.has(key(at)))
}

const renumber = (stmts: readonly Stmt[], buffer: (i: number) => number): Stmt[] => {
  const scalar = (x: Scalar): Scalar =>
    x.k === 'op' ? { ...x, args: x.args.map(scalar) } : x.k === 'load' ? { ...x, buffer: buffer(x.buffer), at: scalar(x.at) } : x
  return stmts.map((stmt): Stmt => {
    if (stmt.k === 'let' || stmt.k === 'set') return { ...stmt, value: scalar(stmt.value) }
    if (stmt.k === 'register') return { ...stmt, init: scalar(stmt.init) }
    if (stmt.k === 'store') return { ...stmt, buffer: buffer(stmt.buffer), at: scalar(stmt.at), value: scalar(stmt.value) }
    return stmt.k === 'if'
      ? { ...stmt, cond: scalar(stmt.cond), body: renumber(stmt.body, buffer) }
      : { ...stmt, body: renumber(stmt.body, buffer) }
  })
}

/** A launch in which buffers that share memory are one buffer, read and written. */
const mergeLaunch = (launch: Launch, homeOf: (id: number) => number): Launch => {
  const homes = launch.bind.map(homeOf)
  const distinct = [...new Set(homes)]
  if (distinct.length === homes.length) return launch
  const place = (i: number): number => distinct.indexOf(homes[i] as number)
  const { buffers, body } = launch.kernel
  const merged = distinct.map((home, j): KernelBuffer => {
    const parts = buffers.filter((_, i) => place(i) === j)
    const accesses = new Set(parts.map(({ access }) => access))
    return { ...(parts[0] as KernelBuffer), access: accesses.size > 1 ? 'readwrite' : (parts[0] as KernelBuffer).access }
  })
  return {
    kernel: { ...launch.kernel, buffers: merged, body: renumber(body, place) },
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

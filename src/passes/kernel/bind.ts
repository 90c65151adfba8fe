/**
 * Gives names to what is computed more than once, and moves what does not change in a loop out of it. Expressions come
 * in as graphs that share nodes; they leave as trees over `let`s.
 */
import type { GridAxis, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { allStatements, partsOf, rootsOf } from '../../ir/kernel/walk.js'
import { union } from '../sets.js'

/** A list of statements being written, and what is bound in it. Depth 0 is the kernel's body. */
interface Scope {
  readonly depth: number
  readonly out: Stmt[]
  readonly bound: Map<Scalar, Scalar>
  /** Of what is bound, what reads registers or arrays. */
  readonly reading: Set<Scalar>
  /** The registers and arrays that the statements around change. */
  readonly changed: ReadonlySet<number>
}

/** The loop depth at which a value is known; `pinned` values read a `let` of the kernel itself and are bound where they are used. */
interface Home {
  readonly depth: number
  readonly pinned: boolean
  /** The registers that the value reads, and a point's own arrays (by their number, below zero): once one changes, the value has to be computed again. */
  readonly registers: ReadonlySet<number>
}

const noRegisters: ReadonlySet<number> = new Set()

const anywhere: Home = { depth: 0, pinned: false, registers: noRegisters }

class Binder {
  private readonly uses = new Map<Scalar, number>()
  private readonly homes = new Map<Scalar, Home>()
  private readonly axisDepth = new Map<number, number>()
  private readonly scopes: Scope[] = []
  private readonly renamed = new Map<number, Scalar>()

  constructor(
    grid: readonly GridAxis[],
    private nextId: number,
  ) {
    for (const { axis } of grid) this.axisDepth.set(axis, 0)
  }

  run(stmts: readonly Stmt[]): readonly Stmt[] {
    this.prepare(stmts, 0)
    return this.within(0, noRegisters, () => {
      for (const stmt of stmts) this.emit(stmt)
    })
  }

  private prepare(stmts: readonly Stmt[], depth: number): void {
    for (const stmt of stmts) {
      if (stmt.k === 'for') {
        this.axisDepth.set(stmt.axis, depth + 1)
        this.prepare(stmt.body, depth + 1)
      } else if (stmt.k === 'if') {
        this.count(stmt.cond)
        this.prepare(stmt.body, depth)
      } else for (const root of rootsOf(stmt)) this.count(root)
    }
  }

  private count(root: Scalar): void {
    const known = this.uses.get(root) ?? 0
    this.uses.set(root, known + 1)
    if (known > 0) return
    for (const child of partsOf(root)) this.count(child)
    this.homes.set(root, this.homeOf(root))
  }

  private homeOf(x: Scalar): Home {
    if (x.k === 'lit') return anywhere
    if (x.k === 'axis') return { depth: this.axisDepth.get(x.axis) ?? 0, pinned: false, registers: noRegisters }
    if (x.k === 'reg') return { depth: 0, pinned: false, registers: new Set([x.id]) }
    if (x.k === 'ref') return { depth: 0, pinned: true, registers: noRegisters }
    let depth = 0
    let pinned = false
    let registers = noRegisters
    for (const part of partsOf(x)) {
      const home = this.homes.get(part) as Home
      depth = Math.max(depth, home.depth)
      pinned ||= home.pinned
      registers = union(registers, home.registers)
    }
    if (x.k === 'load' && x.buffer < 0) registers = union(registers, new Set([x.buffer]))
    return depth === 0 && !pinned && registers.size === 0 ? anywhere : { depth, pinned, registers }
  }

  private within(depth: number, changed: ReadonlySet<number>, write: () => void): Stmt[] {
    const scope: Scope = { depth, out: [], bound: new Map(), reading: new Set(), changed }
    this.scopes.push(scope)
    write()
    this.scopes.pop()
    return scope.out
  }

  private get scope(): Scope {
    return this.scopes.at(-1) as Scope
  }

  private emit(stmt: Stmt): void {
    const { out } = this.scope
    if (stmt.k === 'for') out.push({ ...stmt, body: this.loopBody(stmt.body) })
    else if (stmt.k === 'if') out.push({ ...stmt, cond: this.use(stmt.cond), body: this.conditional(stmt.body) })
    else if (stmt.k === 'let') this.bindAs(stmt.id, stmt.value)
    else out.push(this.rewrite(stmt))
    if (stmt.k === 'set') this.forget(stmt.id)
    if (stmt.k === 'store' && stmt.buffer < 0) this.forget(stmt.buffer)
  }

  /** Statements under a condition. What they share with others is bound before it, but for what reads names or registers of theirs. */
  private conditional(body: readonly Stmt[]): Stmt[] {
    return this.within(this.scope.depth, changedIn(body), () => {
      for (const inner of body) this.emit(inner)
    })
  }

  private loopBody(body: readonly Stmt[]): Stmt[] {
    const changed = changedIn(body)
    for (const register of changed) this.forget(register)
    return this.within(this.scope.depth + 1, changed, () => {
      for (const inner of body) this.emit(inner)
    })
  }

  /** After a register or an array has changed, what was computed from it is no longer the value of its expression. */
  private forget(register: number): void {
    for (const { bound, reading } of this.scopes) {
      for (const x of reading) {
        if (this.homes.get(x)?.registers.has(register) !== true) continue
        bound.delete(x)
        reading.delete(x)
      }
    }
  }

  /** A `let` of the kernel itself. One whose value has a name already, or needs none, is replaced by it. */
  private bindAs(id: number, value: Scalar): void {
    const { out } = this.scope
    const written = this.use(value)
    if (!isCompound(written)) {
      this.renamed.set(id, written)
      return
    }
    out.push({ k: 'let', id, value: written })
    this.keep(this.scope, value, { k: 'ref', id, dtype: value.dtype })
  }

  private rewrite(stmt: Stmt): Stmt {
    if (stmt.k === 'register') return { ...stmt, init: this.use(stmt.init) }
    if (stmt.k === 'set') return { ...stmt, value: this.next(stmt) }
    if (stmt.k === 'store') return { ...stmt, at: this.use(stmt.at), value: this.use(stmt.value) }
    return stmt
  }

  /** The value that a register takes. One made of the register is no longer its expression's afterwards, so a new name would serve nobody. */
  private next({ id, value }: Extract<Stmt, { readonly k: 'set' }>): Scalar {
    if (this.homes.get(value)?.registers.has(id) !== true) return this.use(value)
    return this.lookup(value) ?? this.rebuild(value)
  }

  /** The expression to write for a value here, binding what is worth a name in the scope where it is first known. */
  private use(x: Scalar): Scalar {
    if (!isCompound(x)) return x.k === 'ref' ? (this.renamed.get(x.id) ?? x) : x
    const known = this.lookup(x)
    if (known !== undefined) return known
    const home = this.homes.get(x) as Home
    const target = home.pinned ? this.scope : this.homeScope(home)
    // Nothing but conditions is between scopes of one depth.
    if ((this.uses.get(x) ?? 0) < 2 && target.depth === this.scope.depth) return this.rebuild(x)
    const ref: Scalar = { k: 'ref', id: this.nextId++, dtype: x.dtype }
    const value = this.inScope(target, () => this.rebuild(x))
    target.out.push({ k: 'let', id: ref.id, value })
    this.keep(target, x, ref)
    return ref
  }

  private keep({ bound, reading }: Scope, x: Scalar, ref: Scalar): void {
    bound.set(x, ref)
    if ((this.homes.get(x)?.registers.size ?? 0) > 0) reading.add(x)
  }

  /** The outermost open scope in which a value is known and stays what it is. */
  private homeScope({ depth, registers }: Home): Scope {
    const last = registers.size === 0 ? -1 : this.scopes.findLastIndex(({ changed }) => [...registers].some((id) => changed.has(id)))
    return this.scopes.find((scope, i) => i >= last && scope.depth >= depth) ?? this.scope
  }

  /** Writes as if in an enclosing scope, so that what the value itself needs is bound there or further out. */
  private inScope<T>(target: Scope, f: () => T): T {
    const inner = this.scopes.splice(this.scopes.indexOf(target) + 1)
    const result = f()
    this.scopes.push(...inner)
    return result
  }

  private lookup(x: Scalar): Scalar | undefined {
    for (const { bound } of this.scopes) {
      const ref = bound.get(x)
      if (ref !== undefined) return ref
    }
    return undefined
  }

  private rebuild(x: Scalar): Scalar {
    if (x.k === 'load') return { ...x, at: this.use(x.at) }
    if (x.k === 'op') return { ...x, args: x.args.map((arg) => this.use(arg)) }
    return x
  }
}

/** The registers that statements set or declare, and the arrays that they store to. */
const changedIn = (body: readonly Stmt[]): ReadonlySet<number> =>
  new Set(
    allStatements(body).flatMap((stmt) => {
      if (stmt.k === 'store') return stmt.buffer < 0 ? [stmt.buffer] : []
      return stmt.k === 'set' || stmt.k === 'register' ? [stmt.id] : []
    }),
  )

const isCompound = (x: Scalar): boolean => x.k === 'op' || x.k === 'load'

/** Statements with shared and loop-invariant expressions bound by `let`. `nextId` is the first id not in use. */
export const bind = (stmts: readonly Stmt[], grid: readonly GridAxis[], nextId: number): readonly Stmt[] =>
  new Binder(grid, nextId).run(stmts)

/** Neighbouring loops that go through memory without a gap become one: short rows no longer end it. */
import type { GridAxis, Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { mapScalars, partsOf, postOrder, rewriter } from '../../ir/kernel/walk.js'
import { affine, axisKey, factorOf } from './affine.js'

/** What a body does with indices. */
interface Uses {
  readonly accesses: readonly Scalar[]
  /** Axes that are used for more than to say where an element is. */
  readonly values: ReadonlySet<number>
}

const rootsOf = (stmt: Stmt): readonly Scalar[] => {
  if (stmt.k === 'let' || stmt.k === 'set') return [stmt.value]
  if (stmt.k === 'register') return [stmt.init]
  return stmt.k === 'store' ? [stmt.at, stmt.value] : stmt.k === 'if' ? [stmt.cond] : []
}

const lookThrough = (body: readonly Stmt[], visit: (stmt: Stmt) => void): void => {
  for (const stmt of body) {
    visit(stmt)
    if (stmt.k === 'for' || stmt.k === 'if') lookThrough(stmt.body, visit)
  }
}

const usesOf = (body: readonly Stmt[]): Uses & { readonly lets: ReadonlyMap<number, Scalar> } => {
  const lets = new Map<number, Scalar>()
  lookThrough(body, (stmt) => {
    if (stmt.k === 'let') lets.set(stmt.id, stmt.value)
  })
  const accesses: Scalar[] = []
  const values = new Set<number>()
  const seen = new Set<Scalar>()
  // An index is looked at as a whole, anything else for the axes in it.
  const asValue = (root: Scalar): void => {
    const stack = [root]
    for (let x = stack.pop(); x !== undefined; x = stack.pop()) {
      if (seen.has(x)) continue
      seen.add(x)
      if (x.k === 'axis') values.add(x.axis)
      else if (x.k === 'load') accesses.push(x.at)
      else if (x.k === 'ref') stack.push(...[lets.get(x.id)].filter((value) => value !== undefined))
      else stack.push(...partsOf(x))
    }
  }
  lookThrough(body, (stmt) => {
    if (stmt.k === 'store') {
      accesses.push(stmt.at)
      asValue(stmt.value)
    } else if (stmt.k === 'let') {
      // Counted where it is read, unless it is more than an index.
      if (stmt.value.dtype !== 'i32') asValue(stmt.value)
      else for (const x of postOrder(stmt.value)) if (x.k === 'load') accesses.push(x.at)
    } else for (const root of rootsOf(stmt)) asValue(root)
  })
  return { accesses, values, lets }
}

/** Whether a step along `outer` is as long as all steps along `inner`, in every access. */
const canJoin = (body: readonly Stmt[]): ((outer: GridAxis, inner: GridAxis) => boolean) => {
  const { accesses, values, lets } = usesOf(body)
  const forms = affine()
  for (const [id, value] of lets) forms.define(id, value)
  const hidden = (x: Scalar): boolean => x.k !== 'axis'
  /** Axes under what an index is not a sum of. */
  const under = new Set<number>()
  const reached = new Set<Scalar>()
  const reach = (root: Scalar): void => {
    const stack = [root]
    for (let x = stack.pop(); x !== undefined; x = stack.pop()) {
      if (reached.has(x)) continue
      reached.add(x)
      if (x.k === 'axis') under.add(x.axis)
      else if (x.k === 'ref') stack.push(...[lets.get(x.id)].filter((value) => value !== undefined))
      else stack.push(...partsOf(x))
    }
  }
  const all = accesses.map((at) => forms.formOf(at))
  for (const { terms } of all) for (const { atom } of terms.values()) if (hidden(atom)) reach(atom)
  return (outer, inner) =>
    !values.has(outer.axis) &&
    !values.has(inner.axis) &&
    !under.has(outer.axis) &&
    !under.has(inner.axis) &&
    all.every((form) => factorOf(form, axisKey(outer.axis)) === inner.extent * factorOf(form, axisKey(inner.axis)))
}

/** Puts 0 for an axis that is no more. */
const withoutAxis = (body: readonly Stmt[], axis: number): readonly Stmt[] =>
  mapScalars(
    body,
    rewriter((x) => (x.k === 'axis' && x.axis === axis ? { k: 'lit', dtype: 'i32', value: 0 } : undefined)),
  )

type Loop = Extract<Stmt, { k: 'for' }>

/** The loops in a body that hold one loop and otherwise only names, joined where they can be. */
const collapseLoops = (body: readonly Stmt[], join: ReturnType<typeof canJoin>, gone: number[]): readonly Stmt[] =>
  body.flatMap((stmt): Stmt[] => {
    if (stmt.k === 'if') return [{ ...stmt, body: collapseLoops(stmt.body, join, gone) }]
    if (stmt.k !== 'for') return [stmt]
    const inner = collapseLoops(stmt.body, join, gone)
    const lets = inner.filter(({ k }) => k === 'let')
    const loops = inner.filter((part): part is Loop => part.k === 'for')
    const [only] = loops
    if (only === undefined || loops.length + lets.length !== inner.length || loops.length > 1 || !join(stmt, only))
      return [{ ...stmt, body: inner }]
    gone.push(stmt.axis)
    // Names that were bound once for each round of the outer loop are bound in the one loop there is.
    return [{ k: 'for', axis: only.axis, extent: stmt.extent * only.extent, body: [...lets, ...only.body] }]
  })

/** A kernel with neighbouring axes of its grid, and loops that hold nothing but a loop, joined where memory allows. */
export const collapse = (kernel: Kernel): Kernel => {
  const join = canJoin(kernel.body)
  const grid: GridAxis[] = []
  const gone: number[] = []
  for (const axis of kernel.grid) {
    const outer = grid.at(-1)
    if (outer === undefined || !join(outer, axis)) grid.push(axis)
    else {
      gone.push(outer.axis)
      grid.splice(-1, 1, { axis: axis.axis, extent: outer.extent * axis.extent })
    }
  }
  const body = collapseLoops(kernel.body, join, gone)
  if (gone.length === 0) return kernel
  return { ...kernel, grid, body: gone.reduce(withoutAxis, body) }
}

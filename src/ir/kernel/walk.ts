import type { Scalar, Stmt } from './kernel.js'

/** What an expression is made of. */
export const partsOf = (x: Scalar): readonly Scalar[] => (x.k === 'op' ? x.args : x.k === 'load' ? [x.at] : none)

const none: readonly Scalar[] = []

const partAt = (x: Scalar, i: number): Scalar | undefined => (x.k === 'op' ? x.args[i] : x.k === 'load' && i === 0 ? x.at : undefined)

const isLeaf = ({ k }: Scalar): boolean => k !== 'op' && k !== 'load'

/** Adds the expressions under one that were not seen yet, after their parts. */
const visit = (root: Scalar, seen: Set<Scalar>, known: (x: Scalar) => boolean, out: Scalar[]): void => {
  if (seen.has(root) || known(root)) return
  seen.add(root)
  // Those that are open, and how many of their parts are done.
  const open: Scalar[] = [root]
  const done: number[] = [0]
  for (let top = 0; top >= 0; top = open.length - 1) {
    const x = open[top] as Scalar
    const next = done[top] as number
    const part = partAt(x, next)
    done[top] = next + 1
    if (part === undefined) {
      open.pop()
      done.pop()
      out.push(x)
    } else if (!seen.has(part) && !known(part)) {
      seen.add(part)
      if (isLeaf(part)) out.push(part)
      else {
        open.push(part)
        done.push(0)
      }
    }
  }
}

const nothingKnown = (): boolean => false

/**
 * Every expression under one, each once and after its parts. Expressions are shared, so a plain recursion may take
 * exponential time, and they are deep where many ops were fused, so it may overflow the stack. `known` parts are left out.
 */
export const postOrder = (root: Scalar, known: (x: Scalar) => boolean = nothingKnown): Scalar[] => {
  if (isLeaf(root)) return known(root) ? [] : [root]
  const out: Scalar[] = []
  visit(root, new Set(), known, out)
  return out
}

/** All that expressions are made of, each once and after its parts. */
export const distinct = (roots: readonly Scalar[]): readonly Scalar[] => {
  const [seen, out] = [new Set<Scalar>(), [] as Scalar[]]
  for (const root of roots) visit(root, seen, nothingKnown, out)
  return out
}

/**
 * Puts expressions through a function, parts first: it gets an expression as it was, and what its parts have become. Undefined
 * leaves an expression as it is, of its new parts. What is shared stays so.
 */
export const rewriter = (one: (x: Scalar, part: (y: Scalar) => Scalar) => Scalar | undefined): ((root: Scalar) => Scalar) => {
  const made = new Map<Scalar, Scalar>()
  const part = (y: Scalar): Scalar => made.get(y) as Scalar
  const same = (x: Scalar): Scalar => {
    if (x.k === 'load') return part(x.at) === x.at ? x : { ...x, at: part(x.at) }
    return x.k === 'op' && x.args.some((arg) => part(arg) !== arg) ? { ...x, args: x.args.map(part) } : x
  }
  return (root) => {
    for (const x of postOrder(root, (y) => made.has(y))) made.set(x, one(x, part) ?? same(x))
    return part(root)
  }
}

const noStatements: readonly Stmt[] = []

/** Statements within a statement. */
export const bodyOf = (stmt: Stmt): readonly Stmt[] => ('body' in stmt ? stmt.body : noStatements)

/** The expressions of a statement itself. */
export const rootsOf = (stmt: Stmt): readonly Scalar[] => {
  switch (stmt.k) {
    case 'let':
    case 'set':
      return [stmt.value]
    case 'register':
      return [stmt.init]
    case 'if':
    case 'while':
      return [stmt.cond]
    case 'store':
      return [stmt.at, stmt.value]
    case 'for':
    case 'each':
      return []
  }
}

/** All statements, each before those within it. */
export const allStatements = (body: readonly Stmt[]): readonly Stmt[] => {
  const all: Stmt[] = []
  const add = (stmts: readonly Stmt[]): void => {
    for (const stmt of stmts) {
      all.push(stmt)
      add(bodyOf(stmt))
    }
  }
  add(body)
  return all
}

/** An index as text, with the `let`s it reads written out. */
export const keyer = (lets: ReadonlyMap<number, Scalar>): ((x: Scalar) => string) => {
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

/** Statements with their expressions, indices among them, put through a function. */
export const mapScalars = (body: readonly Stmt[], scalar: (x: Scalar) => Scalar): readonly Stmt[] =>
  body.map((stmt): Stmt => {
    switch (stmt.k) {
      case 'let':
      case 'set':
        return { ...stmt, value: scalar(stmt.value) }
      case 'register':
        return { ...stmt, init: scalar(stmt.init) }
      case 'store':
        return { ...stmt, at: scalar(stmt.at), value: scalar(stmt.value) }
      case 'if':
      case 'while':
        return { ...stmt, cond: scalar(stmt.cond), body: mapScalars(stmt.body, scalar) }
      case 'for':
      case 'each':
        return { ...stmt, body: mapScalars(stmt.body, scalar) }
    }
  })

/** An element of a buffer. */
export interface Element {
  readonly buffer: number
  readonly at: Scalar
}

/** New names for what statements use. */
export interface Renaming {
  /** Of a let or register. */
  readonly id: (id: number) => number
  readonly axis: (axis: number) => number
  readonly element: (buffer: number, at: Scalar) => Element
  /** What is read from a buffer, where that is known without it. */
  readonly known?: (buffer: number) => Scalar | undefined
}

/** The element under its new name: a point's own arrays keep theirs. */
const placer =
  ({ element }: Renaming) =>
  (buffer: number, at: Scalar): Element =>
    buffer < 0 ? { buffer, at } : element(buffer, at)

const renameScalars = (renaming: Renaming): ((x: Scalar) => Scalar) => {
  const { id, axis, known = () => undefined } = renaming
  const place = placer(renaming)
  const memo = new Map<Scalar, Scalar>()
  const emit = (x: Scalar): Scalar => {
    if (x.k === 'lit') return x
    if (x.k === 'axis') return { ...x, axis: axis(x.axis) }
    if (x.k === 'load') return known(x.buffer) ?? { ...x, ...place(x.buffer, rename(x.at)) }
    return x.k === 'op' ? { ...x, args: x.args.map(rename) } : { ...x, id: id(x.id) }
  }
  const rename = (x: Scalar): Scalar => {
    const made = memo.get(x) ?? emit(x)
    memo.set(x, made)
    return made
  }
  return rename
}

/** Statements under other names. Expressions that were shared stay so. */
export const renameBody = (body: readonly Stmt[], renaming: Renaming): readonly Stmt[] => {
  const { id, axis } = renaming
  const place = placer(renaming)
  const scalar = renameScalars(renaming)
  const rename = (stmt: Stmt): Stmt => {
    switch (stmt.k) {
      case 'let':
      case 'set':
        return { ...stmt, id: id(stmt.id), value: scalar(stmt.value) }
      case 'register':
        return { ...stmt, id: id(stmt.id), init: scalar(stmt.init) }
      case 'store':
        return { ...stmt, ...place(stmt.buffer, scalar(stmt.at)), value: scalar(stmt.value) }
      case 'if':
      case 'while':
        return { ...stmt, cond: scalar(stmt.cond), body: stmt.body.map(rename) }
      case 'for':
        return { ...stmt, axis: axis(stmt.axis), body: stmt.body.map(rename) }
      case 'each':
        return { ...stmt, grid: stmt.grid.map((g) => ({ ...g, axis: axis(g.axis) })), body: stmt.body.map(rename) }
    }
  }
  return body.map(rename)
}

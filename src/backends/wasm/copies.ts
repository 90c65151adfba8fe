/** Statements written out for a value of an axis: what that makes known is computed at once. */
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { meaning } from '../../ir/kernel/meaning.js'
import { allStatements, mapScalars, postOrder } from '../../ir/kernel/walk.js'
import { affine, axisKey, type Affine } from './affine.js'

type Op = Extract<Scalar, { k: 'op' }>

/** The axis of which a copy is, and what is put in its place: a number, or, with a `step`, `step` times the axis and, beyond that, a number or another axis below it. */
export interface Part {
  readonly axis: number
  readonly rest: Scalar
  readonly step?: number
}

export const literal = (dtype: 'i32' | 'bool', value: number): Scalar => ({ k: 'lit', dtype, value })

const valueOf = (x: Scalar | undefined): number | undefined => (x?.k === 'lit' ? x.value : undefined)

const known = (x: Op): Scalar | undefined => {
  const values = x.args.map(valueOf)
  const dtypes = x.args.map(({ dtype }) => dtype)
  if ((x.dtype !== 'i32' && x.dtype !== 'bool') || dtypes.some((dtype) => dtype !== 'i32' && dtype !== 'bool')) return undefined
  if (values.includes(undefined)) return undefined
  return literal(x.dtype, meaning[x.op](values as number[], dtypes[0] as 'i32', x.dtype))
}

/** Parts of a condition, and choices, of which one side is known. */
const decided = ({ op, args, dtype }: Op): Scalar | undefined => {
  const [a, b, c] = args as readonly [Scalar, Scalar, Scalar]
  if (op === 'select' && a.k === 'lit') return a.value === 0 ? c : b
  if (dtype !== 'bool' || (op !== 'and' && op !== 'or')) return undefined
  const [x, y] = [valueOf(a), valueOf(b)]
  if (x === undefined && y === undefined) return undefined
  const [lit, other] = x === undefined ? [y, a] : [x, b]
  return (op === 'and') === (lit !== 0) ? other : literal('bool', op === 'or' ? 1 : 0)
}

/** Quotients and remainders of what is something below the step beyond a multiple of it. */
const parted = (forms: Affine, { step, axis, rest }: Part, x: Op): Scalar | undefined => {
  const isQuotient = x.op === 'div' || x.op === 'rem'
  if (step === undefined || !isQuotient || x.dtype !== 'i32' || valueOf(x.args[1]) !== step) return undefined
  const { terms, constant } = forms.formOf(x.args[0] as Scalar)
  if (terms.get(axisKey(axis))?.factor !== step) return undefined
  const whole: Scalar = { k: 'axis', axis, dtype: 'i32' }
  const isWhole = rest.k === 'axis' && terms.size === 2 && constant === 0 && terms.get(axisKey(rest.axis))?.factor === 1
  if (isWhole) return x.op === 'rem' ? rest : whole
  if (constant < 0 || terms.size !== 1) return undefined
  if (x.op === 'rem') return literal('i32', constant % step)
  return { k: 'op', op: 'add', args: [whole, literal('i32', Math.floor(constant / step))], dtype: 'i32' }
}

/** Names that no statement has. */
export const freshIn = (stmts: readonly Stmt[]): (() => number) => {
  let next = allStatements(stmts).reduce((most, stmt) => ('id' in stmt ? Math.max(most, stmt.id) : most), -1) + 1
  return () => next++
}

/** Puts a part of an axis into expressions. `names` has the new name of what statements bind, `literals` what is known of these. */
const substitution = (part: Part, forms: Affine, names: ReadonlyMap<number, number>, literals: ReadonlyMap<number, Scalar>) => {
  const { axis, rest, step } = part
  const made = new Map<Scalar, Scalar>()
  const of = (y: Scalar): Scalar => made.get(y) as Scalar
  const here = (x: Scalar): Scalar => {
    if (step === undefined) return rest
    const scaled: Scalar = { k: 'op', op: 'mul', args: [x, literal('i32', step)], dtype: 'i32' }
    return { k: 'op', op: 'add', args: [scaled, rest], dtype: 'i32' }
  }
  const named = (x: Extract<Scalar, { k: 'ref' | 'reg' }>): Scalar => {
    const id = names.get(x.id) ?? x.id
    return literals.get(id) ?? { ...x, id }
  }
  const one = (x: Scalar): Scalar => {
    if (x.k === 'axis' && x.axis === axis) return here(x)
    if (x.k === 'ref' || x.k === 'reg') return named(x)
    if (x.k === 'load') return { ...x, at: of(x.at) }
    if (x.k !== 'op') return x
    const y: Op = { ...x, args: x.args.map(of) }
    return known(y) ?? decided(y) ?? parted(forms, part, y) ?? y
  }
  return (root: Scalar): Scalar => {
    made.clear()
    for (const x of postOrder(root)) made.set(x, one(x))
    return of(root)
  }
}

/** Statements for a part of an axis, with names of their own. */
export const copyOf = (stmts: readonly Stmt[], part: Part, fresh: () => number): readonly Stmt[] => {
  const names = new Map<number, number>()
  const forms = affine()
  const literals = new Map<number, Scalar>()
  const scalar = substitution(part, forms, names, literals)
  const bind = (id: number, value: Scalar | undefined): number => {
    const name = fresh()
    names.set(id, name)
    if (value?.k === 'lit') literals.set(name, value)
    if (value !== undefined) forms.define(name, value)
    return name
  }
  const statement = (stmt: Stmt): Stmt => {
    if ('body' in stmt && stmt.k !== 'if' && stmt.k !== 'while') return { ...stmt, body: stmt.body.map(statement) }
    const [made] = mapScalars([{ ...stmt, ...('body' in stmt ? { body: [] } : {}) }], scalar) as readonly [Stmt]
    if (made.k === 'let') return { ...made, id: bind(made.id, made.value) }
    if (made.k === 'register') return { ...made, id: bind(made.id, undefined) }
    if (made.k === 'set') return { ...made, id: names.get(made.id) ?? made.id }
    return 'body' in stmt ? ({ ...made, body: stmt.body.map(statement) } as Stmt) : made
  }
  return stmts.map(statement)
}

/**
 * Builds scalar expressions. Equal expressions are one object, so later passes see sharing for free; integer
 * arithmetic on indices is simplified by the ranges that loops give, which is what undoes reshapes and slices.
 */
import { meaning } from './meaning.js'
import type { Scalar, ScalarOp, ScalarType } from './kernel.js'

export interface ScalarBuilder {
  lit(dtype: ScalarType, value: number): Scalar
  /** An i32 literal. */
  int(value: number): Scalar
  /** A loop index from 0 to extent - 1. */
  axis(id: number, extent: number): Scalar
  reg(id: number, dtype: ScalarType): Scalar
  ref(id: number, dtype: ScalarType): Scalar
  load(buffer: number, at: Scalar, dtype: ScalarType): Scalar
  op(op: ScalarOp, args: readonly Scalar[], dtype: ScalarType): Scalar
  /** A value in the dtype that sums of it are accumulated in: f32 for f16. */
  wide(x: Scalar): Scalar
  add(x: Scalar, y: Scalar): Scalar
  sub(x: Scalar, y: Scalar): Scalar
  mul(x: Scalar, y: Scalar): Scalar
  div(x: Scalar, y: number): Scalar
  rem(x: Scalar, y: number): Scalar
  /** Clamps an index into 0 … extent - 1, where it is not known to be inside. */
  clamp(x: Scalar, extent: number): Scalar
  /** Whether an index is inside 0 … extent - 1. */
  inside(x: Scalar, extent: number): Scalar
  and(x: Scalar, y: Scalar): Scalar
  select(cond: Scalar, x: Scalar, y: Scalar): Scalar
  /** A number that is equal for equal expressions of this builder alone. */
  idOf(x: Scalar): number
}

type Range = readonly [number, number]

const unknown: Range = [-Infinity, Infinity]
const nothing: Range = [0, 0]

const litValue = (x: Scalar): number | undefined => (x.k === 'lit' ? x.value : undefined)

const areLits = (xs: readonly Scalar[]): boolean => {
  for (const x of xs) if (x.k !== 'lit') return false
  return true
}

const isLit = (x: Scalar, value: number): boolean => x.k === 'lit' && x.value === value

/** Interning, and what is known of the range of every i32 expression. */
const expressions = () => {
  const table = new Map<string, Scalar>()
  const ids = new Map<Scalar, number>()
  const ranges = new Map<Scalar, Range>()
  const intern = (key: string, make: () => Scalar): Scalar => {
    const found = table.get(key)
    if (found !== undefined) return found
    const made = make()
    table.set(key, made)
    ids.set(made, ids.size)
    return made
  }
  const idOf = (x: Scalar): number => ids.get(x) as number
  const rangeOf = (x: Scalar): Range => (x.k === 'lit' ? [x.value, x.value] : (ranges.get(x) ?? unknown))
  const ranged = (x: Scalar, range: Range): Scalar => {
    if (!ranges.has(x) && x.k !== 'lit') ranges.set(x, range)
    return x
  }
  const lit = (dtype: ScalarType, value: number): Scalar =>
    intern(`${dtype}:${Object.is(value, -0) ? '-0' : String(value)}`, () => ({ k: 'lit', dtype, value }))
  const op = (name: ScalarOp, args: readonly Scalar[], dtype: ScalarType): Scalar => {
    if (name !== 'bitcast' && areLits(args))
      return lit(dtype, meaning[name](args.map(litValue) as number[], args[0]?.dtype ?? dtype, dtype))
    let key = `${name}:${dtype}`
    for (const arg of args) key += `:${String(ids.get(arg))}`
    return intern(key, () => ({ k: 'op', op: name, args, dtype }))
  }
  return { intern, idOf, rangeOf, ranged, lit, op, int: (value: number): Scalar => lit('i32', value) }
}

type Expressions = ReturnType<typeof expressions>

type Combine2 = (x: Scalar, y: Scalar) => Scalar

/** Whether a number is added to an index last. */
const isShifted = (x: Scalar): x is Extract<Scalar, { k: 'op' }> => x.k === 'op' && x.op === 'add' && x.args[1]?.k === 'lit'

// An index is what varies in it, and a number that is added last: so neighbours differ in that number alone.
// Most indices are made here, once, by code that is not compiled yet: two questions take less time than a pair that is taken apart.
const variableOf = (x: Scalar): Scalar | undefined => (x.k === 'lit' ? undefined : isShifted(x) ? x.args[0] : x)

const shiftOf = (x: Scalar): number => (isShifted(x) ? litValue(x.args[1] as Scalar) : litValue(x)) ?? 0

/** An index, or 0, and a number. */
const plusIn =
  ({ int, op, rangeOf, ranged }: Expressions) =>
  (x: Scalar | undefined, n: number): Scalar => {
    if (x === undefined || n === 0) return x ?? int(n)
    const range = rangeOf(x)
    return ranged(op('add', [x, int(n)], 'i32'), [range[0] + n, range[1] + n])
  }

/** Sums and products of indices. */
const ring = (made: Expressions): { readonly add: Combine2; readonly sub: Combine2; readonly mul: Combine2 } => {
  const { int, op, rangeOf, ranged } = made
  const plus = plusIn(made)
  const add: Combine2 = (x, y) => {
    const p = variableOf(x)
    const q = variableOf(y)
    if (p === undefined || q === undefined) return plus(p ?? q, shiftOf(x) + shiftOf(y))
    const a = rangeOf(p)
    const b = rangeOf(q)
    return plus(ranged(op('add', [p, q], 'i32'), [a[0] + b[0], a[1] + b[1]]), shiftOf(x) + shiftOf(y))
  }
  const times = (x: Scalar, n: number): Scalar => {
    if (n === 1) return x
    const factor = x.k === 'op' && x.op === 'mul' ? x.args[1] : undefined
    if (x.k === 'op' && factor?.k === 'lit') return times(x.args[0] as Scalar, factor.value * n)
    const range = rangeOf(x)
    return ranged(op('mul', [x, int(n)], 'i32'), n > 0 ? [range[0] * n, range[1] * n] : [range[1] * n, range[0] * n])
  }
  const mul: Combine2 = (x, y) => {
    if (x.k === 'lit' && y.k !== 'lit') return mul(y, x)
    if (y.k === 'lit') {
      if (y.value === 0) return int(0)
      const p = variableOf(x)
      // + 0, since a zero has no sign here.
      return plus(p === undefined ? undefined : times(p, y.value), shiftOf(x) * y.value + 0)
    }
    const a = rangeOf(x)
    const b = rangeOf(y)
    const corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]].map((v) => (Number.isNaN(v) ? 0 : v))
    return ranged(op('mul', [x, y], 'i32'), [Math.min(...corners), Math.max(...corners)])
  }
  const sub: Combine2 = (x, y) => {
    const p = variableOf(x)
    const q = variableOf(y)
    if (q === undefined) return plus(p, shiftOf(x) - shiftOf(y))
    const a = p === undefined ? nothing : rangeOf(p)
    const b = rangeOf(q)
    return plus(ranged(op('sub', [p ?? int(0), q], 'i32'), [a[0] - b[1], a[1] - b[0]]), shiftOf(x) - shiftOf(y))
  }
  return { add, sub, mul }
}

type ByNumber = (x: Scalar, n: number) => Scalar

/** Quotients and remainders of indices by a number. */
const quotients = (
  { int, op, rangeOf, ranged }: Expressions,
  { add, mul }: ReturnType<typeof ring>,
): { readonly div: ByNumber; readonly rem: ByNumber } => {
  /** Splits x into n·q + r with 0 ≤ r < n, where that can be read off its form. */
  const split = (x: Scalar, n: number): readonly [Scalar, Scalar] | undefined => {
    const range = rangeOf(x)
    const low = range[0]
    if (low >= 0 && range[1] < n) return [int(0), x]
    if (x.k === 'lit' && low >= 0) return [int(Math.floor(x.value / n)), int(x.value % n)]
    if (x.k !== 'op' || low < 0) return undefined
    const a = x.args[0] as Scalar
    const b = x.args[1] as Scalar
    const factor = x.op === 'mul' ? litValue(b) : undefined
    if (factor !== undefined && factor % n === 0) return [mul(a, int(factor / n)), int(0)]
    if (factor !== undefined && factor > 0 && n % factor === 0 && rangeOf(a)[0] >= 0)
      return [div(a, n / factor), mul(rem(a, n / factor), int(factor))]
    if (x.op !== 'add' || rangeOf(a)[0] < 0 || rangeOf(b)[0] < 0) return undefined
    const left = split(a, n)
    const right = split(b, n)
    if (left === undefined || right === undefined) return undefined
    const rest = add(left[1], right[1])
    const within = rangeOf(rest)
    return within[0] >= 0 && within[1] < n ? [add(left[0], right[0]), rest] : undefined
  }
  const div: ByNumber = (x, n) => {
    if (n === 1) return x
    const range = rangeOf(x)
    return (
      split(x, n)?.[0] ??
      ranged(op('div', [x, int(n)], 'i32'), range[0] >= 0 ? [Math.floor(range[0] / n), Math.floor(range[1] / n)] : unknown)
    )
  }
  const rem: ByNumber = (x, n) => {
    if (n === 1) return int(0)
    return split(x, n)?.[1] ?? ranged(op('rem', [x, int(n)], 'i32'), rangeOf(x)[0] >= 0 ? [0, n - 1] : [1 - n, n - 1])
  }
  return { div, rem }
}

/** Bounds checks that are left out where ranges show that they hold. */
const bounds = ({
  int,
  lit,
  op,
  rangeOf,
  ranged,
}: Expressions): { readonly clamp: ByNumber; readonly inside: ByNumber; readonly and: Combine2 } => {
  const clamp: ByNumber = (x, extent) => {
    const [low, high] = rangeOf(x)
    const last = Math.max(0, extent - 1)
    const above = low >= 0 ? x : ranged(op('max', [x, int(0)], 'i32'), [0, Math.max(0, high)])
    return high <= last ? above : ranged(op('min', [above, int(last)], 'i32'), [Math.max(0, Math.min(low, last)), last])
  }
  const and: Combine2 = (x, y) => (isLit(x, 1) ? y : isLit(y, 1) ? x : op('and', [x, y], 'bool'))
  const inside: ByNumber = (x, extent) => {
    const [low, high] = rangeOf(x)
    const from = low >= 0 ? lit('bool', 1) : op('ge', [x, int(0)], 'bool')
    return and(from, high < extent ? lit('bool', 1) : op('lt', [x, int(extent)], 'bool'))
  }
  return { clamp, inside, and }
}

/** A number and expressions as text: equal for equal ones of a builder. */
export const keyAt = (b: ScalarBuilder, id: number, index: readonly Scalar[]): string => {
  let key = String(id)
  for (const x of index) key += `:${String(b.idOf(x))}`
  return key
}

export const scalarBuilder = (): ScalarBuilder => {
  const made = expressions()
  const { intern, idOf, lit, int, op, ranged } = made
  const sums = ring(made)
  return {
    lit,
    int,
    op,
    wide: (x) => (x.dtype === 'f16' ? op('cast', [x], 'f32') : x),
    idOf,
    ...sums,
    ...quotients(made, sums),
    ...bounds(made),
    axis: (id, extent) =>
      ranged(
        intern(`axis:${String(id)}`, () => ({ k: 'axis', axis: id, dtype: 'i32' })),
        [0, Math.max(0, extent - 1)],
      ),
    reg: (id, dtype) => intern(`reg:${String(id)}`, () => ({ k: 'reg', id, dtype })),
    ref: (id, dtype) => intern(`ref:${String(id)}`, () => ({ k: 'ref', id, dtype })),
    load: (buffer, at, dtype) => intern(`load:${String(buffer)}:${String(idOf(at))}`, () => ({ k: 'load', buffer, at, dtype })),
    select: (cond, x, y) => (isLit(cond, 1) ? x : isLit(cond, 0) ? y : op('select', [cond, x, y], x.dtype)),
  }
}

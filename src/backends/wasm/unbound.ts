/**
 * Bounds that are put on indices so that they are safe to read, where what is read counts only if they hold: as at a border. They are left
 * out, and lanes are then neighbours in memory. What is read instead, beyond the buffer, is in the margins of the memory and is not used.
 */
import type { Kernel, Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { allStatements, distinct, mapScalars, partsOf, postOrder, rewriter, rootsOf } from '../../ir/kernel/walk.js'
import { affine, isPlain, termsKey, type Affine } from './affine.js'
import { marginBytes } from './heap.js'

type Op = Extract<Scalar, { k: 'op' }>

/** From the smallest value to the largest. */
type Range = readonly [number, number]

const unknown: Range = [-Infinity, Infinity]

/** What holds where an expression counts, by the terms of an index: the range of their sum. */
interface Facts {
  readonly ranges: ReadonlyMap<string, Range>
  /** Facts that hold where a condition does, too. */
  readonly inner: Map<Scalar, Facts>
  readonly seen: Set<Scalar>
}

const newFacts = (ranges: ReadonlyMap<string, Range>): Facts => ({ ranges, inner: new Map(), seen: new Set() })

const litOf = (x: Scalar | undefined): number | undefined => (x?.k === 'lit' ? x.value : undefined)

/** A bound: the index, and the number that it is not to be below, or above. */
const boundOf = (x: Scalar): { readonly index: Scalar; readonly side: 'min' | 'max'; readonly bound: number } | undefined => {
  if (x.k !== 'op' || x.dtype !== 'i32' || (x.op !== 'min' && x.op !== 'max')) return undefined
  const bound = litOf(x.args[1])
  return bound === undefined ? undefined : { index: x.args[0] as Scalar, side: x.op, bound }
}

/** What a name stands for. */
const valueIn = (forms: Affine, x: Scalar): Scalar => {
  const value = x.k === 'ref' ? forms.valueOf(x.id) : undefined
  return value === undefined ? x : valueIn(forms, value)
}

/** An index as a sum by its key, and a number. None for what changes while a point is computed: it is not the same everywhere. */
const keyOf = (forms: Affine, x: Scalar): readonly [key: string, constant: number] | undefined => {
  const form = forms.formOf(x)
  return isPlain(form) ? [termsKey(form), form.constant] : undefined
}

const conjuncts = (forms: Affine, cond: Scalar): readonly Scalar[] => {
  const x = valueIn(forms, cond)
  return x.k === 'op' && x.op === 'and' && x.dtype === 'bool' ? x.args.flatMap((arg) => conjuncts(forms, arg)) : [x]
}

/** What holds where a condition does, too. */
const learn = (forms: Affine, facts: Facts, cond: Scalar): Facts => {
  const known = facts.inner.get(cond)
  if (known !== undefined) return known
  const ranges = new Map(facts.ranges)
  for (const x of conjuncts(forms, cond)) {
    const bound = x.k === 'op' && x.args[0]?.dtype === 'i32' ? litOf(x.args[1]) : undefined
    const place = bound === undefined ? undefined : keyOf(forms, (x as Op).args[0] as Scalar)
    if (bound === undefined || place === undefined) continue
    const [key, constant] = place
    const [low, high] = ranges.get(key) ?? unknown
    const { op } = x as Op
    if (op === 'ge') ranges.set(key, [Math.max(low, bound - constant), high])
    if (op === 'lt') ranges.set(key, [low, Math.min(high, bound - 1 - constant)])
  }
  const made = newFacts(ranges)
  facts.inner.set(cond, made)
  return made
}

/** The range of an index as far as conditions tell. */
const rangeBy = (forms: Affine, facts: Facts, index: Scalar): Range => {
  const x = valueIn(forms, index)
  const step = x.k === 'op' && x.op === 'div' ? (litOf(x.args[1]) ?? 0) : 0
  if (step > 0) {
    const [low, high] = rangeBy(forms, facts, (x as Op).args[0] as Scalar)
    return low >= 0 ? [Math.floor(low / step), Math.floor(high / step)] : unknown
  }
  const place = keyOf(forms, x)
  const [low, high] = (place === undefined ? undefined : facts.ranges.get(place[0])) ?? unknown
  return place === undefined ? unknown : [low + place[1], high + place[1]]
}

/** Whether a bound changes nothing. */
const holds = (forms: Affine, facts: Facts, x: Scalar): boolean => {
  const bound = boundOf(x)
  if (bound === undefined) return false
  const inner = valueIn(forms, bound.index)
  const below = bound.side === 'min' ? boundOf(inner) : undefined
  // Of an index that is at least a number, too: that is no more than this one.
  const index = below?.side === 'max' && below.bound <= bound.bound ? below.index : inner
  const [low, high] = rangeBy(forms, facts, index)
  return bound.side === 'max' ? low >= bound.bound : high <= bound.bound
}

/** Most expressions that are looked at, each as often as it counts under other conditions. */
const mostLooks = 20_000

/** Bounds that hold wherever what they are put on counts; undefined where there are too many places to look at. */
const needless = ({ body }: Kernel, forms: Affine): Set<Scalar> | undefined => {
  const [found, kept] = [new Set<Scalar>(), new Set<Scalar>()]
  let looks = 0
  const look = (root: Scalar, from: Facts): void => {
    const stack: Scalar[] = [root]
    const known: Facts[] = [from]
    const push = (x: Scalar, facts: Facts): void => {
      stack.push(x)
      known.push(facts)
    }
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const x = valueIn(forms, top)
      const facts = known.pop() as Facts
      if (facts.seen.has(x) || looks++ > mostLooks) continue
      facts.seen.add(x)
      if (boundOf(x) !== undefined) (holds(forms, facts, x) ? found : kept).add(x)
      if (x.k === 'op' && x.op === 'select') {
        const [cond, then, otherwise] = x.args as readonly [Scalar, Scalar, Scalar]
        push(cond, facts)
        push(then, learn(forms, facts, cond))
        push(otherwise, facts)
      } else for (const part of partsOf(x)) push(part, facts)
    }
  }
  const visit = (stmts: readonly Stmt[], facts: Facts): void => {
    for (const stmt of stmts) {
      if (stmt.k !== 'let') for (const root of rootsOf(stmt)) look(root, facts)
      if (stmt.k === 'if') visit(stmt.body, learn(forms, facts, stmt.cond))
      else if ('body' in stmt) visit(stmt.body, facts)
    }
  }
  visit(body, newFacts(new Map()))
  for (const x of kept) found.delete(x)
  return looks > mostLooks ? undefined : found
}

/** The range of every index, with some bounds left out. */
const ranger = (kernel: Kernel, forms: Affine, gone: ReadonlySet<Scalar>): ((x: Scalar) => Range) => {
  const extents = new Map(kernel.grid.map(({ axis, extent }) => [axis, extent]))
  for (const stmt of allStatements(kernel.body)) if (stmt.k === 'for') extents.set(stmt.axis, stmt.extent)
  const known = new Map<Scalar, Range>()
  const ofOp = (x: Op): Range => {
    const [a, b] = x.args.map((arg) => known.get(arg) ?? unknown) as [Range, Range]
    const n = litOf(x.args[1])
    if (gone.has(x)) return a
    if (x.op === 'add') return [a[0] + b[0], a[1] + b[1]]
    if (x.op === 'sub') return [a[0] - b[1], a[1] - b[0]]
    if (x.op === 'min') return [Math.min(a[0], b[0]), Math.min(a[1], b[1])]
    if (x.op === 'max') return [Math.max(a[0], b[0]), Math.max(a[1], b[1])]
    if (n === undefined || n <= 0) return unknown
    if (x.op === 'mul') return [a[0] * n, a[1] * n]
    if (x.op === 'div') return [Math.trunc(a[0] / n), Math.trunc(a[1] / n)]
    return x.op === 'rem' ? [a[0] < 0 ? 1 - n : 0, a[1] > 0 ? n - 1 : 0] : unknown
  }
  const one = (x: Scalar): Range => {
    if (x.k === 'lit') return [x.value, x.value]
    if (x.k === 'axis') return [0, (extents.get(x.axis) ?? Infinity) - 1]
    const value = x.k === 'ref' && x.dtype === 'i32' ? forms.valueOf(x.id) : undefined
    if (value !== undefined) return rangeOf(value)
    return x.k === 'op' && x.dtype === 'i32' ? ofOp(x) : unknown
  }
  const rangeOf = (root: Scalar): Range => {
    for (const x of postOrder(root, (part) => known.has(part))) known.set(x, one(x))
    return known.get(root) as Range
  }
  return rangeOf
}

/** Loads of statements, and all that their indices are made of. */
const loadsOf = (
  kernel: Kernel,
  forms: Affine,
): readonly { readonly buffer: number; readonly at: Scalar; readonly parts: ReadonlySet<Scalar> }[] => {
  const loads = distinct(allStatements(kernel.body).flatMap(rootsOf)).filter((x) => x.k === 'load')
  const under = (at: Scalar): ReadonlySet<Scalar> => {
    const parts = new Set<Scalar>()
    const stack = [at]
    for (let x = stack.pop(); x !== undefined; x = stack.pop()) {
      if (parts.has(x)) continue
      parts.add(x)
      stack.push(...partsOf(x), ...(x.k === 'ref' ? [forms.valueOf(x.id)].filter((value) => value !== undefined) : []))
    }
    return parts
  }
  return loads.map(({ buffer, at }) => ({ buffer, at, parts: under(at) }))
}

/** Takes back what would lead beyond the margins. */
const withinMargins = (kernel: Kernel, forms: Affine, found: ReadonlySet<Scalar>): ReadonlySet<Scalar> => {
  const loads = loadsOf(kernel, forms)
  let gone = found
  for (;;) {
    const rangeOf = ranger(kernel, forms, gone)
    const isSafe = (buffer: number, at: Scalar): boolean => {
      const [low, high] = rangeOf(at)
      return 4 * low >= -marginBytes && 4 * (high + 1 - (kernel.buffers[buffer]?.size ?? -Infinity)) <= marginBytes
    }
    const far = loads.filter(({ buffer, at, parts }) => [...parts].some((x) => gone.has(x)) && !isSafe(buffer, at))
    if (far.length === 0) return gone
    gone = new Set([...gone].filter((x) => !far.some(({ parts }) => parts.has(x))))
  }
}

/** A kernel without bounds that hold wherever it matters. */
export const unbound = (kernel: Kernel): Kernel => {
  const forms = affine()
  for (const stmt of allStatements(kernel.body)) if (stmt.k === 'let') forms.define(stmt.id, stmt.value)
  const found = needless(kernel, forms)
  if (found === undefined || found.size === 0) return kernel
  const gone = withinMargins(kernel, forms, found)
  if (gone.size === 0) return kernel
  const scalar = rewriter((x, part) => (gone.has(x) ? part((x as Op).args[0] as Scalar) : undefined))
  return { ...kernel, body: mapScalars(kernel.body, scalar) }
}

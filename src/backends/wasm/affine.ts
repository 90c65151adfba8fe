/** Indices as sums: a constant and multiples of what is not further taken apart. This is what shows which loads are neighbours. */
import type { Scalar } from '../../ir/kernel/kernel.js'
import { postOrder } from '../../ir/kernel/walk.js'
import type { Varying } from './varying.js'

export interface Term {
  readonly atom: Scalar
  readonly factor: number
}

export interface Form {
  readonly constant: number
  /** By a key that is equal for equal atoms, in order of first use. */
  readonly terms: ReadonlyMap<string, Term>
}

export interface Affine {
  /** The form of an i32 expression. */
  formOf(x: Scalar): Form
  /** Says what a `let` is bound to. */
  define(id: number, value: Scalar): void
  /** What a `let` is bound to, where that was said. */
  valueOf(id: number): Scalar | undefined
  /** The `let` that is bound to what has a key. */
  nameOf(key: string): number | undefined
}

const constant = (value: number): Form => ({ constant: value, terms: new Map() })

const scale = ({ constant: c, terms }: Form, factor: number): Form => ({
  constant: Math.imul(c, factor),
  terms: factor === 0 ? new Map() : new Map([...terms].map(([key, { atom, factor: f }]) => [key, { atom, factor: Math.imul(f, factor) }])),
})

const sum = (x: Form, y: Form): Form => {
  const terms = new Map(x.terms)
  for (const [key, { atom, factor }] of y.terms) {
    const total = (terms.get(key)?.factor ?? 0) + factor
    if (total === 0) terms.delete(key)
    else terms.set(key, { atom, factor: total })
  }
  return { constant: (x.constant + y.constant) | 0, terms }
}

/** The terms of a form as a key: equal for indices that differ by a constant. */
export const termsKey = ({ terms }: Form): string =>
  [...terms]
    .map(([key, { factor }]) => `${String(factor)}*${key}`)
    .sort()
    .join('+')

export const factorOf = ({ terms }: Form, key: string): number => terms.get(key)?.factor ?? 0

export const axisKey = (axis: number): string => `a${String(axis)}`

/** What may be written again wherever it is used: axes, names, and arithmetic on them. */
export const isPlain = ({ terms }: Form): boolean =>
  [...terms.values()].every(({ atom }) => postOrder(atom).every(({ k }) => k !== 'load' && k !== 'reg'))

/** Texts that are equal for equal expressions: short, since parts are numbered. */
const keyer = (): ((x: Scalar) => string) => {
  const keys = new Map<Scalar, string>()
  const numbers = new Map<string, string>()
  const intern = (text: string): string => {
    const known = numbers.get(text) ?? `e${String(numbers.size)}`
    numbers.set(text, known)
    return known
  }
  const write = (x: Scalar): string => {
    switch (x.k) {
      case 'lit':
        return intern(`${x.dtype}${Object.is(x.value, -0) ? '-0' : String(x.value)}`)
      case 'axis':
        return axisKey(x.axis)
      case 'ref':
        return `v${String(x.id)}`
      case 'reg':
        return `r${String(x.id)}`
      case 'load':
        return intern(`b${String(x.buffer)}[${keyOf(x.at)}]`)
      case 'op':
        return intern(`${x.op}:${x.dtype}(${x.args.map(keyOf).join()})`)
    }
  }
  const keyOf = (x: Scalar): string => {
    const known = keys.get(x) ?? write(x)
    keys.set(x, known)
    return known
  }
  return keyOf
}

/** Takes indices apart. Every expression is looked at once. */
export const affine = (): Affine => {
  const lets = new Map<number, Scalar>()
  const forms = new Map<Scalar, Form>()
  const keyOf = keyer()
  const atom = (x: Scalar): Form => ({ constant: 0, terms: new Map([[keyOf(x), { atom: x, factor: 1 }]]) })
  const bound = (x: Extract<Scalar, { k: 'ref' }>): Form => {
    const value = lets.get(x.id)
    const form = value?.dtype === 'i32' ? formOf(value) : undefined
    return form !== undefined && isPlain(form) ? form : atom(x)
  }
  const take = (x: Scalar): Form => {
    if (x.k === 'lit') return constant(x.value)
    if (x.k === 'ref') return bound(x)
    if (x.k !== 'op' || x.dtype !== 'i32') return atom(x)
    const [a, b] = x.args as readonly [Scalar, Scalar]
    if (x.op === 'add') return sum(formOf(a), formOf(b))
    if (x.op === 'sub') return sum(formOf(a), scale(formOf(b), -1))
    if (x.op === 'neg') return scale(formOf(a), -1)
    if (x.op !== 'mul') return atom(x)
    const [f, g] = [formOf(a), formOf(b)]
    return g.terms.size === 0 ? scale(f, g.constant) : f.terms.size === 0 ? scale(g, f.constant) : atom(x)
  }
  const formOf = (x: Scalar): Form => {
    const known = forms.get(x) ?? take(x)
    forms.set(x, known)
    return known
  }
  /** Made when it is first asked for: all that is defined is then. */
  let names: ReadonlyMap<string, number> | undefined
  const nameOf = (key: string): number | undefined => {
    names ??= new Map([...lets].flatMap(([id, value]) => (value.k === 'op' && value.dtype === 'i32' ? [[keyOf(value), id] as const] : [])))
    return names.get(key)
  }
  return { formOf, define: (id, value) => lets.set(id, value), valueOf: (id) => lets.get(id), nameOf }
}

/** Lanes that go round in fewer are often not neighbours. */
const fewestUnits = 6

/** What an index is but for a bound that is put on it. */
const unbounded = (affine: Affine, atom: Scalar): Scalar | undefined => {
  const made = atom.k === 'ref' ? affine.valueOf(atom.id) : atom
  if (made?.k !== 'op' || made.args.slice(1).some((arg) => arg.k !== 'lit')) return undefined
  if (made.op === 'min' || made.op === 'max') return made.args[0]
  return made.op === 'rem' && (made.args[1] as Extract<Scalar, { k: 'lit' }>).value >= fewestUnits ? made.args[0] : undefined
}

/** Whether the lanes of an index are neighbours most of the time: it is a sum along the axis, but for bounds that are put on it. */
export const isMostlyUnit = (affine: Affine, { axis, isVarying }: Varying, x: Scalar): boolean => {
  const strideOf = (y: Scalar, depth: number): number => {
    const form = affine.formOf(y)
    let stride = factorOf(form, axisKey(axis))
    for (const { atom, factor } of form.terms.values()) {
      if (atom.k === 'axis' || !isVarying(atom)) continue
      const inner = depth > 8 ? undefined : unbounded(affine, atom)
      stride += inner === undefined ? NaN : factor * strideOf(inner, depth + 1)
    }
    return stride
  }
  return strideOf(x, 0) === 1
}

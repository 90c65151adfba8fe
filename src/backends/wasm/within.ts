/**
 * What is read under a condition, with bounds put on its indices, as at a border: most vectors lie inside all bounds. A few
 * scalar tests find that out, since bounds along the lanes hold for all of them if they do for the first and the last.
 */
import type { Scalar } from '../../ir/kernel/kernel.js'
import { postOrder } from '../../ir/kernel/walk.js'
import { axisKey, factorOf, termsKey, type Form } from './affine.js'
import { add, i32, mul, op, type Code } from './code.js'
import { scalarOf, type Lanes, type State } from './state.js'

type Op = Extract<Scalar, { k: 'op' }>

/** An expression without its bounds, and when that is the same for all lanes. */
export interface Within {
  readonly value: Scalar
  readonly test: Code
}

interface Tests {
  readonly s: State
  readonly lanes: Lanes
  /** By what is tested. */
  readonly found: Map<string, Code>
}

/** Whether an index goes up from lane to lane by the same everywhere, or not at all. */
const isLinear = ({ lanes: { varying, axis } }: Tests, { terms }: Form): boolean =>
  [...terms.values()].every(({ atom, factor }) => !varying.isVarying(atom) || (atom.k === 'axis' && atom.axis === axis && factor > 0))

/** The index of the first lane, or of the last. */
const codeAt = ({ s, lanes }: Tests, { terms, constant }: Form, isLast: boolean): Code => {
  const first = [...terms.values()].reduce((sum, { atom, factor }) => add(sum, mul(scalarOf(s, atom), factor)), i32(0))
  const beyond = isLast ? factorOf({ terms, constant }, axisKey(lanes.axis)) * (4 * lanes.width - 1) : 0
  return add(first, i32(constant + beyond))
}

/** Asks whether all lanes of an index are at least, or at most, a number. False where the lanes' order is not known. */
const ask = (t: Tests, x: Scalar, side: 'ge' | 'le', bound: number): boolean => {
  const form = t.s.affine.formOf(x)
  if (!isLinear(t, form)) return false
  const key = `${termsKey(form)}:${side}:${String(bound - form.constant)}`
  if (!t.found.has(key)) t.found.set(key, op(`i32.${side}_s`, [codeAt(t, form, side === 'le'), i32(bound)]))
  return true
}

const litOf = (x: Scalar | undefined): number | undefined => (x?.k === 'lit' ? x.value : undefined)

/** The expression without bounds along the lanes. */
const unbound = (t: Tests, root: Scalar): Scalar => {
  const known = new Map<Scalar, Scalar>()
  const part = (x: Scalar): Scalar => known.get(x) ?? x
  const ofOp = (x: Op): Scalar => {
    const args = x.args.map(part)
    const [inner, bound] = [args[0] as Scalar, litOf(args[1])]
    const side = x.op === 'min' ? 'le' : x.op === 'max' ? 'ge' : undefined
    if (x.dtype === 'i32' && side !== undefined && bound !== undefined && ask(t, inner, side, bound)) return inner
    return args.every((arg, i) => arg === x.args[i]) ? x : { ...x, args }
  }
  const one = (x: Scalar): Scalar => {
    if (!t.lanes.varying.isVarying(x)) return x
    if (x.k === 'load') return part(x.at) === x.at ? x : { ...x, at: part(x.at) }
    if (x.k === 'op') return ofOp(x)
    const value = x.k === 'ref' && x.dtype === 'i32' ? t.s.affine.valueOf(x.id) : undefined
    const made = value === undefined ? x : unbound(t, value)
    return made === value ? x : made
  }
  for (const x of postOrder(root)) known.set(x, one(x))
  return part(root)
}

/** Asks for a condition to hold in all lanes. False where that cannot be told from the first and the last. */
const holds = (t: Tests, cond: Scalar): boolean => {
  if (!t.lanes.varying.isVarying(cond)) {
    t.found.set(`uniform ${String(t.found.size)}`, scalarOf(t.s, cond))
    return true
  }
  if (cond.k === 'ref') {
    const value = t.s.affine.valueOf(cond.id)
    return value !== undefined && holds(t, value)
  }
  if (cond.k !== 'op') return false
  const [x, y] = cond.args
  if (cond.op === 'and') return cond.args.every((arg) => holds(t, arg))
  const bound = litOf(y)
  if (x === undefined || bound === undefined || x.dtype !== 'i32') return false
  if (cond.op !== 'ge' && cond.op !== 'lt') return false
  return ask(t, unbound(t, x), cond.op === 'ge' ? 'ge' : 'le', cond.op === 'ge' ? bound : bound - 1)
}

/** `select(inside, what is read within bounds, a number)`, as what is read alone; undefined where nothing simple tells when. */
export const within = (s: State, lanes: Lanes, { args: [cond, then, otherwise] }: Op): Within | undefined => {
  if (cond === undefined || then === undefined || otherwise?.k !== 'lit') return undefined
  const t: Tests = { s, lanes, found: new Map() }
  if (!holds(t, cond)) return undefined
  const value = unbound(t, then)
  if (value === then || t.found.size > 8) return undefined
  return { value, test: [...t.found.values()].reduce((x, y) => op('i32.and', [x, y])) }
}

/** Scalar expressions as code: once for all points of a vector where they agree, else lane-wise. */
import type { Scalar, ScalarType } from '../../ir/kernel/kernel.js'
import { f32, get, i32, isConst, op, set, when, type Code } from './code.js'
import { meaning } from '../../ir/kernel/meaning.js'
import { postOrder } from '../../ir/kernel/walk.js'
import { asExtreme, inlineRecipe } from './recipe.js'
import { loadScalar, loadVector } from './address.js'
import { scalarOps } from './scalarOps.js'
import {
  capture,
  keep,
  lane,
  newLocal,
  scalarOf,
  scalarType,
  splat,
  vectorOf,
  vectorsOf,
  type Lanes,
  type State,
  type Value,
} from './state.js'
import { vectorOps } from './vectorOps.js'

const uniform = (code: Code): Value => ({ vector: false, code })

const literal = (x: Extract<Scalar, { k: 'lit' }>): Code => (x.dtype === 'f32' ? f32(x.value) : i32(x.value))

const axisValue = (s: State, axis: number): Value => {
  const first = s.axes.get(axis) as Code
  if (s.lanes?.axis !== axis) return uniform(first)
  const parts = Array.from({ length: s.lanes.width }, (_, p) => {
    const from = (isConst(first) ? (first.imm[0] as number) : 0) + 4 * p
    const lanes = op('v128.const', [], [from, from + 1, from + 2, from + 3])
    return isConst(first) ? lanes : op('i32x4.add', [op('i32x4.splat', [first]), lanes])
  })
  return { vector: true, parts }
}

const registerValue = (s: State, id: number): Value => {
  const register = s.registers.get(id)
  if (register === undefined) throw new Error(`register ${String(id)} is not declared`)
  if (s.lanes?.varying.isVaryingRegister(id) !== true) return uniform(get(register.scalar))
  const nans = s.nans.get(id)
  const parts = register.parts.slice(0, s.lanes.width)
  return {
    vector: true,
    parts: parts.map((part, p) => (nans === undefined ? get(part) : op('v128.or', [get(part), get(nans[p] as number)]))),
  }
}

/** One op on scalars, by way of a vector where there is no instruction for it. */
const scalarOp = (s: State, x: Extract<Scalar, { k: 'op' }>, args: readonly Code[]): Code => {
  const from = x.args[0]?.dtype ?? x.dtype
  const direct = scalarOps[x.op]
  if (direct !== undefined) return direct(s, args, from, x.dtype)
  const vectors = args.map((arg, i) => splat(arg, x.args[i]?.dtype ?? from))
  return lane(vectorOps[x.op]?.(s, vectors, from, x.dtype) as Code, x.dtype, 0)
}

/** The words of a constant. */
const wordsOf = (code: Code): readonly number[] | undefined => (code.k === 'op' && code.op === 'v128.const' ? code.imm : undefined)

/** Integers and truth values that are known, as of indices at the border of a short row. */
const foldLanes = (x: Extract<Scalar, { k: 'op' }>, args: readonly Code[]): Code | undefined => {
  const dtypes = [x.dtype, ...x.args.map(({ dtype }) => dtype)]
  const words = args.map(wordsOf)
  if (dtypes.some((dtype) => dtype !== 'i32' && dtype !== 'bool') || words.includes(undefined)) return undefined
  const from = dtypes[1] as 'i32' | 'bool'
  const of = (lane: number): number => {
    const value = meaning[x.op](
      words.map((all = [], i) => (x.args[i]?.dtype === 'bool' ? Number(all[lane] !== 0) : (all[lane] ?? 0))),
      from,
      x.dtype,
    )
    return x.dtype === 'bool' ? -value : value
  }
  return op('v128.const', [], [of(0), of(1), of(2), of(3)])
}

/** One op on vectors, lane by lane where there is no instruction for it. */
const vectorOp = (s: State, x: Extract<Scalar, { k: 'op' }>, args: readonly Code[]): Code => {
  const known = foldLanes(x, args)
  if (known !== undefined) return known
  const from = x.args[0]?.dtype ?? x.dtype
  const whole = vectorOps[x.op]?.(s, args, from, x.dtype)
  if (whole !== undefined) return whole
  const kept = args.map((arg) => keep(s, arg, 'v128'))
  const lanes = [0, 1, 2, 3].map((i) => {
    const scalars = kept.map((arg, a) => lane(arg, x.args[a]?.dtype ?? from, i))
    return keep(s, scalarOp(s, x, scalars), scalarType(x.dtype))
  })
  return vectorOf(x.dtype, lanes)
}

const vectors = (
  s: State,
  lanes: Lanes,
  args: readonly Scalar[],
  values: readonly Value[],
  emit: (part: readonly Code[]) => Code,
): Value => {
  const all = values.map((arg, i) => vectorsOf(s, arg, args[i]?.dtype ?? 'i32', lanes))
  return { vector: true, parts: Array.from({ length: lanes.width }, (_, p) => emit(all.map((parts) => parts[p] as Code))) }
}

/** A value in two ways, by a test that all lanes share. */
const inTwoWays = (s: State, lanes: Lanes, test: Code, x: Scalar, then: () => Value, otherwise: () => Value): Value => {
  const locals = Array.from({ length: lanes.width }, () => newLocal(s, 'v128'))
  const write = (make: () => Value): Code[] =>
    capture(s, () => {
      const parts = vectorsOf(s, make(), x.dtype, lanes)
      locals.forEach((local, p) => s.out.push(set(local, parts[p] as Code)))
    })
  s.out.push(when(test, write(then), write(otherwise)))
  return { vector: true, parts: locals.map(get) }
}

const isLoading = (x: Scalar): boolean => postOrder(x).some(({ k }) => k === 'load')

/** Whether all lanes take one of two values, and either is worth a question: as where arrays are joined. */
const isChoice = (s: State, { varying }: Lanes, { op: name, args: [cond, then, otherwise] }: Extract<Scalar, { k: 'op' }>): boolean =>
  name === 'select' && !varying.isVarying(cond as Scalar) && isLoading(then as Scalar) && isLoading(otherwise as Scalar)

/** A comparison of an element with the best so far of which NaN is larger than all but an earlier one: what to compare and with what. */
const asBeating = (s: State, x: Extract<Scalar, { k: 'op' }>): readonly [name: string, term: Scalar, best: Scalar] | undefined => {
  const [compared, isNew] = x.op === 'or' ? x.args : []
  if (compared?.k !== 'op' || isNew?.k !== 'op' || (compared.op !== 'gt' && compared.op !== 'lt') || isNew.op !== 'and') return undefined
  const [term, best] = compared.args as readonly [Scalar, Scalar]
  const [isNan, isOld] = isNew.args
  const of = (y: Scalar | undefined): Scalar | undefined => (y?.k === 'op' && y.op === 'isNan' ? y.args[0] : undefined)
  const isSame = isOld?.k === 'op' && isOld.op === 'not' && isEqual(of(isOld.args[0]), best) && isEqual(of(isNan), term)
  return isSame && term.dtype === 'f32' ? [compared.op === 'gt' ? 'f32x4.le' : 'f32x4.ge', term, best] : undefined
}

const isEqual = (x: Scalar | undefined, y: Scalar): boolean =>
  x === y || (x !== undefined && (x.k === 'ref' || x.k === 'reg') && x.k === y.k && x.id === y.id)

const opValue = (s: State, x: Extract<Scalar, { k: 'op' }>): Value => {
  const { lanes } = s
  if (lanes?.varying.isVarying(x) !== true) return plainOp(s, x)
  const [cond, then, otherwise] = x.args as readonly [Scalar, Scalar, Scalar]
  if (isChoice(s, lanes, x))
    return inTwoWays(s, lanes, scalarOf(s, cond), x, () => s.value(then), () => s.value(otherwise)) // prettier-ignore
  const beating = asBeating(s, x)
  if (beating === undefined) return plainOp(s, x)
  const [name, term, best] = beating
  // Not at most the best, which is a number.
  const emit = ([y, b]: readonly Code[]): Code =>
    op('v128.andnot', [op('f32x4.eq', [b as Code, b as Code]), op(name, [y as Code, b as Code])])
  return vectors(s, lanes, [term, best], [s.value(term), s.value(best)], (part) => emit(part.map((code) => keep(s, code, 'v128'))))
}

const plainOp = (s: State, x: Extract<Scalar, { k: 'op' }>): Value => {
  const { lanes } = s
  const extreme = lanes?.varying.isVarying(x) === true ? asExtreme(x) : undefined
  if (extreme !== undefined && lanes !== undefined)
    return vectors(s, lanes, extreme.args, extreme.args.map(s.value), (part) => op(extreme.name, part))
  if (x.op === 'exp' && lanes?.varying.isVarying(x) === true)
    return { vector: true, parts: inlineRecipe(s, 'exp', vectorsOf(s, s.value(x.args[0] as Scalar), 'f32', lanes)) }
  const args = x.args.map(s.value)
  const scalars = args.flatMap((arg) => (arg.vector ? [] : [arg.code]))
  if (lanes === undefined || scalars.length === args.length) return uniform(scalarOp(s, x, scalars))
  return vectors(s, lanes, x.args, args, (part) => vectorOp(s, x, part))
}

/** The value of an expression here. */
export const valueOf = (s: State, x: Scalar): Value => {
  switch (x.k) {
    case 'lit':
      return uniform(literal(x))
    case 'axis':
      return axisValue(s, x.axis)
    case 'reg':
      return registerValue(s, x.id)
    case 'ref': {
      const known = s.refs.get(x.id)
      if (known === undefined) throw new Error(`let ${String(x.id)} is not in scope`)
      return known
    }
    case 'load':
      if (s.loaded.has(x)) return s.loaded.get(x) as Value
      return s.lanes?.varying.isVarying(x) === true ? { vector: true, parts: loadVector(s, s.lanes, x) } : uniform(loadScalar(s, x))
    case 'op':
      return opValue(s, x)
  }
}

/** Binds a value to a name. Constants and locals need no other. */
export const bindValue = (s: State, dtype: ScalarType, v: Value): Value => {
  if (!v.vector) return { vector: false, code: keep(s, v.code, scalarType(dtype)) }
  return { vector: true, parts: v.parts.map((part) => keep(s, part, 'v128')) }
}

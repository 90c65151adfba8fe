/** Statements as code, loops among them. */
import { UnsupportedError } from '../../error.js'
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import { areInTurn, isAcross, isBeside, loadAcross, startPointers, storePairs, storeScalar, storeVector } from './address.js'
import { add, get, i32, isConst, loop, op, set, when, type Code } from './code.js'
import { collectedOf, reductionOf, type Collected, type Nest } from '../../ir/kernel/collect.js'
import { distinct, rootsOf } from '../../ir/kernel/walk.js'
import { multiplyAdd } from './relaxed.js'
import {
  capture,
  keep,
  newLocal,
  scalarType,
  splat,
  splatConst,
  vectorsOf,
  type Lanes,
  type Pointer,
  type Register,
  type State,
} from './state.js'
import { bindValue } from './value.js'
import { varyingAlong } from './varying.js'

/** Registers have room for this many vectors. */
export const mostParts = 4

const declare = (s: State, stmt: Extract<Stmt, { k: 'register' }>): void => {
  const { id, dtype } = stmt
  const register = s.registers.get(id) ?? {
    dtype,
    scalar: newLocal(s, scalarType(dtype)),
    parts: Array.from({ length: mostParts }, () => newLocal(s, 'v128')),
  }
  s.registers.set(id, register)
  assign(s, id, stmt.init, undefined)
  const startsFinite = stmt.init.k === 'lit' && !Number.isNaN(stmt.init.value)
  if (!s.extremes.has(id) || !startsFinite || s.lanes?.varying.isVaryingRegister(id) !== true) return
  const nans = s.nans.get(id) ?? register.parts.map(() => newLocal(s, 'v128'))
  s.nans.set(id, nans)
  for (const nan of nans.slice(0, s.lanes.width)) s.out.push(set(nan, splatConst(0, 'f32')))
}

type Extreme = Collected & { readonly term: Scalar }

/**
 * Collects extremes: WebAssembly's own `max`, which keeps NaNs and tells zeros apart, takes a machine eight instructions one after
 * another, `pmax` one. NaNs are kept beside. `exact`: of zeros, +0 is the larger; of equals `pmax` gives the first, so both ways of asking
 * have both signs.
 */
const collectExtreme = (s: State, lanes: Lanes, { parts }: Register, nans: readonly number[], exact: boolean, stmt: Extreme): void =>
  vectorsOf(s, s.value(stmt.term), 'f32', lanes).forEach((part, p) => {
    const [local, nan, mask] = [parts[p] as number, nans[p] as number, s.mask?.[p]]
    // What takes no part changes nothing.
    const term = keep(s, mask === undefined ? part : op('v128.bitselect', [part, splatConst(stmt.identity('f32'), 'f32'), mask]), 'v128')
    const name = `f32x4.p${stmt.name}`
    const first = op(name, [get(local), term])
    const both = stmt.name === 'max' ? 'v128.and' : 'v128.or'
    s.out.push(
      set(local, exact ? op(both, [first, op(name, [term, get(local)])]) : first),
      set(nan, op('v128.or', [get(nan), op('f32x4.ne', [term, term])])),
    )
  })

/** A register with products added to it, by which sums are faster where the machine multiplies and adds at once. Undefined for what is no such sum. */
const withProducts = (s: State, lanes: Lanes, id: number, register: Register, value: Scalar): readonly Code[] | undefined => {
  if (value.k === 'reg') return value.id === id ? register.parts.slice(0, lanes.width).map(get) : undefined
  if (value.k !== 'op' || value.op !== 'add' || value.dtype !== 'f32') return undefined
  const [rest, product] = value.args as readonly [Scalar, Scalar]
  if (product.k !== 'op' || product.op !== 'mul') return undefined
  const before = withProducts(s, lanes, id, register, rest)
  if (before === undefined) return undefined
  const [x, y] = product.args.map((arg) => vectorsOf(s, s.value(arg), 'f32', lanes)) as [readonly Code[], readonly Code[]]
  return before.map((sum, p) => multiplyAdd(x[p] as Code, y[p] as Code, sum))
}

/** Sets a register; under a mask, only in the lanes that take part. */
const assign = (s: State, id: number, value: Scalar, mask: readonly Code[] | undefined): void => {
  const register = s.registers.get(id)
  if (register === undefined) throw new Error(`register ${String(id)} is not declared`)
  const { lanes } = s
  if (lanes?.varying.isVaryingRegister(id) !== true) {
    const v = s.value(value)
    if (v.vector) throw new Error('a register differs between lanes where it must not')
    s.out.push(set(register.scalar, v.code))
    return
  }
  const parts = withProducts(s, lanes, id, register, value) ?? vectorsOf(s, s.value(value), register.dtype, lanes)
  parts.forEach((part, p) => {
    const local = register.parts[p] as number
    const old = get(local)
    s.out.push(set(local, mask === undefined ? part : op('v128.bitselect', [part, old, mask[p] as Code])))
  })
}

const store = (s: State, { buffer, at, value }: Extract<Stmt, { k: 'store' }>): void => {
  const { lanes } = s
  const v = s.value(value)
  if (lanes !== undefined && (v.vector || isBeside(s, buffer) || s.mask !== undefined || lanes.varying.isVarying(at)))
    return storeVector(s, lanes, buffer, at, value.dtype, vectorsOf(s, v, value.dtype, lanes))
  if (!v.vector) storeScalar(s, buffer, at, value.dtype, v.code)
}

const conditional = (s: State, { cond, body, spares }: Extract<Stmt, { k: 'if' }>): void => {
  const v = s.value(cond)
  if (!v.vector) {
    s.out.push(
      when(
        v.code,
        capture(s, () => emitAll(s, body)),
      ),
    )
    return
  }
  const anyOf = (mask: readonly Code[]): Code => op('v128.any_true', [mask.reduce((x, y) => op('v128.or', [x, y]))])
  if (spares === true) return void s.out.push(when(anyOf(v.parts), capture(s, () => emitAll(s, body)))) // prettier-ignore
  const outer = s.mask
  const mask = v.parts.map((part, p) => keep(s, outer === undefined ? part : op('v128.and', [part, outer[p] as Code]), 'v128'))
  const masked = (): void => {
    s.mask = mask
    emitAll(s, body)
    s.mask = outer
  }
  // A loop is worth the question whether any lane takes part.
  if (!body.some(({ k }) => k === 'for')) return masked()
  s.out.push(when(anyOf(mask), capture(s, masked)))
}

export interface Range {
  readonly axis: number
  readonly from: Code
  readonly to: Code
  readonly step: number
}

const times = ({ from, to, step }: Range): number | undefined =>
  isConst(from) && isConst(to) ? Math.ceil(((to.imm[0] as number) - (from.imm[0] as number)) / step) : undefined

/** What a body binds is unknown after it. */
const forget = (s: State, stmts: readonly Stmt[]): void => {
  for (const stmt of stmts) {
    if (stmt.k === 'let') s.refs.delete(stmt.id)
    else if (stmt.k === 'for' || stmt.k === 'if') forget(s, stmt.body)
  }
}

/** Runs a body for every index of a range, which is told of the pointers that are this loop's. `stmts` are what the body consists of: their accesses get pointers. */
const emitRounds = (s: State, range: Range, stmts: readonly Stmt[], body: (own: ReadonlyMap<string, Pointer>) => void): void => {
  const { axis, from, to, step } = range
  const count = times(range)
  if (count !== undefined && count <= 0) return
  if (count === 1) {
    s.axes.set(axis, from)
    body(new Map())
    forget(s, stmts)
    s.axes.delete(axis)
    return
  }
  const index = newLocal(s, 'i32')
  const whole = capture(s, () => {
    s.out.push(set(index, from))
    s.axes.set(axis, get(index))
    const advances = startPointers(s, axis, stmts)
    const inner = capture(s, () => body(s.pointers.at(-1) ?? new Map<string, Pointer>()))
    for (const { local, bytes } of advances) inner.push(set(local, add(get(local), i32(step * bytes))))
    inner.push(op('br_if', [op('i32.lt_s', [op('local.tee', [add(get(index), i32(step))], [index]), to])], [0]))
    s.out.push(loop(inner))
    forget(s, stmts)
    s.pointers.pop()
    s.axes.delete(axis)
  })
  if (count === undefined) s.out.push(when(op('i32.lt_s', [from, to]), whole))
  else s.out.push(...whole)
}

/** What lanes read apart in memory and rounds side by side, where a body does nothing but store. */
const acrossIn = (s: State, { axis, step }: Range, stmts: readonly Stmt[]): readonly Extract<Scalar, { k: 'load' }>[] => {
  const { lanes } = s
  const isPlain = stmts.every(({ k }) => k === 'let' || k === 'store')
  if (lanes === undefined || s.reduces || s.mask !== undefined || step !== 1 || !isPlain) return []
  return distinct(stmts.flatMap(rootsOf)).flatMap((x) => (x.k === 'load' && isAcross(s, lanes, axis, x) ? [x] : []))
}

/** Four rounds, of which some loads were done at once. */
const inFours = (s: State, axis: number, loads: ReturnType<typeof acrossIn>, own: ReadonlyMap<string, Pointer>, body: () => void): void => {
  const first = s.axes.get(axis) as Code
  const values = loads.map((x) => loadAcross(s, s.lanes as Lanes, x))
  for (let round = 0; round < 4; round++) {
    s.axes.set(axis, add(first, i32(round)))
    s.pointers.push(new Map([...own].map(([key, pointer]) => [key, { ...pointer, low: pointer.low - round * pointer.along }])))
    loads.forEach((x, n) => s.loaded.set(x, { vector: true, parts: values[n]?.[round] ?? [] }))
    body()
    s.pointers.pop()
  }
  for (const x of loads) s.loaded.delete(x)
  s.axes.set(axis, first)
}

/** Where the last four rounds of a range end. */
const afterFours = (s: State, { from, to }: Range): Code => {
  const length = isConst(from) && isConst(to) ? i32((to.imm[0] as number) - (from.imm[0] as number)) : op('i32.sub', [to, from])
  const fours = isConst(length) ? i32((length.imm[0] as number) & -4) : op('i32.and', [length, i32(-4)])
  return keep(s, add(from, fours), 'i32')
}

/** Runs a body for every index of a range. `stmts` are what the body consists of. */
export const emitLoop = (s: State, range: Range, stmts: readonly Stmt[], body: () => void): void => {
  const loads = (times(range) ?? 4) < 4 ? [] : acrossIn(s, range, stmts)
  if (loads.length === 0) return emitRounds(s, range, stmts, body)
  const middle = afterFours(s, range)
  emitRounds(s, { ...range, to: middle, step: 4 }, stmts, (own) => inFours(s, range.axis, loads, own, body))
  emitRounds(s, { ...range, from: middle }, stmts, body)
}

const otherHalf = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]
const otherPair = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]

/** Vectors as one that has in each lane what all their lanes give together. */
const acrossLanes = (s: State, parts: readonly Code[], term: (x: Code, y: Code) => Code): Code =>
  [otherHalf, otherPair].reduce<Code>((x, order) => {
    const kept = keep(s, x, 'v128')
    return term(kept, op('i8x16.shuffle', [kept, kept], order))
  }, parts.reduce(term))

/** Joins what lanes have collected with what was in the register, and with the NaNs among it: all ones are one. */
const combine = (s: State, nest: Nest, width: number): void => {
  for (const { id, name } of nest.sums) {
    const register = s.registers.get(id)
    if (register === undefined) continue
    const { dtype, scalar, parts } = register
    const nans = s.nans.get(id)
    const lanes: Lanes = { axis: -1, width: 1, varying: varyingAlong(-1, []) }
    const term = (x: Code, y: Code): Code => {
      const [a, b]: readonly Scalar[] = [
        { k: 'ref', id: -1, dtype },
        { k: 'ref', id: -2, dtype },
      ]
      s.refs.set(-1, { vector: true, parts: [x] }).set(-2, { vector: true, parts: [y] })
      const v = s.value({ k: 'op', op: name, args: [a as Scalar, b as Scalar], dtype })
      return v.vector ? (v.parts[0] as Code) : v.code
    }
    const outer = s.lanes
    s.lanes = lanes
    const all = parts.slice(0, width).map(get)
    const together =
      nans === undefined
        ? acrossLanes(s, all, term)
        : op('v128.or', [
            acrossLanes(s, all, (x, y) => op(`f32x4.p${name}`, [x, y])),
            acrossLanes(s, nans.map(get), (x, y) => op('v128.or', [x, y])),
          ])
    const total = term(splat(get(scalar), dtype), keep(s, together, 'v128'))
    s.out.push(set(scalar, op(`${scalarType(dtype)}x4.extract_lane`, [total], [0])))
    s.lanes = outer
    s.nans.delete(id)
  }
}

/** Locals for the NaNs among what lanes collect the extremes of: one for each vector, as no step then waits for the one before. */
const startNans = (s: State, { sums }: Nest, width: number): void => {
  for (const { id, name } of sums) {
    if ((name !== 'max' && name !== 'min') || s.registers.get(id)?.dtype !== 'f32') continue
    const locals = Array.from({ length: width }, () => newLocal(s, 'v128'))
    for (const local of locals) s.out.push(set(local, splatConst(0, 'f32')))
    s.nans.set(id, locals)
  }
}

/** A nest of loops whose innermost is computed in lanes: every lane collects a part of the sum. */
const emitReduction = (s: State, nest: Nest): void => {
  const width = Math.max(1, Math.min(mostParts, Math.floor(mostParts / nest.sums.length)))
  for (const { id, identity } of nest.sums) {
    const register = s.registers.get(id)
    for (const part of register?.parts.slice(0, width) ?? [])
      s.out.push(set(part, splatConst(identity(register?.dtype ?? 'f32'), register?.dtype ?? 'f32')))
  }
  startNans(s, nest, width)
  const { axis, extent, body } = nest.inner
  const varying = varyingAlong(
    axis,
    body,
    nest.sums.map(({ id }) => id),
  )
  const chunk = (from: number, to: number, lanes: number): void => {
    if (to <= from) return
    s.lanes = lanes === 0 ? undefined : { axis, width: lanes, varying }
    emitLoop(s, { axis, from: i32(from), to: i32(to), step: Math.max(1, 4 * lanes) }, body, () => emitAll(s, body))
    s.lanes = undefined
  }
  const innermost = (): void => {
    const main = extent - (extent % (4 * width))
    const fours = extent - (extent % 4)
    chunk(0, main, width)
    chunk(main, fours, 1)
    chunk(fours, extent, 0)
  }
  const around = (outer: readonly Extract<Stmt, { k: 'for' }>[]): void => {
    const [first, ...rest] = outer
    if (first === undefined) return innermost()
    const lets = first.body.filter(({ k }) => k === 'let')
    emitLoop(s, { axis: first.axis, from: i32(0), to: i32(first.extent), step: 1 }, lets, () => {
      emitAll(s, lets)
      around(rest)
    })
  }
  around(nest.outer)
  combine(s, nest, width)
}

const emit = (s: State, stmt: Stmt): void => {
  switch (stmt.k) {
    case 'let':
      return void s.refs.set(stmt.id, bindValue(s, stmt.value.dtype, s.value(stmt.value)))
    case 'register':
      return declare(s, stmt)
    case 'set': {
      const nans = s.nans.get(stmt.id)
      const extreme = nans === undefined ? undefined : collectedOf(stmt)
      const { lanes } = s
      if (nans === undefined || extreme === undefined || lanes?.varying.isVaryingRegister(stmt.id) !== true)
        return assign(s, stmt.id, stmt.value, s.mask)
      return collectExtreme(s, lanes, s.registers.get(stmt.id) as Register, nans, !s.reduces, extreme)
    }
    case 'store':
      return store(s, stmt)
    case 'if':
      return conditional(s, stmt)
    case 'while':
    case 'each':
      throw new UnsupportedError({
        op: s.kernel.name,
        problem: 'it is a kernel of teams, which WebAssembly does not run',
        help: 'compile for a device without `team`',
      })
    case 'for': {
      const nest = s.lanes === undefined && s.reduces ? reductionOf(stmt) : undefined
      if (nest !== undefined) return emitReduction(s, nest)
      return emitLoop(s, { axis: stmt.axis, from: i32(0), to: i32(stmt.extent), step: 1 }, stmt.body, () => emitAll(s, stmt.body))
    }
  }
}

type Store = Extract<Stmt, { k: 'store' }>

/** Two stores that take turns along the lanes fill what lies between them together. */
const storeInTurn = (s: State, a: Store, b: Store): boolean => {
  const { lanes } = s
  if (lanes === undefined || s.mask !== undefined || a.value.dtype !== b.value.dtype || !areInTurn(s, lanes, a, b)) return false
  const [x, y] = [a, b].map(({ value }) => vectorsOf(s, s.value(value), value.dtype, lanes)) as [readonly Code[], readonly Code[]]
  storePairs(s, a.buffer, a.at, a.value.dtype, x.map((part, p) => [part, y[p] as Code] as const)) // prettier-ignore
  return true
}

export const emitAll = (s: State, stmts: readonly Stmt[]): void => {
  for (let i = 0; i < stmts.length; i++) {
    const [stmt, next] = [stmts[i] as Stmt, stmts[i + 1]]
    if (stmt.k === 'store' && next?.k === 'store' && storeInTurn(s, stmt, next)) i++
    else emit(s, stmt)
  }
}

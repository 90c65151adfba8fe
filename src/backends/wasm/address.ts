/** Where elements are: addresses, and the loads and stores of one element or of four lanes. */
import type { Scalar, ScalarType, Stmt } from '../../ir/kernel/kernel.js'
import { postOrder } from '../../ir/kernel/walk.js'
import { axisKey, factorOf, isMostlyUnit, termsKey, type Form } from './affine.js'
import { add, get, i32, mul, op, set, when, type Code } from './code.js'
import { capture, keep, lane, newLocal, scalarOf, scalarType, splatConst, type Lanes, type Pointer, type State } from './state.js'

interface Address {
  readonly code: Code
  /** Bytes that the access itself adds. */
  readonly offset: number
}

const keyOf = (buffer: number, form: Form): string => `${String(buffer)}:${termsKey(form)}`

/** Whether the lanes are points of the grid that have a buffer's elements each for itself. */
export const isBeside = ({ reduces, lanes }: State, buffer: number): boolean => buffer < 0 && lanes !== undefined && !reduces

/** Bytes from an element to the next: points side by side have theirs side by side, too. */
const stepOf = (s: State, buffer: number): number => (isBeside(s, buffer) ? 16 * (s.lanes?.width ?? 1) : 4)

const baseOf = ({ params, offsets }: State, buffer: number): Code =>
  buffer < 0 ? add(get(params - 3), i32(offsets[-1 - buffer] as number)) : get(buffer)

/** The sum of a form's terms in bytes, from the buffer's beginning. */
const termsCode = (s: State, buffer: number, form: Form): Code =>
  [...form.terms.values()].reduce(
    (sum, { atom, factor }) => add(sum, mul(scalarOf(s, atom), factor * stepOf(s, buffer))),
    baseOf(s, buffer),
  )

const findPointer = (s: State, key: string): Pointer | undefined => {
  for (let i = s.pointers.length - 1; i >= 0; i--) {
    const found = s.pointers[i]?.get(key)
    if (found !== undefined) return found
  }
  return undefined
}

/** An access may add a constant only where what it adds to is an address, too: sums of indices that count up from 0. */
const countsUp = ({ terms }: Form): boolean => [...terms.values()].every(({ atom, factor }) => atom.k === 'axis' && factor > 0)

const addressOf = (s: State, buffer: number, form: Form): Address => {
  const pointer = findPointer(s, keyOf(buffer, form))
  const step = stepOf(s, buffer)
  if (pointer !== undefined && form.constant >= pointer.low)
    return { code: get(pointer.local), offset: step * (form.constant - pointer.low) }
  const code = termsCode(s, buffer, form)
  if (form.constant >= 0 && countsUp(form)) return { code, offset: step * form.constant }
  return { code: add(code, i32(step * form.constant)), offset: 0 }
}

/** How an index moves from lane to lane: by a number, by none that is known, or not at all. */
const strideOf = (lanes: Lanes, form: Form): number | undefined => {
  const others = [...form.terms.values()].some(
    ({ atom }) => lanes.varying.isVarying(atom) && !(atom.k === 'axis' && atom.axis === lanes.axis),
  )
  return others ? undefined : factorOf(form, axisKey(lanes.axis))
}

const loadName = (dtype: ScalarType): string => `${scalarType(dtype)}.load`

/** Words of a `bool` buffer as lanes that are all ones or zeros. */
const asLanes = (dtype: ScalarType, words: Code): Code => (dtype === 'bool' ? op('i32x4.ne', [words, splatConst(0, 'i32')]) : words)

export const loadScalar = (s: State, x: Extract<Scalar, { k: 'load' }>): Code => {
  const { code, offset } = addressOf(s, x.buffer, s.affine.formOf(x.at))
  return op(loadName(x.dtype), [code], [offset])
}

const laneOffsets = [0, 1, 2, 3] as const

/** Four elements from four addresses. */
const gather = (addresses: readonly Address[]): Code =>
  addresses
    .slice(1)
    .reduce<Code>(
      (vector, { code, offset }, i) => op('v128.load32_lane', [code, vector], [offset, i + 1]),
      op('v128.load32_zero', [addresses[0]?.code as Code], [addresses[0]?.offset as number]),
    )

const iota = op('v128.const', [], [0, 1, 2, 3])

/** Addresses of four elements whose indices are the lanes of a vector. */
const scattered = (buffer: number, index: Code): Address[] =>
  laneOffsets.map((i) => ({ code: add(get(buffer), mul(lane(index, 'i32', i), 4)), offset: 0 }))

const areNeighbours = (index: Code): Code =>
  op('i32x4.all_true', [op('i32x4.eq', [index, op('i32x4.add', [op('i32x4.splat', [lane(index, 'i32', 0)]), iota])])])

/** Loads from indices of any kind: as one vector where they turn out to be neighbours, if that is likely. */
const loadAnywhere = (s: State, lanes: Lanes, x: Extract<Scalar, { k: 'load' }>): Code[] => {
  const isLikely = isMostlyUnit(s.affine, lanes.varying, x.at)
  const indices = s.value(x.at)
  return (indices.vector ? indices.parts : []).map((part) => {
    const index = keep(s, part, 'v128')
    const each = gather(scattered(x.buffer, index))
    if (!isLikely) return each
    const whole = op('v128.load', [add(get(x.buffer), mul(lane(index, 'i32', 0), 4))], [0])
    return when(areNeighbours(index), [whole], [each], 'v128')
  })
}

/** The vectors of an element that each point has for itself. */
const ownAddresses = (s: State, { width }: Lanes, buffer: number, at: Scalar): Address[] => {
  const { code, offset } = addressOf(s, buffer, s.affine.formOf(at))
  const address = keep(s, code, 'i32')
  return Array.from({ length: width }, (_, part) => ({ code: address, offset: offset + 16 * part }))
}

export const loadVector = (s: State, lanes: Lanes, x: Extract<Scalar, { k: 'load' }>): Code[] => {
  if (isBeside(s, x.buffer))
    return ownAddresses(s, lanes, x.buffer, x.at).map(({ code, offset }) => asLanes(x.dtype, op('v128.load', [code], [offset])))
  const form = s.affine.formOf(x.at)
  const stride = strideOf(lanes, form)
  if (stride === undefined || stride < 0) return loadAnywhere(s, lanes, x).map((part) => asLanes(x.dtype, part))
  const { code, offset } = addressOf(s, x.buffer, form)
  const address = keep(s, code, 'i32')
  return Array.from({ length: lanes.width }, (_, part) => {
    const at = (i: number): number => offset + 4 * stride * (4 * part + i)
    const words = stride === 1 ? op('v128.load', [address], [at(0)]) : gather(laneOffsets.map((i) => ({ code: address, offset: at(i) })))
    return asLanes(x.dtype, words)
  })
}

export const storeScalar = (s: State, buffer: number, at: Scalar, dtype: ScalarType, code: Code): void => {
  const { code: address, offset } = addressOf(s, buffer, s.affine.formOf(at))
  s.out.push(op(`${scalarType(dtype)}.store`, [address, code], [offset]))
}

/** Stores the lanes of one vector one by one, those that take part. */
const scatter = (s: State, addresses: readonly Address[], words: Code, mask: Code | undefined): void => {
  addresses.forEach(({ code, offset }, i) => {
    const store = op('v128.store32_lane', [code, words], [offset, i])
    s.out.push(mask === undefined ? store : when(lane(mask, 'i32', i), [store]))
  })
}

const storePart = (s: State, addresses: readonly Address[], isUnit: boolean, words: Code, mask: Code | undefined): void => {
  const kept = isUnit && mask === undefined ? words : keep(s, words, 'v128')
  if (!isUnit) return scatter(s, addresses, kept, mask)
  const [first] = addresses as readonly [Address]
  const whole = op('v128.store', [first.code, kept], [first.offset])
  if (mask === undefined) return void s.out.push(whole)
  s.out.push(
    when(
      op('i32x4.all_true', [mask]),
      [whole],
      capture(s, () => scatter(s, addresses, kept, mask)),
    ),
  )
}

/** Points side by side store theirs side by side; those that take no part have nothing there to lose. */
const storeOwn = (s: State, lanes: Lanes, buffer: number, at: Scalar, parts: readonly Code[]): void =>
  ownAddresses(s, lanes, buffer, at).forEach(({ code, offset }, p) => s.out.push(op('v128.store', [code, parts[p] as Code], [offset])))

export const storeVector = (s: State, lanes: Lanes, buffer: number, at: Scalar, dtype: ScalarType, parts: readonly Code[]): void => {
  if (isBeside(s, buffer)) return storeOwn(s, lanes, buffer, at, parts)
  const form = s.affine.formOf(at)
  const stride = strideOf(lanes, form)
  const affine = stride === undefined || stride < 0 ? undefined : addressOf(s, buffer, form)
  const address = affine === undefined ? undefined : keep(s, affine.code, 'i32')
  const indices = affine === undefined ? s.value(at) : undefined
  const scalar = indices !== undefined && !indices.vector ? indices.code : undefined
  parts.forEach((part, p) => {
    const words = dtype === 'bool' ? op('v128.and', [part, splatConst(1, 'u32')]) : part
    const index = indices?.vector === true ? keep(s, indices.parts[p] as Code, 'v128') : undefined
    const addresses = laneOffsets.map((i): Address => {
      if (index !== undefined) return scattered(buffer, index)[i] as Address
      if (scalar !== undefined) return { code: add(get(buffer), mul(scalar, 4)), offset: 0 }
      return { code: address as Code, offset: (affine?.offset ?? 0) + 4 * (stride ?? 0) * (4 * p + i) }
    })
    storePart(s, addresses, stride === 1, words, s.mask?.[p])
  })
}

/** Loads and stores of statements, without those in loops among them. */
const accessesOf = (stmts: readonly Stmt[]): { readonly buffer: number; readonly at: Scalar }[] => {
  const found: { readonly buffer: number; readonly at: Scalar }[] = []
  const scan = (root: Scalar): void => {
    for (const x of postOrder(root)) if (x.k === 'load') found.push({ buffer: x.buffer, at: x.at })
  }
  const visit = (list: readonly Stmt[]): void => {
    for (const stmt of list) {
      if (stmt.k === 'let' || stmt.k === 'set') scan(stmt.value)
      else if (stmt.k === 'register') scan(stmt.init)
      else if (stmt.k === 'store') {
        scan(stmt.at)
        scan(stmt.value)
        found.push({ buffer: stmt.buffer, at: stmt.at })
      } else if (stmt.k === 'if') {
        scan(stmt.cond)
        visit(stmt.body)
      }
    }
  }
  visit(stmts)
  return found
}

/** Whether an axis has one value throughout a loop, for all lanes. */
const isOutside = (s: State, axis: number, loop: number): boolean => axis !== loop && axis !== s.lanes?.axis && s.axes.has(axis)

/** Registers and `let`s of a loop's body are not there before the loop. */
const isKnown = (s: State, { terms }: Form, axis: number): boolean =>
  [...terms.values()].every(({ atom }) =>
    postOrder(atom).every((x) => {
      if (x.k === 'ref') return s.refs.get(x.id)?.vector === false
      if (x.k === 'axis') return x === atom ? x.axis === axis || s.axes.has(x.axis) : isOutside(s, x.axis, axis)
      return x.k === 'op' || x.k === 'lit'
    }),
  )

export interface Advance {
  readonly local: number
  /** For one more of the axis. */
  readonly bytes: number
}

/** Sets pointers for what a loop along `axis` accesses; gives those that move with it. The axis has its first value. */
export const startPointers = (s: State, axis: number, stmts: readonly Stmt[]): readonly Advance[] => {
  const groups = new Map<string, { readonly buffer: number; readonly form: Form; low: number }>()
  for (const { buffer, at } of accessesOf(stmts)) {
    const form = s.affine.formOf(at)
    const key = keyOf(buffer, form)
    const known = groups.get(key)
    if (known !== undefined) known.low = Math.min(known.low, form.constant)
    else if (isKnown(s, form, axis) && findPointer(s, key) === undefined) groups.set(key, { buffer, form, low: form.constant })
  }
  const pointers = new Map<string, Pointer>()
  const advances: Advance[] = []
  for (const [key, { buffer, form, low }] of groups) {
    const local = newLocal(s, 'i32')
    s.out.push(set(local, add(termsCode(s, buffer, form), i32(stepOf(s, buffer) * low))))
    pointers.set(key, { local, low })
    const factor = factorOf(form, axisKey(axis))
    if (factor !== 0) advances.push({ local, bytes: factor * stepOf(s, buffer) })
  }
  s.pointers.push(pointers)
  return advances
}

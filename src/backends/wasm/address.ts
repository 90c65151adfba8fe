/** Where elements are: addresses, and the loads and stores of one element or of four lanes. */
import type { Scalar, ScalarType, Stmt } from '../../ir/kernel/kernel.js'
import { postOrder, type Element } from '../../ir/kernel/walk.js'
import { axisKey, factorOf, isMostlyUnit, termsKey, type Form, type Term } from './affine.js'
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

/** Lanes as they are stored: of a `bool`, the words 0 and 1. */
const asWords = (dtype: ScalarType, part: Code): Code => (dtype === 'bool' ? op('v128.and', [part, splatConst(1, 'u32')]) : part)

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

/** Addresses of four elements: so far from one that all lanes share as the lanes of a vector say. */
const scattered = (shared: Address, index: Code): Address[] =>
  laneOffsets.map((i) => ({ code: add(shared.code, mul(lane(index, 'i32', i), 4)), offset: shared.offset }))

const areNeighbours = (index: Code): Code =>
  op('i32x4.all_true', [op('i32x4.eq', [index, op('i32x4.add', [op('i32x4.splat', [lane(index, 'i32', 0)]), iota])])])

/** An index as what all lanes share, which changes from round to round of a loop, and the rest, which often does not. */
const shares = (s: State, { varying }: Lanes, { terms, constant }: Form): { readonly shared: Form; readonly own: Scalar } => {
  const isOwn = ([, { atom }]: readonly [string, Term]): boolean => varying.isVarying(atom)
  const own = [...terms].filter(isOwn).map(([key, { atom, factor }]): Scalar => {
    const id = s.affine.nameOf(key)
    const x: Scalar = id !== undefined && s.refs.has(id) ? { k: 'ref', id, dtype: 'i32' } : atom
    return factor === 1 ? x : { k: 'op', op: 'mul', args: [x, { k: 'lit', dtype: 'i32', value: factor }], dtype: 'i32' }
  })
  return {
    shared: { terms: new Map([...terms].filter((term) => !isOwn(term))), constant },
    own: own.reduce((x, y) => ({ k: 'op', op: 'add', args: [x, y], dtype: 'i32' })),
  }
}

/** Loads from indices of any kind: as one vector where they turn out to be neighbours, if that is likely. */
const loadAnywhere = (s: State, lanes: Lanes, x: Extract<Scalar, { k: 'load' }>): Code[] => {
  const isLikely = isMostlyUnit(s.affine, lanes.varying, x.at)
  const { shared, own } = shares(s, lanes, s.affine.formOf(x.at))
  const from = addressOf(s, x.buffer, shared)
  const first: Address = { code: keep(s, from.code, 'i32'), offset: from.offset }
  const indices = s.value(own)
  return (indices.vector ? indices.parts : []).map((part) => {
    const index = keep(s, part, 'v128')
    const addresses = scattered(first, index)
    const each = gather(addresses)
    if (!isLikely) return each
    const whole = op('v128.load', [addresses[0]?.code as Code], [first.offset])
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
    return asLanes(x.dtype, loadApart(address, stride, at))
  })
}

/** The bytes of words of two vectors, by number, for a shuffle. */
const wordBytes = (...order: readonly number[]): readonly number[] => order.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte))

/** Four elements that are `stride` apart: of two vectors, where these hold them. `at`: where each is. */
const loadApart = (address: Code, stride: number, at: (i: number) => number): Code => {
  const whole = (offset: number): Code => op('v128.load', [address], [offset])
  if (stride === 1) return whole(at(0))
  if (stride !== 2 && stride !== 3) return gather(laneOffsets.map((i) => ({ code: address, offset: at(i) })))
  // The second vector ends with the last element.
  return op('i8x16.shuffle', [whole(at(0)), whole(at(3) - 12)], wordBytes(0, stride, 4 + 3 - stride, 7))
}

/** Whether lanes read what is apart in memory, and rounds of a loop what is side by side. */
export const isAcross = (s: State, lanes: Lanes, axis: number, { buffer, at, dtype }: Extract<Scalar, { k: 'load' }>): boolean => {
  if (isBeside(s, buffer) || dtype === 'bool') return false
  const form = s.affine.formOf(at)
  const isApart = (strideOf(lanes, form) ?? 0) > 3
  return isApart && isKnown(s, form, axis) && factorOf(form, axisKey(axis)) === 1
}

/** Four rounds' values of a load that is across: each lane's four as a vector, and of these the vectors of the lanes. By round, then by vector. */
export const loadAcross = (s: State, lanes: Lanes, x: Extract<Scalar, { k: 'load' }>): readonly (readonly Code[])[] => {
  const form = s.affine.formOf(x.at)
  const stride = strideOf(lanes, form) as number
  const { code, offset } = addressOf(s, x.buffer, form)
  const address = keep(s, code, 'i32')
  const shuffle = (a: Code, b: Code, order: readonly number[]): Code => keep(s, op('i8x16.shuffle', [a, b], order), 'v128')
  const parts = Array.from({ length: lanes.width }, (_, part) => {
    const rows = laneOffsets.map((i) => keep(s, op('v128.load', [address], [offset + 4 * stride * (4 * part + i)]), 'v128'))
    const [a, b, c, d] = rows as [Code, Code, Code, Code]
    const [low, high] = [wordBytes(0, 4, 1, 5), wordBytes(2, 6, 3, 7)]
    const pairs = [low, high].map((order) => [shuffle(a, b, order), shuffle(c, d, order)] as const)
    return pairs.flatMap(([left, right]) => [shuffle(left, right, wordBytes(0, 1, 4, 5)), shuffle(left, right, wordBytes(2, 3, 6, 7))])
  })
  return laneOffsets.map((round) => parts.map((rounds) => rounds[round] as Code))
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
    const words = asWords(dtype, part)
    const index = indices?.vector === true ? keep(s, indices.parts[p] as Code, 'v128') : undefined
    const addresses = laneOffsets.map((i): Address => {
      if (index !== undefined) return scattered({ code: get(buffer), offset: 0 }, index)[i] as Address
      if (scalar !== undefined) return { code: add(get(buffer), mul(scalar, 4)), offset: 0 }
      return { code: address as Code, offset: (affine?.offset ?? 0) + 4 * (stride ?? 0) * (4 * p + i) }
    })
    storePart(s, addresses, stride === 1, words, s.mask?.[p])
  })
}

/** Whether two elements are neighbours, and lanes are as far apart as both are long. */
export const areInTurn = (s: State, lanes: Lanes, a: Element, b: Element): boolean => {
  if (a.buffer !== b.buffer || isBeside(s, a.buffer)) return false
  const [x, y] = [s.affine.formOf(a.at), s.affine.formOf(b.at)]
  return termsKey(x) === termsKey(y) && y.constant - x.constant === 1 && strideOf(lanes, x) === 2
}

/** The bytes of the lanes of two vectors in turn, from a lane on. */
const turnsFrom = (first: number): readonly number[] => wordBytes(first, first + 4, first + 1, first + 5)

/** Stores the lanes of pairs of vectors in turn, one pair after the other. */
export const storePairs = (s: State, buffer: number, at: Scalar, dtype: ScalarType, pairs: readonly (readonly [Code, Code])[]): void => {
  const { code, offset } = addressOf(s, buffer, s.affine.formOf(at))
  const address = keep(s, code, 'i32')
  pairs.forEach((pair, p) => {
    const kept = pair.map((part) => keep(s, asWords(dtype, part), 'v128'))
    for (const i of [0, 1]) s.out.push(op('v128.store', [address, op('i8x16.shuffle', kept, turnsFrom(2 * i))], [offset + 32 * p + 16 * i]))
  })
}

/** Loads and stores of statements, without those in loops among them. */
const accessesOf = (stmts: readonly Stmt[]): readonly Element[] => {
  const found: Element[] = []
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

/** What of an index a pointer stands for: where lanes are anywhere, what they share. */
const pointed = (s: State, form: Form): Form => {
  const { lanes } = s
  const stride = lanes === undefined ? 1 : strideOf(lanes, form)
  return lanes === undefined || (stride !== undefined && stride >= 0) ? form : shares(s, lanes, form).shared
}

export interface Advance {
  readonly local: number
  /** For one more of the axis. */
  readonly bytes: number
}

/** Sets pointers for what a loop along `axis` accesses; gives those that move with it. The axis has its first value. */
export const startPointers = (s: State, axis: number, stmts: readonly Stmt[]): readonly Advance[] => {
  const groups = new Map<string, { readonly buffer: number; readonly form: Form; low: number }>()
  for (const { buffer, at } of accessesOf(stmts)) {
    const form = pointed(s, s.affine.formOf(at))
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
    const along = factorOf(form, axisKey(axis))
    pointers.set(key, { local, low, along })
    if (along !== 0) advances.push({ local, bytes: along * stepOf(s, buffer) })
  }
  s.pointers.push(pointers)
  return advances
}

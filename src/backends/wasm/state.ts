/** What is known while the function of a kernel is written. */
import type { Kernel, Scalar, ScalarType } from '../../ir/kernel/kernel.js'
import type { Affine } from './affine.js'
import { get, op, set, type Code, type ValueType } from './code.js'
import type { Varying } from './varying.js'

/** A value: one for all points of a vector, or vectors of four lanes each. A `bool` in a lane is all ones or all zeros. */
export type Value = { readonly vector: false; readonly code: Code } | { readonly vector: true; readonly parts: readonly Code[] }

/** The axis along which points are computed together, `width` vectors at a time. */
export interface Lanes {
  readonly axis: number
  readonly width: number
  readonly varying: Varying
}

/** A register has a local for points one by one, and locals for vectors. */
export interface Register {
  readonly dtype: ScalarType
  readonly scalar: number
  readonly parts: readonly number[]
}

/** A local that holds the address of an access, with the smallest constant of those that share it, and the elements that it moves by in a round. */
export interface Pointer {
  readonly local: number
  readonly low: number
  readonly along: number
}

export interface State {
  readonly kernel: Kernel
  readonly affine: Affine
  /** Where each of a point's own arrays begins in the memory for them. */
  readonly offsets: readonly number[]
  readonly locals: ValueType[]
  readonly params: number
  readonly refs: Map<number, Value>
  readonly registers: Map<number, Register>
  /** The index of the first lane of every axis in scope. */
  readonly axes: Map<number, Code>
  /** Innermost last. */
  readonly pointers: Map<string, Pointer>[]
  /** Loads that were done before, for several rounds of a loop. */
  readonly loaded: Map<Scalar, Value>
  /** Helper functions that are called. */
  readonly helpers: Set<string>
  /** The value of an expression here. */
  readonly value: (x: Scalar) => Value
  /** Whether all NaNs have the same bits where bits are looked at: inside of a recipe they do not matter. */
  rawBits: boolean
  /** Names for what recipes bind. */
  nextName: number
  /** Whether loops that collect are computed in lanes. */
  readonly reduces: boolean
  /** Registers that do nothing but collect the smallest or largest f32. */
  readonly extremes: ReadonlySet<number>
  /** Of those in which lanes collect: the locals that have all ones where there was a NaN. */
  readonly nans: Map<number, readonly number[]>
  out: Code[]
  lanes: Lanes | undefined
  /** Lanes that take part, where not all do. */
  mask: readonly Code[] | undefined
}

export const newLocal = (s: State, type: ValueType): number => s.params + s.locals.push(type) - 1

/** What `write` writes, apart from what is around it. */
export const capture = (s: State, write: () => void): Code[] => {
  const around = s.out
  const inner: Code[] = []
  s.out = inner
  write()
  s.out = around
  return inner
}

const isSimple = (code: Code): boolean => code.k === 'op' && (code.op === 'local.get' || code.op.endsWith('.const'))

/** The code of a value that is used several times: in a local, unless it is one or a constant. */
export const keep = (s: State, code: Code, type: ValueType): Code => {
  if (isSimple(code)) return code
  const local = newLocal(s, type)
  s.out.push(set(local, code))
  return get(local)
}

export const scalarType = (dtype: ScalarType): 'f32' | 'i32' => (dtype === 'f32' ? 'f32' : 'i32')

const bits = new DataView(new ArrayBuffer(4))

/** The 32 bits of a value of a dtype. */
export const bitsOf = (value: number, dtype: ScalarType): number => {
  if (dtype !== 'f32') return dtype === 'bool' ? (value === 0 ? 0 : -1) : value | 0
  bits.setFloat32(0, value)
  return value !== value ? 0x7fc00000 : bits.getInt32(0)
}

export const splatConst = (value: number, dtype: ScalarType): Code => {
  const word = bitsOf(value, dtype)
  return op('v128.const', [], [word, word, word, word])
}

/** One value in all lanes. */
export const splat = (code: Code, dtype: ScalarType): Code => {
  if (code.k === 'op' && code.op.endsWith('.const')) return splatConst(code.imm[0] as number, dtype)
  if (code.k === 'op' && (code.op === 'f32.load' || (code.op === 'i32.load' && dtype !== 'bool')))
    return { ...code, op: 'v128.load32_splat' }
  if (dtype === 'bool') return op('i32x4.splat', [op('i32.sub', [op('i32.const', [], [0]), code])])
  return op(`${scalarType(dtype)}x4.splat`, [code])
}

/** The element of a lane as a scalar. */
export const lane = (vector: Code, dtype: ScalarType, index: number): Code => {
  const element = op(`${scalarType(dtype)}x4.extract_lane`, [vector], [index])
  return dtype === 'bool' ? op('i32.and', [element, op('i32.const', [], [1])]) : element
}

/** Four scalars as a vector. */
export const vectorOf = (dtype: ScalarType, lanes: readonly Code[]): Code =>
  lanes.slice(1).reduce<Code>(
    (vector, code, i) => {
      const element = dtype === 'bool' ? op('i32.sub', [op('i32.const', [], [0]), code]) : code
      return op(`${scalarType(dtype)}x4.replace_lane`, [vector, element], [i + 1])
    },
    splat(lanes[0] as Code, dtype),
  )

/** The code of an expression that has one value for all lanes; of the axis of the lanes, that of the first lane. */
export const scalarOf = (s: State, x: Scalar): Code => {
  if (x.k === 'axis') return s.axes.get(x.axis) as Code
  const v = s.value(x)
  if (v.vector) throw new Error('a value differs between lanes where it must not')
  return v.code
}

/** A value as vectors. */
export const vectorsOf = (s: State, v: Value, dtype: ScalarType, lanes: Lanes): readonly Code[] => {
  if (v.vector) return v.parts
  const whole = splat(v.code, dtype)
  const shared = lanes.width === 1 ? whole : keep(s, whole, 'v128')
  return Array.from({ length: lanes.width }, () => shared)
}

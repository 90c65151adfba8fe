/** What printed kernels call: scalar operations that JavaScript has no operator for. */
import { erf, powFloat, powInt, roundHalfEven } from '../../ir/kernel/meaning.js'
import { roundTo } from '../../ir/dtype.js'
import { fromHalfBits, halfBits, roundHalf } from '../../ir/half.js'

const scratch = new DataView(new ArrayBuffer(4))

const writers = {
  f32: (x: number) => {
    scratch.setFloat32(0, x)
  },
  i32: (x: number) => {
    scratch.setInt32(0, x)
  },
  u32: (x: number) => {
    scratch.setUint32(0, x)
  },
} as const

const readers = { f32: () => scratch.getFloat32(0), i32: () => scratch.getInt32(0), u32: () => scratch.getUint32(0) } as const

export const lib = {
  pow: powFloat,
  powInt,
  erf,
  round: roundHalfEven,
  divInt: (x: number, y: number): number => (y === 0 ? -1 : Math.trunc(x / y)),
  remInt: (x: number, y: number): number => (y === 0 ? x : x % y),
  shl: (x: number, y: number): number => (y >= 0 && y < 32 ? x << y : 0),
  shr: (x: number, y: number): number => (y >= 0 && y < 32 ? x >> y : x < 0 ? -1 : 0),
  shrLogical: (x: number, y: number): number => (y >= 0 && y < 32 ? x >>> y : 0),
  half: roundHalf,
  fromHalf: fromHalfBits,
  toHalf: halfBits,
  toI32: roundTo.i32,
  toU32: roundTo.u32,
  bits: (x: number, from: keyof typeof writers, to: keyof typeof readers): number => {
    writers[from](x)
    if (x !== x) writers.u32(0x7fc00000)
    return readers[to]()
  },
} as const

export type Lib = typeof lib

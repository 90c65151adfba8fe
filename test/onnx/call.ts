/** A node of ONNX as its implementation by fluxion sees it. */
import * as fx from '../../src/index.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>
export type I32 = fx.Tensor<fx.Shape, 'i32'>
export type Bool = fx.Tensor<fx.Shape, 'bool'>

export type Attribute = number | string | readonly number[] | fx.NDArray

export interface Call {
  /** Operands; those left out are undefined. Their dtype is what the node says, whatever the type here. */
  readonly xs: readonly (F32 | undefined)[]
  /** The elements of an operand that has to be known when a program is made: a shape, axes, a length. */
  readonly known: (i: number) => readonly number[] | undefined
  readonly attributes: Readonly<Record<string, Attribute>>
  /** How many results are named. */
  readonly results: number
}

/** An operator of ONNX, made of fluxion's functions. */
export type Run = (call: Call) => fx.Tensor | readonly fx.Tensor[]

export const number = ({ attributes }: Call, name: string, otherwise: number): number =>
  (attributes[name] as number | undefined) ?? otherwise

export const text = ({ attributes }: Call, name: string, otherwise: string): string => (attributes[name] as string | undefined) ?? otherwise

export const list = ({ attributes }: Call, name: string): readonly number[] | undefined => attributes[name] as readonly number[] | undefined

/** An operand that must be there. */
export const operand = ({ xs }: Call, i = 0): F32 => xs[i]!

/** Numbers that older operator sets have as an attribute and newer ones as an operand. */
export const numbers = (call: Call, i: number, name: string): readonly number[] | undefined => call.known(i) ?? list(call, name)

/** A place counted from either end, from the front. */
export const place = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Indices of ONNX count from either end; fluxion's, as JAX's under jit, are clamped or dropped. */
export const indices = (i: fx.Tensor, length: number): I32 => {
  const whole = fx.cast(i, 'i32')
  return fx.where(fx.lt(whole, 0), fx.add(whole, length), whole)
}

const codes: Readonly<Record<number, fx.DType>> = {
  1: 'f32',
  2: 'u32',
  3: 'i32',
  4: 'u32',
  5: 'i32',
  6: 'i32',
  7: 'i32',
  9: 'bool',
  10: 'f16',
  11: 'f32',
  12: 'u32',
  13: 'u32',
}

/** The dtype that values of a TensorProto.DataType are held in. */
export const dtypeOf = (code: number): fx.DType => codes[code]!

export const host = (values: readonly number[], shape: fx.Shape, dtype: fx.DType): fx.NDArray =>
  fx.ndarray(values as fx.Nested, { shape, dtype })

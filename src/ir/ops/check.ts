/** Checks shared by the type rules. */
import { DTypeError, ShapeError } from '../../error.js'
import { isFloat, isInteger, isNumeric, roundTo, type DType } from '../dtype.js'
import type { Shape } from '../shape.js'
import { showType, type TensorType } from '../type.js'

/** Which dtypes an op takes. */
export type Takes = 'float' | 'numeric' | 'integer' | 'bool' | 'bits' | 'any'

const accepts: { readonly [K in Takes]: (dtype: DType) => boolean } = {
  float: isFloat,
  numeric: isNumeric,
  integer: isInteger,
  bool: (d) => d === 'bool',
  bits: (d) => !isFloat(d),
  any: () => true,
}

const wanted: { readonly [K in Takes]: string } = {
  float: 'f32 or f16',
  numeric: 'f32, f16, i32 or u32',
  integer: 'i32 or u32',
  bool: 'bool',
  bits: 'i32, u32 or bool',
  any: 'any dtype',
}

/** The operands as facts of an error, a line each. */
export const operands = (args: readonly TensorType[]): string[] => args.map((arg, i) => `operand ${String(i)}: ${showType(arg)}`)

export const shapeError = (op: string, problem: string, args: readonly TensorType[], help: string): ShapeError =>
  new ShapeError({ op, problem, facts: operands(args), help })

/** @throws DTypeError unless every operand's dtype is one the op takes */
export const checkTakes = (op: string, takes: Takes, args: readonly TensorType[]): void => {
  const bad = args.find((arg) => !accepts[takes](arg.dtype))
  if (bad === undefined) return
  throw new DTypeError({
    op,
    problem: `takes ${wanted[takes]}, not ${bad.dtype}`,
    facts: operands(args),
    help: `convert with cast(x, '${takes === 'float' || takes === 'numeric' ? 'f32' : takes === 'bool' ? 'bool' : 'i32'}')`,
  })
}

/** @throws DTypeError unless all operands have one dtype */
export const checkSameDType = (op: string, args: readonly TensorType[]): void => {
  const bad = args.find((arg) => arg.dtype !== args[0]?.dtype)
  if (bad === undefined) return
  throw new DTypeError({
    op,
    problem: `mixes ${String(args[0]?.dtype)} and ${bad.dtype}`,
    facts: operands(args),
    help: 'there is no implicit promotion: cast one operand to the dtype of the other',
  })
}

const isLength = (n: number): boolean => Number.isInteger(n) && n >= 0

/** @throws ShapeError unless a shape is a list of whole, non-negative lengths */
export const checkShape = (op: string, shape: Shape): void => {
  if (shape.every(isLength)) return
  throw new ShapeError({ op, problem: `[${shape.join(', ')}] is not a shape`, help: 'axis lengths are whole numbers, 0 or more' })
}

/** @throws ShapeError unless a list of per-axis values has the rank asked for and every value passes */
export const checkList = (
  op: string,
  name: string,
  list: readonly number[],
  rank: number,
  ok: (n: number) => boolean,
  what: string,
): void => {
  if (list.length === rank && list.every((n) => Number.isInteger(n) && ok(n))) return
  throw new ShapeError({
    op,
    problem: `${name} is [${list.join(', ')}], but needs ${String(rank)} of ${what}`,
    help: `give one value of ${name} per axis`,
  })
}

/** @throws ShapeError unless axes are distinct, in order and within the rank */
export const checkAxes = (op: string, axes: readonly number[], args: readonly TensorType[]): void => {
  const rank = args[0]?.shape.length ?? 0
  if (axes.every((axis, i) => Number.isInteger(axis) && axis >= 0 && axis < rank && (i === 0 || axis > (axes[i - 1] as number)))) return
  throw shapeError(
    op,
    `axes [${axes.join(', ')}] are not distinct axes, in order, of rank ${String(rank)}`,
    args,
    `use axes from 0 to ${String(rank - 1)}`,
  )
}

/** @throws DTypeError unless a number is a value of the dtype */
export const checkValue = (op: string, value: number, dtype: DType): void => {
  if (Object.is(roundTo[dtype](value), value)) return
  throw new DTypeError({ op, problem: `${String(value)} is no value of ${dtype}`, help: 'round the value to the dtype first' })
}

/** Literals and operators of the pseudo-code, with no more parentheses than a reader needs. */
import { isFloat } from '../dtype.js'
import { showNumber } from '../number.js'
import type { ScalarOp, ScalarType } from './kernel.js'

/** A text and, unless it is an atom, the infix operator at its top. */
export interface Text {
  readonly text: string
  readonly infix?: Infix
}

interface Infix {
  readonly symbol: string
  /** Higher binds tighter. */
  readonly level: number
}

const infix = (level: number, symbol: string): Infix => ({ level, symbol })

const infixes: { readonly [K in ScalarOp]?: Infix } = {
  mul: infix(5, '*'),
  div: infix(5, '/'),
  rem: infix(5, '%'),
  add: infix(4, '+'),
  sub: infix(4, '-'),
  shl: infix(3, '<<'),
  shr: infix(3, '>>'),
  eq: infix(2, '=='),
  ne: infix(2, '!='),
  lt: infix(2, '<'),
  le: infix(2, '<='),
  gt: infix(2, '>'),
  ge: infix(2, '>='),
  and: infix(1, '&'),
  or: infix(1, '|'),
  xor: infix(1, '^'),
}

/** `1.0`, `1.0h`, `3`, `3u`, `true`: the dtype shows. */
export const showLiteral = (dtype: ScalarType, value: number): string => {
  const text = showNumber(dtype, value)
  if (dtype === 'bool') return value === 0 ? 'false' : 'true'
  if (isFloat(dtype)) return /^-?\d+$/.test(text) ? `${text}.0${dtype === 'f16' ? 'h' : ''}` : dtype === 'f16' ? `${text}h` : text
  return dtype === 'u32' ? `${text}u` : text
}

/** An operator applied to texts. */
export const showOp = (op: ScalarOp, args: readonly Text[], dtype: ScalarType): Text => {
  const [first, second] = args
  const operator = infixes[op]
  if (operator !== undefined && first !== undefined && second !== undefined) {
    return { text: `${operand(first, operator, false)} ${operator.symbol} ${operand(second, operator, true)}`, infix: operator }
  }
  if (op === 'neg' || op === 'not')
    return { text: `${op === 'neg' ? '-' : '!'}${first?.infix === undefined ? (first?.text ?? '') : `(${first.text})`}` }
  const name = op === 'cast' ? dtype : op === 'bitcast' ? `bitcast<${dtype}>` : op
  return { text: `${name}(${args.map(({ text }) => text).join(', ')})` }
}

/** In parentheses where it binds less, or as much and reading left to right would not do. */
const operand = ({ text, infix: inner }: Text, outer: Infix, isRight: boolean): string => {
  if (inner === undefined || inner.level > outer.level) return text
  const isChain = inner.level === outer.level && !isRight && (outer.level > 2 || (outer.level === 1 && inner.symbol === outer.symbol))
  return isChain ? text : `(${text})`
}

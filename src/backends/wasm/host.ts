/** What modules import besides memory: functions too rare to be written in WebAssembly. */
import { powFloat, powInt } from '../../ir/kernel/meaning.js'

export const hostFunctions: Readonly<Record<string, (x: number, y: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  atan2: Math.atan2,
  pow: powFloat,
  rem: (x, y) => x % y,
  powInt,
  powWord: (x, y) => powInt(x >>> 0, y >>> 0),
}

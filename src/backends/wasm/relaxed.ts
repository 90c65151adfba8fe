/** Whether the engine multiplies and adds in one instruction, rounding once where the machine can: relaxed vectors. */
import { op, type Code } from './code.js'

/** A function that needs `f32x4.relaxed_madd`. */
const probe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11,
])

let known: boolean | undefined

const isRelaxed = (): boolean => (known ??= WebAssembly.validate(probe))

/** x · y + z in lanes. Only where nothing depends on the product being rounded: in sums, and in functions that are written for it. */
export const multiplyAdd = (x: Code, y: Code, z: Code): Code =>
  isRelaxed() ? op('f32x4.relaxed_madd', [x, y, z]) : op('f32x4.add', [z, op('f32x4.mul', [x, y])])

/** z - x · y in lanes. */
export const subtractProduct = (x: Code, y: Code, z: Code): Code =>
  isRelaxed() ? op('f32x4.relaxed_nmadd', [x, y, z]) : op('f32x4.sub', [z, op('f32x4.mul', [x, y])])

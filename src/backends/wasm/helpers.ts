/** Functions that kernels call: those of the host first, then recipes. Every module has all of them at the same places. */
import type { Import } from './code.js'
import type { ScalarOp } from '../../ir/kernel/kernel.js'

const f32 = (arity: number) => ({ params: Array.from({ length: arity }, () => 'f32' as const), results: ['f32' as const] })
const int = { params: ['i32', 'i32'] as const, results: ['i32'] as const }

export const imports: readonly Import[] = [
  { name: 'sin', ...f32(1) },
  { name: 'cos', ...f32(1) },
  { name: 'tan', ...f32(1) },
  { name: 'asin', ...f32(1) },
  { name: 'acos', ...f32(1) },
  { name: 'atan', ...f32(1) },
  { name: 'sinh', ...f32(1) },
  { name: 'cosh', ...f32(1) },
  { name: 'pow', ...f32(2) },
  { name: 'atan2', ...f32(2) },
  { name: 'rem', ...f32(2) },
  { name: 'powInt', ...int },
  { name: 'powWord', ...int },
]

/** Recipes that are compiled as functions of one vector. */
export const vectorHelpers = ['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tanh', 'sigmoid', 'erf'] as const satisfies readonly ScalarOp[]

/** Where kernels' own functions begin. */
export const firstKernel = imports.length + vectorHelpers.length

/** The index of a helper. A vector function is meant by an op that has a recipe, one of the host by `host:` where both are. */
export const helperIndex = (name: string): number => {
  const vector = (vectorHelpers as readonly string[]).indexOf(name)
  return vector >= 0 ? imports.length + vector : imports.findIndex((f) => f.name === name)
}

export const hostIndex = (name: string): number => imports.findIndex((f) => f.name === name)

/** Reductions over axes, and indices of extremes. The axes reduced are gone from the result. */
import { DTypeError } from '../../error.js'
import { isFloat, roundTo } from '../dtype.js'
import type { AttrsOf } from '../graph.js'
import type { Scalar } from '../kernel/kernel.js'
import { withoutAxes } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkAxes, checkTakes, shapeError } from './check.js'
import { elementAt, forEachIndex, identityOf, tabulate, type Host, type OpDef } from './op.js'

/** Puts indices over the reduced axes back among those of the result. */
const merge = <T>(at: readonly T[], axes: readonly number[], over: readonly T[]): T[] => {
  const rank = at.length + axes.length
  const [rest, inner] = [[...at], [...over]]
  return Array.from({ length: rank }, (_, d) => (axes.includes(d) ? inner.shift() : rest.shift()) as T)
}

const extentsOf = (x: TensorType, axes: readonly number[]): number[] => axes.map((d) => x.shape[d] as number)

const combineNumbers = {
  sum: (x: number, y: number) => x + y,
  max: Math.max,
  min: Math.min,
} as const

const reduceDef = <A extends { readonly axes: readonly number[] }>(op: string, combine: 'sum' | 'max' | 'min'): OpDef<A> => ({
  arity: 1,
  infer: (args, { axes }) => {
    const [x] = args as [TensorType]
    checkTakes(op, 'numeric', args)
    checkAxes(op, axes, args)
    const shape = withoutAxes(x.shape, axes)
    if (combine !== 'sum' && extentsOf(x, axes).includes(0) && !shape.includes(0)) {
      throw shapeError(op, `axes [${axes.join(', ')}] are empty, and nothing has no ${op}`, args, 'reduce over at least one element')
    }
    return { shape, dtype: x.dtype }
  },
  evaluate: ([x], { attrs: { axes }, type }) => {
    const extents = extentsOf((x as Host).type, axes)
    return tabulate(type, (at) => {
      let total = identityOf(combine, type.dtype)
      forEachIndex(extents, (over) => (total = combineNumbers[combine](total, elementAt(x as Host, merge(at, axes, over)))))
      return isFloat(type.dtype) ? Math.fround(total) : wrapInteger(total, type.dtype)
    })
  },
  lower: {
    kind: 'reduce',
    repeats: [],
    reduction: ({ attrs: { axes }, args }) => ({
      extents: extentsOf(args[0] as TensorType, axes),
      combine,
      term: (_, read, at, over) => read(0, merge<Scalar>(at, axes, over)),
    }),
  },
})

/** Integer sums wrap at 32 bits; f64 holds them exactly below 2^53. */
export const wrapInteger = (x: number, dtype: TensorType['dtype']): number => (dtype === 'i32' ? x | 0 : x >>> 0)

export const reduceSum = reduceDef<AttrsOf['reduceSum']>('sum', 'sum')

const checkTies = (op: string, ties: string): void => {
  if (ties === 'share' || ties === 'first') return
  throw new DTypeError({ op, problem: `ties is ${ties}`, help: "use 'share' or 'first'" })
}

const extreme = (op: 'max' | 'min'): OpDef<AttrsOf['reduceMax']> => {
  const def = reduceDef<AttrsOf['reduceMax']>(op, op)
  return {
    ...def,
    infer: (args, attrs) => {
      checkTies(op, attrs.ties)
      return def.infer(args, attrs)
    },
  }
}

export const reduceMax = extreme('max')
export const reduceMin = extreme('min')

/** The first index of the largest (smallest) element; a NaN counts as larger (smaller) than all, as in NumPy. */
const argDef = (op: 'argmax' | 'argmin'): OpDef<AttrsOf['argmax']> => ({
  arity: 1,
  infer: (args, { axis }) => {
    const [x] = args as [TensorType]
    checkTakes(op, 'numeric', args)
    checkAxes(op, [axis], args)
    const shape = withoutAxes(x.shape, [axis])
    if (x.shape[axis] === 0 && !shape.includes(0))
      throw shapeError(op, `axis ${String(axis)} is empty`, args, 'search at least one element')
    return { shape, dtype: 'i32' }
  },
  evaluate: ([x], { attrs: { axis }, type }) =>
    tabulate(type, (at) => {
      let [best, bestAt] = [NaN, -1]
      forEachIndex([(x as Host).type.shape[axis] as number], ([i]) => {
        const value = elementAt(x as Host, merge(at, [axis], [i as number]))
        if (bestAt >= 0 && !beats(op, value, best)) return
        ;[best, bestAt] = [value, i as number]
      })
      return roundTo.i32(bestAt)
    }),
  lower: {
    kind: 'reduce',
    repeats: [],
    reduction: ({ attrs: { axis }, args }) => ({
      extents: extentsOf(args[0] as TensorType, [axis]),
      combine: op,
      term: (_, read, at, over) => read(0, merge<Scalar>(at, [axis], over)),
    }),
  },
})

const beats = (op: 'argmax' | 'argmin', x: number, best: number): boolean =>
  !Number.isNaN(best) && (Number.isNaN(x) || (op === 'argmax' ? x > best : x < best))

export const argmax = argDef('argmax')
export const argmin = argDef('argmin')

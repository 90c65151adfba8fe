/** Ops that move elements without computing: each is a map from an index of the result to an index of the argument. */
import type { AttrsOf } from '../graph.js'
import type { Scalar } from '../kernel/kernel.js'
import type { ScalarBuilder } from '../kernel/scalar.js'
import { range, resolveAxis, sizeOf, stridesOf, type Shape } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkAxes, checkList, checkSameDType, checkShape, checkValue, shapeError } from './check.js'
import { elementAt, tabulate, type Host, type OpDef } from './op.js'

const shapeOf = (args: readonly TensorType[], i = 0): Shape => (args[i] as TensorType).shape

/** The flat index of a point of a box. */
export const flatten = (b: ScalarBuilder, shape: Shape, at: readonly Scalar[]): Scalar => {
  const strides = stridesOf(shape)
  let sum = b.int(0)
  for (let d = 0; d < at.length; d++) if (shape[d] !== 1) sum = b.add(sum, b.mul(at[d] as Scalar, b.int(strides[d] as number)))
  return sum
}

/** The point of a box at a flat index. */
export const unflatten = (b: ScalarBuilder, shape: Shape, flat: Scalar): Scalar[] => {
  const strides = stridesOf(shape)
  return shape.map((n, d) => {
    if (n <= 1) return b.int(0)
    const down = b.div(flat, strides[d] as number)
    return shape.slice(0, d).every((m) => m === 1) ? down : b.rem(down, n)
  })
}

/** Pairs runs of axes of two shapes of one size: each run has the same number of elements on both sides. */
const matchRuns = (from: Shape, to: Shape): (readonly [number, number, number, number])[] => {
  const runs: (readonly [number, number, number, number])[] = []
  let [i, j] = [0, 0]
  while (i < from.length || j < to.length) {
    const [startI, startJ] = [i, j]
    let [a, c] = [i < from.length ? (from[i++] as number) : 1, j < to.length ? (to[j++] as number) : 1]
    while (a !== c) {
      if (a < c && i < from.length) a *= from[i++] as number
      else if (j < to.length) c *= to[j++] as number
      else a *= from[i++] as number
    }
    runs.push([startI, i, startJ, j])
  }
  return runs
}

/** The same elements in row-major order under another shape. */
export const reshape: OpDef<AttrsOf['reshape']> = {
  arity: 1,
  infer: (args, { shape }) => {
    const [x] = args as [TensorType]
    checkShape('reshape', shape)
    if (sizeOf(shape) === sizeOf(x.shape)) return { shape, dtype: x.dtype }
    throw shapeError(
      'reshape',
      `[${shape.join(', ')}] has ${String(sizeOf(shape))} elements, the operand ${String(sizeOf(x.shape))}`,
      args,
      'keep the number of elements',
    )
  },
  evaluate: ([x]) => (x as Host).data,
  lower: {
    kind: 'view',
    cost: 0,
    repeats: [],
    emit: (b, read, at, { args, type }) => {
      const from = shapeOf(args)
      if (sizeOf(from) === 0)
        return read(
          0,
          from.map(() => b.int(0)),
        )
      const runs = matchRuns(from, type.shape)
      return read(
        0,
        runs.flatMap(([i, iEnd, j, jEnd]) => unflatten(b, from.slice(i, iEnd), flatten(b, type.shape.slice(j, jEnd), at.slice(j, jEnd)))),
      )
    },
  },
}

/** Axis d of the result is axis `perm[d]` of the argument. */
export const transpose: OpDef<AttrsOf['transpose']> = {
  arity: 1,
  infer: (args, { perm }) => {
    const [x] = args as [TensorType]
    checkAxes(
      'transpose',
      [...perm].sort((a, c) => a - c),
      args,
    )
    checkList('transpose', 'perm', perm, x.shape.length, () => true, 'the axes of the operand')
    return { shape: perm.map((d) => x.shape[d] as number), dtype: x.dtype }
  },
  evaluate: ([x], { attrs, type }) =>
    tabulate(type, (at) =>
      elementAt(
        x as Host,
        invert(attrs.perm).map((d) => at[d] as number),
      ),
    ),
  lower: {
    kind: 'view',
    cost: 0,
    repeats: [],
    emit: (_, read, at, { attrs }) =>
      read(
        0,
        invert(attrs.perm).map((d) => at[d] as Scalar),
      ),
  },
}

/** The permutation that undoes one. */
export const invert = (perm: readonly number[]): number[] => {
  const inverse = new Array<number>(perm.length)
  perm.forEach((d, i) => (inverse[d] = i))
  return inverse
}

/** NumPy's broadcast: axes are aligned at the end, and an axis of length 1 is repeated. */
export const broadcast: OpDef<AttrsOf['broadcast']> = {
  arity: 1,
  infer: (args, { shape }) => {
    const [x] = args as [TensorType]
    checkShape('broadcastTo', shape)
    const skip = shape.length - x.shape.length
    if (skip >= 0 && x.shape.every((n, d) => n === 1 || n === shape[d + skip])) return { shape, dtype: x.dtype }
    throw shapeError('broadcastTo', `cannot become [${shape.join(', ')}]`, args, 'each axis, aligned at the end, must be equal or 1')
  },
  evaluate: ([x], { type }) => tabulate(type, (at) => elementAt(x as Host, aligned((x as Host).type.shape, at, 0))),
  lower: { kind: 'view', cost: 0, repeats: [0], emit: (b, read, at, { args }) => read(0, aligned(shapeOf(args), at, b.int(0))) },
}

const aligned = <T>(shape: Shape, at: readonly T[], zero: T): T[] =>
  shape.map((n, d) => (n === 1 ? zero : (at[d + at.length - shape.length] as T)))

/** Elements `starts`, `starts + strides`, … below `limits`. */
export const slice: OpDef<AttrsOf['slice']> = {
  arity: 1,
  infer: (args, { starts, limits, strides }) => {
    const [x] = args as [TensorType]
    const rank = x.shape.length
    checkList('slice', 'starts', starts, rank, (n) => n >= 0, 'whole numbers from 0')
    checkList('slice', 'limits', limits, rank, (n) => n >= 0, 'whole numbers from 0')
    checkList('slice', 'strides', strides, rank, (n) => n > 0, 'whole numbers from 1')
    const bad = range(rank).find((d) => (limits[d] as number) > (x.shape[d] as number) || (starts[d] as number) > (limits[d] as number))
    if (bad !== undefined) {
      throw shapeError(
        'slice',
        `${String(starts[bad])}:${String(limits[bad])} is outside axis ${String(bad)} of length ${String(x.shape[bad])}`,
        args,
        'keep 0 <= start <= limit <= length',
      )
    }
    return {
      shape: x.shape.map((_, d) => Math.ceil(((limits[d] as number) - (starts[d] as number)) / (strides[d] as number))),
      dtype: x.dtype,
    }
  },
  evaluate: ([x], { attrs, type }) =>
    tabulate(type, (at) =>
      elementAt(
        x as Host,
        at.map((i, d) => (attrs.starts[d] as number) + i * (attrs.strides[d] as number)),
      ),
    ),
  lower: {
    kind: 'view',
    cost: 0,
    repeats: [],
    emit: (b, read, at, { attrs }) =>
      read(
        0,
        at.map((i, d) => b.add(b.mul(i, b.int(attrs.strides[d] as number)), b.int(attrs.starts[d] as number))),
      ),
  },
}

/** Puts `interior` copies of `value` between elements, then `low` before and `high` after them. */
export const pad: OpDef<AttrsOf['pad']> = {
  arity: 1,
  infer: (args, { low, high, interior, value }) => {
    const [x] = args as [TensorType]
    checkValue('pad', value, x.dtype)
    const rank = x.shape.length
    checkList('pad', 'low', low, rank, (n) => n >= 0, 'whole numbers from 0')
    checkList('pad', 'high', high, rank, (n) => n >= 0, 'whole numbers from 0')
    checkList('pad', 'interior', interior, rank, (n) => n >= 0, 'whole numbers from 0')
    return { shape: x.shape.map((n, d) => (low[d] as number) + (high[d] as number) + spread(n, interior[d] as number)), dtype: x.dtype }
  },
  evaluate: ([x], { attrs, type }) =>
    tabulate(type, (at) => {
      const inner = at.map((i, d) => (i - (attrs.low[d] as number)) / ((attrs.interior[d] as number) + 1))
      const hit = inner.every((i, d) => Number.isInteger(i) && i >= 0 && i < ((x as Host).type.shape[d] as number))
      return hit ? elementAt(x as Host, inner) : attrs.value
    }),
  lower: {
    kind: 'view',
    cost: 1,
    repeats: [],
    emit: (b, read, at, { attrs, args, type }) => {
      const from = shapeOf(args)
      const outside = b.lit(type.dtype, attrs.value)
      if (sizeOf(from) === 0) return outside
      const steps = from.map((n, d) =>
        dilated(b, b.sub(at[d] as Scalar, b.int(attrs.low[d] as number)), n, (attrs.interior[d] as number) + 1),
      )
      return b.select(
        steps.map((s) => s.inside).reduce(b.and, b.lit('bool', 1)),
        read(
          0,
          steps.map((s) => s.at),
        ),
        outside,
      )
    },
  },
}

/** The length of an axis with `interior` gaps between its elements. */
const spread = (n: number, interior: number): number => (n === 0 ? 0 : (n - 1) * (interior + 1) + 1)

/** Position `p` of an axis of `n` elements spaced `step` apart: whether an element is there, and which (clamped, so always safe to read). */
export const dilated = (b: ScalarBuilder, p: Scalar, n: number, step: number): { readonly inside: Scalar; readonly at: Scalar } => {
  const within = b.inside(p, spread(n, step - 1))
  if (step === 1) return { inside: within, at: b.clamp(p, n) }
  const onElement = b.op('eq', [b.rem(p, step), b.int(0)], 'bool')
  return { inside: b.and(within, onElement), at: b.clamp(b.div(p, step), n) }
}

/** Reverses axes. */
export const flip: OpDef<AttrsOf['flip']> = {
  arity: 1,
  infer: (args, { axes }) => {
    checkAxes('flip', axes, args)
    return args[0] as TensorType
  },
  evaluate: ([x], { attrs, type }) =>
    tabulate(type, (at) =>
      elementAt(
        x as Host,
        at.map((i, d) => (attrs.axes.includes(d) ? (type.shape[d] as number) - 1 - i : i)),
      ),
    ),
  lower: {
    kind: 'view',
    cost: 0,
    repeats: [],
    emit: (b, read, at, { attrs, type }) =>
      read(
        0,
        at.map((i, d) => (attrs.axes.includes(d) ? b.sub(b.int((type.shape[d] as number) - 1), i) : i)),
      ),
  },
}

/** The arguments one after another along an axis. */
export const concat: OpDef<AttrsOf['concat']> = {
  arity: -1,
  infer: (args, { axis }) => {
    const [first] = args as [TensorType]
    checkSameDType('concat', args)
    const rank = first.shape.length
    const fits = (x: TensorType): boolean => x.shape.length === rank && x.shape.every((n, d) => d === axis || n === first.shape[d])
    if (resolveAxis(axis, rank) !== axis || !args.every(fits)) {
      throw shapeError('concat', `operands do not line up along axis ${String(axis)}`, args, 'all axes but the one joined must be equal')
    }
    const length = args.reduce((sum, x) => sum + (x.shape[axis] as number), 0)
    return { shape: first.shape.map((n, d) => (d === axis ? length : n)), dtype: first.dtype }
  },
  evaluate: (args, { attrs: { axis }, type }) =>
    tabulate(type, (at) => {
      const inner = [...at]
      const from = args.find(({ type: { shape } }) => {
        if ((inner[axis] as number) < (shape[axis] as number)) return true
        inner[axis] = (inner[axis] as number) - (shape[axis] as number)
        return false
      })
      return elementAt(from as Host, inner)
    }),
  lower: {
    kind: 'view',
    cost: 3,
    repeats: [],
    emit: (b, read, at, { attrs: { axis }, args }) => {
      const starts = args.map((_, i) => args.slice(0, i).reduce((sum, x) => sum + (x.shape[axis] as number), 0))
      const here = at[axis] as Scalar
      const value = (i: number): Scalar => {
        const inner = b.clamp(b.sub(here, b.int(starts[i] as number)), shapeOf(args, i)[axis] as number)
        return read(
          i,
          at.map((index, d) => (d === axis ? inner : index)),
        )
      }
      const full = range(args.length).filter((i) => sizeOf(shapeOf(args, i)) > 0)
      const last = full.pop() ?? 0
      return full.reduceRight((rest, i) => {
        const end = (starts[i] as number) + (shapeOf(args, i)[axis] as number)
        return b.select(b.op('lt', [here, b.int(end)], 'bool'), value(i), rest)
      }, value(last))
    },
  },
}

/** The first argument, once the others are there. Equal to no other node, so nothing that was computed before stands in for what is computed from it. */
export const barrier: OpDef<AttrsOf['barrier']> = {
  arity: -1,
  infer: ([x]) => x as TensorType,
  evaluate: ([x]) => (x as Host).data,
  lower: { kind: 'view', cost: 0, repeats: [], emit: (_, read, at) => read(0, at) },
}

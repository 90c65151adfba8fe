/** Contractions: sums of products over axes that the operands share. */
import type { AttrsOf, ConvAttrs } from '../graph.js'
import type { Scalar } from '../kernel/kernel.js'
import type { ScalarBuilder } from '../kernel/scalar.js'
import { sameShape, type Shape } from '../shape.js'
import type { TensorType } from '../type.js'
import { isFloat, wideOf } from '../dtype.js'
import { checkList, checkSameDType, checkTakes, shapeError } from './check.js'
import { elementAt, forEachIndex, tabulate, type Host, type OpDef, type Read } from './op.js'
import { dilated } from './view.js'

/** [*batch, m, k] × [*batch, k, n] → [*batch, m, n]. The batch axes are equal: the front end broadcasts. */
export const matmul: OpDef<AttrsOf['matmul']> = {
  arity: 2,
  infer: (args) => {
    const [a, b] = args as [TensorType, TensorType]
    checkTakes('matmul', 'numeric', args)
    checkSameDType('matmul', args)
    const rank = a.shape.length
    const [m, k] = a.shape.slice(-2)
    const [inner, n] = b.shape.slice(-2)
    if (rank < 2 || b.shape.length !== rank || k !== inner || !sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
      throw shapeError('matmul', 'the operands do not line up as [*batch, m, k] and [*batch, k, n]', args, 'make the inner axes equal')
    }
    return { shape: [...a.shape.slice(0, -2), m as number, n as number], dtype: a.dtype }
  },
  evaluate: ([a, b], { type }) => {
    const [k, m, n] = [(a as Host).type.shape.at(-1), ...type.shape.slice(-2)] as [number, number, number]
    return tabulate(type, (_, flat) => {
      // Row-major, and the batch axes are equal: a row of `a` is k elements from its start, a column of `b` steps by n.
      const row = Math.floor(flat / n)
      return dot(type, (a as Host).data, row * k, (b as Host).data, Math.floor(row / m) * k * n + (flat % n), k, n)
    })
  },
  lower: {
    kind: 'reduce',
    repeats: [0, 1],
    reduction: ({ args, type }) => {
      const rank = type.shape.length
      return {
        extents: [(args[0] as TensorType).shape.at(-1) as number],
        combine: 'sum',
        tile: [rank - 2, rank - 1],
        panel: {
          columns: [rank - 1],
          pads: false,
          pack: (b, read, at, [k]) => b.wide(read(1, [...at.slice(0, -2), k as Scalar, at.at(-1) as Scalar])),
          row: (b, read, at, [k]) => b.wide(read(0, [...at.slice(0, -1), k as Scalar])),
        },
        term: (b, read, at, [k]) => {
          const [batch, m, n] = [at.slice(0, -2), at.at(-2) as Scalar, at.at(-1) as Scalar]
          return b.op('mul', [b.wide(read(0, [...batch, m, k as Scalar])), b.wide(read(1, [...batch, k as Scalar, n]))], wideOf(type.dtype))
        },
      }
    },
  },
}

/** A sum of `k` products, of a row from `i` and a column from `j` by `step`: in f64 and rounded to f32 for floats, wrapping for integers. */
const dot = (type: TensorType, a: Float64Array, i: number, b: Float64Array, j: number, k: number, step: number): number => {
  let total = 0
  for (let at = 0; at < k; at++) {
    const [x, y] = [a[i + at] as number, b[j + at * step] as number]
    total = isFloat(type.dtype) ? total + x * y : (total + Math.imul(x, y)) | 0
  }
  return isFloat(type.dtype) ? Math.fround(total) : type.dtype === 'u32' ? total >>> 0 : total
}

const extended = (n: number, step: number): number => (n === 0 ? 0 : (n - 1) * step + 1)

/** The length of a convolution's result along one spatial axis of `n` elements and a kernel of `k`. */
export const convLength = (n: number, k: number, attrs: ConvAttrs, d: number): number => {
  const padded = extended(n, attrs.inputDilation[d] as number) + (attrs.low[d] as number) + (attrs.high[d] as number)
  return Math.max(0, Math.floor((padded - extended(k, attrs.dilation[d] as number)) / (attrs.strides[d] as number)) + 1)
}

const spatial = (x: Shape): Shape => x.slice(3)

const checkConv = (args: readonly TensorType[], attrs: ConvAttrs): void => {
  const [x, w] = args as [TensorType, TensorType]
  checkTakes('conv', 'float', args)
  checkSameDType('conv', args)
  const n = x.shape.length - 3
  if (n < 1 || w.shape.length !== x.shape.length || w.shape[0] !== x.shape[1] || w.shape[2] !== x.shape[2]) {
    throw shapeError(
      'conv',
      'the operands do not line up as [n, g, c, *space] and [g, o, c, *window]',
      args,
      'make groups and channels equal',
    )
  }
  for (const name of ['strides', 'inputDilation', 'dilation'] as const)
    checkList('conv', name, attrs[name], n, (v) => v > 0, 'whole numbers from 1')
  for (const name of ['low', 'high'] as const) checkList('conv', name, attrs[name], n, () => true, 'whole numbers')
  if (spatial(w.shape).includes(0)) throw shapeError('conv', 'the window is empty', args, 'give a window of at least one element')
}

/** The input's element under a tap of the window at a position, and whether there is one. */
const tapper =
  (attrs: ConvAttrs, space: Shape) =>
  (b: ScalarBuilder, read: Read, [n, g, , ...position]: readonly Scalar[], [c, ...k]: readonly Scalar[]) => {
    const steps = k.map((tap, d) => {
      const start = b.sub(b.mul(position[d] as Scalar, b.int(attrs.strides[d] as number)), b.int(attrs.low[d] as number))
      const p = b.add(start, b.mul(tap, b.int(attrs.dilation[d] as number)))
      return dilated(b, p, space[d] as number, attrs.inputDilation[d] as number)
    })
    const inside = steps.map((step) => step.inside).reduce(b.and, b.lit('bool', 1))
    return { inside, input: read(0, [n as Scalar, g as Scalar, c as Scalar, ...steps.map((step) => step.at)]) }
  }

/** Whether a tap may be outside of the input, or between its elements. */
const isPadded = ({ low, high, inputDilation }: ConvAttrs): boolean =>
  [...low, ...high].some((n) => n > 0) || inputDilation.some((n) => n > 1)

/** Cross-correlation by groups: [n, g, c, *space] ⋆ [g, o, c, *window] → [n, g, o, *positions]. Its derivatives are convolutions again. */
export const conv: OpDef<AttrsOf['conv']> = {
  arity: 2,
  infer: (args, attrs) => {
    checkConv(args, attrs)
    const [x, w] = args as [TensorType, TensorType]
    const space = spatial(x.shape).map((n, d) => convLength(n, spatial(w.shape)[d] as number, attrs, d))
    return { shape: [x.shape[0] as number, x.shape[1] as number, w.shape[1] as number, ...space], dtype: x.dtype }
  },
  evaluate: ([x, w], { attrs, type }) =>
    tabulate(type, ([n, g, o, ...position]) => {
      const [input, kernel] = [x as Host, w as Host]
      let total = 0
      forEachIndex(kernel.type.shape.slice(2), ([c, ...k]) => {
        const from = k.map((tap, d) => sourceOf(attrs, d, position[d] as number, tap))
        const inside = from.every((i, d) => Number.isInteger(i) && i >= 0 && i < (spatial(input.type.shape)[d] as number))
        if (!inside) return
        total +=
          elementAt(input, [n as number, g as number, c as number, ...from]) *
          elementAt(kernel, [g as number, o as number, c as number, ...k])
      })
      return Math.fround(total)
    }),
  lower: {
    kind: 'reduce',
    repeats: [0, 1],
    reduction: ({ attrs, args, type }) => {
      const tapOf = tapper(attrs, spatial((args[0] as TensorType).shape))
      return {
        extents: (args[1] as TensorType).shape.slice(2),
        combine: 'sum',
        tile: [2, type.shape.length - 1],
        panel: {
          columns: [0, ...type.shape.map((_, d) => d).slice(3)],
          pads: isPadded(attrs),
          pack: (b, read, at, over) => {
            const { inside, input } = tapOf(b, read, at, over)
            return b.select(inside, b.wide(input), b.lit(wideOf(type.dtype), 0))
          },
          row: (b, read, [, g, o], over) => b.wide(read(1, [g as Scalar, o as Scalar, ...over])),
        },
        term: (b, read, at, over) => {
          const { inside, input } = tapOf(b, read, at, over)
          const [, g, o] = at
          const product = b.op('mul', [b.wide(input), b.wide(read(1, [g as Scalar, o as Scalar, ...over]))], wideOf(type.dtype))
          return b.select(inside, product, b.lit(wideOf(type.dtype), 0))
        },
      }
    },
  },
}

/** The input index under tap `k` of the window at a position; not whole between dilated elements. */
const sourceOf = (attrs: ConvAttrs, d: number, position: number, k: number): number =>
  (position * (attrs.strides[d] as number) + k * (attrs.dilation[d] as number) - (attrs.low[d] as number)) /
  (attrs.inputDilation[d] as number)

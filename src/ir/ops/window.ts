/** Sliding windows as a view, and their transpose, a sum over overlapping windows. Pooling and its gradients are made of these. */
import { isFloat } from '../dtype.js'
import type { AttrsOf, WindowAttrs } from '../graph.js'
import type { Scalar } from '../kernel/kernel.js'
import type { Shape } from '../shape.js'
import type { TensorType } from '../type.js'
import { checkList, checkTakes, shapeError } from './check.js'
import { elementAt, forEachIndex, type Host, type OpDef } from './op.js'
import { wrapInteger } from './reduce.js'
import { dilated } from './view.js'
import { tabulate } from './op.js'

/** The positions of a window of `k` elements, `dilation` apart, every `stride` along `n` elements. */
export const windowCount = (n: number, k: number, stride: number, dilation: number): number =>
  Math.max(0, Math.floor((n - (k - 1) * dilation - 1) / stride) + 1)

const checkWindow = (op: string, { window, strides, dilation }: WindowAttrs, rank: number): void => {
  const n = window.length
  const positive = (x: number): boolean => x > 0
  checkList(op, 'window', window, Math.min(n, rank), positive, 'whole numbers from 1')
  checkList(op, 'strides', strides, n, positive, 'whole numbers from 1')
  checkList(op, 'dilation', dilation, n, positive, 'whole numbers from 1')
}

const counts = (space: Shape, { window, strides, dilation }: WindowAttrs): number[] =>
  space.map((n, d) => windowCount(n, window[d] as number, strides[d] as number, dilation[d] as number))

/** [..., *space] to [..., *positions, *window]: element k of the window at position p is element p·stride + k·dilation. */
export const windows: OpDef<AttrsOf['windows']> = {
  arity: 1,
  infer: (args, attrs) => {
    const [x] = args as [TensorType]
    checkWindow('windows', attrs, x.shape.length)
    const lead = x.shape.length - attrs.window.length
    return { shape: [...x.shape.slice(0, lead), ...counts(x.shape.slice(lead), attrs), ...attrs.window], dtype: x.dtype }
  },
  evaluate: ([x], { attrs, type }) => tabulate(type, (at) => elementAt(x as Host, position(attrs, at))),
  lower: {
    kind: 'view',
    cost: 0,
    repeats: [0],
    emit: (b, read, at, { attrs: { window, strides, dilation } }) => {
      const n = window.length
      const lead = at.length - 2 * n
      const space = window.map((_, d) =>
        b.add(b.mul(at[lead + d] as Scalar, b.int(strides[d] as number)), b.mul(at[lead + n + d] as Scalar, b.int(dilation[d] as number))),
      )
      return read(0, [...at.slice(0, lead), ...space])
    },
  },
}

const position = ({ window, strides, dilation }: WindowAttrs, at: readonly number[]): number[] => {
  const n = window.length
  const lead = at.length - 2 * n
  return [
    ...at.slice(0, lead),
    ...window.map((_, d) => (at[lead + d] as number) * (strides[d] as number) + (at[lead + n + d] as number) * (dilation[d] as number)),
  ]
}

/** [..., *positions, *window] to [..., *shape]: every element is the sum of the window elements that `windows` reads from it. */
export const fold: OpDef<AttrsOf['fold']> = {
  arity: 1,
  infer: (args, attrs) => {
    const [x] = args as [TensorType]
    checkTakes('fold', 'numeric', args)
    checkWindow('fold', attrs, x.shape.length)
    const lead = x.shape.length - 2 * attrs.window.length
    const expected = [...counts(attrs.shape, attrs), ...attrs.window]
    const given = x.shape.slice(Math.max(0, lead))
    if (lead < 0 || expected.length !== given.length || expected.some((n, d) => n !== given[d])) {
      throw shapeError(
        'fold',
        `windows over [${attrs.shape.join(', ')}] have the shape [..., ${expected.join(', ')}]`,
        args,
        'fold takes what windows gives',
      )
    }
    return { shape: [...x.shape.slice(0, lead), ...attrs.shape], dtype: x.dtype }
  },
  evaluate: ([x], { attrs, type }) => {
    const host = x as Host
    const sums = new Float64Array(type.shape.reduce((a, c) => a * c, 1))
    const target: Host = { type, data: Float64Array.from(sums, (_, i) => i) }
    forEachIndex(host.type.shape, (at, flat) => {
      const to = elementAt(target, position(attrs, at))
      sums[to] = (sums[to] as number) + (host.data[flat] as number)
    })
    const round = (x: number): number => (isFloat(type.dtype) ? Math.fround(x) : wrapInteger(x, type.dtype))
    return tabulate(type, (_, flat) => round(sums[flat] as number))
  },
  lower: {
    kind: 'reduce',
    repeats: [0],
    reduction: ({ attrs, args, type }) => ({
      extents: attrs.window,
      combine: 'sum',
      term: (b, read, at, over) => {
        const lead = at.length - attrs.window.length
        const positions = (args[0] as TensorType).shape.slice(lead, lead + attrs.window.length)
        const steps = over.map((k, d) => {
          const p = b.sub(at[lead + d] as Scalar, b.mul(k, b.int(attrs.dilation[d] as number)))
          return dilated(b, p, positions[d] as number, attrs.strides[d] as number)
        })
        const inside = steps.map((s) => s.inside).reduce(b.and, b.lit('bool', 1))
        return b.select(inside, read(0, [...at.slice(0, lead), ...steps.map((s) => s.at), ...over]), b.lit(type.dtype, 0))
      },
    }),
  },
}

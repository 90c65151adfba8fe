/** Derivatives of ops that move or add elements: each is linear, and its rule is its transpose. */

import { noAttrs } from '../../ir/builder.js'
import type { ConvAttrs, WindowAttrs } from '../../ir/graph.js'
import { invert } from '../../ir/ops/view.js'
import { range, sizeOf, type Shape } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { broadcastTo } from '../../ops/operand.js'
import { cast, div, eq, maximum, minimum, mul, where } from '../../ops/point.js'
import { iota, zeros } from '../../ops/creation.js'
import { argmax, argmin, sum } from '../../ops/reduce.js'
import { sumInto } from '../../ops/scatter.js'
import { expandDims, reshape, swapAxes, transpose } from '../../ops/shape.js'
import { none, type Float, type Vjp, type VjpTable } from './rule.js'

/** Sums over the axes that broadcasting repeated. */
const unbroadcast = (g: Float, shape: Shape): Tensor => {
  const skip = g.ndim - shape.length
  const repeated = range(g.ndim).filter((d) => d < skip || (shape[d - skip] === 1 && g.shape[d] !== 1))
  return reshape(sum(g, { axis: repeated }), shape)
}

/** Puts reduced axes back with their lengths. */
const rebroadcast = (y: Tensor, axes: readonly number[], shape: Shape): Tensor =>
  broadcastTo(
    reshape(
      y,
      shape.map((n, d) => (axes.includes(d) ? 1 : n)),
    ),
    shape,
  )

const extremeVjp =
  (op: 'max' | 'min'): Vjp<{ readonly axes: readonly number[]; readonly ties: 'share' | 'first' }> =>
  (g, y, [x], { axes, ties }) => {
    const input = x as Float
    const spread = rebroadcast(g, axes, input.shape) as Float
    if (ties === 'share') {
      const hit = cast(eq(input, rebroadcast(y, axes, input.shape) as Float), 'f32')
      const shared = div(hit, rebroadcast(sum(hit, { axis: axes }), axes, input.shape) as Float)
      return [mul(spread, cast(shared, g.dtype))]
    }
    return [where(firstHit(op, input, axes), spread, 0)]
  }

/** True at the first extreme element along axes, in row-major order of those axes. */
const firstHit = (op: 'max' | 'min', x: Float, axes: readonly number[]): Tensor<Shape, 'bool'> => {
  const rest = range(x.ndim).filter((d) => !axes.includes(d))
  const perm = [...rest, ...axes]
  const outer = rest.map((d) => x.shape[d] as number)
  const count = sizeOf(axes.map((d) => x.shape[d] as number))
  const flat = reshape(transpose(x, perm), [...outer, count])
  const first = expandDims((op === 'max' ? argmax : argmin)(flat, { axis: outer.length }), outer.length)
  const hit = eq(first, iota(count))
  return transpose(
    reshape(
      hit,
      perm.map((d) => x.shape[d] as number),
    ),
    invert(perm),
  )
}

const spreadLength = (n: number, interior: number): number => (n === 0 ? 0 : (n - 1) * (interior + 1) + 1)

/** dx[…, j, …] = Σ over i with index[i] = j of g[…, i, …]. */
const takeVjp: Vjp<{ readonly axis: number }> = (g, _, [x, index], { axis }) => {
  const [{ shape }, indices] = [x as Float, index as Tensor as Tensor<Shape, 'i32'>]
  const n = shape[axis] as number
  const inside = reshape(minimum(maximum(indices, 0), Math.max(0, n - 1)), [indices.size])
  const rows = reshape(g, [...shape.slice(0, axis), indices.size, ...shape.slice(axis + 1)])
  return [sumInto({ rows, index: inside, axis, n }), undefined]
}

const padLike = (low: readonly number[], high: readonly number[], interior: readonly number[]) => ({ low, high, interior, value: 0 })

const batchTransposed = (x: Tensor): Tensor => swapAxes(x, -1, -2)

/** Both derivatives of a convolution are convolutions: of the cotangent with the flipped kernel, and of the input with the cotangent. */
const convVjp: Vjp<ConvAttrs> = (g, _, [x, w], attrs) => {
  const [input, kernel] = [x as Float, w as Float]
  if (g.size === 0) return [zeros(input.shape, g.dtype), zeros(kernel.shape, g.dtype)]
  return [convInput(g, input, kernel, attrs), convKernel(g, input, kernel, attrs)]
}

const extended = (n: number, step: number): number => (n - 1) * step + 1

const convInput = (g: Float, x: Float, w: Float, a: ConvAttrs): Tensor => {
  const space = range(x.ndim - 3)
  const reach = space.map((d) => extended(w.shape[d + 3] as number, a.dilation[d] as number))
  const low = space.map((d) => (reach[d] as number) - 1 - (a.low[d] as number))
  const high = space.map((d) => {
    const [from, to] = [
      extended(x.shape[d + 3] as number, a.inputDilation[d] as number),
      extended(g.shape[d + 3] as number, a.strides[d] as number),
    ]
    return from + (reach[d] as number) - 1 - to - (low[d] as number)
  })
  const flipped = apply('flip', [swapAxes(w, 1, 2)], { axes: space.map((d) => d + 3) })
  return apply('conv', [g, flipped], { strides: a.inputDilation, low, high, inputDilation: a.strides, dilation: a.dilation })
}

const convKernel = (g: Float, x: Float, w: Float, a: ConvAttrs): Tensor => {
  const space = range(x.ndim - 3)
  const high = space.map((d) => {
    const [from, to] = [
      extended(x.shape[d + 3] as number, a.inputDilation[d] as number),
      extended(g.shape[d + 3] as number, a.strides[d] as number),
    ]
    return extended(w.shape[d + 3] as number, a.dilation[d] as number) - 1 + to - from - (a.low[d] as number)
  })
  const axes = space.map((d) => d + 3)
  const byChannel = transpose(x, [2, 1, 0, ...axes])
  const byOutput = transpose(g, [1, 2, 0, ...axes])
  const out = apply('conv', [byChannel, byOutput], {
    strides: a.dilation,
    low: a.low,
    high,
    inputDilation: a.inputDilation,
    dilation: a.strides,
  })
  return transpose(out, [1, 2, 0, ...axes])
}

/** Sums windows into what they were read from: `fold`, and where windows are side by side and leave nothing out, only moves. */
const untile = (g: Float, shape: Shape, { window, strides, dilation }: WindowAttrs): Tensor => {
  const lead = shape.length - window.length
  const space = shape.slice(lead)
  const tiles = space.every((n, d) => {
    const length = window[d] as number
    return n % length === 0 && strides[d] === length && (length === 1 || dilation[d] === 1)
  })
  if (!tiles) return apply('fold', [g], { window, strides, dilation, shape: space })
  return reshape(transpose(g, [...range(lead), ...window.flatMap((_, d) => [lead + d, lead + window.length + d])]), shape)
}

type Structural =
  | 'reshape'
  | 'transpose'
  | 'broadcast'
  | 'slice'
  | 'pad'
  | 'flip'
  | 'concat'
  | 'windows'
  | 'fold'
  | 'take'
  | 'reduceSum'
  | 'reduceMax'
  | 'reduceMin'
  | 'argmax'
  | 'argmin'
  | 'matmul'
  | 'conv'

export const viewRules: VjpTable<Structural> = {
  reshape: (g, _, [x]) => [reshape(g, (x as Float).shape)],
  transpose: (g, _, __, { perm }) => [transpose(g, invert(perm))],
  broadcast: (g, _, [x]) => [unbroadcast(g, (x as Float).shape)],
  slice: (g, _, [x], { starts, strides }) => {
    const { shape } = x as Float
    const interior = strides.map((s) => s - 1)
    const covered = g.shape.map((n, d) => spreadLength(n, interior[d] as number))
    return [
      apply(
        'pad',
        [g],
        padLike(
          starts,
          shape.map((n, d) => n - (starts[d] as number) - (covered[d] as number)),
          interior,
        ),
      ),
    ]
  },
  pad: (g, _, [x], { low, interior }) => {
    const limits = (x as Float).shape.map((n, d) => (low[d] as number) + spreadLength(n, interior[d] as number))
    return [apply('slice', [g], { starts: low, limits, strides: interior.map((n) => n + 1) })]
  },
  flip: (g, _, __, { axes }) => [apply('flip', [g], { axes })],
  concat: (g, _, args, { axis }) => {
    const ends = args.map((_, i) => args.slice(0, i + 1).reduce((total, x) => total + (x.shape[axis] as number), 0))
    const at = (value: number, rest: Shape): number[] => rest.map((n, d) => (d === axis ? value : n))
    const strides = g.shape.map(() => 1)
    const zeros = g.shape.map(() => 0)
    return args.map((_, i) => apply('slice', [g], { starts: at(ends[i - 1] ?? 0, zeros), limits: at(ends[i] as number, g.shape), strides }))
  },
  windows: (g, _, [x], attrs) => [untile(g, (x as Float).shape, attrs)],
  fold: (g, _, __, { window, strides, dilation }) => [apply('windows', [g], { window, strides, dilation })],
  take: takeVjp,
  reduceSum: (g, _, [x], { axes }) => [rebroadcast(g, axes, (x as Float).shape)],
  reduceMax: extremeVjp('max'),
  reduceMin: extremeVjp('min'),
  argmax: none,
  argmin: none,
  matmul: (g, _, [a, b]) => [
    apply('matmul', [g, batchTransposed(b as Float)], noAttrs),
    apply('matmul', [batchTransposed(a as Float), g], noAttrs),
  ],
  conv: convVjp,
}

/** Convolutions and sums of windows without the taps that meet no element. */
import type { ConvAttrs, NodeOf } from '../../ir/graph.js'
import { range, sizeOf, type Shape } from '../../ir/shape.js'
import type { TensorType } from '../../ir/type.js'
import { arg, rule, type Rule, type Site } from '../rewrite.js'

/** Results that one kernel may have to put together, beside what else it reads: a device binds so many buffers. */
const mostPhases = 4

const spaceOf = (shape: Shape): Shape => shape.slice(3)

/** Every choice of one element of each list, the last list's fastest. */
const choices = <A>(lists: readonly (readonly A[])[]): readonly (readonly A[])[] =>
  lists.reduce<readonly (readonly A[])[]>((all, list) => all.flatMap((head) => list.map((x) => [...head, x])), [[]])

const isOne = (n: number): boolean => n === 1

const isEmpty = (phases: readonly { readonly taps: number }[]): boolean => phases.some(({ taps }) => taps === 0)

const reshape = (site: Site, x: number, shape: Shape): number => site.make('reshape', [x], { shape })

const fill = (site: Site, shape: Shape, { dtype }: TensorType): number => site.make('fill', [], { shape, dtype, value: 0 })

const concat = (site: Site, parts: readonly number[], axis: number): number =>
  parts.length === 1 ? (parts[0] as number) : site.make('concat', parts, { axis })

/** The last axes from `starts`, every so many. */
const sliceLast = (site: Site, x: number, starts: readonly number[], limits: Shape, strides: readonly number[]): number => {
  const lead = site.at(x).type.shape.slice(0, -starts.length)
  const all = (value: number): number[] => lead.map(() => value)
  return site.make('slice', [x], { starts: [...all(0), ...starts], limits: [...lead, ...limits], strides: [...all(1), ...strides] })
}

/** [*lead, phases · o, *count] as [*lead, o, *space]: positions of phases in turn. */
const interleave = (site: Site, rows: number, steps: readonly number[], o: number, space: Shape): number => {
  const { shape } = site.at(rows).type
  const d = steps.length
  const [lead, count] = [shape.slice(0, -d - 1), shape.slice(-d)]
  const l = lead.length
  const apart = reshape(site, rows, [...lead, ...steps, o, ...count])
  const perm = [...range(l), l + d, ...range(d).flatMap((i) => [l + d + 1 + i, l + i])]
  const full = count.map((m, i) => m * (steps[i] as number))
  const joined = reshape(site, site.make('transpose', [apart], { perm }), [...lead, o, ...full])
  return sliceLast(site, joined, space.map(() => 0), space, space.map(() => 1)) // prettier-ignore
}

/** One phase along one axis: the positions that are `phase` beyond a multiple of the step, which meet every step-th tap. */
interface Phase {
  readonly tap: number
  readonly taps: number
  readonly low: number
  readonly high: number
}

const phaseOf = (phase: number, step: number, low: number, input: number, window: number, count: number): Phase => {
  const tap = (((low - phase) % step) + step) % step
  const taps = Math.max(0, Math.ceil((window - tap) / step))
  const before = (low - phase - tap) / step
  return { tap, taps, low: before, high: count - 1 + taps - input - before }
}

const isSame = (a: readonly Phase[], b: readonly Phase[]): boolean =>
  a.every(({ taps, low, high }, d) => taps === b[d]?.taps && low === b[d].low && high === b[d].high)

/** The taps of a phase, of a kernel [g, o, c, *window]. */
const tapsOf = (site: Site, w: number, steps: readonly number[], phases: readonly Phase[]): number =>
  sliceLast(site, w, phases.map(({ tap }) => tap), spaceOf(site.at(w).type.shape), steps) // prettier-ignore

const convOf = (site: Site, x: number, w: number, phases: readonly Pick<Phase, 'low' | 'high'>[]): number => {
  const ones = phases.map(() => 1)
  const [low, high] = [phases.map((phase) => phase.low), phases.map((phase) => phase.high)]
  return site.make('conv', [x, w], { strides: ones, low, high, inputDilation: ones, dilation: ones })
}

/** The results of all phases [n, g, phases · o, *count]: by one convolution where all read the same elements. */
const convPhases = (
  site: Site,
  [x, w]: readonly [number, number],
  steps: readonly number[],
  all: readonly (readonly Phase[])[],
  count: Shape,
): number | undefined => {
  const first = all[0] as readonly Phase[]
  if (!isEmpty(first) && all.every((phases) => isSame(phases, first))) {
    const kernels = all.map((phases) => tapsOf(site, w, steps, phases))
    return convOf(site, x, concat(site, kernels, 1), first)
  }
  if (all.length > mostPhases) return undefined
  const [n, g, o] = [site.at(x).type.shape[0], ...site.at(w).type.shape.slice(0, 2)] as [number, number, number]
  const parts = all.map((phases) =>
    isEmpty(phases) ? fill(site, [n, g, o, ...count], site.at(x).type) : convOf(site, x, tapsOf(site, w, steps, phases), phases),
  )
  return concat(site, parts, 2)
}

/** The positions of a convolution whose strides and dilations are 1 but for the input's. */
const positionsOf = ({ low, high, inputDilation }: ConvAttrs, x: Shape, w: Shape): Shape =>
  spaceOf(x).map((n, d) => (n - 1) * (inputDilation[d] as number) + 2 + (low[d] as number) + (high[d] as number) - (w[d + 3] as number))

const dilatedConv = (site: Site, node: NodeOf<'conv'>): number | undefined => {
  const { strides, dilation, inputDilation: steps, low } = node.attrs
  if (steps.every(isOne) || ![...strides, ...dilation].every(isOne)) return undefined
  const [{ shape: x }, { shape: w }] = [site.at(arg(node)).type, site.at(arg(node, 1)).type]
  const space = positionsOf(node.attrs, x, w)
  if (sizeOf(x) === 0 || space.some((n, d) => n < (steps[d] as number))) return undefined
  const count = space.map((n, d) => Math.ceil(n / (steps[d] as number)))
  const along = steps.map((step, d) =>
    range(step).map((r) => phaseOf(r, step, low[d] as number, x[d + 3] as number, w[d + 3] as number, count[d] as number)),
  )
  const rows = convPhases(site, [arg(node), arg(node, 1)], steps, choices(along), count)
  return rows === undefined ? undefined : interleave(site, rows, steps, w[1] as number, space)
}

/** One pixel, padded so that each position meets it with another tap: products of channels alone, for every tap. */
const convOfPixel = (site: Site, node: NodeOf<'conv'>): number | undefined => {
  const { strides, dilation, low, high } = node.attrs
  const [{ shape: x }, { shape: w }] = [site.at(arg(node)).type, site.at(arg(node, 1)).type]
  const window = spaceOf(w)
  const isFull = window.every((k, d) => low[d] === k - 1 && high[d] === k - 1)
  if (!isFull || ![...strides, ...dilation, ...spaceOf(x)].every(isOne) || window.every(isOne)) return undefined
  const [n, g, o, c] = [x[0] as number, ...w.slice(0, 3)] as [number, number, number, number]
  const axes = window.map((_, d) => d + 3)
  const byTap = site.make('transpose', [arg(node, 1)], { perm: [0, 1, ...axes, 2] })
  const flat = reshape(site, byTap, [g, o * sizeOf(window), c, ...window.map(() => 1)])
  const y = convOf(site, arg(node), flat, window.map(() => ({ low: 0, high: 0 }))) // prettier-ignore
  return site.make('flip', [reshape(site, y, [n, g, o, ...window])], { axes })
}

/** A window's elements that elements of one phase are sums of, and how many of these elements there are. */
interface Folding {
  readonly tap: number
  readonly taps: number
  readonly length: number
}

/** Zeros after the elements of a phase that windows reach. */
const padTo = (site: Site, x: number, count: Shape): number => {
  const { shape } = site.at(x).type
  const none = shape.map(() => 0)
  const lead = shape.length - count.length
  return site.make('pad', [x], {
    low: none,
    high: shape.map((n, d) => (d < lead ? 0 : (count[d - lead] as number) - n)),
    interior: none,
    value: 0,
  })
}

const stridedFold = (site: Site, node: NodeOf<'fold'>): number | undefined => {
  const { window, strides: steps, dilation, shape: space } = node.attrs
  if (!dilation.every(isOne) || steps.every(isOne) || sizeOf(steps) > mostPhases) return undefined
  const { type } = site.at(arg(node))
  const lead = type.shape.slice(0, -2 * window.length)
  const positions = type.shape.slice(lead.length, lead.length + window.length)
  if (sizeOf(type.shape) === 0) return undefined
  const count = space.map((n, d) => Math.ceil(n / (steps[d] as number)))
  const along = steps.map((step, d) =>
    range(step).map((tap): Folding => {
      const taps = Math.max(0, Math.ceil(((window[d] as number) - tap) / step))
      return { tap, taps, length: (positions[d] as number) + taps - 1 }
    }),
  )
  const ones = steps.map(() => 1)
  const folded = (phases: readonly Folding[]): number => {
    if (isEmpty(phases)) return fill(site, [...lead, ...count], type)
    const part = sliceLast(site, arg(node), phases.map(({ tap }) => tap), window, steps) // prettier-ignore
    const shape = phases.map(({ length }) => length)
    return padTo(site, site.make('fold', [part], { window: phases.map(({ taps }) => taps), strides: ones, dilation: ones, shape }), count)
  }
  const parts = choices(along).map((phases) => reshape(site, folded(phases), [...lead, 1, ...count]))
  return reshape(site, interleave(site, concat(site, parts, lead.length), steps, 1, space), [...lead, ...space])
}

/** They leave more nodes than there were, and fewer terms. */
export const convolutions: readonly Rule[] = [
  rule('conv of a pixel', 'conv', 'each position meets it with one tap', convOfPixel),
  rule('conv of a dilated input', 'conv', 'there is nothing between its elements', dilatedConv),
  rule('fold of strided windows', 'fold', 'an element is met by a part of the taps', stridedFold),
]

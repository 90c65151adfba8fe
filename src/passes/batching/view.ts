/** Batched forms of ops that move or reduce elements: their axes shift by one. */
import { range } from '../../ir/shape.js'
import { apply } from '../../ir/tensor.js'
import { reshape } from '../../ops/shape.js'
import { lane, shifted, spread, type BatchTable } from './rule.js'

const up = (axes: readonly number[]): number[] => axes.map((d) => d + 1)

const byAxes = ({ axes }: { readonly axes: readonly number[] }) => ({ axes: up(axes) })
const byAxis = ({ axis }: { readonly axis: number }) => ({ axis: axis + 1 })
const same = <A>(attrs: A): A => attrs

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
  | 'reduceSum'
  | 'reduceMax'
  | 'reduceMin'
  | 'argmax'
  | 'argmin'

export const viewBatching: BatchTable<Structural> = {
  reshape: shifted('reshape', ({ shape }, n) => ({ shape: [n, ...shape] })),
  transpose: shifted('transpose', ({ perm }) => ({ perm: [0, ...up(perm)] })),
  broadcast: (args, { shape }, n) => {
    const { x } = lane(args)
    const fill = range(shape.length - x.ndim + 1).map(() => 1)
    return apply('broadcast', [reshape(x, [n, ...fill, ...x.shape.slice(1)])], { shape: [n, ...shape] })
  },
  slice: shifted('slice', ({ starts, limits, strides }, n) => ({
    starts: [0, ...starts],
    limits: [n, ...limits],
    strides: [1, ...strides],
  })),
  pad: shifted('pad', ({ low, high, interior, value }) => ({ low: [0, ...low], high: [0, ...high], interior: [0, ...interior], value })),
  flip: shifted('flip', byAxes),
  concat: (args, attrs, n) =>
    apply(
      'concat',
      args.map((arg) => spread(arg, n)),
      byAxis(attrs),
    ),
  windows: shifted('windows', same),
  fold: shifted('fold', same),
  reduceSum: shifted('reduceSum', byAxes),
  reduceMax: shifted('reduceMax', ({ axes, ties }) => ({ axes: up(axes), ties })),
  reduceMin: shifted('reduceMin', ({ axes, ties }) => ({ axes: up(axes), ties })),
  argmax: shifted('argmax', byAxis),
  argmin: shifted('argmin', byAxis),
}

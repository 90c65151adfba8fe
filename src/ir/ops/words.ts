/** The shape rule and the dtypes of every op that is not elementwise, in words, for docs/ops.md: one line each, beside the rules themselves. */
import type { OpName, PointOp } from '../graph.js'

interface Words {
  readonly shapes: string
  readonly dtypes: string
}

const same = { shapes: 'x → x', dtypes: 'any' } as const

const extreme = { shapes: 'x without `axes`; one that has an element for each', dtypes: 'f32, f16, i32, u32' } as const

const graphs = { shapes: 'as its graphs take and give', dtypes: 'any' } as const

export const words: { readonly [K in Exclude<OpName, PointOp>]: Words } = {
  param: { shapes: '→ `shape`', dtypes: 'any' },
  constant: { shapes: '→ `shape`, which is as long as `data`', dtypes: 'any' },
  fill: { shapes: '→ `shape`', dtypes: 'any; `value` is one of the dtype' },
  iota: { shapes: '→ `shape`, counted along `axis`', dtypes: 'f32, f16, i32, u32' },
  cast: { shapes: 'x → x', dtypes: 'any to any' },
  bitcast: { shapes: 'x → x', dtypes: 'f32, i32, u32, of the same 32 bits' },
  stopGradient: same,
  alias: same,
  barrier: { shapes: 'x, others → x', dtypes: 'any' },
  reshape: { shapes: 'x → `shape`, of as many elements', dtypes: 'any' },
  transpose: { shapes: 'x → axis d is axis `perm[d]` of x', dtypes: 'any' },
  broadcast: { shapes: 'x → `shape`, aligned at the end; axes of length 1 repeat', dtypes: 'any' },
  slice: { shapes: 'x → ⌈(`limits` - `starts`) / `strides`⌉ along each axis', dtypes: 'any' },
  pad: { shapes: 'x → `low` + n + (n - 1) · `interior` + `high` along each axis of n', dtypes: 'any; `value` is one of the dtype' },
  flip: same,
  concat: { shapes: 'xs → equal but along `axis`, where lengths add up', dtypes: 'any, one for all' },
  windows: { shapes: '[..., *space] → [..., *positions, *window]', dtypes: 'any' },
  fold: { shapes: '[..., *positions, *window] → [..., *`shape`]', dtypes: 'f32, f16, i32, u32' },
  take: { shapes: 'x, index → x with `axis` replaced by the axes of the index', dtypes: 'any; an integer index' },
  takeAlong: { shapes: '[..., n, ...], [..., m, ...] → [..., m, ...]', dtypes: 'any; an integer index' },
  dynamicSlice: { shapes: 'x, a scalar for each axis → `sizes`', dtypes: 'any; starts are i32' },
  reduceSum: { shapes: 'x → x without `axes`', dtypes: 'f32, f16, i32, u32' },
  reduceMax: extreme,
  reduceMin: extreme,
  argmax: { shapes: 'x → x without `axis`, which has an element', dtypes: 'f32, f16, i32, u32 → i32' },
  argmin: { shapes: 'x → x without `axis`, which has an element', dtypes: 'f32, f16, i32, u32 → i32' },
  matmul: { shapes: '[*batch, m, k], [*batch, k, n] → [*batch, m, n]', dtypes: 'f32, f16, i32, u32' },
  conv: { shapes: '[n, g, c, *space], [g, o, c, *window] → [n, g, o, *positions]', dtypes: 'f32, f16' },
  call: graphs,
  scan: { shapes: 'consts, carries, rows [`length`, ...] → carries, stacks [`length`, ...], carries before each step', dtypes: 'any' },
  while: { shapes: 'consts, carries → carries', dtypes: 'any' },
  cond: { shapes: 'a scalar, operands → as both graphs give', dtypes: 'a bool, then any' },
  customVjp: graphs,
  checkpoint: graphs,
  item: { shapes: '→ one result of a node with graphs', dtypes: 'any' },
}

/** A codec for the attributes of every op: a total table, so that a new op without one does not compile. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { noAttrs } from '../builder.js'
import type { AttrsOf, ConvAttrs, Graph, OpName, PointOp, WindowAttrs } from '../graph.js'
import { pointNames } from '../ops/point.js'
import { sizeOf } from '../shape.js'
import type { TensorType } from '../type.js'
import { maxElements } from '../verify.js'
import { codec, dtype, integers, isRecord, natural, naturals, number, oneOf, record, shape, unchecked, type Codec } from './combine.js'
import { decodeData, encodeData } from './data.js'

/** Attributes as they are written: a sub-graph is the index of a graph written before. */
export type WrittenAttrs = { readonly [K in OpName]: Written<AttrsOf[K]> }

type Written<A> = { readonly [K in keyof A]: A[K] extends Graph ? number : A[K] }

type NoAttrs = WrittenAttrs[PointOp]

const none: Codec<NoAttrs> = codec<NoAttrs, NoAttrs>(
  'no attributes',
  (u, context) =>
    isRecord(u) && Object.keys(u).length === 0 ? t.success(noAttrs) : t.failure(u, context, 'this op has no attributes: expected {}'),
  () => ({}),
)

type Constant = AttrsOf['constant']

const written = record<TensorType & { readonly data: unknown }>('constant', { shape, dtype, data: unchecked })

/** The data is read when its length is known to be what the shape says. */
const constant: Codec<Constant> = codec<Constant, unknown>(
  'constant',
  (u, context) => {
    const attrs = written.validate(u, context)
    if (E.isLeft(attrs)) return attrs
    const size = sizeOf(attrs.right.shape)
    const fail = (problem: string): t.Validation<Constant> =>
      t.failure(attrs.right.data, t.appendContext(context, 'data', unchecked), problem)
    if (!(size <= maxElements)) return fail('the shape has too many elements')
    const data = decodeData(attrs.right.dtype, size, attrs.right.data)
    return typeof data === 'string' ? fail(data) : t.success({ ...attrs.right, data })
  },
  (attrs) => written.encode({ ...attrs, data: encodeData(attrs.dtype, attrs.data) }),
)

const windowFields = { window: naturals, strides: naturals, dilation: naturals } as const

const axes = record<AttrsOf['reduceSum']>('axes', { axes: naturals })
const axis = record<AttrsOf['concat']>('axis', { axis: natural })
const extreme = record<AttrsOf['reduceMax']>('axes and ties', { axes: naturals, ties: oneOf(['share', 'first']) })
const shaped = record<AttrsOf['reshape']>('shape', { shape })
const typed = record<AttrsOf['cast']>('dtype', { dtype })

const points = Object.fromEntries(pointNames.map((op) => [op, none])) as { readonly [K in PointOp]: Codec<NoAttrs> }

/** The codec of every op's attributes. */
const attrsCodecs: { readonly [K in OpName]: Codec<WrittenAttrs[K]> } = {
  ...points,
  param: record<AttrsOf['param']>('param', { index: natural, shape, dtype }),
  constant,
  fill: record<AttrsOf['fill']>('fill', { value: number, shape, dtype }),
  iota: record<AttrsOf['iota']>('iota', { axis: natural, shape, dtype }),
  cast: typed,
  bitcast: typed,
  stopGradient: none,
  alias: none,
  barrier: none,
  reshape: shaped,
  transpose: record<AttrsOf['transpose']>('transpose', { perm: naturals }),
  broadcast: shaped,
  slice: record<AttrsOf['slice']>('slice', { starts: naturals, limits: naturals, strides: naturals }),
  pad: record<AttrsOf['pad']>('pad', { low: naturals, high: naturals, interior: naturals, value: number }),
  flip: axes,
  concat: axis,
  windows: record<WindowAttrs>('windows', windowFields),
  fold: record<AttrsOf['fold']>('fold', { ...windowFields, shape }),
  take: axis,
  takeAlong: record<AttrsOf['takeAlong']>('takeAlong', { axis: natural, indices: oneOf(['any', 'permutation']) }),
  dynamicSlice: record<AttrsOf['dynamicSlice']>('dynamicSlice', { sizes: naturals }),
  reduceSum: axes,
  reduceMax: extreme,
  reduceMin: extreme,
  argmax: axis,
  argmin: axis,
  matmul: none,
  conv: record<ConvAttrs>('conv', { strides: naturals, low: integers, high: integers, inputDilation: naturals, dilation: naturals }),
  call: record<WrittenAttrs['call']>('call', { body: natural }),
  scan: record<WrittenAttrs['scan']>('scan', {
    body: natural,
    length: natural,
    consts: natural,
    carries: natural,
    order: oneOf(['forward', 'reverse']),
  }),
  while: record<WrittenAttrs['while']>('while', { cond: natural, body: natural, consts: natural }),
  cond: record<WrittenAttrs['cond']>('cond', { onTrue: natural, onFalse: natural }),
  checkpoint: record<WrittenAttrs['checkpoint']>('checkpoint', { body: natural }),
  customVjp: record<WrittenAttrs['customVjp']>('customVjp', { body: natural, fwd: natural, bwd: natural }),
  item: record<AttrsOf['item']>('item', { index: natural }),
}

/** The codec of an op whose name is only known at run time. */
export const attrsCodec = (op: OpName): Codec<WrittenAttrs[OpName]> => attrsCodecs[op] as Codec<WrittenAttrs[OpName]>

/** ONNX's operators that move, pick, count and sum up elements. */
import * as fx from '../../src/index.js'
import { dtypeOf, host, indices, list, number, numbers, operand, place, text, type F32, type I32, type Run } from './call.js'

const { add, mul } = fx
const product = (ns: readonly number[]): number => ns.reduce((a, b) => a * b, 1)

/** A reduction, over all axes where none are named. */
const reduced =
  (f: (x: F32, o: fx.ReduceOptions) => fx.Tensor): Run =>
  (call) => {
    const x = operand(call)
    const axes = numbers(call, 1, 'axes') ?? []
    if (axes.length === 0 && number(call, 'noop_with_empty_axes', 0) === 1) return x
    return f(x, { keepDims: number(call, 'keepdims', 1) === 1, ...(axes.length === 0 ? {} : { axis: axes }) })
  }

const arg =
  (f: (x: F32, o: { readonly axis: number; readonly keepDims: boolean }) => I32): Run =>
  (call) => {
    const x = operand(call)
    const options = { axis: place(number(call, 'axis', 0), x.ndim), keepDims: number(call, 'keepdims', 1) === 1 }
    if (number(call, 'select_last_index', 0) === 0) return f(x, options)
    return fx.sub(x.shape[options.axis]! - 1, f(fx.flip(x, options), options))
  }

const reshaped: Run = (call) => {
  const x = operand(call)
  const wanted = numbers(call, 1, 'shape')!
  const copied = number(call, 'allowzero', 0) === 0
  return fx.reshape(
    x,
    wanted.map((n, d) => (n === 0 && copied ? x.shape[d]! : n)),
  )
}

const flattened: Run = (call) => {
  const x = operand(call)
  const axis = place(number(call, 'axis', 1), x.ndim)
  return fx.reshape(x, [product(x.shape.slice(0, axis)), product(x.shape.slice(axis))])
}

const expanded: Run = (call) => {
  const [x, wanted] = [operand(call), call.known(1)!]
  const rank = Math.max(x.ndim, wanted.length)
  const at = (shape: readonly number[], d: number): number => shape[d - rank + shape.length] ?? 1
  const shape = Array.from({ length: rank }, (_, d) => (at(x.shape, d) === 1 ? at(wanted, d) : at(x.shape, d)))
  return fx.broadcastTo(x, shape)
}

/** Bounds beyond either end are moved there; steps may go backwards. */
const sliced: Run = (call) => {
  const x = operand(call)
  const [starts, ends] = [numbers(call, 1, 'starts')!, numbers(call, 2, 'ends')!]
  const axes = (numbers(call, 3, 'axes') ?? starts.map((_, d) => d)).map((axis) => place(axis, x.ndim))
  const steps = call.known(4) ?? starts.map(() => 1)
  return axes.reduce<F32>((y, axis, i) => slicedAlong(y, axis, starts[i]!, ends[i]!, steps[i]!), x)
}

const slicedAlong = (x: F32, axis: number, start: number, end: number, step: number): F32 => {
  const n = x.shape[axis]!
  if (step < 0) {
    // Element i is n - 1 - i of what is turned round.
    const mirrored = (i: number): number => (i < -n ? n : Math.max(0, n - 1 - place(i, n)))
    return slicedAlong(fx.flip(x, { axis }), axis, mirrored(start), mirrored(end), -step)
  }
  const bound = (i: number): number => Math.max(0, Math.min(n, place(i, n)))
  const [from, to] = [bound(start), Math.max(bound(start), bound(end))]
  const only = (value: number, others: readonly number[]): number[] => others.map((m, d) => (d === axis ? value : m))
  return fx.slice(
    x,
    only(
      from,
      x.shape.map(() => 0),
    ),
    only(to, x.shape),
    only(
      step,
      x.shape.map(() => 1),
    ),
  )
}

const pieces: Run = (call) => {
  const x = operand(call)
  const axis = place(number(call, 'axis', 0), x.ndim)
  return fx.split(x, numbers(call, 1, 'split') ?? call.results, { axis })
}

const padded: Run = (call) => {
  const x = operand(call)
  const widths = numbers(call, 1, 'pads')!
  const value = call.known(2)?.[0] ?? number(call, 'value', 0)
  return fx.pad(
    x,
    x.shape.map((_, d) => [widths[d]!, widths[d + x.ndim]!]),
    value,
  )
}

const gathered: Run = (call) => {
  const x = operand(call)
  const axis = place(number(call, 'axis', 0), x.ndim)
  return fx.take(x, indices(operand(call, 1), x.shape[axis]!), { axis })
}

const gatheredElements: Run = (call) => {
  const x = operand(call)
  const axis = place(number(call, 'axis', 0), x.ndim)
  return fx.takeAlongAxis(x, indices(operand(call, 1), x.shape[axis]!), { axis })
}

const scatteredElements: Run = (call) => {
  const x = operand(call)
  const axis = place(number(call, 'axis', 0), x.ndim)
  const scatter = text(call, 'reduction', 'none') === 'add' ? fx.scatterAdd : fx.scatterSet
  return scatter(x, indices(operand(call, 1), x.shape[axis]!), operand(call, 2), { axis })
}

/** Rows of whole numbers that name places in the first axes of a shape, as places in these axes flattened. */
const flatPlaces = (i: F32, shape: fx.Shape): I32 => {
  const depth = i.shape.at(-1)!
  const strides = Array.from({ length: depth }, (_, d) => product(shape.slice(d + 1, depth)))
  const lengths = fx.constant(host(shape.slice(0, depth), [depth], 'i32')) as I32
  const whole = fx.cast(i, 'i32')
  const forward = fx.where(fx.lt(whole, 0), add(whole, lengths), whole)
  return fx.sum(mul(forward, fx.constant(host(strides, [depth], 'i32')) as I32), { axis: -1 })
}

type Slices = (x: F32, i: F32) => F32

const gatheredSlices: Slices = (x, i) => {
  const rest = x.shape.slice(i.shape.at(-1))
  return fx.take(fx.reshape(x, [-1, ...rest]), flatPlaces(i, x.shape), { axis: 0 })
}

const gatherND: Run = (call) => {
  const batches = Array.from({ length: number(call, 'batch_dims', 0) })
  const f = batches.reduce<Slices>((g) => (x, i) => fx.vmap(g)(x, i), gatheredSlices)
  return f(operand(call), operand(call, 1))
}

const scatterND: Run = (call) => {
  const [x, i, updates] = [operand(call), operand(call, 1), operand(call, 2)]
  const flat = fx.reshape(x, [-1, ...x.shape.slice(i.shape.at(-1))])
  const scatter = text(call, 'reduction', 'none') === 'add' ? fx.scatterAdd : fx.scatterSet
  return fx.reshape(scatter(flat, flatPlaces(i, x.shape), updates, { axis: 0 }), x.shape)
}

/** What is chosen is known before the program is made, so that its shape is. */
const compressed: Run = (call) => {
  const chosen = call.known(1)!.flatMap((isChosen, i) => (isChosen === 0 ? [] : [i]))
  const axis = call.attributes.axis as number | undefined
  return fx.take(operand(call), fx.constant(host(chosen, [chosen.length], 'i32')) as I32, axis === undefined ? {} : { axis })
}

const oneHot: Run = (call) => {
  const depth = call.known(1)![0]!
  const hot = fx.oneHot(indices(operand(call), depth), depth, 'bool')
  const [off, on] = fx.split(operand(call, 2), 2) as readonly [F32, F32]
  return fx.moveAxis(fx.where(hot, on, off), -1, number(call, 'axis', -1))
}

const top: Run = (call) => {
  const x = operand(call)
  const axis = number(call, 'axis', -1)
  const sign = number(call, 'largest', 1) === 1 ? 1 : -1
  const [values, places] = fx.topK(mul(fx.moveAxis(x, axis, -1), sign), call.known(1)![0]!)
  return [fx.moveAxis(mul(values, sign), -1, axis), fx.moveAxis(places, -1, axis)]
}

const identityLike: Run = (call) => {
  const x = operand(call)
  const code = call.attributes.dtype as number | undefined
  return fx.eye(x.shape[0]!, x.shape[1], { k: number(call, 'k', 0), dtype: code === undefined ? x.dtype : dtypeOf(code) })
}

const filled: Run = (call) => {
  const value = call.attributes.value as fx.NDArray | undefined
  return fx.full(call.known(0)!, value?.data[0] ?? 0, value?.dtype ?? 'f32')
}

const constant: Run = ({ attributes: { value, value_float, value_floats, value_int, value_ints } }) => {
  if (value !== undefined) return fx.constant(value as fx.NDArray)
  const floats = (value_float ?? value_floats) as fx.Nested | undefined
  return floats === undefined ? fx.constant((value_int ?? value_ints) as fx.Nested, { dtype: 'i32' }) : fx.constant(floats)
}

const shapeOf: Run = (call) => {
  const { shape } = operand(call)
  const part = shape.slice(number(call, 'start', 0), number(call, 'end', shape.length))
  return fx.constant(host(part, [part.length], 'i32'))
}

const ranged: Run = (call) => {
  const [start, limit, delta] = [call.known(0)![0]!, call.known(1)![0]!, call.known(2)![0]!]
  return fx.arange(start, limit, delta, operand(call).dtype)
}

/** Channels to blocks of an image: in ONNX's DCR the block comes first, in CRD the channel. */
const depthToSpace: Run = (call) => {
  const [x, block] = [operand(call), number(call, 'blocksize', 1)]
  const [n, c, h, w] = x.shape as readonly [number, number, number, number]
  const [inner, shape] = [c / block ** 2, [n, c / block ** 2, h * block, w * block]]
  if (text(call, 'mode', 'DCR') === 'CRD')
    return fx.reshape(fx.transpose(fx.reshape(x, [n, inner, block, block, h, w]), [0, 1, 4, 2, 5, 3]), shape)
  return fx.reshape(fx.transpose(fx.reshape(x, [n, block, block, inner, h, w]), [0, 3, 4, 1, 5, 2]), shape)
}

const spaceToDepth: Run = (call) => {
  const [x, block] = [operand(call), number(call, 'blocksize', 1)]
  const [n, c, h, w] = x.shape as readonly [number, number, number, number]
  const apart = fx.reshape(x, [n, c, h / block, block, w / block, block])
  return fx.reshape(fx.transpose(apart, [0, 3, 5, 1, 2, 4]), [n, c * block ** 2, h / block, w / block])
}

const triangle: Run = (call) => {
  const k = call.known(1)?.[0] ?? 0
  return number(call, 'upper', 1) === 1 ? fx.triu(operand(call), k) : fx.tril(operand(call), k)
}

const upsampled: Run = (call) => numbers(call, 1, 'scales')!.reduce<F32>((x, scale, axis) => fx.repeat(x, scale, { axis }), operand(call))

export const shapeOps: Readonly<Record<string, Run>> = {
  ReduceL1: reduced((x, o) => fx.sum(fx.abs(x), o)),
  ReduceL2: reduced((x, o) => fx.norm(x, o)),
  ReduceLogSum: reduced((x, o) => fx.log(fx.sum(x, o))),
  ReduceLogSumExp: reduced((x, o) => fx.logsumexp(x, o)),
  ReduceMax: reduced((x, o) => fx.max(x, o)),
  ReduceMean: reduced((x, o) => fx.mean(x, o)),
  ReduceMin: reduced((x, o) => fx.min(x, o)),
  ReduceProd: reduced((x, o) => fx.prod(x, o)),
  ReduceSum: reduced((x, o) => fx.sum(x, o)),
  ReduceSumSquare: reduced((x, o) => fx.sum(fx.square(x), o)),
  ArgMax: arg(fx.argmax),
  ArgMin: arg(fx.argmin),
  Reshape: reshaped,
  Flatten: flattened,
  Expand: expanded,
  Slice: sliced,
  Split: pieces,
  Pad: padded,
  Concat: (call) => fx.concat(call.xs as readonly F32[], { axis: number(call, 'axis', 0) }),
  Transpose: (call) => fx.transpose(operand(call), list(call, 'perm')),
  Squeeze: (call) => fx.squeeze(operand(call), numbers(call, 1, 'axes')),
  Unsqueeze: (call) => fx.expandDims(operand(call), numbers(call, 1, 'axes')!),
  Tile: (call) => fx.tile(operand(call), call.known(1)!),
  Gather: gathered,
  GatherElements: gatheredElements,
  GatherND: gatherND,
  Scatter: scatteredElements,
  ScatterElements: scatteredElements,
  ScatterND: scatterND,
  Compress: compressed,
  OneHot: oneHot,
  TopK: top,
  EyeLike: identityLike,
  ConstantOfShape: filled,
  Constant: constant,
  Shape: shapeOf,
  Size: (call) => fx.constant(host([operand(call).size], [], 'i32')),
  Range: ranged,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Trilu: triangle,
  Upsample: upsampled,
}

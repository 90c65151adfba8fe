import { describe } from 'vitest'
import * as fx from '../../src/index.js'
import { checkRefusals, refusal, type Refusal } from './refusal.js'

/** Tensors whose types say nothing, so that only the checks at run time are tested. */
const f = (...shape: number[]): fx.Tensor<fx.Shape, 'f32'> => fx.zeros<fx.Shape>(shape)
const i = (...shape: number[]): fx.Tensor<fx.Shape, 'i32'> => fx.zeros<fx.Shape, 'i32'>(shape, 'i32')
const b = (...shape: number[]): fx.Tensor<fx.Shape, 'bool'> => fx.zeros<fx.Shape, 'bool'>(shape, 'bool')

/** A value as one of any type: what a caller without types passes. */
const untyped = (x: unknown): never => x as never

const point: readonly Refusal[] = [
  refusal('shapes that do not broadcast', 'ShapeError', 'add', () => fx.add(f(2, 3), f(4)), 'f32[2, 3]', 'f32[4]', 'axis -1 is 3', '4', 'expandDims'),
  refusal('the axis that differs is named', 'ShapeError', 'mul', () => fx.mul(f(5, 2, 3), f(4, 1, 3)), 'axis -3 is 5', 'f32[5, 2, 3]', 'f32[4, 1, 3]'),
  refusal('0 does not broadcast with 2', 'ShapeError', 'sub', () => fx.sub(f(0), f(2)), 'f32[0]', 'f32[2]'),
  refusal('mixed dtypes', 'DTypeError', 'add', () => fx.add(f(2), untyped(i(2))), 'f32', 'i32', 'no implicit promotion', 'cast'),
  refusal('mixed dtypes and shapes', 'DTypeError', 'div', () => fx.div(i(2), untyped(fx.zeros([2], 'u32'))), 'i32', 'u32', 'cast'),
  refusal('bool has no arithmetic', 'DTypeError', 'mul', () => fx.mul(b(2), b(2)), 'bool', 'cast'),
  refusal('bool has no order', 'DTypeError', 'lt', () => fx.lt(b(2), b(2)), 'bool', 'cast'),
  refusal('mixed dtypes', 'DTypeError', 'eq', () => fx.eq(f(2), untyped(i(2))), 'f32[2]', 'i32[2]'),
  refusal('a number that is no i32', 'DTypeError', 'add', () => fx.add(i(2), 0.5), '0.5', 'i32', 'cast'),
  refusal('a number that is no u32', 'DTypeError', 'sub', () => fx.sub(fx.zeros([2], 'u32'), -1), '-1', 'u32'),
  refusal('host data', 'DTypeError', 'add', () => fx.add(f(2), untyped([1, 2])), 'constant(ndarray(...))'),
  refusal('nothing', 'DTypeError', 'mul', () => fx.mul(f(2), untyped(undefined)), 'undefined'),
  refusal('i32', 'DTypeError', 'exp', () => fx.exp(i(2)), 'i32', "cast(x, 'f32')"),
  refusal('i32', 'DTypeError', 'relu', () => fx.relu(untyped(i(2))), 'i32', "cast(x, 'f32')"),
  refusal('i32', 'DTypeError', 'rsqrt', () => fx.rsqrt(i(2)), 'i32'),
  refusal('mixed dtypes', 'DTypeError', 'maximum', () => fx.maximum(f(2), untyped(i(2))), 'f32', 'i32'),
  refusal('mixed dtypes', 'DTypeError', 'mod', () => fx.mod(f(2), untyped(i(2))), 'f32', 'i32'),
  refusal('f32', 'DTypeError', 'logicalAnd', () => fx.logicalAnd(untyped(f(2)), b(2)), 'f32', 'bool'),
  refusal('f32', 'DTypeError', 'logicalNot', () => fx.logicalNot(untyped(f(2))), 'f32', "cast(x, 'bool')"),
  refusal('f32', 'DTypeError', 'bitXor', () => fx.bitXor(untyped(f(2)), untyped(f(2))), 'f32', 'i32'),
  refusal('bool', 'DTypeError', 'shiftLeft', () => fx.shiftLeft(untyped(b(2)), 1), 'bool'),
  refusal('bool', 'DTypeError', 'bitcast', () => fx.bitcast(b(2), 'i32'), 'bool'),
  refusal('a condition that is f32', 'DTypeError', 'where', () => fx.where(untyped(f(2)), f(2), 0), 'f32[2]', 'bool'),
  refusal('branches of two dtypes', 'DTypeError', 'where', () => fx.where(b(2), f(2), untyped(i(2))), 'f32', 'i32'),
  refusal('shapes that do not broadcast', 'ShapeError', 'where', () => fx.where(b(3), f(2), 0), 'bool[3]', 'f32[2]'),
]

const reductions: readonly Refusal[] = [
  refusal('no such axis', 'ShapeError', 'sum', () => fx.sum(f(2, 3), { axis: 2 }), 'axis 2', 'f32[2, 3]', '-2 to 1'),
  refusal('an axis named twice', 'ShapeError', 'sum', () => fx.sum(f(2, 3), { axis: [1, -1] }), 'axis 1 is named twice', 'f32[2, 3]'),
  refusal('an axis of a scalar', 'ShapeError', 'max', () => fx.max(f(), { axis: 0 }), 'a scalar has no axes', 'f32[]'),
  refusal('an axis that is no whole number', 'ShapeError', 'sum', () => fx.sum(f(2), { axis: 0.5 }), 'axis 0.5'),
  refusal('nothing has no largest', 'ShapeError', 'max', () => fx.max(f(0, 3), { axis: 0 }), 'f32[0, 3]', 'empty'),
  refusal('nothing has no smallest', 'ShapeError', 'min', () => fx.min(f(0)), 'f32[0]'),
  refusal('no such axis', 'ShapeError', 'mean', () => fx.mean(f(2), { axis: 1 }), 'axis 1', 'f32[2]'),
  refusal('no such axis', 'ShapeError', 'variance', () => fx.variance(f(2), { axis: 1 }), 'axis 1'),
  refusal('no such axis', 'ShapeError', 'std', () => fx.std(f(2), { axis: 1 }), 'axis 1'),
  refusal('no such axis', 'ShapeError', 'norm', () => fx.norm(f(2), { axis: 1 }), 'axis 1'),
  refusal('no such axis', 'ShapeError', 'argmax', () => fx.argmax(f(2, 3), { axis: -3 }), 'axis -3', 'f32[2, 3]'),
  refusal('nothing has no smallest', 'ShapeError', 'argmin', () => fx.argmin(f(0)), 'f32[0]', 'empty'),
  refusal('f32', 'DTypeError', 'any', () => fx.any(untyped(f(2))), 'f32', 'bool'),
  refusal('no such axis', 'ShapeError', 'any', () => fx.any(b(2), { axis: 3 }), 'axis 3'),
  refusal('no such axis', 'ShapeError', 'all', () => fx.all(b(2), { axis: 3 }), 'axis 3'),
  refusal('no such axis', 'ShapeError', 'softmax', () => fx.softmax(f(2, 3), { axis: 2 }), 'axis 2', 'f32[2, 3]'),
  refusal('i32', 'DTypeError', 'logSoftmax', () => fx.logSoftmax(untyped(i(2))), 'i32'),
  refusal('i32', 'DTypeError', 'logsumexp', () => fx.logsumexp(untyped(i(2))), 'i32'),
]

const views: readonly Refusal[] = [
  refusal('another number of elements', 'ShapeError', 'reshape', () => fx.reshape(f(2, 3), [4]), 'f32[2, 3]', '[4]', '6'),
  refusal('an axis that does not come out whole', 'ShapeError', 'reshape', () => fx.reshape(f(2, 3), [4, -1]), 'f32[2, 3]', '6'),
  refusal('two open axes', 'ShapeError', 'reshape', () => fx.reshape(f(2, 3), [-1, -1]), 'more than one axis is -1'),
  refusal('a negative length', 'ShapeError', 'reshape', () => fx.reshape(f(2, 3), [-2, -3]), '[-2, -3]'),
  refusal('no such axis', 'ShapeError', 'transpose', () => fx.transpose(f(2, 3), [0, 2]), 'axis 2', 'f32[2, 3]'),
  refusal('an axis twice', 'ShapeError', 'transpose', () => fx.transpose(f(2, 3), [0, 0]), 'f32[2, 3]'),
  refusal('an axis left out', 'ShapeError', 'transpose', () => fx.transpose(f(2, 3), [0]), '[0]'),
  refusal('no such axis', 'ShapeError', 'swapAxes', () => fx.swapAxes(f(2, 3), 0, 2), 'axis 2'),
  refusal('no such axis', 'ShapeError', 'moveAxis', () => fx.moveAxis(f(2, 3), -3, 0), 'axis -3'),
  refusal('no such place', 'ShapeError', 'expandDims', () => fx.expandDims(f(2), 3), 'axis 3', 'f32[2]', '-2 to 1'),
  refusal('a place named twice', 'ShapeError', 'expandDims', () => fx.expandDims(f(3), [0, 0]), 'twice'),
  refusal('an axis that is longer than 1', 'ShapeError', 'squeeze', () => fx.squeeze(f(2, 1), 0), 'axis 0 has length 2', 'f32[2, 1]'),
  refusal('an axis that cannot repeat', 'ShapeError', 'broadcastTo', () => fx.broadcastTo(f(2, 3), [2, 4]), 'f32[2, 3]', '[2, 4]'),
  refusal('fewer axes', 'ShapeError', 'broadcastTo', () => fx.broadcastTo(f(1, 3), [3]), 'f32[1, 3]', '[3]'),
  refusal('no tensors', 'ShapeError', 'concat', () => fx.concat([]), 'at least one'),
  refusal('other axes that differ', 'ShapeError', 'concat', () => fx.concat([f(2, 3), f(2, 4)]), 'f32[2, 3]', 'f32[2, 4]', 'axis 0'),
  refusal('mixed dtypes', 'DTypeError', 'concat', () => fx.concat([f(2), untyped(i(2))]), 'f32', 'i32'),
  refusal('no such axis', 'ShapeError', 'concat', () => fx.concat([f(2), f(2)], { axis: 1 }), 'axis 1', 'f32[2]'),
  refusal('shapes that differ', 'ShapeError', 'stack', () => fx.stack([f(2), f(3)]), '2', '3'),
  refusal('no tensors', 'ShapeError', 'stack', () => fx.stack([]), 'at least one'),
  refusal('pieces that do not come out whole', 'ShapeError', 'split', () => fx.split(f(5), 2), 'f32[5]', 'axis 0'),
  refusal('sizes that do not add up', 'ShapeError', 'split', () => fx.split(f(2, 5), [2, 2], { axis: 1 }), '[2, 2]', 'axis 1', '5'),
  refusal('a limit outside', 'ShapeError', 'slice', () => fx.slice(f(2, 3), [0, 0], [2, 4]), 'f32[2, 3]', '0:4', 'axis 1', '3'),
  refusal('a start above the limit', 'ShapeError', 'slice', () => fx.slice(f(5), [3], [2]), '3:2', 'f32[5]'),
  refusal('a start that is negative', 'ShapeError', 'slice', () => fx.slice(f(5), [-1], [5]), '-1'),
  refusal('a stride of 0', 'ShapeError', 'slice', () => fx.slice(f(5), [0], [5], [0]), 'strides'),
  refusal('too few starts', 'ShapeError', 'slice', () => fx.slice(f(2, 3), [0], [2, 3]), 'starts', '2'),
  refusal('too few widths', 'ShapeError', 'pad', () => fx.pad(f(2, 3), [[1, 1]]), 'f32[2, 3]', '1 widths for 2 axes'),
  refusal('a negative width', 'ShapeError', 'pad', () => fx.pad(f(2), [[-1, 0]]), '-1'),
  refusal('no such axis', 'ShapeError', 'flip', () => fx.flip(f(2), { axis: 1 }), 'axis 1'),
  refusal('indices that are f32', 'DTypeError', 'take', () => fx.take(f(3), untyped(f(2))), 'f32[2]', "cast(i, 'i32')"),
  refusal('no such axis', 'ShapeError', 'take', () => fx.take(f(3), i(2), { axis: 1 }), 'axis 1', 'f32[3]'),
  refusal('nothing to take from', 'ShapeError', 'take', () => fx.take(f(0), i(2)), 'f32[0]', 'empty'),
]

const creation: readonly Refusal[] = [
  refusal('a negative length', 'ShapeError', 'zeros', () => fx.zeros([2, -1]), '[2, -1]'),
  refusal('a length that is no whole number', 'ShapeError', 'full', () => fx.full([1.5], 0), '[1.5]'),
  refusal('a value of another dtype', 'DTypeError', 'full', () => fx.full([2], 0.5, 'i32'), '0.5', 'i32'),
  refusal('NaN as an integer', 'DTypeError', 'full', () => fx.full([2], NaN, 'u32'), 'NaN', 'u32'),
  refusal('no such axis', 'ShapeError', 'iota', () => fx.iota([2], { axis: 1 }), 'axis 1'),
  refusal('a step of 0', 'ShapeError', 'arange', () => fx.arange(0, 5, 0), 'step'),
  refusal('a bound that is not finite', 'ShapeError', 'arange', () => fx.arange(0, Infinity), 'Infinity', 'finite'),
  refusal('a count that is negative', 'ShapeError', 'linspace', () => fx.linspace(0, 1, -1), '-1'),
  refusal('classes that are f32', 'DTypeError', 'oneHot', () => fx.oneHot(untyped(f(2)), 3), 'f32', "cast(x, 'i32')"),
  refusal('a depth that is negative', 'ShapeError', 'oneHot', () => fx.oneHot(i(2), -1), '-1'),
]

const linear: readonly Refusal[] = [
  refusal('inner axes that differ', 'ShapeError', 'matmul', () => fx.matmul(f(32, 784), f(512, 10)), 'f32[32, 784]', 'f32[512, 10]', '784', '512', 'transpose'),
  refusal('batches that do not broadcast', 'ShapeError', 'matmul', () => fx.matmul(f(2, 3, 4), f(5, 4, 3)), '[2]', '[5]', 'f32[2, 3, 4]', 'f32[5, 4, 3]'),
  refusal('a vector that does not fit', 'ShapeError', 'matmul', () => fx.matmul(f(2, 3), f(4)), 'f32[2, 3]', 'f32[4]'),
  refusal('a scalar', 'ShapeError', 'matmul', () => fx.matmul(f(), f(2, 2)), 'scalar', 'f32[]', 'mul'),
  refusal('mixed dtypes', 'DTypeError', 'matmul', () => fx.matmul(f(2, 2), untyped(i(2, 2))), 'f32', 'i32', 'cast'),
  refusal('bool', 'DTypeError', 'matmul', () => fx.matmul(b(2, 2), b(2, 2)), 'bool'),
  refusal('i32', 'DTypeError', 'conv', () => fx.conv(untyped(i(1, 1, 4, 4)), f(1, 1, 2, 2)), 'i32'),
  refusal('ranks that differ', 'ShapeError', 'conv', () => fx.conv(f(1, 1, 4, 4), f(1, 1, 2)), 'f32[1, 1, 4, 4]', 'f32[1, 1, 2]', '[n, c, *space]'),
  refusal('channels that differ', 'ShapeError', 'conv', () => fx.conv(f(1, 3, 4, 4), f(8, 4, 2, 2)), 'f32[1, 3, 4, 4]', 'f32[8, 4, 2, 2]', '3', '4', 'axis 1'),
  refusal('groups that do not divide', 'ShapeError', 'conv', () => fx.conv(f(1, 3, 4, 4), f(4, 1, 2, 2), { groups: 2 }), '2 groups', 'multiples'),
  refusal('a stride of 0', 'ShapeError', 'conv', () => fx.conv(f(1, 1, 4, 4), f(1, 1, 2, 2), { strides: 0 }), 'strides'),
  refusal('strides for another rank', 'ShapeError', 'conv', () => fx.conv(f(1, 1, 4, 4), f(1, 1, 2, 2), { strides: [1, 1, 1] }), 'strides', '2 spatial axes'),
  refusal('padding for another rank', 'ShapeError', 'conv', () => fx.conv(f(1, 1, 4, 4), f(1, 1, 2, 2), { padding: [[1, 1]] }), '[[1,1]]', "'same'"),
  refusal('an unknown padding', 'ShapeError', 'conv', () => fx.conv(f(1, 1, 4, 4), f(1, 1, 2, 2), { padding: untyped('full') }), 'full', "'valid'"),
  refusal('no spatial axes', 'ShapeError', 'maxPool', () => fx.maxPool(f(2, 3), { window: 2 }), 'f32[2, 3]', '[n, c, *space]'),
  refusal('a window of 0', 'ShapeError', 'avgPool', () => fx.avgPool(f(1, 1, 4), { window: 0 }), 'window'),
  refusal('padding as wide as the window', 'ShapeError', 'maxPool', () => fx.maxPool(f(1, 1, 4), { window: 2, padding: [[2, 0]] }), 'axis 0', 'window'),
  refusal('i32', 'DTypeError', 'maxPool', () => fx.maxPool(untyped(i(1, 1, 4)), { window: 2 }), 'i32'),
]

describe.each(Object.entries({ point, reductions, views, creation, linear }))('%s', (_, refusals) => {
  checkRefusals('test/ops/errors.test.ts', refusals)
})

/** Literal shapes through the ops that change them, and what tsc refuses. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

declare const x: fx.Tensor<readonly [2, 3, 5], 'f32'>
declare const wide: fx.Tensor<fx.Shape, 'f32'>
declare const open: fx.Tensor<readonly [number, 3], 'f32'>
declare const at: fx.Tensor<readonly [7], 'i32'>
declare const images: fx.Tensor<readonly [8, 3, 28, 28], 'f32'>
declare const kernels: fx.Tensor<readonly [16, 3, 5, 5], 'f32'>
declare const some: number

describe('elementwise ops', () => {
  test('of two tensors of one shape keep it, literal or not', () => {
    const twice = <S extends fx.Shape>(v: fx.Tensor<S, 'f32'>): fx.Tensor<S, 'f32'> => fx.add(v, fx.mul(v, v))
    expectTypeOf(twice(x).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.add(x, wide).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.add(wide, x).shape).toEqualTypeOf<fx.Shape>()
  })
})

describe('reductions', () => {
  test('drop the axes they name, or keep them as 1', () => {
    expectTypeOf(fx.sum(x).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(fx.sum(x, { axis: 1 })).toEqualTypeOf<fx.Tensor<readonly [2, 5], 'f32'>>()
    expectTypeOf(fx.mean(x, { axis: -1 }).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.max(x, { axis: [0, 2] }).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(fx.variance(x, { axis: -1, keepDims: true }).shape).toEqualTypeOf<readonly [2, 3, 1]>()
    expectTypeOf(fx.logsumexp(x, { keepDims: true }).shape).toEqualTypeOf<readonly [1, 1, 1]>()
    expectTypeOf(fx.argmax(x, { axis: 0 })).toEqualTypeOf<fx.Tensor<readonly [3, 5], 'i32'>>()
    expectTypeOf(fx.sum(open, { axis: 1 }).shape).toEqualTypeOf<readonly [number]>()
  })

  test('fall back where an axis or a shape is not literal', () => {
    expectTypeOf(fx.sum(x, { axis: some }).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.sum(wide, { axis: 0 }).shape).toEqualTypeOf<fx.Shape>()
    const options: fx.ReduceOptions = { axis: 9 }
    expectTypeOf(fx.sum(x, options).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.sum(wide, { axis: 12 }).shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuse axes that are not there', () => {
    // @ts-expect-error there are axes 0 to 2
    fx.sum(x, { axis: 3 })
    // @ts-expect-error and -1 to -3
    fx.mean(x, { axis: -4 })
    // @ts-expect-error one of two is not there
    fx.max(x, { axis: [0, 5] })
    // @ts-expect-error softmax has the same axes
    fx.softmax(x, { axis: 3 })
    // @ts-expect-error and argmax
    fx.argmax(x, { axis: 3 })
    // @ts-expect-error sort has the same axes
    fx.sort(x, { axis: 3 })
    // @ts-expect-error and cumsum
    fx.cumsum(x, { axis: 3 })
    // @ts-expect-error flip has the same axes
    fx.flip(x, { axis: [3] })
  })
})

describe('views', () => {
  test('move, add and drop axes', () => {
    expectTypeOf(fx.expandDims(x, 0).shape).toEqualTypeOf<readonly [1, 2, 3, 5]>()
    expectTypeOf(fx.expandDims(x, -1).shape).toEqualTypeOf<readonly [2, 3, 5, 1]>()
    expectTypeOf(fx.squeeze(fx.zeros([2, 1, 3]), 1).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.squeeze(fx.zeros([2, 1, 3, 1])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.swapAxes(x, 0, -1).shape).toEqualTypeOf<readonly [5, 3, 2]>()
    expectTypeOf(fx.moveAxis(x, 0, -1).shape).toEqualTypeOf<readonly [3, 5, 2]>()
    expectTypeOf(fx.moveAxis(x, 2, 0).shape).toEqualTypeOf<readonly [5, 2, 3]>()
    expectTypeOf(fx.flip(x, { axis: 0 }).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.roll(x, 1).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.tril(x).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.dynamicSlice(x, [0, 0, 0], [1, 2, 3]).shape).toEqualTypeOf<readonly [1, 2, 3]>()
    expectTypeOf(fx.dynamicUpdateSlice(x, 0, [0, 0, 0]).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.swapAxes(wide, 0, 1).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.expandDims(x, some).shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuse axes that are not there', () => {
    // @ts-expect-error the result has axes 0 to 3
    fx.expandDims(x, 4)
    // @ts-expect-error there are axes 0 to 2
    fx.swapAxes(x, 0, 3)
    // @ts-expect-error there are axes 0 to 2
    fx.moveAxis(x, 3, 0)
    // @ts-expect-error there are axes 0 to 2
    fx.squeeze(x, 3)
  })
})

describe('lists of tensors', () => {
  test('concat adds lengths', () => {
    expectTypeOf(fx.concat([x, fx.zeros([4, 3, 5])]).shape).toEqualTypeOf<readonly [6, 3, 5]>()
    expectTypeOf(fx.concat([x, x, x], { axis: -1 })).toEqualTypeOf<fx.Tensor<readonly [2, 3, 15], 'f32'>>()
    expectTypeOf(fx.concat([fx.zeros([784]), fx.zeros([1216])]).shape).toEqualTypeOf<readonly [2000]>()
    expectTypeOf(fx.concat([fx.zeros([95]), fx.zeros([5])]).shape).toEqualTypeOf<readonly [100]>()
    expectTypeOf(fx.concat([open, fx.zeros([4, 3])]).shape).toEqualTypeOf<readonly [number, 3]>()
    expectTypeOf(fx.concat([wide, wide]).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.concat([wide, wide] as readonly (typeof wide)[]).shape).toEqualTypeOf<fx.Shape>()
  })

  test('stack adds an axis', () => {
    expectTypeOf(fx.stack([x, x, x]).shape).toEqualTypeOf<readonly [3, 2, 3, 5]>()
    expectTypeOf(fx.stack([x, x], { axis: -1 }).shape).toEqualTypeOf<readonly [2, 3, 5, 2]>()
    expectTypeOf(fx.stack([wide]).shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuse what does not fit', () => {
    // @ts-expect-error 3 and 4 differ on an axis that is not joined
    fx.concat([x, fx.zeros([2, 4, 5])])
    // @ts-expect-error the ranks differ
    fx.concat([x, fx.zeros([2, 3])])
    // @ts-expect-error there are axes 0 to 2
    fx.concat([x, x], { axis: 3 })
    // @ts-expect-error 2 and 4 differ
    fx.stack([x, fx.zeros([4, 3, 5])])
    // @ts-expect-error f32 and i32
    fx.concat([at, fx.zeros([7])])
  })
})

describe('indices and order', () => {
  test('know their shapes', () => {
    expectTypeOf(fx.take(x, at, { axis: 1 }).shape).toEqualTypeOf<readonly [2, 7, 5]>()
    expectTypeOf(fx.take(fx.zeros([1000, 64]), fx.zeros([8, 32], 'i32'), { axis: 0 }).shape).toEqualTypeOf<readonly [8, 32, 64]>()
    expectTypeOf(fx.take(x, at).shape).toEqualTypeOf<readonly [7]>()
    expectTypeOf(fx.oneHot(at, 10)).toEqualTypeOf<fx.Tensor<readonly [7, 10], 'f32'>>()
    expectTypeOf(fx.sort(x).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.argsort(x, { axis: 0 })).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'i32'>>()
    expectTypeOf(fx.topK(x, 2)[1]).toEqualTypeOf<fx.Tensor<readonly [2, 3, 2], 'i32'>>()
    expectTypeOf(fx.cumsum(x, { axis: 1 }).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    // @ts-expect-error there are axes 0 to 2
    fx.take(x, at, { axis: 3 })
  })
})

describe('convolutions, pools and attention', () => {
  test('know their shapes', () => {
    expectTypeOf(fx.conv(images, kernels, { padding: 'same' }).shape).toEqualTypeOf<readonly [8, 16, 28, 28]>()
    expectTypeOf(fx.conv(images, kernels).shape).toEqualTypeOf<readonly [8, 16, 24, 24]>()
    expectTypeOf(fx.conv(images, kernels, { padding: 'same', strides: 2 }).shape).toEqualTypeOf<readonly [8, 16, 14, 14]>()
    expectTypeOf(fx.conv(wide, kernels).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.maxPool(images, { window: 2 }).shape).toEqualTypeOf<readonly [8, 3, 14, 14]>()
    expectTypeOf(fx.avgPool(images, { window: 3, strides: 1, padding: 'same' }).shape).toEqualTypeOf<readonly [8, 3, 28, 28]>()
    expectTypeOf(fx.maxPool(images, { window: 3, padding: 'same' }).shape).toEqualTypeOf<readonly [8, 3, 10, 10]>()
    const [q, v] = [fx.zeros([4, 8, 10, 16]), fx.zeros([4, 8, 12, 32])]
    expectTypeOf(fx.attention(q, fx.zeros([4, 8, 12, 16]), v).shape).toEqualTypeOf<readonly [4, 8, 10, 32]>()
  })

  test('refuse channels that do not fit', () => {
    // @ts-expect-error 3 and 4 channels
    fx.conv(images, fx.zeros([16, 4, 5, 5]))
    // @ts-expect-error two spatial axes and one
    fx.conv(images, fx.zeros([16, 3, 5]))
    expectTypeOf(fx.conv(images, fx.zeros([6, 1, 5, 5]), { groups: 3 }).shape).toEqualTypeOf<readonly [8, 6, 24, 24]>()
    // @ts-expect-error 3 groups of 1 and 2 groups of 2
    fx.conv(images, fx.zeros([6, 2, 5, 5]), { groups: 3 })
  })
})

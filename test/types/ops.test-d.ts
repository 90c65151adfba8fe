/** Literal shapes and dtypes through ops: what `tsc` knows, and what it refuses. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

declare const a: fx.Tensor<readonly [2, 3], 'f32'>
declare const row: fx.Tensor<readonly [3], 'f32'>
declare const four: fx.Tensor<readonly [4], 'f32'>
declare const whole: fx.Tensor<readonly [2, 3], 'i32'>
declare const flags: fx.Tensor<readonly [2, 3], 'bool'>
declare const wide: fx.Tensor<fx.Shape, 'f32'>
declare const unknown: fx.Tensor
declare const open: fx.Tensor<readonly [number, 3], 'f32'>
declare const operand: fx.Operand<'f32'>
declare const count: number
declare const sizes: readonly number[]
declare const graph: fx.Graph

describe('elementwise ops', () => {
  test('keep literal shapes', () => {
    expectTypeOf(fx.exp(a)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f32'>>()
    expectTypeOf(fx.relu(a).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.neg(whole).dtype).toEqualTypeOf<'i32'>()
  })

  test('broadcast literal shapes', () => {
    expectTypeOf(fx.add(a, row).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.add(row, a).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.mul(fx.zeros([5, 1]), fx.zeros([1, 7])).shape).toEqualTypeOf<readonly [5, 7]>()
    expectTypeOf(fx.mul(a, fx.zeros([])).shape).toEqualTypeOf<readonly [2, 3]>()
  })

  test('take numbers, which keep shape and dtype', () => {
    expectTypeOf(fx.add(a, 1)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f32'>>()
    expectTypeOf(fx.sub(1, whole)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'i32'>>()
    expectTypeOf(fx.add(operand, a).dtype).toEqualTypeOf<'f32'>()
    expectTypeOf(fx.mul(operand, operand).dtype).toEqualTypeOf<'f32'>()
  })

  test('compare to bool', () => {
    expectTypeOf(fx.lt(a, row)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'bool'>>()
    expectTypeOf(fx.eq(whole, 0)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'bool'>>()
    expectTypeOf(fx.logicalNot(flags).dtype).toEqualTypeOf<'bool'>()
  })

  test('forget shapes that are not literal', () => {
    expectTypeOf(fx.add(a, wide)).toEqualTypeOf<fx.Tensor<fx.Shape, 'f32'>>()
    expectTypeOf(fx.add(unknown, a)).toExtend<fx.Tensor>()
    expectTypeOf(fx.add(a, unknown)).toExtend<fx.Tensor>()
  })

  test('refuse shapes that do not broadcast', () => {
    // @ts-expect-error 3 and 4 differ
    fx.add(a, four)
    // @ts-expect-error 3 and 4 differ
    fx.gt(four, a)
    // @ts-expect-error 2 and 5 differ
    fx.mul(a, fx.zeros([5, 3]))
  })

  test('refuse mixed dtypes', () => {
    // @ts-expect-error f32 and i32
    fx.add(a, whole)
    // @ts-expect-error i32 and f32
    fx.maximum(whole, a)
    // @ts-expect-error f32 and bool
    fx.eq(a, flags)
    // @ts-expect-error f32 is no condition
    fx.where(a, a, a)
    // @ts-expect-error bits are of integers
    fx.bitAnd(a, a)
    // @ts-expect-error logic is of truth values
    fx.logicalAnd(a, flags)
  })

  test('change dtypes', () => {
    expectTypeOf(fx.cast(a, 'i32')).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'i32'>>()
    expectTypeOf(fx.bitcast(a, 'u32')).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'u32'>>()
    // @ts-expect-error there is no f64
    fx.cast(a, 'f64')
  })

  test('are written once for all dtypes', () => {
    const twice = <D extends fx.DType>(x: fx.Tensor<fx.Shape, D>, y: fx.Operand<D>): fx.Tensor<fx.Shape, D> =>
      fx.add(fx.mul(x, 2), fx.add(y, x))
    expectTypeOf(twice(whole, 1).dtype).toEqualTypeOf<'i32'>()
  })
})

describe('creation', () => {
  test('keeps literal shapes and dtypes', () => {
    expectTypeOf(fx.zeros([2, 3])).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f32'>>()
    expectTypeOf(fx.full([2], true)).toEqualTypeOf<fx.Tensor<readonly [2], 'bool'>>()
    // @ts-expect-error without a dtype it is f32, whatever the place would like
    const halves: fx.Tensor<readonly [2], 'f16'> = fx.zeros([2])
    expectTypeOf(halves).toExtend<fx.Tensor>()
    expectTypeOf(fx.ones([4], 'i32')).toEqualTypeOf<fx.Tensor<readonly [4], 'i32'>>()
    expectTypeOf(fx.constant([1, 2]).dtype).toEqualTypeOf<'f32'>()
    expectTypeOf(fx.constant(fx.ndarray(1, { dtype: 'i32' })).dtype).toEqualTypeOf<'i32'>()
    expectTypeOf(fx.oneHot(fx.cast(row, 'i32'), 10).dtype).toEqualTypeOf<'f32'>()
    // @ts-expect-error classes are integers
    fx.oneHot(row, 10)
  })
})

describe('views', () => {
  test('reshape', () => {
    expectTypeOf(fx.reshape(a, [6]).shape).toEqualTypeOf<readonly [6]>()
    expectTypeOf(fx.reshape(a, [-1, 3]).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.add(fx.reshape(a, [-1, 3]), a).dtype).toEqualTypeOf<'f32'>()
  })

  test('transpose', () => {
    expectTypeOf(fx.transpose(a).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(fx.transpose(fx.zeros([2, 3, 5]), [2, 0, 1]).shape).toEqualTypeOf<readonly [5, 2, 3]>()
    expectTypeOf(fx.transpose(wide).shape).toEqualTypeOf<fx.Shape>()
  })

  test('broadcastTo', () => {
    expectTypeOf(fx.broadcastTo(row, [2, 3]).shape).toEqualTypeOf<readonly [2, 3]>()
  })
})

describe('reductions', () => {
  test('know their dtype', () => {
    expectTypeOf(fx.mean(whole).dtype).toEqualTypeOf<'f32'>()
    expectTypeOf(fx.sum(whole).dtype).toEqualTypeOf<'i32'>()
    expectTypeOf(fx.argmax(a).dtype).toEqualTypeOf<'i32'>()
    expectTypeOf(fx.any(flags).dtype).toEqualTypeOf<'bool'>()
    expectTypeOf(fx.softmax(a)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f32'>>()
    // @ts-expect-error softmax is of f32
    fx.softmax(whole)
    // @ts-expect-error any is of bool
    fx.any(a)
  })
})

describe('matmul', () => {
  test('knows its shape', () => {
    expectTypeOf(fx.matmul(fx.zeros([32, 784]), fx.zeros([784, 10])).shape).toEqualTypeOf<readonly [32, 10]>()
    expectTypeOf(fx.matmul(fx.zeros([5, 2, 3]), fx.zeros([3, 4])).shape).toEqualTypeOf<readonly [5, 2, 4]>()
    expectTypeOf(fx.matmul(a, row).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(fx.matmul(a, fx.transpose(a)).shape).toEqualTypeOf<readonly [2, 2]>()
    expectTypeOf(fx.matmul(a, wide).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.matmul(wide, a).dtype).toEqualTypeOf<'f32'>()
  })

  test('refuses what does not fit', () => {
    // @ts-expect-error 784 and 512 differ
    fx.matmul(fx.zeros([32, 784]), fx.zeros([512, 10]))
    // @ts-expect-error 3 and 4 differ
    fx.matmul(a, four)
    // @ts-expect-error 3 and 2 differ, in every batch
    fx.matmul(fx.zeros([5, 2, 3]), fx.zeros([5, 2, 4]))
    // @ts-expect-error f32 and i32
    fx.matmul(a, fx.transpose(whole))
  })
})

describe('f16', () => {
  const h = fx.zeros([2, 3], 'f16')

  test('flows through ops as f32 does', () => {
    expectTypeOf(fx.exp(h)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f16'>>()
    expectTypeOf(fx.add(h, 1)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f16'>>()
    expectTypeOf(fx.softmax(h)).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f16'>>()
    expectTypeOf(fx.gelu(h).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.logsumexp(h).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.matmul(h, fx.transpose(h)).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.conv(fx.zeros([1, 1, 4], 'f16'), fx.zeros([1, 1, 2], 'f16')).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.maxPool(fx.zeros([1, 1, 4], 'f16'), { window: 2 }).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.attention(h, h, h, { mask: h }).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.cast(a, 'f16')).toEqualTypeOf<fx.Tensor<readonly [2, 3], 'f16'>>()
    expectTypeOf(fx.ndarray([1], { dtype: 'f16' }).data).toEqualTypeOf<Uint16Array<ArrayBuffer>>()
  })

  test('has means of its own dtype; those of integers, and of what is not known, are f32', () => {
    expectTypeOf(fx.mean(h).dtype).toEqualTypeOf<'f16'>()
    expectTypeOf(fx.norm(whole).dtype).toEqualTypeOf<'f32'>()
    expectTypeOf(fx.std(unknown).dtype).toEqualTypeOf<'f32'>()
  })

  test('does not mix with f32', () => {
    // @ts-expect-error f16 and f32
    fx.add(h, a)
    // @ts-expect-error f16 and f32
    fx.matmul(h, fx.transpose(a))
    // @ts-expect-error f16 and f32
    fx.conv(fx.zeros([1, 1, 4], 'f16'), wide)
    // @ts-expect-error f16 and f32
    fx.attention(h, a, h)
    // @ts-expect-error f32 where f16 is due
    fx.attention(h, h, h, { mask: a })
    // @ts-expect-error samplers' parameters are f32
    fx.random.uniform(fx.random.key(0), [2], { minval: fx.zeros([], 'f16') })
  })
})

describe('linalg', () => {
  const square = fx.zeros([5, 3, 3])
  const { linalg } = fx

  test('keeps literal shapes', () => {
    expectTypeOf(linalg.inv(square).shape).toEqualTypeOf<readonly [5, 3, 3]>()
    expectTypeOf(linalg.cholesky(square).shape).toEqualTypeOf<readonly [5, 3, 3]>()
    expectTypeOf(linalg.det(square).shape).toEqualTypeOf<readonly [5]>()
    expectTypeOf(linalg.slogdet(fx.zeros([3, 3]))[1].shape).toEqualTypeOf<readonly []>()
    expectTypeOf(linalg.eigh(square)[0].shape).toEqualTypeOf<readonly [5, 3]>()
    expectTypeOf(linalg.eigh(square)[1].shape).toEqualTypeOf<readonly [5, 3, 3]>()
    expectTypeOf(linalg.qr(square)[0].shape).toEqualTypeOf<readonly [5, 3, 3]>()
    expectTypeOf(linalg.qr(a)[0].shape).toEqualTypeOf<readonly [2, 2]>()
    expectTypeOf(linalg.qr(a)[1].shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(linalg.svd(fx.zeros([5, 7, 3]))[0].shape).toEqualTypeOf<readonly [5, 7, 3]>()
    expectTypeOf(linalg.svd(fx.zeros([5, 7, 3]))[1].shape).toEqualTypeOf<readonly [5, 3]>()
    expectTypeOf(linalg.svd(wide)[1].shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(linalg.svd(square)[2].shape).toEqualTypeOf<readonly [5, 3, 3]>()
    expectTypeOf(linalg.solve(fx.zeros([3, 3]), row).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(linalg.solve(fx.zeros([2, 2]), a).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(linalg.triangularSolve(square, fx.zeros([3, 2])).shape).toEqualTypeOf<readonly [5, 3, 2]>()
    expectTypeOf(linalg.solve(square, row).shape).toEqualTypeOf<readonly [5, 3]>()
    expectTypeOf(linalg.solve(square, wide).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(linalg.inv(wide).shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuses what does not fit', () => {
    // @ts-expect-error 2 and 3 differ
    linalg.inv(a)
    // @ts-expect-error 2 and 3 differ
    linalg.det(a)
    // @ts-expect-error a vector is no matrix
    linalg.cholesky(row)
    // @ts-expect-error 2 and 3 differ
    linalg.eigh(a)
    // @ts-expect-error the rows are 3 and 4
    linalg.solve(square, four)
    // @ts-expect-error the rows are 3 and 2
    linalg.triangularSolve(square, a)
    // @ts-expect-error batches of 5 and 4 do not broadcast
    linalg.solve(square, fx.zeros([4, 3, 2]))
    // @ts-expect-error i32 is no float
    linalg.svd(whole)
  })
})

describe('split', () => {
  type Piece = fx.Tensor<readonly [number, 3], 'f32'>
  type Columns<N extends number> = fx.Tensor<readonly [2, N], 'f32'>

  test('is a tuple where the number of pieces is literal', () => {
    expectTypeOf(fx.split(a, 3, { axis: 1 })).toEqualTypeOf<readonly [Columns<1>, Columns<1>, Columns<1>]>()
    expectTypeOf(fx.split(a, [1, 2], { axis: 1 })).toEqualTypeOf<readonly [Columns<1>, Columns<2>]>()
    expectTypeOf(fx.split(open, 2)).toEqualTypeOf<readonly [Piece, Piece]>()
    expectTypeOf(fx.split(a, [1, count], { axis: 1 })[1]).toEqualTypeOf<Columns<number>>()
    expectTypeOf(fx.split(wide, [1, 2])[1].shape).toEqualTypeOf<fx.Shape>()
  })

  test('is a list where it is not', () => {
    expectTypeOf(fx.split(a, count)).toEqualTypeOf<readonly Piece[]>()
    expectTypeOf(fx.split(a, sizes)).toEqualTypeOf<readonly Piece[]>()
    expectTypeOf(fx.split(a, -1)).toEqualTypeOf<readonly Piece[]>()
  })

  test('refuses pieces that do not make up the axis', () => {
    // @ts-expect-error 3 does not split into 2
    fx.split(a, 2, { axis: 1 })
    // @ts-expect-error 1 + 1 is not 3
    fx.split(a, [1, 1], { axis: 1 })
    // @ts-expect-error there are axes 0 and 1
    fx.split(a, count, { axis: 2 })
  })
})

describe('a graph that is compiled', () => {
  test('takes any arguments, or those that are named', () => {
    expectTypeOf(fx.compile(graph)).toEqualTypeOf<Promise<fx.Executable<readonly unknown[]>>>()
    expectTypeOf(fx.compile<[fx.NDArray], fx.DeviceArray>(graph)).toEqualTypeOf<Promise<fx.Executable<[fx.NDArray], fx.DeviceArray>>>()
  })
})

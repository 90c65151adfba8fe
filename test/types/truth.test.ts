/** What the types say of shapes is what shapes are: each is written once, held against the type by tsc and against the tensor here. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'

const is = <S extends fx.Shape>(x: fx.Tensor<S>, shape: NoInfer<S>): void => {
  expect(x.shape).toEqual(shape)
}

const x = fx.zeros([2, 3, 5])
const row = fx.zeros([5])
const images = fx.zeros([2, 4, 28, 31])
const kernels = fx.zeros([6, 4, 3, 5])

describe('the types tell the truth of', () => {
  test('elementwise ops', () => {
    is(fx.where(fx.gt(fx.zeros([2, 1, 5]), 0), fx.zeros([3, 1]), row), [2, 3, 5])
    is(fx.clamp(row, x, 1), [2, 3, 5])
    is(fx.logicalXor(fx.gt(row, 0), fx.gt(x, 0)), [2, 3, 5])
  })

  test('views', () => {
    is(fx.reshape(x, [-1, 5]), [6, 5])
    is(fx.reshape(fx.zeros([32, 784]), [32, 1, 28, -1]), [32, 1, 28, 28])
    is(fx.reshape(fx.zeros([1000, 96]), [-1]), [96000])
    is(fx.expandDims(x, [0, -1]), [1, 2, 3, 5, 1])
    is(fx.expandDims(x, [1, 3]), [2, 1, 3, 1, 5])
    is(fx.squeeze(fx.zeros([1, 2, 1]), [0, -1]), [2])
    is(fx.transpose(x, [-1, 0, 1]), [5, 2, 3])
    is(fx.slice(fx.zeros([1000, 7]), [10, 0], [990, 7], [7, 3]), [140, 3])
    is(fx.slice(fx.zeros([100]), [99], [99], [2]), [0])
    is(
      fx.pad(x, [
        [0, 95],
        [1, 9],
        [0, 0],
      ] as const),
      [97, 13, 5],
    )
    is(fx.tile(x, [2, 1, 3, 4]), [2, 2, 9, 20])
    is(fx.tile(x, 11), [2, 3, 55])
    is(fx.repeat(x, [1, 0, 19], { axis: 1 }), [2, 20, 5])
    is(fx.repeat(x, 37), [1110])
    is(fx.split(fx.zeros([2, 1000]), 8, { axis: -1 })[7], [2, 125])
    is(fx.split(x, [1, 4], { axis: 2 })[1], [2, 3, 4])
    is(fx.diag(row, -3), [8, 8])
    is(fx.cumsum(x), [30])
  })

  test('indices', () => {
    is(fx.takeAlongAxis(x, fx.zeros([1, 3, 7], 'i32')), [2, 3, 7])
    is(fx.gather(fx.zeros([1, 3, 5]), fx.zeros([2, 8, 5], 'i32'), { axis: 1 }), [2, 8, 5])
    is(fx.topK(x, 4)[1], [2, 3, 4])
  })

  test('windows', () => {
    is(fx.conv(images, kernels), [2, 6, 26, 27])
    is(fx.conv(images, kernels, { strides: 2 }), [2, 6, 13, 14])
    is(
      fx.conv(images, kernels, {
        strides: [3, 4],
        dilation: [2, 3],
        padding: [
          [1, 0],
          [2, 2],
        ] as const,
      }),
      [2, 6, 9, 6],
    )
    is(fx.conv(images, kernels, { strides: [3, 2], padding: 'same' }), [2, 6, 10, 16])
    is(fx.conv(fx.zeros([1, 1, 4]), fx.zeros([1, 1, 9])), [1, 1, 0])
    is(fx.conv(images, fx.zeros([8, 1, 1, 1]), { groups: 4 }), [2, 8, 28, 31])
    is(fx.maxPool(images, { window: [3, 2] }), [2, 4, 9, 15])
    is(fx.maxPool(images, { window: 3, padding: 'same' }), [2, 4, 10, 11])
    is(
      fx.avgPool(images, {
        window: 3,
        strides: [2, 1],
        padding: [
          [1, 1],
          [0, 2],
        ] as const,
      }),
      [2, 4, 14, 31],
    )
    is(fx.convTranspose(images, kernels, { strides: [2, 3], outputPadding: [1, 0] }), [2, 6, 58, 95])
    is(fx.convTranspose(images, kernels, { strides: [2, 3], padding: 'same' }), [2, 6, 56, 93])
    is(
      fx.convTranspose(images, kernels, {
        dilation: 2,
        padding: [
          [1, 2],
          [0, 0],
        ] as const,
      }),
      [2, 6, 29, 39],
    )
    is(fx.convTranspose(images, fx.zeros([6, 2, 1, 1]), { groups: 2 }), [2, 6, 28, 31])
    is(fx.convTranspose(images, fx.zeros([3, 4, 1, 1]), { groups: 2 }), [2, 6, 28, 31])
  })

  test('products and matrices', () => {
    is(fx.matmul(fx.zeros([4, 1, 2, 3]), fx.zeros([5, 3, 7])), [4, 5, 2, 7])
    is(fx.matmul(fx.zeros([3]), fx.zeros([5, 3, 7])), [5, 7])
    is(fx.matmul(fx.zeros([5, 2, 3]), fx.zeros([3])), [5, 2])
    is(fx.dot(x, fx.zeros([7, 5, 4])), [2, 3, 7, 4])
    is(fx.dot(x, row), [2, 3])
    is(fx.einsum('bij, bjk -> kb', x, fx.zeros([2, 5, 7])), [7, 2])
    is(fx.einsum('i...,...j->...ij', x, fx.zeros([4, 1, 5, 7])), [4, 3, 5, 2, 7])
    is(fx.einsum('...ij,...jk', x, fx.zeros([5, 7])), [2, 3, 7])
    is(fx.einsum('bA', fx.zeros([2, 3])), [3, 2])
    is(fx.linalg.svd(fx.zeros([2, 4, 3]))[0], [2, 4, 3])
    is(fx.linalg.svd(fx.zeros([2, 3, 4]))[2], [2, 3, 4])
    is(fx.linalg.svd(fx.zeros([2, 3, 4]))[1], [2, 3])
    is(fx.linalg.qr(fx.zeros([3, 4]))[1], [3, 4])
    is(fx.linalg.qr(fx.zeros([4, 3]))[1], [3, 3])
    is(fx.linalg.solve(fx.zeros([5, 3, 3]), fx.zeros([4, 1, 3, 2])), [4, 5, 3, 2])
    is(fx.linalg.solve(fx.zeros([5, 3, 3]), fx.zeros([3])), [5, 3])
  })

  test('loops', () => {
    const [last, ys] = fx.scan((c, v) => [fx.add(c, fx.sum(v)), fx.mul(v, 2)], fx.zeros([4]), x)
    is(last, [4])
    is(ys, [2, 3, 5])
  })
})

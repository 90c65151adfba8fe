/** Ops whose lengths are computed: literal where everything is literal, and what tsc refuses. */
import { describe, expectTypeOf, test } from 'vitest'
import * as fx from '../../src/index.js'

declare const x: fx.Tensor<readonly [2, 3, 5], 'f32'>
declare const row: fx.Tensor<readonly [5], 'f32'>
declare const flags: fx.Tensor<readonly [2, 1, 5], 'bool'>
declare const whole: fx.Tensor<readonly [2, 3, 5], 'i32'>
declare const wide: fx.Tensor<fx.Shape, 'f32'>
declare const open: fx.Tensor<readonly [number, 3], 'f32'>
declare const images: fx.Tensor<readonly [8, 3, 28, 30], 'f32'>
declare const some: number
declare const list: readonly number[]
declare const pairs: readonly (readonly [number, number])[]
declare const operand: fx.Operand<'f32'>
declare const isTrue: boolean
declare const equation: string

describe('where and clamp', () => {
  test('broadcast all three', () => {
    expectTypeOf(fx.where(flags, x, row)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'f32'>>()
    expectTypeOf(fx.where(flags, 0, row).shape).toEqualTypeOf<readonly [2, 1, 5]>()
    expectTypeOf(fx.where(flags, fx.zeros([3, 1]), 1).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.where(flags, 0, 1)).toEqualTypeOf<fx.Tensor<readonly [2, 1, 5], 'f32'>>()
    expectTypeOf(fx.where(isTrue, 0, 1)).toEqualTypeOf<fx.Tensor<readonly [], 'f32'>>()
    expectTypeOf(fx.where(isTrue, x, 0)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'f32'>>()
    expectTypeOf(fx.where(fx.gt(x, 0), 0, whole)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'i32'>>()
    expectTypeOf(fx.clamp(x, 0, row).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.clamp(row, 0, 6)).toEqualTypeOf<fx.Tensor<readonly [5], 'f32'>>()
    expectTypeOf(fx.clamp(row, x, fx.zeros([3, 1])).shape).toEqualTypeOf<readonly [2, 3, 5]>()
  })

  test('fall back', () => {
    expectTypeOf(fx.where(flags, wide, x).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.where(flags, operand, 0)).toEqualTypeOf<fx.Tensor<fx.Shape, 'f32'>>()
    expectTypeOf(fx.clamp(x, wide, 1).shape).toEqualTypeOf<fx.Shape>()
    const masked = <S extends fx.Shape>(m: fx.Tensor<S, 'bool'>, v: fx.Tensor<S, 'f32'>): fx.Tensor<S, 'f32'> => fx.where(m, v, 0)
    const cut = <S extends fx.Shape>(v: fx.Tensor<S, 'f32'>): fx.Tensor<S, 'f32'> => fx.clamp(v, 0, 1)
    expectTypeOf(cut(masked(fx.gt(x, 0), x)).shape).toEqualTypeOf<readonly [2, 3, 5]>()
  })

  test('refuse what does not meet', () => {
    // @ts-expect-error 5 and 4 differ
    fx.where(flags, x, fx.zeros([4]))
    // @ts-expect-error 5 and 4 differ
    fx.where(flags, fx.zeros([4]), 0)
    // @ts-expect-error f32 and i32
    fx.where(flags, x, whole)
    // @ts-expect-error 5 and 4 differ
    fx.clamp(x, fx.zeros([4]), 1)
    // @ts-expect-error f32 and i32
    fx.clamp(x, 0, whole)
  })
})

describe('logic and bits', () => {
  test('broadcast', () => {
    expectTypeOf(fx.logicalAnd(flags, fx.gt(x, 0))).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'bool'>>()
    expectTypeOf(fx.logicalOr(flags, true).shape).toEqualTypeOf<readonly [2, 1, 5]>()
    expectTypeOf(fx.logicalOr(true, flags).shape).toEqualTypeOf<readonly [2, 1, 5]>()
    expectTypeOf(fx.bitAnd(whole, 1)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'i32'>>()
    expectTypeOf(fx.shiftLeft(1, whole)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 5], 'i32'>>()
    expectTypeOf(fx.bitXor(fx.zeros([5], 'i32'), whole).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.logicalAnd(fx.gt(wide, 0), flags).shape).toEqualTypeOf<fx.Shape>()
    // @ts-expect-error 5 and 4 differ
    fx.logicalAnd(flags, fx.zeros([4], 'bool'))
    // @ts-expect-error i32 and u32
    fx.bitAnd(whole, fx.zeros([5], 'u32'))
  })
})

describe('reshape', () => {
  test('finds the open axis', () => {
    expectTypeOf(fx.reshape(x, [-1]).shape).toEqualTypeOf<readonly [30]>()
    expectTypeOf(fx.reshape(x, [-1, 5]).shape).toEqualTypeOf<readonly [6, 5]>()
    expectTypeOf(fx.reshape(fx.zeros([32, 64, 768]), [32, 64, 12, -1]).shape).toEqualTypeOf<readonly [32, 64, 12, 64]>()
    expectTypeOf(fx.reshape(fx.zeros([32, 784]), [32, 1, 28, -1]).shape).toEqualTypeOf<readonly [32, 1, 28, 28]>()
    expectTypeOf(fx.reshape(fx.zeros([0, 3]), [-1, 3]).shape).toEqualTypeOf<readonly [number, 3]>()
    expectTypeOf(fx.reshape(fx.zeros([]), [1, 1]).shape).toEqualTypeOf<readonly [1, 1]>()
    expectTypeOf(fx.reshape(fx.zeros([50257, 768]), [-1]).shape).toEqualTypeOf<readonly [38597376]>()
  })

  test('falls back', () => {
    expectTypeOf(fx.reshape(open, [-1]).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.reshape(wide, [2, 3]).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.reshape(x, [some, 5]).shape).toEqualTypeOf<readonly [number, 5]>()
    expectTypeOf(fx.reshape(x, list).shape).toEqualTypeOf<readonly number[]>()
    expectTypeOf(fx.reshape(x, x.shape).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    const flat = <S extends fx.Shape>(v: fx.Tensor<S, 'f32'>) => fx.reshape(v, [-1])
    expectTypeOf(flat(x).shape).toExtend<fx.Shape>()
  })

  test('refuses another number of elements', () => {
    // @ts-expect-error 30 elements and 31
    fx.reshape(x, [31])
    // @ts-expect-error 30 elements and 24
    fx.reshape(x, [2, 3, 4])
    // @ts-expect-error 30 does not divide into 4
    fx.reshape(x, [4, -1])
    // @ts-expect-error two axes are open
    fx.reshape(x, [-1, -1])
    // @ts-expect-error none and 3
    fx.reshape(fx.zeros([0, 3]), [3])
  })
})

describe('broadcastTo and transpose', () => {
  test('refuse shapes and axes that do not fit', () => {
    expectTypeOf(fx.broadcastTo(wide, [2, 3]).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.broadcastTo(flags, [7, 2, 3, 5]).shape).toEqualTypeOf<readonly [7, 2, 3, 5]>()
    expectTypeOf(fx.transpose(x, [-1, 0, 1]).shape).toEqualTypeOf<readonly [5, 2, 3]>()
    expectTypeOf(fx.transpose(x, list).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.expandDims(row, [0, 2]).shape).toEqualTypeOf<readonly [1, 5, 1]>()
    expectTypeOf(fx.squeeze(fx.zeros([1, 2, 1]), [0, -1]).shape).toEqualTypeOf<readonly [2]>()
    // @ts-expect-error 5 is not 4
    fx.broadcastTo(row, [2, 4])
    // @ts-expect-error three axes to two
    fx.broadcastTo(x, [3, 5])
    // @ts-expect-error 5 is not 1
    fx.broadcastTo(row, [1])
    // @ts-expect-error two of three axes
    fx.transpose(x, [0, 1])
    // @ts-expect-error axis 2 is not named
    fx.transpose(x, [0, 1, 1])
    // @ts-expect-error there is no axis 3
    fx.transpose(x, [0, 1, 3])
    // @ts-expect-error axis 1 has length 3
    fx.squeeze(x, 1)
    // @ts-expect-error there are four places
    fx.expandDims(x, [0, 5])
  })
})

describe('slice and pad', () => {
  test('count', () => {
    expectTypeOf(fx.slice(x, [0, 1, 0], [1, 3, 5]).shape).toEqualTypeOf<readonly [1, 2, 5]>()
    expectTypeOf(fx.slice(row, [1], [5], [3]).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(fx.slice(fx.zeros([1000]), [10], [990], [7]).shape).toEqualTypeOf<readonly [140]>()
    expectTypeOf(fx.slice(row, [5], [5]).shape).toEqualTypeOf<readonly [0]>()
    expectTypeOf(
      fx.pad(images, [
        [0, 0],
        [0, 1],
        [2, 2],
        [3, 67],
      ] as const).shape,
    ).toEqualTypeOf<readonly [8, 4, 32, 100]>()
    expectTypeOf(fx.pad(row, [[1, 2]], -1).shape).toEqualTypeOf<readonly [8]>()
  })

  test('fall back', () => {
    expectTypeOf(fx.slice(x, list, list).shape).toEqualTypeOf<readonly [number, number, number]>()
    expectTypeOf(fx.slice(row, [some], [3]).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.slice(row, [0], [4], list).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.slice(wide, [0, 1], [4, 4]).shape).toEqualTypeOf<readonly [4, 3]>()
    expectTypeOf(fx.pad(x, pairs).shape).toEqualTypeOf<readonly [number, number, number]>()
    expectTypeOf(fx.pad(wide, [[0, 1]]).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.pad(wide, pairs).shape).toEqualTypeOf<readonly number[]>()
    expectTypeOf(
      fx.pad(open, [
        [1, 1],
        [0, some],
      ]).shape,
    ).toEqualTypeOf<readonly [number, number]>()
  })

  test('refuse what is outside', () => {
    // @ts-expect-error 6 is beyond 5
    fx.slice(row, [0], [6])
    // @ts-expect-error 4 comes after 2
    fx.slice(row, [4], [2])
    // @ts-expect-error one of three axes
    fx.slice(x, [0], [1])
    // @ts-expect-error two widths for one axis
    fx.pad(row, [
      [0, 0],
      [0, 1],
    ])
  })
})

describe('tile, repeat and roll', () => {
  test('count', () => {
    expectTypeOf(fx.tile(row, 3).shape).toEqualTypeOf<readonly [15]>()
    expectTypeOf(fx.tile(x, [2, 1]).shape).toEqualTypeOf<readonly [2, 6, 5]>()
    expectTypeOf(fx.tile(row, [4, 2]).shape).toEqualTypeOf<readonly [4, 10]>()
    expectTypeOf(fx.repeat(x, 4, { axis: 1 }).shape).toEqualTypeOf<readonly [2, 12, 5]>()
    expectTypeOf(fx.repeat(x, [1, 2, 9], { axis: -2 }).shape).toEqualTypeOf<readonly [2, 12, 5]>()
    expectTypeOf(fx.repeat(x, 2).shape).toEqualTypeOf<readonly [60]>()
    expectTypeOf(fx.roll(x, 2, { axis: 1 }).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.diag(row).shape).toEqualTypeOf<readonly [5, 5]>()
    expectTypeOf(fx.add(fx.zeros([5, 5]), fx.diag(row)).shape).toEqualTypeOf<readonly [5, 5]>()
    expectTypeOf(fx.diag(row, -2).shape).toEqualTypeOf<readonly [7, 7]>()
    expectTypeOf(fx.cumsum(x).shape).toEqualTypeOf<readonly [30]>()
  })

  test('fall back', () => {
    expectTypeOf(fx.tile(x, list).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.tile(row, some).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.tile(wide, 2).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.repeat(x, some, { axis: 1 }).shape).toEqualTypeOf<readonly [2, number, 5]>()
    expectTypeOf(fx.repeat(x, list, { axis: 1 }).shape).toEqualTypeOf<readonly [2, number, 5]>()
    expectTypeOf(fx.repeat(x, 2, { axis: some }).shape).toEqualTypeOf<readonly [number, number, number]>()
    expectTypeOf(fx.repeat(wide, 2, { axis: 0 }).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.repeat(wide, 2).shape).toEqualTypeOf<readonly [number]>()
    expectTypeOf(fx.diag(wide).shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuse counts and axes that are not there', () => {
    // @ts-expect-error two counts for three elements
    fx.repeat(x, [1, 2], { axis: 1 })
    // @ts-expect-error there are axes 0 to 2
    fx.repeat(x, 2, { axis: 3 })
    // @ts-expect-error there are axes 0 to 2
    fx.roll(x, 1, { axis: 3 })
  })
})

describe('takeAlongAxis, gather and topK', () => {
  const at = fx.zeros([2, 3, 7], 'i32')

  test('have as many as there are indices', () => {
    expectTypeOf(fx.takeAlongAxis(x, at)).toEqualTypeOf<fx.Tensor<readonly [2, 3, 7], 'f32'>>()
    expectTypeOf(fx.gather(whole, fx.zeros([2, 8, 1], 'u32'), { axis: 1 })).toEqualTypeOf<fx.Tensor<readonly [2, 8, 5], 'i32'>>()
    expectTypeOf(fx.takeAlongAxis(wide, at).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.takeAlongAxis(x, at, { axis: some }).shape).toEqualTypeOf<readonly [number, number, number]>()
    expectTypeOf(fx.topK(x, some)[0].shape).toEqualTypeOf<readonly [2, 3, number]>()
    expectTypeOf(fx.topK(wide, 2)[0].shape).toEqualTypeOf<fx.Shape>()
  })

  test('refuse what does not meet', () => {
    // @ts-expect-error 3 and 4 on another axis
    fx.takeAlongAxis(x, fx.zeros([2, 4, 7], 'i32'))
    // @ts-expect-error one axis and three
    fx.gather(x, fx.zeros([7], 'i32'))
    // @ts-expect-error there are axes 0 to 2
    fx.takeAlongAxis(x, at, { axis: 3 })
    // @ts-expect-error indices are integers
    fx.takeAlongAxis(x, x)
    // @ts-expect-error there are five
    fx.topK(x, 6)
  })
})

describe('windows', () => {
  const kernels = fx.zeros([16, 3, 3, 5])

  test('slide', () => {
    expectTypeOf(fx.conv(images, kernels, { strides: 2 }).shape).toEqualTypeOf<readonly [8, 16, 13, 13]>()
    expectTypeOf(fx.conv(images, kernels, { strides: [1, 3], dilation: [2, 1] }).shape).toEqualTypeOf<readonly [8, 16, 24, 9]>()
    const padding = [
      [1, 1],
      [2, 3],
    ] as const
    expectTypeOf(fx.conv(images, kernels, { padding }).shape).toEqualTypeOf<readonly [8, 16, 28, 31]>()
    expectTypeOf(fx.conv(fx.zeros([1, 1, 4]), fx.zeros([1, 1, 9])).shape).toEqualTypeOf<readonly [1, 1, 0]>()
    expectTypeOf(fx.maxPool(images, { window: [3, 2], strides: 2 }).shape).toEqualTypeOf<readonly [8, 3, 13, 15]>()
    expectTypeOf(
      fx.avgPool(images, {
        window: 3,
        padding: [
          [1, 1],
          [0, 0],
        ] as const,
      }).shape,
    ).toEqualTypeOf<readonly [8, 3, 10, 10]>()
  })

  test('slide back', () => {
    const back = fx.zeros([6, 16, 3, 5])
    const small = fx.zeros([8, 16, 13, 13])
    expectTypeOf(fx.convTranspose(small, back).shape).toEqualTypeOf<readonly [8, 6, 15, 17]>()
    expectTypeOf(fx.convTranspose(small, back, { strides: 2, outputPadding: [1, 0] }).shape).toEqualTypeOf<readonly [8, 6, 28, 29]>()
    expectTypeOf(fx.convTranspose(small, back, { strides: 2, padding: 'same' }).shape).toEqualTypeOf<readonly [8, 6, 26, 26]>()
    const padding = [
      [1, 1],
      [2, 2],
    ] as const
    expectTypeOf(fx.convTranspose(small, back, { padding, dilation: 2 }).shape).toEqualTypeOf<readonly [8, 6, 15, 17]>()
    expectTypeOf(fx.convTranspose(small, fx.zeros([6, 8, 1, 1]), { groups: 2 }).shape).toEqualTypeOf<readonly [8, 6, 13, 13]>()
    expectTypeOf(fx.convTranspose(small, fx.zeros([3, 16, 1, 1]), { groups: 2 }).shape).toEqualTypeOf<readonly [8, 6, 13, 13]>()
  })

  test('fall back', () => {
    const options: fx.ConvOptions = { strides: 2 }
    expectTypeOf(fx.conv(images, kernels, options).shape).toEqualTypeOf<readonly [8, 16, number, number]>()
    expectTypeOf(fx.conv(images, kernels, { strides: some }).shape).toEqualTypeOf<readonly [8, 16, number, number]>()
    expectTypeOf(fx.conv(images, kernels, { padding: pairs }).shape).toEqualTypeOf<readonly [8, 16, number, number]>()
    expectTypeOf(fx.conv(wide, kernels).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.convTranspose(wide, kernels).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.maxPool(wide, { window: 2 }).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.maxPool(images, { window: list }).shape).toEqualTypeOf<readonly [8, 3, number, number]>()
  })

  test('refuse channels that do not fit', () => {
    // @ts-expect-error 3 and 4 channels
    fx.convTranspose(images, fx.zeros([6, 4, 3, 3]))
    // @ts-expect-error two spatial axes and one
    fx.convTranspose(images, fx.zeros([6, 3, 3]))
    // @ts-expect-error 3 channels and 2 groups of 2
    fx.convTranspose(images, fx.zeros([6, 2, 3, 3]), { groups: 2 })
  })
})

describe('products', () => {
  test('know their shapes in batches', () => {
    expectTypeOf(fx.matmul(fx.zeros([4, 1, 2, 3]), fx.zeros([5, 3, 7])).shape).toEqualTypeOf<readonly [4, 5, 2, 7]>()
    expectTypeOf(fx.matmul(fx.zeros([3]), fx.zeros([5, 3, 7])).shape).toEqualTypeOf<readonly [5, 7]>()
    expectTypeOf(fx.matmul(fx.zeros([5, 2, 3]), fx.zeros([3])).shape).toEqualTypeOf<readonly [5, 2]>()
    expectTypeOf(fx.matmul(fx.zeros([3]), fx.zeros([3])).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(fx.matmul(fx.zeros([3]), fx.zeros([3, 2])).shape).toEqualTypeOf<readonly [2]>()
    expectTypeOf(fx.dot(x, fx.zeros([5])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.dot(x, fx.zeros([7, 5, 4])).shape).toEqualTypeOf<readonly [2, 3, 7, 4]>()
    expectTypeOf(fx.dot(fx.zeros([]), x).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.dot(x, wide).shape).toEqualTypeOf<fx.Shape>()
    // @ts-expect-error batches of 2 and 4
    fx.matmul(x, fx.zeros([4, 5, 1]))
    // @ts-expect-error 5 and 4 differ
    fx.dot(x, fx.zeros([4]))
    // @ts-expect-error 5 and 7 differ
    fx.dot(x, fx.zeros([5, 7, 4]))
  })

  test('einsum', () => {
    expectTypeOf(fx.einsum('bij,bjk->bik', x, fx.zeros([2, 5, 7])).shape).toEqualTypeOf<readonly [2, 3, 7]>()
    expectTypeOf(fx.einsum('i,j -> ji', row, fx.zeros([4])).shape).toEqualTypeOf<readonly [4, 5]>()
    expectTypeOf(fx.einsum('ii->i', fx.zeros([3, 3])).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(fx.einsum('bij->', x).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(fx.einsum('ab,bc,cd->ad', fx.zeros([2, 3]), fx.zeros([3, 4]), fx.zeros([4, 5])).shape).toEqualTypeOf<readonly [2, 5]>()
    expectTypeOf(fx.einsum('ij,jk->ik', open, fx.zeros([3, 2])).shape).toEqualTypeOf<readonly [number, 2]>()
  })

  test("einsum with '...'", () => {
    expectTypeOf(fx.einsum('...ij->...ji', x).shape).toEqualTypeOf<readonly [2, 5, 3]>()
    expectTypeOf(fx.einsum('i...,...j->...ij', x, fx.zeros([4, 1, 5, 7])).shape).toEqualTypeOf<readonly [4, 3, 5, 2, 7]>()
    expectTypeOf(fx.einsum('... -> ...', x).shape).toEqualTypeOf<readonly [2, 3, 5]>()
    expectTypeOf(fx.einsum('i...j->...', x).shape).toEqualTypeOf<readonly [3]>()
    expectTypeOf(fx.einsum('bij,...->bi...', x, fx.zeros([])).shape).toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(fx.einsum('...i,i->...', open, fx.zeros([3])).shape).toEqualTypeOf<readonly [number]>()
    // @ts-expect-error axes of 2 and 4 do not broadcast
    fx.einsum('...ij,...jk->...ik', x, fx.zeros([4, 5, 7]))
    // @ts-expect-error four letters for three axes
    fx.einsum('ab...cd->...', x)
    // @ts-expect-error the result leaves out an axis that has no letter
    fx.einsum('...j->j', x)
  })

  test("einsum without '->'", () => {
    expectTypeOf(fx.einsum('ij,jk', fx.zeros([2, 3]), fx.zeros([3, 4])).shape).toEqualTypeOf<readonly [2, 4]>()
    expectTypeOf(fx.einsum('ba', fx.zeros([2, 3])).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(fx.einsum('bA', fx.zeros([2, 3])).shape).toEqualTypeOf<readonly [3, 2]>()
    expectTypeOf(fx.einsum('ii', fx.zeros([3, 3])).shape).toEqualTypeOf<readonly []>()
    expectTypeOf(fx.einsum('...ij,...jk', x, fx.zeros([5, 7])).shape).toEqualTypeOf<readonly [2, 3, 7]>()
    expectTypeOf(fx.einsum('ij,jk', open, fx.zeros([3, 4])).shape).toEqualTypeOf<readonly [number, 4]>()
    // @ts-expect-error j is 5 and 4
    fx.einsum('bij,j', x, fx.zeros([4]))
  })

  test('einsum falls back', () => {
    expectTypeOf(fx.einsum('bij->ib', wide)).toEqualTypeOf<fx.Tensor<fx.Shape, 'f32'>>()
    expectTypeOf(fx.einsum(equation, open).shape).toEqualTypeOf<fx.Shape>()
    expectTypeOf(fx.einsum('ij,ij->ij', ...([open, open] as fx.Tensor<fx.Shape, 'f32'>[])).shape).toEqualTypeOf<fx.Shape>()
  })

  test('einsum refuses what does not fit', () => {
    // @ts-expect-error j is 5 and 4
    fx.einsum('bij,bjk->bik', x, fx.zeros([2, 4, 7]))
    // @ts-expect-error two letters for three axes
    fx.einsum('ij->ji', x)
    // @ts-expect-error two terms for one operand
    fx.einsum('i,j->ij', row)
    // @ts-expect-error no operand has k
    fx.einsum('i->ik', row)
    // @ts-expect-error f32 and i32
    fx.einsum('bij,bij->b', x, whole)
  })
})

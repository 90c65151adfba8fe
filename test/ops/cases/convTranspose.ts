/** Transposed convolutions: numbers from a scatter of every element, written in NumPy. */
import * as fx from '../../../src/index.js'
import { f32, opCase, type OpCase } from '../opCase.js'

const transposed: readonly OpCase[] = [
  opCase(
    'convTranspose: plain',
    [f32([-1, -4, -2, 4, 2, 4], [1, 2, 3]), f32([-3, -2, 4, -2, 1, -2, -1, 2, 3, -4, -2, -4], [3, 2, 2])],
    (x, w) => fx.convTranspose(x, w),
    f32([19, 14, 26, -4, -5, 4, 6, 12, -11, -28, -6, -8], [1, 3, 4]),
  ),
  opCase(
    'convTranspose: stride 2 in two axes',
    [f32([1, -1, 2, 4, 4, 2], [1, 1, 2, 3]), f32([1, 2, -1, -2, -2, -1, 2, -3, 2, -2, -4, 1], [2, 1, 3, 2])],
    (x, w) => fx.convTranspose(x, w, { strides: 2 }),
    f32(
      [
        1, 2, -1, -2, 2, 4, -1, -2, 1, 2, -2, -4, 2, 7, 6, 9, -2, 2, -4, -8, -4, -8, -2, -4, -8, -4, -8, -4, -4, -2, 2, -3, -2, 3, 4, -6, 2,
        -2, -2, 2, 4, -4, 4, -11, 12, -13, -4, -4, 8, -8, 8, -8, 4, -4, -16, 4, -16, 4, -8, 2,
      ],
      [1, 2, 5, 6],
    ),
  ),
  opCase(
    'convTranspose: padding crops',
    [
      f32([-2, -4, -3, 2, -1, -2, -1, -1, -3, 1, 1, -1, 2, -3, -2, -1, 3, -3, -4, 4, -4, -2, 2, -2], [1, 2, 4, 3]),
      f32([1, 2, 3, -1, 4, -2, 1, 4, 3, 1, 2, -4, 1, -3, 1, 4, 4, 1], [1, 2, 3, 3]),
    ],
    (x, w) =>
      fx.convTranspose(x, w, {
        strides: [2, 1],
        padding: [
          [1, 1],
          [0, 2],
        ],
      }),
    f32([4, -13, 0, 7, -12, -34, -3, 15, -19, -7, 8, 11, -3, 13, -19, -18, -4, 0, -3, 11, -7], [1, 1, 7, 3]),
  ),
  opCase(
    'convTranspose: outputPadding',
    [f32([-2, 3, -1], [1, 1, 3]), f32([-2, -1, 1], [1, 1, 3])],
    (x, w) => fx.convTranspose(x, w, { strides: 3, padding: [[1, 1]], outputPadding: 2 }),
    f32([2, -2, -6, -3, 3, 2, 1, -1, 0], [1, 1, 9]),
  ),
  opCase(
    'convTranspose: dilation',
    [f32([2, -2, -4, 1, 2, -1, -4, -4, -1, 2, -1, 4], [2, 1, 3, 2]), f32([1, 3, 1, -3], [1, 1, 2, 2])],
    (x, w) => fx.convTranspose(x, w, { strides: [1, 2], dilation: [2, 3], outputPadding: [0, 1] }),
    f32(
      [
        2, 0, -2, 6, 0, -6, 0, -4, 0, 1, -12, 0, 3, 0, 4, 0, -3, 0, 0, 3, 0, -4, 0, 1, 12, 0, -3, 0, 2, 0, -1, -6, 0, 3, 0, -4, 0, -4, -12,
        0, -12, 0, -1, 0, 2, -3, 0, 6, 0, -5, 0, 0, 9, 0, 24, 0, -1, 0, 2, 3, 0, -6, 0, -1, 0, 4, 3, 0, -12, 0,
      ],
      [2, 1, 5, 7],
    ),
  ),
  opCase(
    'convTranspose: groups',
    [
      f32([1, -3, -4, 4, -2, 4, 2, -3, -1, -3, 3, 4], [1, 4, 3]),
      f32([1, -2, 2, -3, -4, -4, -4, -1, 1, 3, 4, 4, -4, -3, -3, -1], [2, 4, 2]),
    ],
    (x, w) => fx.convTranspose(x, w, { groups: 2, strides: 2 }),
    f32([9, -14, -7, 12, 4, -4, 17, 19, -11, -17, 12, 4, 4, -5, 0, 9, -12, 0, 1, -3, 3, 6, -8, -1], [1, 4, 6]),
  ),
  opCase(
    'convTranspose: three axes',
    [f32([-4, 4, 4, 1, -3, 2, -1, 2], [1, 1, 2, 2, 2]), f32([4, -3, -1, 2], [1, 1, 2, 1, 2])],
    (x, w) => fx.convTranspose(x, w, { strides: [1, 2, 1] }),
    f32([-16, 28, -12, 0, 0, 0, 16, -8, -3, -8, 5, 2, 0, 0, 0, -8, 18, -4, 3, -8, 4, 0, 0, 0, 1, -4, 4], [1, 1, 3, 3, 3]),
  ),
  opCase(
    'convTranspose: same, the window longer than the stride',
    [f32([-3, -3, -2, 2], [1, 1, 4]), f32([-1, 4, -2, 1, -1], [1, 1, 5])],
    (x, w) => fx.convTranspose(x, w, { strides: 2, padding: 'same' }),
    f32([-12, 9, -15, 11, -11, 5, 6, -2], [1, 1, 8]),
  ),
  opCase(
    'convTranspose: same, the window shorter than the stride',
    [f32([-2, -1, 4, -4], [1, 1, 4]), f32([-3], [1, 1, 1])],
    (x, w) => fx.convTranspose(x, w, { strides: 3, padding: 'same' }),
    f32([6, 0, 0, 3, 0, 0, -12, 0, 0, 12, 0, 0], [1, 1, 12]),
  ),
  opCase(
    'convTranspose: padding as wide as the window',
    [f32([3, -2, 4, 1], [1, 1, 4]), f32([1, -2], [1, 1, 2])],
    (x, w) => fx.convTranspose(x, w, { padding: [[2, 1]] }),
    f32([8, -7], [1, 1, 2]),
  ),
  opCase(
    'convTranspose: groups, kernels as conv lays them out',
    [
      f32([-4, -1, 4, -1, -2, -4, -1, 1, -2, -1, 4, 1], [1, 4, 3]),
      f32([2, -2, -2, 4, -2, -2, -1, 1, -1, -3, 4, 2, 2, -3, -4, 4], [4, 2, 2]),
    ],
    (x, w) => fx.convTranspose(x, w, { groups: 2 }),
    f32([-6, 6, 10, -24, 9, 11, -4, -12, -3, 16, 11, 8, 2, -15, 5, 10], [1, 4, 4]),
  ),
  opCase(
    'convTranspose: depthwise',
    [f32([3, -4, 3, 2, -3, 4], [1, 3, 2]), f32([4, 2, 4, -1, 2, 2], [1, 3, 2])],
    (x, w) => fx.convTranspose(x, w, { groups: 3, strides: 2 }),
    f32([12, 6, -16, -8, 12, -3, 8, -2, -6, -6, 8, 8], [1, 3, 4]),
  ),
]

export const convTransposeCases: readonly OpCase[] = [...transposed]

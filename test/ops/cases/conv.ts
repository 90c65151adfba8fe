/** Convolutions and pooling: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { f32, opCase, upTo, type OpCase } from '../opCase.js'

const image = upTo(16, [1, 1, 4, 4])
const kernel = f32([
  [
    [
      [1, 2],
      [-1, 0],
    ],
  ],
])

const convolutions: readonly OpCase[] = [
  opCase(
    'conv',
    [image, kernel],
    (x, w) => fx.conv(x, w),
    f32([
      [
        [
          [0, 2, 4],
          [8, 10, 12],
          [16, 18, 20],
        ],
      ],
    ]),
  ),
  opCase(
    'conv with strides',
    [image, kernel],
    (x, w) => fx.conv(x, w, { strides: 2 }),
    f32([
      [
        [
          [0, 4],
          [16, 20],
        ],
      ],
    ]),
  ),
  opCase(
    'conv with padding',
    [image, kernel],
    (x, w) =>
      fx.conv(x, w, {
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
    f32([
      [
        [
          [-1, -2, -3, -4, 0],
          [0, 2, 4, -4, 0],
          [8, 10, 12, -4, 0],
          [16, 18, 20, -4, 0],
        ],
      ],
    ]),
  ),
  opCase(
    'conv padded to the same size: the odd zero is at the end',
    [image, kernel],
    (x, w) => fx.conv(x, w, { padding: 'same' }),
    f32([
      [
        [
          [0, 2, 4, -4],
          [8, 10, 12, -4],
          [16, 18, 20, -4],
          [41, 44, 47, 16],
        ],
      ],
    ]),
  ),
  opCase(
    'conv with strides, same',
    [
      f32(
        Array.from({ length: 25 }, (_, i) => i),
        [1, 1, 5, 5],
      ),
      f32([
        [
          [
            [1, 0, -1],
            [2, 0, -2],
            [1, 0, -1],
          ],
        ],
      ]),
    ],
    (x, w) => fx.conv(x, w, { padding: 'same', strides: 2 }),
    f32([
      [
        [
          [-8, -6, 14],
          [-44, -8, 52],
          [-58, -6, 64],
        ],
      ],
    ]),
  ),
  opCase('conv with dilation', [image, kernel], (x, w) => fx.conv(x, w, { dilation: [2, 3] }), f32([[[[0], [8]]]])),
  opCase(
    'conv over channels',
    [
      upTo(12, [1, 3, 2, 2]),
      f32(
        Array.from({ length: 12 }, (_, i) => i - 5),
        [2, 3, 1, 2],
      ),
    ],
    (x, w) => fx.conv(x, w),
    f32([
      [
        [[-49], [-79]],
        [[149], [191]],
      ],
    ]),
  ),
  opCase(
    'conv in groups',
    [upTo(16, [1, 4, 2, 2]), upTo(16, [4, 2, 1, 2])],
    (x, w) => fx.conv(x, w, { groups: 2 }),
    f32([
      [
        [[44], [64]],
        [[100], [152]],
        [[492], [576]],
        [[676], [792]],
      ],
    ]),
  ),
  opCase(
    'conv by depth',
    [upTo(16, [1, 4, 2, 2]), upTo(8, [4, 1, 2, 1])],
    (x, w) => fx.conv(x, w, { groups: 4 }),
    f32([[[[7, 10]], [[43, 50]], [[111, 122]], [[211, 226]]]]),
  ),
  opCase(
    'conv of a batch',
    [
      upTo(8, [2, 1, 2, 2]),
      f32([
        [
          [
            [1, 1],
            [1, 1],
          ],
        ],
      ]),
    ],
    (x, w) => fx.conv(x, w),
    f32([[[[10]]], [[[26]]]]),
  ),
  opCase('conv along one axis', [upTo(5, [1, 1, 5]), f32([[[1, 0, -1]]])], (x, w) => fx.conv(x, w), f32([[[-2, -2, -2]]])),
  opCase(
    'conv along three axes',
    [upTo(8, [1, 1, 2, 2, 2]), f32([[[[[1]], [[-1]]]]])],
    (x, w) => fx.conv(x, w),
    f32([
      [
        [
          [
            [-4, -4],
            [-4, -4],
          ],
        ],
      ],
    ]),
  ),
  opCase('conv of no images', [f32([], [0, 1, 4, 4]), kernel], (x, w) => fx.conv(x, w), f32([], [0, 1, 3, 3])),
  opCase('conv with a window larger than the image', [upTo(1, [1, 1, 1, 1]), kernel], (x, w) => fx.conv(x, w), f32([], [1, 1, 0, 0])),
]

const pools: readonly OpCase[] = [
  opCase(
    'maxPool',
    [image],
    (x) => [fx.maxPool(x, { window: 2 }), fx.maxPool(x, { window: 2, strides: 1 }), fx.maxPool(x, { window: [1, 3] })],
    [
      f32([
        [
          [
            [6, 8],
            [14, 16],
          ],
        ],
      ]),
      f32([
        [
          [
            [6, 7, 8],
            [10, 11, 12],
            [14, 15, 16],
          ],
        ],
      ]),
      f32([[[[3], [7], [11], [15]]]]),
    ],
  ),
  opCase(
    'maxPool never takes padding',
    [
      f32([
        [
          [
            [-5, -3],
            [-2, -4],
          ],
        ],
      ]),
    ],
    (x) =>
      fx.maxPool(x, {
        window: 2,
        strides: 2,
        padding: [
          [1, 1],
          [1, 1],
        ],
      }),
    f32([
      [
        [
          [-5, -3],
          [-2, -4],
        ],
      ],
    ]),
  ),
  opCase(
    'maxPool of the same size',
    [upTo(3, [1, 1, 3, 1])],
    (x) => fx.maxPool(x, { window: [2, 1], strides: 1, padding: 'same' }),
    f32([[[[2], [3], [3]]]]),
  ),
  opCase(
    'maxPool with NaN',
    [
      f32([
        [
          [
            [1, NaN],
            [2, 3],
          ],
        ],
      ]),
    ],
    (x) => fx.maxPool(x, { window: [1, 2] }),
    f32([[[[NaN], [3]]]]),
  ),
  opCase('maxPool drops what is left over', [upTo(5, [1, 1, 5])], (x) => fx.maxPool(x, { window: 2 }), f32([[[2, 4]]])),
  opCase(
    'avgPool',
    [image],
    (x) => [fx.avgPool(x, { window: 2 }), fx.avgPool(x, { window: [4, 1], strides: [1, 2] })],
    [
      f32([
        [
          [
            [3.5, 5.5],
            [11.5, 13.5],
          ],
        ],
      ]),
      f32([[[[7, 9]]]]),
    ],
    { gpuUlps: 3 },
  ),
  opCase(
    'avgPool leaves padding out',
    [upTo(4, [1, 1, 2, 2])],
    (x) =>
      fx.avgPool(x, {
        window: 2,
        strides: 1,
        padding: [
          [1, 0],
          [1, 0],
        ],
      }),
    f32([
      [
        [
          [1, 1.5],
          [2, 2.5],
        ],
      ],
    ]),
    { gpuUlps: 3 },
  ),
  opCase(
    'avgPool that counts padding',
    [upTo(4, [1, 1, 2, 2])],
    (x) =>
      fx.avgPool(x, {
        window: 2,
        strides: 1,
        padding: [
          [1, 0],
          [1, 0],
        ],
        countIncludePad: true,
      }),
    f32([
      [
        [
          [0.25, 0.75],
          [1, 2.5],
        ],
      ],
    ]),
    { gpuUlps: 3 },
  ),
  opCase(
    'avgPool of channels and batches',
    [upTo(8, [2, 2, 2])],
    (x) => fx.avgPool(x, { window: 2 }),
    f32([
      [[1.5], [3.5]],
      [[5.5], [7.5]],
    ]),
    { gpuUlps: 3 },
  ),
]

export const convCases: readonly OpCase[] = [...convolutions, ...pools]

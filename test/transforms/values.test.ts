/** Derivatives by hand: the gradient of Σ wᵢ · f(x)ᵢ with weights 1, 2, 3, …, so that no two elements may change places. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const weighted = (y: F32): F32 => fx.sum(fx.mul(fx.reshape(y, [-1]), fx.add(fx.iota([y.size], { dtype: 'f32' }), 1)))

const gradientOf = (f: (x: F32) => F32, at: fx.Nested): fx.Nested => {
  const x = fx.ndarray(at, { dtype: 'f32' })
  const graph = fx.trace(
    fx.grad((v: F32) => weighted(f(v))),
    fx.spec<fx.Shape>(x.shape),
  )
  const [gradient] = fx.evaluate(graph, [x])
  if (gradient === undefined) throw new Error('no gradient')
  return fx.toNested(gradient)
}

const upTo = (n: number, shape: fx.Shape): F32 =>
  fx.constant(
    Float32Array.from({ length: n }, (_, i) => i + 1),
    { shape, dtype: 'f32' },
  )

const round = (x: fx.Nested): fx.Nested =>
  typeof x === 'number' ? Number(x.toPrecision(6)) + 0 : typeof x === 'boolean' ? x : x.map(round)

type Row = readonly [string, (x: F32) => F32, fx.Nested, fx.Nested]

const functions: readonly Row[] = [
  ['sin', fx.sin, [0, 1], [1, 1.0806]],
  ['cos', fx.cos, [0, 1], [0, -1.68294]],
  ['tan', fx.tan, [0, 1], [1, 6.85104]],
  ['exp', fx.exp, [0, 1], [1, 5.43656]],
  ['log', fx.log, [2, 4], [0.5, 0.5]],
  ['sqrt', fx.sqrt, [4, 9], [0.25, 0.333333]],
  ['rsqrt', fx.rsqrt, [4, 1], [-0.0625, -1]],
  ['reciprocal', fx.reciprocal, [2, -1], [-0.25, -2]],
  ['tanh', fx.tanh, [0, 1], [1, 0.839949]],
  ['sigmoid', fx.sigmoid, [0, 1], [0.25, 0.393224]],
  ['erf', fx.erf, [0, 1], [1.12838, 0.830215]],
  ['asin', fx.asin, [0, 0.6], [1, 2.5]],
  ['acos', fx.acos, [0, 0.6], [-1, -2.5]],
  ['atan', fx.atan, [0, 1], [1, 1]],
  ['sinh', fx.sinh, [0, 1], [1, 3.08616]],
  ['cosh', fx.cosh, [0, 1], [0, 2.3504]],
  ['expm1', fx.expm1, [0, 1], [1, 5.43656]],
  ['log1p', fx.log1p, [0, 1], [1, 1]],
  ['atan2 in y', (x) => fx.atan2(x, 2), [0, 2], [0.5, 0.5]],
  ['atan2 in x', (x) => fx.atan2(2, x), [0, 2], [-0.5, -0.5]],
  ['div by x', (x) => fx.div(6, x), [1, 2], [-6, -3]],
  ['pow of x', (x) => fx.pow(x, 3), [1, 2], [3, 24]],
  ['pow to x', (x) => fx.pow(2, x), [0, 1], [0.693147, 2.77259]],
  ['mod in x', (x) => fx.mod(x, 3), [7, -7], [1, 2]],
  ['mod in the divisor', (x) => fx.mod(7, x), [3, -3], [-2, 6]],
]

const structures: readonly Row[] = [
  ['slice', (x) => fx.slice(x, [1], [5], [2]), [1, 2, 3, 4, 5], [0, 1, 0, 2, 0]],
  ['pad', (x) => fx.pad(x, [[2, 1]]), [1, 2], [3, 4]],
  ['flip', (x) => fx.flip(x), [1, 2, 3], [3, 2, 1]],
  ['concat', (x) => fx.concat([fx.zeros([1]), x, x]), [1, 2], [6, 8]],
  [
    'transpose of three axes',
    (x) => fx.transpose(x, [1, 2, 0]),
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
  ],
  [
    'transpose that moves',
    (x) => fx.transpose(x, [2, 0, 1]),
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ],
  ],
  ['broadcastTo', (x) => fx.broadcastTo(x, [2, 2]), [[1], [2]], [[3], [7]]],
  [
    'sum',
    (x) => fx.sum(x, { axis: 0 }),
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [1, 2],
    ],
  ],
  [
    'max',
    (x) => fx.max(x, { axis: 1 }),
    [
      [1, 2],
      [4, 3],
    ],
    [
      [0, 1],
      [2, 0],
    ],
  ],
  [
    'min',
    (x) => fx.min(x, { axis: 1 }),
    [
      [1, 2],
      [4, 3],
    ],
    [
      [1, 0],
      [0, 2],
    ],
  ],
  ['take', (x) => fx.take(x, fx.constant([2, 0, 2], { dtype: 'i32' })), [1, 2, 3], [2, 0, 4]],
  ['where', (x) => fx.where(fx.gt(x, 0), fx.mul(x, 5), 1), [-1, 1], [0, 10]],
]

const contractions: readonly Row[] = [
  [
    'matmul on the left',
    (x) => fx.matmul(x, upTo(4, [2, 2])),
    [
      [1, 0],
      [0, 1],
    ],
    [
      [5, 11],
      [11, 25],
    ],
  ],
  [
    'matmul on the right',
    (x) => fx.matmul(upTo(4, [2, 2]), x),
    [
      [1, 0],
      [0, 1],
    ],
    [
      [10, 14],
      [14, 20],
    ],
  ],
  ['matmul of a vector', (x) => fx.matmul(upTo(4, [2, 2]), x), [1, 1], [7, 10]],
  ['conv in the image', (x) => fx.conv(x, upTo(2, [1, 1, 2])), [[[1, 2, 3]]], [[[1, 4, 4]]]],
  ['conv in the kernel', (w) => fx.conv(upTo(3, [1, 1, 3]), w), [[[1, 1]]], [[[5, 8]]]],
  ['conv in the image, with strides', (x) => fx.conv(x, upTo(2, [1, 1, 2]), { strides: 2 }), [[[1, 2, 3, 4, 5]]], [[[1, 2, 2, 4, 0]]]],
  ['conv in the kernel, with dilation', (w) => fx.conv(upTo(4, [1, 1, 4]), w, { dilation: 2 }), [[[1, 1]]], [[[5, 11]]]],
  ['conv in the kernel, with padding', (w) => fx.conv(upTo(2, [1, 1, 2]), w, { padding: [[1, 1]] }), [[[1, 1]]], [[[8, 5]]]],
  [
    'conv in the image, in groups',
    (x) => fx.conv(x, upTo(2, [2, 1, 1]), { groups: 2 }),
    [
      [
        [1, 1],
        [1, 1],
      ],
    ],
    [
      [
        [1, 2],
        [6, 8],
      ],
    ],
  ],
  ['avgPool', (x) => fx.avgPool(x, { window: 2 }), [[[1, 2, 3, 4]]], [[[0.5, 0.5, 1, 1]]]],
  ['maxPool with windows that overlap', (x) => fx.maxPool(x, { window: 2, strides: 1 }), [[[1, 3, 2]]], [[[0, 3, 0]]]],
]

describe.each(Object.entries({ functions, structures, contractions }))('the gradient of %s', (_, rows) => {
  test.each(rows)('%s', (_name, f, at, want) => {
    expect(round(gradientOf(f, at))).toEqual(want)
  })
})

/** Products of elements: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, u32, opCase, type OpCase } from '../opCase.js'

const prods: readonly OpCase[] = [
  opCase(
    'prod',
    [f32([2, -3, 0.5, 4, -1, -0.25], [2, 3])],
    (x) => [
      fx.prod(x),
      fx.prod(x, { axis: 0 }),
      fx.prod(x, { axis: -1 }),
      fx.prod(x, { axis: [0, 1], keepDims: true }),
      fx.prod(x, { axis: 1, keepDims: true }),
    ],
    [f32(-3), f32([8, 3, -0.125]), f32([-3, 1]), f32([-3], [1, 1]), f32([-3, 1], [2, 1])],
  ),
  opCase(
    'prod over nothing, of one and of a scalar',
    [f32([], [0, 3]), f32([-7]), f32(6), i32([], [2, 0])],
    (e, o, s, n) => [fx.prod(e, { axis: 0 }), fx.prod(e, { axis: 1 }), fx.prod(o), fx.prod(s), fx.prod(n, { axis: 1 })],
    [f32([1, 1, 1]), f32([], [0]), f32(-7), f32(6), i32([1, 1])],
  ),
  opCase(
    'prod of integers wraps; bool counts',
    [
      i32([3, -5, 7, 11, 13, -17, 19, 23, 29, 31, 37, 41, 2, 2, 2, 2, 2, 3, 1]),
      u32([3, 4294967291, 7, 11, 13, 4294967279, 19, 23, 29, 31, 37, 41, 2, 2, 2, 2, 2, 3, 1]),
      bool([true, true]),
      bool([true, false]),
    ],
    (i, u, t, b) => [fx.prod(i), fx.prod(u), fx.prod(t), fx.prod(b)],
    [i32(-1438525472), u32(2856441824), i32(1), i32(0)],
  ),
  opCase(
    'prod with zeros, signs and special values',
    [f32([0, -2, 3]), f32([-0, 5]), f32([NaN, 0]), f32([Infinity, -2]), f32([Infinity, 0])],
    (a, b, c, d, e) => [a, b, c, d, e].map((v) => fx.prod(v)),
    [f32(-0), f32(-0), f32(NaN), f32(-Infinity), f32(NaN)],
  ),
  opCase(
    'prod of a hundred',
    [
      f32([
        2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1,
        2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1,
        2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1, 2, 0.5, -1,
        2,
      ]),
    ],
    (x) => [fx.prod(x), fx.prod(fx.reshape(x, [2, 50]), { axis: 1 }), fx.prod(fx.reshape(x, [50, 2]), { axis: 0 })],
    [f32(-2), f32([1, -2]), f32([-2, 1])],
  ),
]

export const prodCases: readonly OpCase[] = [...prods]

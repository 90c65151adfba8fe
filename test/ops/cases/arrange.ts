/** Ops that repeat and rotate: numbers from NumPy. */
import * as fx from '../../../src/index.js'
import { bool, f32, i32, opCase, type OpCase } from '../opCase.js'

const tiles: readonly OpCase[] = [
  opCase(
    'tile',
    [i32([1, 2, 3, 4, 5, 6], [2, 3])],
    (x) => [fx.tile(x, 2), fx.tile(x, [2, 1]), fx.tile(x, [2, 1, 2]), fx.tile(x, [0, 2]), fx.tile(x, [])],
    [
      i32([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], [2, 6]),
      i32([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6], [4, 3]),
      i32([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], [2, 2, 6]),
      i32([], [0, 6]),
      i32([1, 2, 3, 4, 5, 6], [2, 3]),
    ],
  ),
  opCase(
    'tile of a scalar, of nothing and of bool',
    [f32(7), f32([], [0]), bool([true, false])],
    (s, e, b) => [fx.tile(s, 3), fx.tile(e, 2), fx.tile(b, [2, 2])],
    [f32([7, 7, 7]), f32([], [0]), bool([true, false, true, false, true, false, true, false], [2, 4])],
  ),
]

const repeats: readonly OpCase[] = [
  opCase(
    'repeat',
    [i32([1, 2, 3, 4, 5, 6], [2, 3])],
    (x) => [fx.repeat(x, 2), fx.repeat(x, 2, { axis: 0 }), fx.repeat(x, 3, { axis: -1 }), fx.repeat(x, 0, { axis: 1 })],
    [
      i32([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]),
      i32([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6], [4, 3]),
      i32([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6], [2, 9]),
      i32([], [2, 0]),
    ],
  ),
  opCase(
    'repeat by counts',
    [i32([1, 2, 3, 4, 5, 6], [2, 3])],
    (x) => [fx.repeat(x, [2, 0, 1], { axis: 1 }), fx.repeat(x, [0, 3], { axis: -2 })],
    [i32([1, 1, 3, 4, 4, 6], [2, 3]), i32([4, 5, 6, 4, 5, 6, 4, 5, 6], [3, 3])],
  ),
  opCase('repeat of a scalar and of nothing', [f32(2), f32([], [0, 2])], (s, e) => [fx.repeat(s, 2), fx.repeat(e, 2, { axis: 0 })], [
    f32([2, 2]),
    f32([], [0, 2]),
  ]),
]

const rolls: readonly OpCase[] = [
  opCase(
    'roll',
    [i32([1, 2, 3, 4, 5, 6], [2, 3])],
    (x) => [
      fx.roll(x, 1),
      fx.roll(x, -2),
      fx.roll(x, 1, { axis: 0 }),
      fx.roll(x, -1, { axis: -1 }),
      fx.roll(x, 7, { axis: 1 }),
      fx.roll(x, [1, 2], { axis: [0, 1] }),
      fx.roll(x, 1, { axis: [0, 1] }),
      fx.roll(x, 0, { axis: 1 }),
    ],
    [
      i32([6, 1, 2, 3, 4, 5], [2, 3]),
      i32([3, 4, 5, 6, 1, 2], [2, 3]),
      i32([4, 5, 6, 1, 2, 3], [2, 3]),
      i32([2, 3, 1, 5, 6, 4], [2, 3]),
      i32([3, 1, 2, 6, 4, 5], [2, 3]),
      i32([5, 6, 4, 2, 3, 1], [2, 3]),
      i32([6, 4, 5, 3, 1, 2], [2, 3]),
      i32([1, 2, 3, 4, 5, 6], [2, 3]),
    ],
  ),
  opCase(
    'roll of nothing, of one and of a scalar',
    [f32([], [0]), f32([4]), f32(5)],
    (e, o, s) => [fx.roll(e, 3), fx.roll(o, 3), fx.roll(s, 1)],
    [f32([], [0]), f32([4]), f32(5)],
  ),
]

export const arrangeCases: readonly OpCase[] = [...tiles, ...repeats, ...rolls]

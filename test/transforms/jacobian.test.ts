import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from '../api/failure.js'
import { run, type F32 } from './run.js'

const a = [
  [2, 1, 0],
  [1, 3, -1],
  [0, -1, 4],
]

describe('jacobian', () => {
  test('of a vector function', () => {
    const polar = (x: F32): F32 => {
      const [r, angle] = fx.split(x, 2) as [F32, F32]
      return fx.concat([fx.mul(r, fx.cos(angle)), fx.mul(r, fx.sin(angle))], { axis: 0 })
    }
    const [[c, s], [x, y]] = [
      [Math.cos(0.5), Math.sin(0.5)],
      [2, 2],
    ] as const
    const near = (v: number): unknown => expect.closeTo(v, 5)
    expect(run(fx.jacobian(polar), [2, 0.5])).toEqual([
      [
        [near(c), near(-x * s)],
        [near(s), near(y * c)],
      ],
    ])
  })

  test('of a linear map is its matrix', () => {
    expect(run((m, x) => fx.jacobian((v: F32) => fx.matmul(m, v))(x), a, [5, 6, 7])).toEqual([a])
  })

  test('has the axes of the result, then of the argument', () => {
    const x = fx.zeros<fx.Shape>([4, 5])
    expect(fx.jacobian((v: F32) => fx.sum(v, { axis: 1 }))(x).shape).toEqual([4, 4, 5])
    expect(fx.jacobian((v: F32) => fx.sum(v))(x).shape).toEqual([4, 5])
    expect(fx.jacobian((v: F32) => fx.slice(v, [0, 0], [0, 5]))(x).shape).toEqual([0, 5, 4, 5])
  })

  test('of trees and chosen arguments', () => {
    const f = (p: { readonly w: F32; readonly b: F32 }, x: F32) => [fx.mul(p.w, x), p.b]
    const of = (argnums: number | readonly number[]) => (w: F32, b: F32, x: F32) => fx.jacobian(f, { argnums })({ w, b }, x)
    // By result, then by leaf of the argument: b, w.
    expect(run(of(0), 2, 3, 5)).toEqual([0, 5, 1, 0])
    expect(run(of(1), 2, 3, 5)).toEqual([2, 0])
    expect(run(of([1, 0]), 2, 3, 5)).toEqual([2, 0, 5, 0, 1, 0])
  })

  test('of a gradient, and the gradient of a jacobian', () => {
    const cubes = (x: F32): F32 => fx.mul(x, fx.square(x))
    const trace = (x: F32): F32 => fx.sum(fx.mul(fx.jacobian(cubes)(x) as F32, fx.eye(2)))
    expect(run(trace, [1, 2])).toEqual([15])
    expect(run(fx.grad(trace), [1, 2])).toEqual([[6, 12]])
  })

  test('for every example of a batch', () => {
    expect(
      run(fx.vmap(fx.jacobian((x: F32) => fx.square(x))), [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [
        [
          [2, 0],
          [0, 4],
        ],
        [
          [6, 0],
          [0, 8],
        ],
      ],
    ])
  })

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    [
      'an argument that is i32',
      () => fx.jacobian((x: fx.Tensor) => fx.cast(x, 'f32'))(fx.zeros([2], 'i32')),
      'DTypeError',
      ['i32[2]', 'argnums'],
    ],
    ['a result that is i32', () => fx.jacobian((x: F32) => fx.cast(x, 'i32'))(fx.zeros<fx.Shape>([2])), 'DTypeError', ['i32[2]']],
    [
      'an argument that is not there',
      () => fx.jacobian((x: F32) => x, { argnums: untyped(1) })(fx.zeros<fx.Shape>([2])),
      'TraceError',
      ['argument 1'],
    ],
  ])('refuses %s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })
})

describe('hessian', () => {
  test('of a quadratic form is twice its symmetric part', () => {
    const form = (x: F32, m: F32): F32 => fx.sum(fx.mul(x, fx.matmul(m, x)))
    expect(run(fx.hessian(form), [1, 2, 3], a)).toEqual([a.map((row) => row.map((v) => 2 * v))])
  })

  test("of Rosenbrock's function", () => {
    const rosenbrock = (p: F32): F32 => {
      const [x, y] = [fx.slice(p, [0], [1]), fx.slice(p, [1], [2])]
      return fx.sum(fx.add(fx.square(fx.sub(1, x)), fx.mul(100, fx.square(fx.sub(y, fx.square(x))))))
    }
    // [[1200x² - 400y + 2, -400x], [-400x, 200]]
    expect(run(fx.hessian(rosenbrock), [1, 2])).toEqual([
      [
        [402, -400],
        [-400, 200],
      ],
    ])
  })

  test('of a tree is the tree twice', () => {
    const f = (p: { readonly x: F32; readonly y: F32 }): F32 => fx.mul(fx.square(p.x), p.y)
    expect(run((x, y) => fx.hessian(f)({ x, y }), 3, 5)).toEqual([10, 6, 6, 0])
  })

  test('forward over reverse gives the same', () => {
    const f = (x: F32): F32 => fx.logsumexp(fx.mul(x, fx.sin(x)))
    const forward = (x: F32): F32 => fx.vmap((v: F32) => fx.jvp(fx.grad(f), [x], [v])[1])(fx.eye(3))
    const [h] = run(fx.hessian(f), [0.1, 1, 2]) as [number[][]]
    const [k] = run(forward, [0.1, 1, 2]) as [number[][]]
    h.forEach((row, i) => row.forEach((v, j) => expect(k[j]?.[i]).toBeCloseTo(v, 5)))
  })
})

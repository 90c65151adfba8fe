import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { thrownBy, untyped } from '../api/failure.js'
import { run, runArrays, type F32 } from './run.js'

describe('vjp', () => {
  test('gives the value and the pullback', () => {
    const f = (x: F32, y: F32): F32 => fx.mul(x, fx.sin(y))
    const both = (x: F32, y: F32, g: F32): unknown => {
      const [out, pull] = fx.vjp(f, x, y)
      return [out, pull(g)]
    }
    const [out, dx, dy] = run(both, [1, 2], [0, 0.5], [10, 100])
    expect(out).toEqual([0, Math.fround(2 * Math.sin(0.5))])
    expect(dx).toEqual([0, expect.closeTo(100 * Math.sin(0.5), 4)])
    expect(dy).toEqual([10, expect.closeTo(200 * Math.cos(0.5), 4)])
  })

  test('of trees', () => {
    const f = (p: { readonly w: F32; readonly b: readonly [F32] }) => ({ sum: fx.add(p.w, p.b[0]), product: [fx.mul(p.w, p.b[0])] })
    const pulled = (w: F32, b: F32): unknown => fx.vjp(f, { w, b: [b] })[1]({ sum: fx.full([], 1), product: [fx.full([], 10)] })[0]
    // Leaves come in the order of the keys: b, then w.
    expect(run(pulled, 3, 5)).toEqual([31, 51])
  })

  test('may be pulled back many times, and differentiates again', () => {
    const f = (x: F32): F32 => {
      const [, pull] = fx.vjp((v: F32) => fx.mul(fx.square(v), v), x)
      return fx.add(pull(fx.full([], 1))[0], pull(fx.full([], 10))[0])
    }
    expect(run(f, 2)).toEqual([132])
    expect(run(fx.grad(f), 2)).toEqual([132])
    expect(run(fx.grad(fx.grad(f)), 2)).toEqual([66])
  })

  test('is linear in the cotangent, which has a derivative, too', () => {
    const f = (g: F32, x: F32): F32 => fx.sum(fx.vjp((v: F32) => fx.exp(v), x)[1](g)[0])
    expect(run(fx.grad(f), [1, 2], [0, 0])).toEqual([[1, 1]])
  })

  test('gives zeros of f32 for integers, and where nothing depends on an argument', () => {
    const f = (x: fx.Tensor, i: fx.Tensor): readonly fx.Tensor[] => [fx.take(x, i as never), fx.add(i, 1)]
    const pulled = (x: fx.Tensor, i: fx.Tensor): unknown => fx.vjp(f, x, i)[1]([fx.full([2], 1), fx.zeros([2], 'i32')])
    const graph = fx.trace(pulled, fx.spec([3]), fx.spec([2], 'i32'))
    expect(fx.print(graph)).not.toContain('i32[2])')
    expect(runArrays(pulled as never, [fx.ndarray([1, 2, 3], { dtype: 'f32' }), fx.ndarray([2, 2], { dtype: 'i32' })])).toEqual([
      [0, 0, 2],
      [0, 0],
    ])
    expect(run((x, y) => fx.vjp((a: F32, _: F32) => a, x, y)[1](fx.full([], 1)), 1, 2)).toEqual([1, 0])
  })

  test('the same tensor twice is two arguments', () => {
    expect(run((x) => fx.vjp((a: F32, b: F32) => fx.mul(a, fx.square(b)), x, x)[1](fx.full([], 1)), 3)).toEqual([9, 18])
  })

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    [
      'a cotangent of another structure',
      () => fx.vjp((x: F32) => x, fx.zeros<fx.Shape>([2]))[1](untyped([fx.zeros([2])])),
      'TraceError',
      ['cotangent', 'structure'],
    ],
    [
      'a cotangent of another shape',
      () => fx.vjp((x: F32) => x, fx.zeros<fx.Shape>([2]))[1](fx.zeros([3])),
      'ShapeError',
      ['f32[3]', 'f32[2]'],
    ],
    [
      'a cotangent of another dtype',
      () => fx.vjp((x: F32) => x, fx.zeros<fx.Shape>([2]))[1](untyped(fx.zeros([2], 'i32'))),
      'DTypeError',
      ['i32[2]', 'f32[2]'],
    ],
    ['an argument that is text', () => fx.vjp((x: F32) => x, untyped('x')), 'TraceError', ['string', 'at 0']],
    ['a result that is text', () => fx.vjp((_: F32) => 'x', fx.zeros<fx.Shape>([2])), 'TraceError', ['string', 'result']],
  ])('refuses %s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })
})

describe('jvp', () => {
  test('gives the value and its derivative along the tangents', () => {
    const f = (x: F32, y: F32): F32 => fx.mul(x, fx.exp(y))
    expect(run((x, y, v, w) => fx.jvp(f, [x, y], [v, w]), [2, 3], [0, 0], [1, 10], [1, 100])).toEqual([
      [2, 3],
      [3, 310],
    ])
  })

  test('of trees, integers and what does not depend on anything', () => {
    const f = (p: { readonly a: F32; readonly n: fx.Tensor }) => ({ twice: fx.mul(p.a, 2), same: p.n, none: fx.full([], 7) })
    const graph = fx.trace(
      (a, n) => fx.jvp(f, [{ a, n }], [{ a: fx.full([], 5), n: fx.full([], 1, 'i32') }])[1],
      fx.spec<fx.Shape>([]),
      fx.spec<fx.Shape, 'i32'>([], 'i32'),
    )
    // none, same, twice
    const results = fx.evaluate(graph, [fx.ndarray(1), fx.ndarray(1, { dtype: 'i32' })])
    expect(results.map(({ dtype }) => dtype)).toEqual(['f32', 'f32', 'f32'])
    expect(results.map(fx.toNested)).toEqual([0, 0, 10])
  })

  test('nests: forward over reverse, forward over forward, reverse over forward', () => {
    const cube = (x: F32): F32 => fx.mul(x, fx.square(x))
    const one = fx.full([], 1) as F32
    const d = (f: (x: F32) => F32) => (x: F32) => fx.jvp(f, [x], [one])[1]
    expect(run(d(cube), 2)).toEqual([12])
    expect(run(d(d(cube)), 2)).toEqual([12])
    expect(run(d(d(d(cube))), 2)).toEqual([6])
    expect(run(d(fx.grad(cube)), 2)).toEqual([12])
    expect(run(fx.grad(d(cube)), 2)).toEqual([12])
    expect(run(fx.grad(d(fx.grad(cube))), 2)).toEqual([6])
  })

  test('does not confuse perturbations', () => {
    const one = fx.full([], 1) as F32
    const d = (f: (x: F32) => F32, x: F32): F32 => fx.jvp(f, [x], [one])[1]
    // d/dx (x · d/dy (x + y)) = 1; an implementation that confuses the two says 2.
    expect(
      run(
        (x) =>
          d(
            (a) =>
              fx.mul(
                a,
                d((b) => fx.add(a, b), one),
              ),
            x,
          ),
        3,
      ),
    ).toEqual([1])
    expect(
      run(
        (x) =>
          d(
            (a) =>
              fx.mul(
                a,
                d((b) => fx.mul(a, b), a),
              ),
            x,
          ),
        3,
      ),
    ).toEqual([6])
    expect(run((x) => d((a) => fx.grad((b: F32) => fx.mul(a, fx.square(b)))(a), x), 3)).toEqual([12])
    expect(
      run(
        fx.grad((a: F32) => d((b) => fx.mul(a, fx.square(b)), a)),
        3,
      ),
    ).toEqual([12])
  })

  test('leaves no work of the primal pullback behind', () => {
    const graph = fx.trace(
      (x, v) => fx.jvp((a: F32) => fx.sum(fx.matmul(a, a)), [x], [v])[1],
      fx.spec<fx.Shape>([4, 4]),
      fx.spec<fx.Shape>([4, 4]),
    )
    const products = graph.nodes.filter(({ op }) => op === 'matmul').length
    expect(products).toBe(2)
  })

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    [
      'a tangent too few',
      () => fx.jvp((x: F32, y: F32) => fx.add(x, y), [fx.zeros<fx.Shape>([2]), fx.zeros<fx.Shape>([2])], untyped([fx.zeros([2])])),
      'TraceError',
      ['tangents', 'structure'],
    ],
    [
      'a tangent of another shape',
      () => fx.jvp((x: F32) => x, [fx.zeros<fx.Shape>([2])], [fx.zeros([1])]),
      'ShapeError',
      ['f32[1]', 'at 0'],
    ],
  ])('refuses %s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })
})

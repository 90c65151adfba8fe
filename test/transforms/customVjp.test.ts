import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { foriLoop } from '../../src/ops/control.js'
import { thrownBy, untyped } from '../api/failure.js'
import { run, type F32 } from './run.js'

/** log(1 + eˣ), of which a naive derivative overflows. */
const log1pexp = fx.customVjp((x: F32) => fx.log(fx.add(1, fx.exp(x))), {
  fwd: (x: F32) => [fx.log(fx.add(1, fx.exp(x))), x] as const,
  bwd: (x: F32, g: F32) => [fx.mul(g, fx.sigmoid(x))] as const,
})

/** Half the derivative that it should have, so that one can tell whose is used. */
const halved = fx.customVjp((x: F32) => fx.square(x), {
  fwd: (x: F32) => [fx.square(x), [x]] as const,
  bwd: ([x]: readonly [F32], g: F32) => [fx.mul(g, x)] as const,
})

describe('customVjp', () => {
  test('is the function', () => {
    expect(run(halved, [1, 2, 3])).toEqual([[1, 4, 9]])
    const graph = fx.trace((x) => halved(x), fx.spec<fx.Shape>([3]))
    const [text, json] = [fx.parse(fx.print(graph)), fx.fromJSON(JSON.parse(JSON.stringify(fx.toJSON(graph))))]
    for (const read of [text, json]) expect(read).toMatchObject({ _tag: 'Right' })
    expect(text._tag === 'Right' ? fx.print(text.right) : '').toBe(fx.print(graph))
    expect(json._tag === 'Right' ? fx.print(json.right) : '').toBe(fx.print(graph))
  })

  test('has the derivative that bwd says', () => {
    expect(
      run(
        fx.grad((x: F32) => fx.sum(log1pexp(x))),
        [1000, 0, -1000],
      ),
    ).toEqual([[1, 0.5, 0]])
    expect(
      run(
        fx.grad((x: F32) => fx.sum(halved(x))),
        [1, 2, 3],
      ),
    ).toEqual([[1, 2, 3]])
  })

  test('to any order: bwd is differentiated', () => {
    expect(run(fx.grad(fx.grad(halved)), 3)).toEqual([1])
    const [slope] = run(fx.grad(fx.grad(log1pexp)), 0.5) as [number]
    const s = 1 / (1 + Math.exp(-0.5))
    expect(slope).toBeCloseTo(s * (1 - s), 6)
  })

  test('residuals are differentiated as fwd computes them', () => {
    const f = fx.customVjp((x: F32) => fx.exp(x), {
      fwd: (x: F32) => {
        const y = fx.exp(x)
        return [y, y] as const
      },
      bwd: (y: F32, g: F32) => [fx.mul(g, y)] as const,
    })
    const orders = [f, fx.grad(f), fx.grad(fx.grad(f)), fx.grad(fx.grad(fx.grad(f)))]
    for (const order of orders) expect(run(order, 1)[0]).toBeCloseTo(Math.E, 5)
  })

  test('a residual that is a result has the rule of the result', () => {
    const rule = (y: F32, g: F32) => [fx.mul(fx.mul(g, y), 2)] as const
    const results = fx.customVjp((x: F32) => fx.exp(x), {
      fwd: (x: F32) => {
        const y = fx.exp(x)
        return [y, y] as const
      },
      bwd: rule,
    })
    const apart = fx.customVjp((x: F32) => fx.exp(x), { fwd: (x: F32) => [fx.exp(x), fx.exp(fx.mul(x, 1))] as const, bwd: rule })
    expect([results, fx.grad(results), fx.grad(fx.grad(results)), fx.grad(fx.grad(fx.grad(results)))].map((f) => run(f, 0)[0])).toEqual([
      1, 2, 4, 8,
    ])
    expect(run(fx.grad(fx.grad(apart)), 0)).toEqual([2])
    expect(run(fx.vmap(fx.grad(fx.grad(results))), [0, 0])).toEqual([[4, 4]])
    expect(run((x, v) => fx.jvp(fx.grad(results), [x], [v])[1], 0, 1)).toEqual([4])
  })

  test('forward mode', () => {
    expect(run((x, v) => fx.jvp(halved, [x], [v])[1], [1, 2], [1, 10])).toEqual([[1, 20]])
  })

  test('several arguments and results, as trees; null is no cotangent', () => {
    const f = fx.customVjp((p: { readonly a: F32; readonly n: fx.Tensor }, x: F32) => ({ y: fx.mul(p.a, x), z: fx.add(x, 1) }), {
      fwd: (p, x) => [{ y: fx.mul(p.a, x), z: fx.add(x, 1) }, { x }] as const,
      bwd: ({ x }, g) => [{ a: fx.mul(fx.mul(g.y, x), 10), n: fx.zeros([]) }, null] as const,
    })
    const loss = (a: F32, x: F32): F32 => {
      const { y, z } = f({ a, n: fx.full([], 3, 'i32') }, x)
      return fx.add(y, z)
    }
    expect(run((a, x) => fx.grad(loss, { argnums: [0, 1] })(a, x), 2, 5)).toEqual([50, 0])
  })

  test('uses tensors from outside, in the function and in bwd', () => {
    const f = (x: F32, k: F32): F32 => {
      const scale = fx.stopGradient(fx.exp(k))
      return fx.customVjp((v: F32) => fx.mul(v, scale), {
        fwd: (v: F32) => [fx.mul(v, scale), []] as const,
        bwd: (_: readonly [], g: F32) => [fx.mul(g, fx.mul(scale, 100))] as const,
      })(x)
    }
    expect(run(fx.grad(f), 3, 0)).toEqual([100])
    expect(run((x, k) => fx.grad(f, { argnums: 1 })(x, k), 3, 0)).toEqual([0])
  })

  test('what has no derivative may come from outside, though it depends on the argument', () => {
    const gated = (x: F32): F32 => {
      const mask = fx.cast(fx.gt(x, 0), 'f32')
      return fx.sum(
        fx.customVjp((v: F32) => fx.mul(v, mask), {
          fwd: (v: F32) => [fx.mul(v, mask), []] as const,
          bwd: (_: readonly [], g: F32) => [fx.mul(fx.mul(g, mask), 10)] as const,
        })(x),
      )
    }
    expect(run(fx.grad(gated), [-1, 2])).toEqual([[0, 10]])
    expect(run(fx.grad(fx.checkpoint(gated)), [-1, 2])).toEqual([[0, 10]])
    expect(
      run(
        fx.grad((x: F32) => fx.sum(fx.grad(fx.checkpoint(gated))(x))),
        [-1, 2],
      ),
    ).toEqual([[0, 0]])
  })

  describe('what does not depend on the argument may come from outside, though it goes in with what does', () => {
    const scaledBy = (k: F32) =>
      fx.customVjp((v: F32) => fx.mul(v, k), {
        fwd: (v: F32) => [fx.mul(v, k), []] as const,
        bwd: (_: readonly [], g: F32) => [fx.mul(fx.mul(g, k), 10)] as const,
      })

    test('as a residual of a customVjp around it, whatever the order', () => {
      const weights: F32 = fx.constant([1, 2])
      const own = (f: (x: F32) => F32) =>
        fx.customVjp(f, { fwd: (x: F32) => [f(x), x] as const, bwd: (x: F32, g: F32) => fx.vjp(f, x)[1](g) })
      const f = own(own((x: F32) => fx.sum(fx.mul(fx.mul(x, x), fx.mul(x, weights)))))
      const slope = (x: F32): F32 => fx.grad(f)(x)
      expect(run(slope, 1)).toEqual([9])
      expect(run(fx.grad(slope), 1)).toEqual([18])
      expect(run(fx.grad(fx.grad(slope)), 1)).toEqual([18])
    })

    test('as a carry of a loop, in it and after it', () => {
      const inside = (x: F32, k: F32): F32 =>
        foriLoop(0, 2, (_, [a, b]: readonly [F32, F32]) => [fx.square(a), scaledBy(a)(b)] as const, [k, x] as const)[1]
      const after = (x: F32, k: F32): F32 => {
        const [a, b] = foriLoop(0, 2, (_, [u, v]: readonly [F32, F32]) => [fx.square(u), fx.mul(u, v)] as const, [k, x] as const)
        return scaledBy(a)(b)
      }
      expect(run(fx.grad(inside), 1, 3)).toEqual([3 * 10 * 9 * 10])
      expect(run(fx.grad(after), 1, 3)).toEqual([27 * 81 * 10])
      for (const f of [inside, after]) expect(thrownBy(() => run(fx.grad(f, { argnums: 1 }), 1, 3)).message).toContain('outside')
    })

    test('as the other result of a checkpoint or a condition', () => {
      const pair = (x: F32, k: F32) => [fx.sin(x), fx.exp(k)] as const
      const through = (f: typeof pair) => (x: F32, k: F32) => {
        const [s, e] = f(x, k)
        return scaledBy(e)(s)
      }
      const cond = (x: F32, k: F32) => fx.cond(fx.gt(k, -1), pair, pair, x, k)
      for (const f of [through(fx.checkpoint(pair)), through(cond)]) {
        expect(run(fx.grad(f), 0, 0)).toEqual([10])
        expect(thrownBy(() => run(fx.grad(f, { argnums: 1 }), 0, 0)).message).toContain('outside')
      }
    })
  })

  test('in batches, and of batches', () => {
    const x = [1, 2, 3]
    expect(run(fx.vmap(fx.grad(halved)), x)).toEqual([x])
    expect(
      run(
        fx.grad((v: F32) => fx.sum(fx.vmap(halved)(v))),
        x,
      ),
    ).toEqual([x])
    expect(
      run(
        fx.grad((v: F32) => fx.sum(fx.vmap((_: F32) => halved(v), { inAxes: 0 })(fx.zeros([2])))),
        3,
      ),
    ).toEqual([6])
    const scaled = fx.customVjp((a: F32, b: F32) => fx.mul(a, b), {
      fwd: (a: F32, b: F32) => [fx.mul(a, b), [a, b]] as const,
      bwd: ([a, b]: readonly [F32, F32], g: F32) => [fx.mul(g, b), fx.mul(fx.mul(g, a), 10)] as const,
    })
    const total = (a: F32, b: F32): F32 => fx.sum(fx.vmap(scaled, { inAxes: [null, 0] })(a, b))
    expect(run((a, b) => fx.grad(total, { argnums: [0, 1] })(a, b), 2, x)).toEqual([6, [20, 20, 20]])
  })

  test('in the body of a loop', () => {
    const loop = (x: F32): F32 => foriLoop(0, 3, (_, c: F32) => halved(c), x)
    expect(run(loop, 2)).toEqual([256])
    // The derivative of each step is c, of x² at 2, 4 and 16.
    expect(run(fx.grad(loop), 2)).toEqual([128])
  })

  test('compiles to what runs: fwd only where it is differentiated', async () => {
    const f = fx.customVjp((x: F32) => fx.sin(x), {
      fwd: (x: F32) => [fx.sin(x), fx.tanh(x)] as const,
      bwd: (t: F32, g: F32) => [fx.mul(g, t)] as const,
    })
    const plain = await fx.compile((x: F32) => f(x), [fx.spec<fx.Shape>([4])], { device: 'js' })
    expect(plain.passes.at(-1)?.printed).not.toContain('tanh')
    const slope = await fx.compile(
      fx.grad((x: F32) => fx.sum(f(x))),
      [fx.spec<fx.Shape>([2])],
      { device: 'js' },
    )
    expect(slope.passes.at(-1)?.printed).not.toContain('sin(')
    expect(fx.toNested(await (await slope(fx.ndarray([0, 1], { dtype: 'f32' }))).toNDArray())).toEqual([0, Math.fround(Math.tanh(1))])
  })

  const x = fx.zeros<fx.Shape>([2])
  const custom = (fwd: unknown, bwd: unknown) => () => fx.customVjp((v: F32) => v, { fwd: untyped(fwd), bwd: untyped(bwd) })(x)
  const good = (v: F32): unknown => [v, []]

  test.each<readonly [string, () => unknown, fx.ErrorTag, readonly string[]]>([
    [
      'a fwd that returns no pair',
      custom(
        (v: F32) => v,
        () => [],
      ),
      'TraceError',
      ['fwd', 'pair'],
    ],
    [
      'a fwd that returns another tree',
      custom(
        (v: F32) => [[v], []],
        () => [],
      ),
      'TraceError',
      ['fwd', 'tree'],
    ],
    [
      'a fwd that returns another type',
      custom(
        (v: F32) => [fx.sum(v), []],
        () => [],
      ),
      'TraceError',
      ['f32[2]', 'f32[]'],
    ],
    ['a bwd that returns no list', custom(good, (_: unknown, g: F32) => g), 'TraceError', ['bwd', 'list of 1']],
    ['a bwd that returns another tree', custom(good, (_: unknown, g: F32) => [[g]]), 'TraceError', ['cotangent 0', 'tree']],
    ['a bwd that returns another shape', custom(good, () => [fx.zeros([3])]), 'ShapeError', ['f32[3]', 'f32[2]']],
    ['a bwd that returns another dtype', custom(good, () => [fx.zeros([2], 'i32')]), 'DTypeError', ['i32[2]', 'f32[2]']],
    [
      'a derivative with respect to a tensor from outside',
      () =>
        fx.grad((k: F32) => fx.sum(fx.customVjp((v: F32) => fx.mul(v, k), { fwd: (v: F32) => [fx.mul(v, k), []], bwd: (_, g) => [g] })(x)))(
          fx.full([], 1),
        ),
      'TraceError',
      ['outside', 'argument'],
    ],
  ])('refuses %s', (_, call, tag, says) => {
    const error = thrownBy(call)
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })
})

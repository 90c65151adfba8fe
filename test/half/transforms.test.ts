/** Transformations of functions of f16, and training in mixed precision. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { sameArray } from '../../src/ir/ndarray.js'

type Half = fx.Tensor<fx.Shape, 'f16'>
type F32 = fx.Tensor<fx.Shape, 'f32'>

const half = (value: fx.Nested): fx.NDArray<'f16'> => fx.ndarray(value, { dtype: 'f16' })

/** The results on the reference, which are those on JS. */
const run = async (f: (...xs: never[]) => unknown, ...args: readonly fx.NDArray[]): Promise<readonly fx.NDArray[]> => {
  const graph = fx.trace(f, ...(args.map((arg) => fx.specOf(arg)) as never[]))
  const want = fx.evaluate(graph, args)
  const program = await fx.compile(graph, { device: fx.js() })
  const leaves: fx.DeviceArray[] = []
  const collect = (tree: unknown): void => {
    if (typeof tree === 'object' && tree !== null && 'toNDArray' in tree) leaves.push(tree as fx.DeviceArray)
    else for (const child of Object.values(tree as object)) collect(child)
  }
  collect(await program(...(args as never[])))
  const got = await Promise.all(leaves.map((leaf) => leaf.toNDArray()))
  got.forEach((array, i) => expect(sameArray(array, want[i] as fx.NDArray)).toBe(true))
  return want
}

const numbers = (array: fx.NDArray | undefined): readonly number[] => [fx.toNested(array as fx.NDArray)].flat(9) as readonly number[]

const close = (got: readonly number[], want: readonly number[], share: number): void => {
  expect(got.length).toBe(want.length)
  got.forEach((x, i) => {
    expect(Math.abs(x - (want[i] as number))).toBeLessThanOrEqual(share * (0.1 + Math.abs(want[i] as number)))
  })
}

const functions: readonly (readonly [string, (x: F32) => fx.Tensor])[] = [
  ['point ops', (x) => fx.mul(fx.exp(fx.sin(x)), fx.sqrt(fx.add(fx.square(x), 1)))],
  ['quotients and powers', (x) => fx.div(fx.pow(fx.abs(x), 1.5), fx.add(2, fx.tanh(x)))],
  ['choices and extremes', (x) => fx.add(fx.where(fx.gt(x, 0), x, fx.mul(x, 2)), fx.maximum(x, fx.max(x)))],
  ['sums and means', (x) => fx.add(fx.mul(x, fx.sum(x)), fx.add(fx.mean(x), fx.variance(x)))],
  ['softmax', (x) => fx.mul(x, fx.softmax(x))],
  ['cumulative sums', (x) => fx.mul(fx.cumsum(x), fx.prod(fx.add(x, 2)))],
  ['products', (x) => fx.matmul(fx.reshape(x, [2, 3]), fx.reshape(x, [3, 2]))],
  ['convolutions', (x) => fx.conv(fx.reshape(x, [1, 1, 6]), fx.reshape(fx.slice(x, [0], [3]), [1, 1, 3]), { padding: 'same' })],
  ['pools', (x) => fx.add(fx.avgPool(fx.reshape(x, [1, 1, 6]), { window: 2 }), fx.maxPool(fx.reshape(x, [1, 1, 6]), { window: 2 }))],
  ['moved elements', (x) => fx.mul(fx.sort(x), fx.take(x, fx.constant(fx.ndarray([5, 5, 0, 1, 2, 2], { dtype: 'i32' }))))],
  ['scatters', (x) => fx.scatterAdd(fx.mul(x, x), fx.constant(fx.ndarray([0, 0, 3, 1, 5, 5], { dtype: 'i32' })), x)],
  ['equations', (x) => fx.einsum('i,i,j->j', x, x, fx.sin(x))],
  ['scans', (x) => fx.cumsum(fx.scan((c: F32, v: F32) => [fx.add(fx.mul(c, 0.5), fx.sin(v)), fx.mul(c, v)] as const, fx.sum(x), x)[1])],
  [
    'conditions',
    (x) =>
      fx.cond(
        fx.gt(fx.sum(x), 0),
        (v: F32) => fx.square(v),
        (v: F32) => fx.exp(v),
        x,
      ),
  ],
  ['checkpoints', (x) => fx.checkpoint((v: F32) => fx.sin(fx.square(v)))(x)],
  ['casts there and back', (x) => fx.cast(fx.square(fx.cast(fx.mul(x, 2), 'f32')), x.dtype)],
]

const at = [0.3, -1.1, 0.8, 1.7, -0.4, 0.9]

describe('derivatives of f16', () => {
  it.each(functions)('are f16, and near those of f32, of %s', async (_, f) => {
    const loss = (x: never): fx.Tensor => fx.sum(fx.mul(f(x), 0.25))
    const [value] = await run((x: never) => f(x), half(at))
    expect(value?.dtype).toBe('f16')
    const [grad] = await run(fx.grad(loss), half(at))
    expect(grad?.dtype).toBe('f16')
    const [want] = fx.evaluate(fx.trace(fx.grad(loss) as never, fx.spec([6])), [fx.ndarray(fx.toNested(half(at)), { dtype: 'f32' })])
    close(numbers(grad), numbers(want), 0.02)
    const [tangent] = await run((x: never) => fx.jvp(f, [x], [fx.full([6], 0.5, 'f16') as never])[1], half(at))
    expect(tangent?.dtype).toBe('f16')
  })

  it('in batches, as jacobians and of second order', async () => {
    const f = (x: Half): Half => fx.mul(fx.square(x), x)
    const [jacobian] = await run(fx.jacobian(f), half([1, 2]))
    expect(fx.toNested(jacobian as fx.NDArray)).toEqual([
      [3, 0],
      [0, 12],
    ])
    const [hessian] = await run(
      fx.hessian((x: Half) => fx.sum(f(x))),
      half([1, 2]),
    )
    expect(fx.toNested(hessian as fx.NDArray)).toEqual([
      [6, 0],
      [0, 12],
    ])
    const [batch] = await run(
      fx.vmap(fx.grad((x: Half) => fx.sum(f(x)))),
      half([
        [1, 2],
        [3, 4],
      ]),
    )
    expect(batch?.dtype).toBe('f16')
    expect(fx.toNested(batch as fx.NDArray)).toEqual([
      [3, 12],
      [27, 48],
    ])
  })

  it('by rules of their own, whose cotangents are f16', async () => {
    const f = fx.customVjp((x: Half, n: Half) => [fx.mul(x, n), fx.cast(x, 'i32')] as const, {
      fwd: (x: Half, n: Half) => [[fx.mul(x, n), fx.cast(x, 'i32')] as const, n] as const,
      bwd: (n: Half, [g]: readonly [Half, fx.Tensor<fx.Shape, 'i32'>]) => {
        expect(g.dtype).toBe('f16')
        return [fx.mul(fx.mul(g, n), 10), null] as const
      },
    })
    const [x, n] = await run(
      fx.grad((a: Half, b: Half) => fx.sum(f(a, b)[0]), { argnums: [0, 1] }),
      half([1, 2]),
      half([3, 4]),
    )
    expect([x?.dtype, n?.dtype]).toEqual(['f16', 'f16'])
    expect([fx.toNested(x as fx.NDArray), fx.toNested(n as fx.NDArray)]).toEqual([
      [30, 40],
      [0, 0],
    ])
  })

  it('do not flow through integers', async () => {
    const [g] = await run(
      fx.grad((x: Half) => fx.sum(fx.mul(x, fx.cast(fx.cast(x, 'i32'), 'f16')))),
      half([2.5, 3]),
    )
    expect(fx.toNested(g as fx.NDArray)).toEqual([2, 3])
  })
})

interface Weights {
  readonly a: F32
  readonly b: F32
}

/** Two layers in f16 on weights kept in f32. */
const loss = (w: Weights, x: F32, y: F32): F32 => {
  const hidden = fx.relu(fx.matmul(fx.cast(x, 'f16'), fx.cast(w.a, 'f16')))
  const out = fx.cast(fx.matmul(hidden, fx.cast(w.b, 'f16')), 'f32')
  return fx.mean(fx.square(fx.sub(out, y)))
}

/** One step of gradient descent, with the loss scaled so that small cotangents are f16s above zero. */
const stepBy =
  (scale: number, size = 1) =>
  (w: Weights, x: F32, y: F32) => {
    const scaled = (v: Weights): F32 => fx.mul(loss(v, x, y), scale * size)
    const [value, g] = fx.valueAndGrad(scaled)(w)
    const update = (p: F32, d: F32): F32 => fx.sub(p, fx.mul(d, 0.1 / (scale * size)))
    return [{ a: update(w.a, g.a), b: update(w.b, g.b) }, fx.div(value, scale * size)] as const
  }

describe('mixed precision', () => {
  const grid = (rows: number, columns: number, f: (i: number) => number): fx.NDArray<'f32'> =>
    fx.ndarray(Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => f(r * columns + c))))
  const x = grid(8, 4, (i) => Math.sin(i * 1.7))
  const y = grid(8, 1, (i) => Math.cos(i * 0.9))
  const w = { a: grid(4, 16, (i) => Math.sin(i * 3.1) * 0.6), b: grid(16, 1, (i) => Math.cos(i * 2.3) * 0.4) }

  it('trains f32 weights through f16, on the reference as on JS', async () => {
    const graph = fx.trace(stepBy(1024), fx.specOf(w), fx.specOf(x), fx.specOf(y))
    const step = await fx.compile(stepBy(1024), [fx.specOf(w), fx.specOf(x), fx.specOf(y)], { device: fx.js() })
    let [host, losses]: readonly [readonly fx.NDArray[], number[]] = [[w.a, w.b], []]
    let state: Parameters<typeof step>[0] = w
    for (let i = 0; i < 40; i++) {
      const results = fx.evaluate(graph, [...host, x, y])
      const [next, value] = await step(state, x, y)
      host = results.slice(0, 2)
      losses = [...losses, await value.item()]
      close(numbers(results[2]), losses.slice(-1), 1e-6)
      expect(sameArray(await next.a.toNDArray(), host[0] as fx.NDArray)).toBe(true)
      expect(sameArray(await next.b.toNDArray(), host[1] as fx.NDArray)).toBe(true)
      state = next
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number))
  })

  it('loses small cotangents without a scaled loss, and keeps them with one', () => {
    const gradOf = (scale: number): readonly number[] => {
      const f = (v: Weights, a: F32, b: F32) => fx.mul(fx.grad((u: Weights) => fx.mul(loss(u, a, b), scale * 1e-8))(v).a, 1e8 / scale)
      const [g] = fx.evaluate(fx.trace(f, fx.specOf(w), fx.specOf(x), fx.specOf(y)), [w.a, w.b, x, y])
      return numbers(g)
    }
    expect(gradOf(1).every((v) => v === 0)).toBe(true)
    close(gradOf(2 ** 24), gradOf(1e8), 0.02)
  })
})

/** Loops whose end is known only when they run: on every device, as one kernel and as launches that repeat. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { countedDevice } from '../backends/webgpu/programs.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>

const devices: readonly (readonly [string, () => Promise<fx.Device>])[] = [
  ['js', async () => fx.js()],
  ['js, replayed', async () => ({ ...fx.js(), team: undefined }) as unknown as fx.Device],
  ['wasm', () => fx.wasm()],
  ['webgpu', () => fx.webgpu()],
  ['webgpu, a large team', async () => ({ ...(await fx.webgpu()), team: 256 })],
  ['webgpu, replayed', async () => ({ ...(await fx.webgpu()), team: undefined }) as unknown as fx.Device],
]

const run = async (graph: fx.Graph, device: fx.Device, ...args: readonly unknown[]): Promise<readonly (readonly number[])[]> => {
  const program: (...args: never[]) => Promise<unknown> = await fx.compile(graph, { device, debug: true })
  const results = [await program(...(args as never[]))].flat(2) as fx.DeviceArray[]
  return Promise.all(results.map(async (result) => Array.from((await result.toNDArray()).data)))
}

const scalar = (dtype: 'f32' | 'i32' = 'f32'): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape, 'i32'>([], dtype as 'i32') as never

interface Pair {
  readonly n: I32
  readonly k: I32
}

/** Steps of Collatz's rule until 1. */
const collatz = (n: I32): I32 => {
  const isDone = ({ n }: Pair) => fx.ne(n, 1)
  const step = ({ n, k }: Pair): Pair => ({
    n: fx.where(fx.eq(fx.mod(n, 2), 0), fx.div(n, 2), fx.add(fx.mul(n, 3), 1)),
    k: fx.add(k, 1),
  })
  return fx.whileLoop(isDone, step, { n, k: fx.zeros([], 'i32') }).k
}

/** The same in JavaScript. */
const steps = (n: number): number => (n === 1 ? 0 : 1 + steps(n % 2 === 0 ? n / 2 : 3 * n + 1))

/** √a by Newton's iteration, until it is close. */
const root = (a: F32): F32 =>
  fx.whileLoop(
    (x: F32) => fx.gt(fx.abs(fx.sub(fx.mul(x, x), a)), fx.mul(a, 1e-6)),
    (x: F32) => fx.mul(fx.add(x, fx.div(a, x)), 0.5),
    fx.add(fx.mul(a, 0.5), 0.5),
  )

describe.each(devices)('whileLoop on %s', (_, make) => {
  test('runs as often as its condition says, or not at all', async () => {
    const device = await make()
    const graph = fx.trace((n) => collatz(n as never), scalar('i32'))
    for (const n of [1, 2, 27, 97]) expect(await run(graph, device, fx.ndarray(n, { dtype: 'i32' }))).toEqual([[steps(n)]])
  })

  test('goes on for each element of a batch on its own, and leaves the others as they are', async () => {
    const numbers = [1, 7, 27, 2, 6]
    const graph = fx.trace((ns) => fx.vmap(collatz as never)(ns), fx.spec<fx.Shape, 'i32'>([5], 'i32'))
    expect(await run(graph, await make(), fx.ndarray(numbers, { dtype: 'i32' }))).toEqual([numbers.map(steps)])
    // 1 / 0 in an element that is done would be infinite.
    const halve = (x: F32): F32 =>
      fx.whileLoop(
        (y: F32) => fx.gt(y, 1),
        (y: F32) => fx.sub(y, fx.div(y, fx.sub(y, 1))),
        x,
      )
    const [got] = await run(
      fx.trace((xs) => fx.vmap(halve)(xs), fx.spec<fx.Shape>([3])),
      await make(),
      fx.ndarray([1, 0.5, 5]),
    )
    expect(got?.slice(0, 2)).toEqual([1, 0.5])
    expect(Number.isFinite(got?.[2])).toBe(true)
  })

  test('runs in a scan, with a scan in it, and in another', async () => {
    const device = await make()
    const inScan = fx.trace(
      (ns) => fx.scan((c: I32, n: I32) => [fx.add(c, collatz(n)), collatz(n)] as const, fx.zeros([], 'i32'), ns as never),
      fx.spec<fx.Shape, 'i32'>([4], 'i32'),
    )
    const numbers = [3, 1, 9, 4]
    const all = numbers.map(steps)
    expect(await run(inScan, device, fx.ndarray(numbers, { dtype: 'i32' }))).toEqual([[all.reduce((a, b) => a + b)], all])
    const scanIn = fx.trace(
      (x) =>
        fx.whileLoop(
          (c: F32) => fx.lt(c, 100),
          (c: F32) => fx.scan((d: F32) => [fx.add(d, 3), []] as const, c, [], { length: 5 })[0],
          x,
        ),
      scalar(),
    )
    expect(await run(scanIn, device, fx.ndarray(2))).toEqual([[107]])
    const nested = fx.trace(
      (x) =>
        fx.whileLoop(
          (c: F32) => fx.lt(c, 50),
          (c: F32) =>
            fx.add(
              fx.whileLoop(
                (d: F32) => fx.lt(d, 20),
                (d: F32) => fx.mul(d, 2),
                c,
              ),
              7,
            ),
          x,
        ),
      scalar(),
    )
    expect(await run(nested, device, fx.ndarray(3))).toEqual([[52]])
  })

  test('does not run in a branch that is not taken: it might never end', async () => {
    const device = await make()
    const grow = (x: F32): F32 =>
      fx.whileLoop(
        (y: F32) => fx.lt(y, 10),
        (y: F32) => fx.mul(y, 2),
        x,
      )
    const safe = (x: F32): F32 => fx.cond(fx.gt(x, 0), grow, (y: F32) => y, x)
    const graph = fx.trace(
      (x, xs) => [safe(x), fx.vmap(safe)(xs), fx.scan((c: F32, y: F32) => [c, safe(y)] as const, x, xs)[1]],
      scalar(),
      fx.spec<fx.Shape>([3]),
    )
    expect(await run(graph, device, fx.ndarray(-1), fx.ndarray([3, 0, -2]))).toEqual([[-1], [12, 0, -2], [12, 0, -2]])
  })

  test('has derivatives in forward mode, in a scan and of a batch, too', async () => {
    const device = await make()
    const slope = (f: (x: F32) => F32) => (x: F32) => fx.jvp(f, [x], [fx.ones([])])
    const twice = (x: F32): F32 => fx.scan((c: F32) => [root(c), []] as const, x, [], { length: 2 })[0]
    const graph = fx.trace(
      (x, xs) => [slope(root)(x), slope(twice)(x), slope((y) => slope(root)(y)[1])(x)[1], fx.vmap((y: F32) => slope(root)(y)[1])(xs)],
      scalar(),
      fx.spec<fx.Shape>([2]),
    )
    const results = (await run(graph, device, fx.ndarray(2), fx.ndarray([4, 9]))).flat()
    const want = [Math.SQRT2, 0.5 / Math.SQRT2, 2 ** 0.25, 0.25 * 2 ** -0.75, -0.25 * 2 ** -1.5, 1 / 4, 1 / 6]
    results.forEach((x, i) => expect(x).toBeCloseTo(want[i] as number, 3))
  })

  test('keeps calls that overlap apart, and takes donated state', async () => {
    const device = await make()
    const f = (s: F32, t: F32): unknown => [
      fx.whileLoop(
        (x: F32) => fx.lt(fx.max<'f32'>(x), 1000),
        (x: F32) => fx.add(x, t),
        s,
      ),
      fx.mul(t, 2),
    ]
    const program = await fx.compile(f, [fx.spec<fx.Shape>([3]), fx.spec<fx.Shape>([3])], { device, donate: [0] })
    const other = await fx.compile((t: F32) => fx.add(t, 1), [fx.spec<fx.Shape>([3])], { device, donate: [0] })
    const t = fx.ndarray([1, 7, 100])
    const begin = async (s: number) =>
      (await (program as never as (...args: unknown[]) => Promise<fx.DeviceArray[]>)(fx.ndarray([s, s, s]), t))[0] as fx.DeviceArray
    const all = await Promise.all([0, 500, 2000, 990].map(begin))
    const values = await Promise.all(all.map(async (array) => Array.from((await array.toNDArray()).data)))
    expect(values).toEqual([
      [10, 70, 1000],
      [505, 535, 1000],
      [2000, 2000, 2000],
      [991, 997, 1090],
    ])
    const twice = await (program as never as (...args: unknown[]) => Promise<fx.DeviceArray[]>)(fx.ndarray([0, 0, 0]), t)
    const [state, step] = [twice[1] as fx.DeviceArray, all[3] as fx.DeviceArray]
    const first = (program as never as (...args: unknown[]) => Promise<fx.DeviceArray[]>)(state, step)
    // While the first call still reads `step`, another would write over it.
    const second = (other as never as (x: unknown) => Promise<fx.DeviceArray>)(step)
    expect(Array.from((await (await first)[0]?.toNDArray())?.data ?? [])).toEqual([993, 1011, 1290])
    expect(Array.from((await (await second).toNDArray()).data)).toEqual([992, 998, 1091])
    await expect(state.toNDArray()).rejects.toThrow('donated')
  })
})

describe('a loop whose end is not known', () => {
  test('is one dispatch where it is small', async () => {
    const { device, count } = await countedDevice()
    const program = await fx.compile((n: I32) => collatz(n), [fx.spec<fx.Shape, 'i32'>([], 'i32')], { device: { ...device, team: 256 } })
    expect(program.kernels).toHaveLength(1)
    const [before] = [count.submits]
    await (program as never as (n: number) => Promise<unknown>)(27)
    expect(count.submits - before).toBe(1)
  })

  test('asks the device few times where it is large: chunks double', async () => {
    const { device, count } = await countedDevice()
    const f = (x: F32): F32 =>
      fx.whileLoop(
        (y: F32) => fx.lt(fx.sum(y), 500 * 3),
        (y: F32) => fx.add(y, 1),
        x,
      )
    const program = await fx.compile(f, [fx.spec<fx.Shape>([3])], { device: { ...device, team: undefined } as never })
    const [before] = [count.submits]
    const result = await (program as never as (x: fx.NDArray) => Promise<fx.DeviceArray>)(fx.ndarray([0, 0, 0]))
    expect(count.submits - before).toBeLessThan(24)
    expect(Array.from((await result.toNDArray()).data)).toEqual([500, 500, 500])
  })

  test('prints, parses, and is JSON', () => {
    const graph = fx.trace((x) => root(x), scalar())
    expect(fx.parse(fx.print(graph))).toEqual(expect.objectContaining({ _tag: 'Right', right: graph }))
    expect(fx.fromJSON(JSON.parse(JSON.stringify(fx.toJSON(graph))))).toEqual(expect.objectContaining({ _tag: 'Right', right: graph }))
  })

  const tagOf = (f: (x: F32) => unknown): string => {
    try {
      fx.trace(f, fx.spec<fx.Shape>([2]))
    } catch (error) {
      return fx.isFluxionError(error) ? error._tag : String(error)
    }
    return 'nothing'
  }

  test('refuses a condition that is none, and a carry that changes', () => {
    const always = (): fx.Tensor<fx.Shape, 'bool'> => fx.zeros([], 'bool')
    expect(
      tagOf((x) =>
        fx.whileLoop(
          (c: F32) => fx.sum(c) as never,
          (c: F32) => c,
          x,
        ),
      ),
    ).toBe('DTypeError')
    expect(
      tagOf((x) =>
        fx.whileLoop(
          (c: F32) => fx.gt(c, 0),
          (c: F32) => c,
          x,
        ),
      ),
    ).toBe('ShapeError')
    expect(
      tagOf((x) =>
        fx.whileLoop(
          () => [always(), always()] as never,
          (c: F32) => c,
          x,
        ),
      ),
    ).toBe('DTypeError')
    expect(tagOf((x) => fx.whileLoop(always, (c: F32) => fx.sum(c), x))).toBe('ShapeError')
    expect(tagOf((x) => fx.whileLoop(always, (c: F32) => fx.cast(c, 'i32') as never, x))).toBe('DTypeError')
    expect(tagOf((x) => fx.whileLoop(always, (c: F32) => [c] as never, x))).toBe('TraceError')
    expect(tagOf(() => fx.whileLoop(always, () => [], []))).toBe('TraceError')
  })

  test('has no derivative in reverse, but does not stand in the way of those that need none', () => {
    const loop = (x: F32): F32 =>
      fx.whileLoop(
        (c: F32) => fx.lt(fx.sum(c), 9),
        (c: F32) => fx.mul(c, 2),
        x,
      )
    expect(tagOf((x) => fx.grad((y: F32) => fx.sum(loop(y)))(x))).toBe('GradientError')
    expect(tagOf((x) => fx.vjp(loop, x)[1](x))).toBe('GradientError')
    expect(tagOf((x) => fx.grad((y: F32) => fx.sum(fx.scan((c: F32) => [loop(c), []] as const, y, [], { length: 2 })[0]))(x))).toBe(
      'GradientError',
    )
    const slope = (f: (y: F32) => F32): readonly number[] =>
      Array.from(fx.evaluate(fx.trace(fx.grad(f) as never, fx.spec<fx.Shape>([2])), [fx.ndarray([1, 2])])[0]?.data ?? [])
    expect(slope((y) => fx.sum(fx.mul(y, loop(fx.stopGradient(y)))))).toEqual([4, 8])
    expect(slope((y) => fx.sum(fx.mul(y, fx.cast(loop2(y), 'f32'))))).toEqual([2, 2])
    // The loop goes on by y, but what it carries does not derive from y.
    expect(
      slope((y) =>
        fx.sum(
          fx.mul(
            y,
            fx.whileLoop(
              (c: F32) => fx.lt(c, fx.sum(y)),
              (c: F32) => fx.add(c, 1),
              fx.zeros([]),
            ),
          ),
        ),
      ),
    ).toEqual([3, 3])
  })

  const loop2 = (y: F32): I32 =>
    fx.whileLoop(
      (c: { y: F32; k: I32 }) => fx.lt(fx.sum(c.y), 9),
      ({ y: z, k }) => ({ y: fx.mul(z, 2), k: fx.add(k, 1) }),
      { y, k: fx.zeros([], 'i32') },
    ).k
})

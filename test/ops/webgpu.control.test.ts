import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const near = (got: fx.NDArray, want: fx.NDArray, digits = 4): void => {
  expect(got.shape).toEqual(want.shape)
  got.data.forEach((x, i) => {
    expect(x).toBeCloseTo(want.data[i] as number, digits)
  })
}

const wave = (shape: readonly number[], phase = 0): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.3 * i + phase)),
    { shape, dtype: 'f32' },
  )

const cell = (w: F32, h: F32, x: F32): F32 => fx.tanh(fx.add(fx.matmul(h, w), x))

/** A recurrent net: its last state, and what it says at each step. */
const rnn = (w: F32, h0: F32, xs: F32, reverse: boolean): F32 => {
  const [h, ys] = fx.scan(
    (h: F32, x: F32) => {
      const next = cell(w, h, x)
      return [next, fx.sum(fx.square(next))] as const
    },
    h0,
    xs,
    { reverse },
  )
  return fx.add(fx.sum(fx.sin(h)), fx.sum(fx.mul(ys, fx.constant([1, 2, 3, 4]))))
}

/** The same, written out. */
const unrolled = (w: F32, h0: F32, xs: F32, reverse: boolean): F32 => {
  let [h, total]: [F32, F32] = [h0, fx.zeros([])]
  for (const i of reverse ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
    h = cell(w, h, fx.reshape(fx.slice(xs, [i, 0], [i + 1, 3]), [3]))
    total = fx.add(total, fx.mul(fx.sum(fx.square(h)), i + 1))
  }
  return fx.add(fx.sum(fx.sin(h)), total)
}

type Net = (w: F32, h0: F32, xs: F32) => F32

const gradients = (net: Net) => fx.grad(net, { argnums: [0, 1, 2] })
const second = (net: Net) =>
  gradients((w, h, x) => gradients(net)(w, h, x).reduce<F32>((sum, g) => fx.add(sum, fx.sum(fx.square(g))), fx.zeros([])))

const args = [wave([3, 3]), wave([3], 1), wave([4, 3], 2)] as const
const specs = [fx.spec<fx.Shape>([3, 3]), fx.spec<fx.Shape>([3]), fx.spec<fx.Shape>([4, 3])] as const

const runOn = async (device: 'js' | 'wasm' | 'webgpu', f: (...args: [F32, F32, F32]) => unknown): Promise<fx.NDArray[]> => {
  const program = await fx.compile(f, specs, { device })
  const leaves = [await program(...args)].flat() as fx.DeviceArray[]
  return Promise.all(leaves.map((leaf) => leaf.toNDArray()))
}

describe.each(['js', 'wasm', 'webgpu'] as const)('scan on %s', (device) => {
  test.each([false, true])('is the loop written out, and so are its derivatives (reverse: %s)', async (reverse) => {
    const [loop, flat]: [Net, Net] = [(w, h, x) => rnn(w, h, x, reverse), (w, h, x) => unrolled(w, h, x, reverse)]
    for (const of of [(net: Net) => net, gradients, second] as readonly ((net: Net) => (...args: [F32, F32, F32]) => unknown)[]) {
      const [got, want] = [await runOn(device, of(loop)), await runOn(device, of(flat))]
      got.forEach((array, i) => {
        near(array, want[i] as fx.NDArray, 2)
      })
    }
  })

  test('nests, counts, and carries trees of several dtypes', async () => {
    const f = (w: F32): unknown =>
      fx.foriLoop(
        0,
        3,
        (i, c: { n: fx.Tensor<fx.Shape, 'i32'>; s: F32 }) => {
          const inner = fx.foriLoop(0, 2, (j, s: F32) => fx.add(s, fx.mul(fx.sum(w), fx.cast(fx.add(i, j), 'f32'))), c.s)
          return { n: fx.add(c.n, i), s: inner }
        },
        { n: fx.zeros([], 'i32'), s: fx.zeros([]) },
      )
    const program = await fx.compile(f, [fx.spec<fx.Shape>([2])], { device })
    const { n, s } = (await program(fx.ndarray([1, 2]))) as { n: fx.DeviceArray; s: fx.DeviceArray }
    expect(await n.item()).toBe(3)
    expect(await s.item()).toBe(27)
  })

  test('swaps its carries, and runs zero times', async () => {
    const f = (a: F32, b: F32): unknown => [
      fx.scan((c: readonly F32[]) => [[c[1] as F32, fx.add(c[0] as F32, c[1] as F32)], []], [a, b], [], { length: 10 })[0],
      fx.foriLoop(2, 2, (_, x: F32) => fx.add(x, 1), a),
    ]
    const program = await fx.compile(f, [fx.spec([]), fx.spec([])], { device })
    const [[x, y], same] = (await program(0, 1)) as [[fx.DeviceArray, fx.DeviceArray], fx.DeviceArray]
    expect([await x.item(), await y.item(), await same.item()]).toEqual([55, 89, 0])
  })

  test('takes the branch of a condition, and its gradient alone', async () => {
    const f = (x: F32): F32 =>
      fx.cond(
        fx.gt(x, 0),
        (y: F32) => fx.log(y),
        (y: F32) => fx.mul(y, y),
        x,
      )
    const program = await fx.compile((x: F32) => [f(x), fx.grad(f)(x)], [fx.spec([])], { device })
    const at = async (x: number): Promise<number[]> => Promise.all(((await program(x)) as fx.DeviceArray<'f32'>[]).map((a) => a.item()))
    expect(await at(4)).toEqual([expect.closeTo(Math.log(4), 5), 0.25])
    expect(await at(-3)).toEqual([9, -6])
    // The derivative of log at 0 is infinite; it must not leak from the branch that is not taken.
    expect(await at(0)).toEqual([0, 0])
  })
})

describe('scan', () => {
  test('compiles in the time of one body: a thousand steps have as many kernels as ten', async () => {
    const f = (length: number) =>
      fx.compile(
        (h: F32) => fx.grad((x: F32) => fx.sum(fx.scan((c: F32) => [fx.tanh(c), []], x, [], { length })[0]))(h),
        [fx.spec<fx.Shape>([4])],
        { device: 'js' },
      )
    const [short, long] = [await f(10), await f(1000)]
    expect(long.kernels.length).toBe(short.kernels.length)
  })

  test('refuses a carry that changes, rows of unequal number, and a step that is no pair', () => {
    const x = fx.spec<fx.Shape>([3])
    const thrown = (f: (x: F32) => unknown): string => {
      try {
        fx.trace(f, x)
      } catch (error) {
        return fx.isFluxionError(error) ? error._tag : String(error)
      }
      return 'nothing'
    }
    expect(thrown((v) => fx.scan((c: F32) => [fx.sum(c), []], v, [], { length: 2 }))).toBe('ShapeError')
    expect(thrown((v) => fx.scan((c: F32) => [fx.cast(c, 'i32') as never, []], v, [], { length: 2 }))).toBe('DTypeError')
    expect(thrown((v) => fx.scan((c: F32) => [c, []], v, [fx.zeros([2]), fx.zeros([3])] as F32[]))).toBe('ShapeError')
    expect(thrown((v) => fx.scan((c: F32) => c as never, v, [], { length: 2 }))).toBe('TraceError')
    expect(thrown((v) => fx.scan((c: F32) => [[c], []] as never, v, [], { length: 2 }))).toBe('TraceError')
    expect(thrown((v) => fx.scan((c: F32) => [c, []], v, []))).toBe('ShapeError')
    expect(
      thrown((v) =>
        fx.cond(
          v as never,
          () => v,
          () => v,
        ),
      ),
    ).toBe('DTypeError')
    expect(
      thrown((v) =>
        fx.cond(
          true,
          () => v,
          () => fx.sum(v),
        ),
      ),
    ).toBe('ShapeError')
  })
})

/** What becomes one kernel, and that no kernel binds more buffers than the device has. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { thrownBy } from '../api/failure.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const kernelsOf = (graph: fx.Graph, maxBuffers = 8) => plan(graph, { maxBuffers, tile: [4, 4] }, [], { debug: true }).program

const names = (graph: fx.Graph): string[] => kernelsOf(graph).launches.map(({ kernel }) => kernel.name)

const temps = (graph: fx.Graph): number => kernelsOf(graph).buffers.filter(({ role }) => role.kind === 'temp').length

const adam = (p: F32, m: F32, v: F32, g: F32): readonly F32[] => {
  const m1 = fx.add(fx.mul(m, 0.9), fx.mul(g, 0.1))
  const v1 = fx.add(fx.mul(v, 0.999), fx.mul(fx.square(g), 0.001))
  return [fx.sub(p, fx.mul(fx.div(m1, fx.add(fx.sqrt(v1), 1e-8)), 1e-3)), m1, v1]
}

const many = (n: number, ...shape: number[]): fx.Spec<fx.Shape, 'f32'>[] => Array.from({ length: n }, () => s(...shape))

describe('one kernel computes', () => {
  test.each<readonly [string, fx.Graph]>([
    ['a chain of elementwise ops', fx.trace((x) => fx.exp(fx.neg(fx.sin(fx.mul(x, 2)))), s(32, 10))],
    ['operands that broadcast', fx.trace((x, b) => fx.relu(fx.add(x, b)), s(32, 10), s(10))],
    ['a product, its bias and its activation', fx.trace((x, w, b) => fx.relu(fx.add(fx.matmul(x, w), b)), s(32, 64), s(64, 10), s(10))],
    ['a product with a transpose', fx.trace((x, w) => fx.matmul(x, fx.transpose(w)), s(32, 64), s(10, 64))],
    [
      'a convolution, its bias and its activation',
      fx.trace(
        (x, w, b) => fx.relu(fx.add(fx.conv(x, w, { padding: 'same' }), fx.reshape(b, [8, 1, 1]))),
        s(2, 3, 8, 8),
        s(8, 3, 3, 3),
        s(8),
      ),
    ],
    ['what a reduction reads', fx.trace((x, y) => fx.sum(fx.mul(x, y), { axis: 1 }), s(32, 10), s(32, 10))],
    ['a square that a reduction reads', fx.trace((x, y) => fx.sum(fx.square(fx.sub(x, y)), { axis: 1 }), s(32, 10), s(32, 10))],
    ['what follows from a reduction', fx.trace((x) => fx.sqrt(fx.add(fx.sum(x, { axis: 1 }), 1)), s(32, 10))],
    [
      'all three results of Adam',
      fx.trace(
        (p, m, v, g) => adam(p, m, v, g),
        ...(many(4, 784, 10) as [fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>]),
      ),
    ],
    ['two results of one size with a common input', fx.trace((x) => [fx.exp(x), fx.sin(x)], s(32, 10))],
    ['the largest and its place', fx.trace((x) => [fx.max(x, { axis: 0 }), fx.argmax(x, { axis: 0 })], s(16, 10))],
    [
      'sums of values and of their squares',
      fx.trace((x) => [fx.sum(x, { axis: 0 }), fx.exp(fx.sum(fx.square(x), { axis: 0 }))], s(32, 10)),
    ],
    [
      'sums of products with a common factor',
      fx.trace((x, y) => [fx.sum(x, { axis: 0 }), fx.sum(fx.mul(y, x), { axis: 0 })], s(32, 10), s(32, 10)),
    ],
    ['views, wherever they are read', fx.trace((x) => fx.exp(fx.slice(fx.transpose(fx.reshape(x, [10, 32])), [0, 0], [4, 4])), s(32, 10))],
    ['oneHot inside a loss', fx.trace((x, y) => fx.sum(fx.mul(x, fx.oneHot(y, 10)), { axis: 1 }), s(32, 10), fx.spec([32], 'i32'))],
    ['a flip of a pad of a concat', fx.trace((x, y) => fx.flip(fx.pad(fx.concat([x, y]), [[1, 1]])), s(5), s(6))],
  ])('%s', (_, graph) => {
    expect(names(graph)).toHaveLength(1)
    expect(temps(graph)).toBe(0)
  })
})

describe('reductions are kernels of their own', () => {
  test.each<readonly [string, fx.Graph]>([
    ['over other axes', fx.trace((x) => [fx.sum(x, { axis: 0 }), fx.sum(x, { axis: 1 })], s(10, 10))],
    ['of other data', fx.trace((x, y) => [fx.sum(x, { axis: 0 }), fx.sum(y, { axis: 0 })], s(32, 10), s(32, 10))],
    [
      'that share no more than a row',
      fx.trace((x, y, r) => [fx.sum(fx.mul(x, r), { axis: 0 }), fx.sum(fx.mul(y, r), { axis: 0 })], s(32, 10), s(32, 10), s(10)),
    ],
    ['that look for a place among many', fx.trace((x) => [fx.max(x, { axis: 0 }), fx.argmax(x, { axis: 0 })], s(32, 10))],
    ['of which one needs the other', fx.trace((x) => fx.sum(fx.square(fx.sub(x, fx.mean(x, { axis: 0 }))), { axis: 0 }), s(32, 10))],
  ])('%s', (_, graph) => {
    expect(names(graph)).toHaveLength(2)
  })
})

test('a contraction with little to do gets a quarter of a tile', () => {
  const pointsOf = (rows: number): readonly number[] => {
    const graph = fx.trace((x, w) => fx.matmul(x, w), s(rows, 64), s(64, 64))
    const [launch] = plan(graph, { maxBuffers: 8, tile: [8, 8], fewestProducts: 2 ** 18 }, [], { debug: true }).program.launches
    return launch?.kernel.grid.map(({ extent }) => extent) ?? []
  }
  expect(pointsOf(64)).toEqual([8, 8])
  expect(pointsOf(56)).toEqual([14, 16])
})

describe('no kernel is needed for', () => {
  test.each<readonly [string, fx.Graph]>([
    ['results that are arguments', fx.trace((x, y) => [y, x, x], s(2), s(3))],
    ['constants', fx.trace(() => fx.constant([1, 2]))],
    ['nothing', fx.trace((x) => fx.exp(x), s(0, 3))],
    [
      'unused work',
      fx.trace((x) => {
        fx.exp(x)
        return x
      }, s(2)),
    ],
  ])('%s', (_, graph) => {
    expect(names(graph)).toEqual([])
  })
})

describe('few kernels compute', () => {
  test.each<readonly [string, fx.Graph, number]>([
    ['softmax', fx.trace((x) => fx.softmax(x), s(32, 10)), 4],
    ['logSoftmax', fx.trace((x) => fx.logSoftmax(x), s(32, 10)), 4],
    ['logsumexp', fx.trace((x) => fx.logsumexp(x, { axis: 1 }), s(32, 10)), 2],
    [
      'layer norm',
      fx.trace(
        (x) =>
          fx.div(fx.sub(x, fx.mean(x, { axis: -1, keepDims: true })), fx.sqrt(fx.add(fx.variance(x, { axis: -1, keepDims: true }), 1e-5))),
        s(32, 10),
      ),
      4,
    ],
    ['two products', fx.trace((x, a, b) => fx.matmul(fx.relu(fx.matmul(x, a)), b), s(32, 8), s(8, 16), s(16, 4)), 2],
    [
      'the gradient of a product with respect to both',
      fx.trace((x, w) => fx.grad((a: F32, b: F32) => fx.sum(fx.square(fx.matmul(a, b))), { argnums: [0, 1] })(x, w), s(32, 8), s(8, 4)),
      3,
    ],
  ])('%s', (_, graph, most) => {
    expect(names(graph).length).toBeLessThanOrEqual(most)
  })

  test('a training step of a perceptron', () => {
    type Layers<T> = Readonly<Record<'w1' | 'b1' | 'w2' | 'b2', T>>
    const loss = (p: Layers<F32>, x: F32, y: fx.Tensor<fx.Shape, 'i32'>): F32 => {
      const logits = fx.add(fx.matmul(fx.relu(fx.add(fx.matmul(x, p.w1), p.b1)), p.w2), p.b2)
      return fx.neg(fx.mean(fx.sum(fx.mul(fx.logSoftmax(logits), fx.oneHot(y, 10)), { axis: 1 })))
    }
    const keys = ['w1', 'b1', 'w2', 'b2'] as const
    const step = (p: Layers<F32>, m: Layers<F32>, v: Layers<F32>, x: F32, y: fx.Tensor<fx.Shape, 'i32'>) => {
      const [value, g] = fx.valueAndGrad(loss)(p, x, y)
      return [value, keys.map((k) => adam(p[k], m[k], v[k], g[k]))]
    }
    const layers: Layers<fx.Spec<fx.Shape, 'f32'>> = { w1: s(784, 128), b1: s(128), w2: s(128, 10), b2: s(10) }
    const graph = fx.trace(step, layers, layers, layers, s(128, 784), fx.spec<fx.Shape, 'i32'>([128], 'i32'))
    expect(names(graph).length).toBeLessThanOrEqual(16)
    expect(names(graph).filter((name) => name.includes('matmul'))).toHaveLength(5)
  })
})

describe('a kernel binds at most what the device allows', () => {
  const sums = (n: number) => fx.trace((...xs: readonly F32[]) => xs.reduce((a, b) => fx.add(a, b)), ...many(n, 4, 5))
  const stacked = (n: number) => fx.trace((...xs: readonly F32[]) => fx.stack(xs.map((x) => fx.exp(x))), ...many(n, 4, 5))
  const outputs = (n: number) => fx.trace((x) => Array.from({ length: n }, (_, i) => fx.mul(x, i + 2)), s(4, 5))
  const products = (n: number) =>
    fx.trace((x, y, ...rest: readonly F32[]) => rest.reduce((a, b) => fx.mul(a, b), fx.matmul(x, y)), s(4, 6), s(6, 5), ...many(n, 4, 5))

  const graphs: readonly (readonly [string, fx.Graph])[] = [
    ['sum of 30', sums(30)],
    ['sum of 100', sums(100)],
    ['concat of 40', fx.trace((...xs: readonly F32[]) => fx.concat(xs), ...many(40, 4, 5))],
    ['stack of 40 exponentials', stacked(40)],
    ['20 results', outputs(20)],
    ['product with 20 factors', products(20)],
    ['mean of a stack of 30', fx.trace((...xs: readonly F32[]) => fx.mean(fx.stack(xs), { axis: 0 }), ...many(30, 4, 5))],
  ]

  test.each(graphs.flatMap(([name, graph]) => [5, 8, 10].map((maxBuffers) => ({ name, graph, maxBuffers }))))(
    '$name with $maxBuffers',
    async ({ graph, maxBuffers }) => {
      const { launches } = kernelsOf(graph, maxBuffers)
      expect(launches.length).toBeGreaterThan(0)
      expect(Math.max(...launches.map(({ kernel }) => kernel.buffers.length))).toBeLessThanOrEqual(maxBuffers)
      const args = graph.nodes.slice(0, graph.params).map(({ type: { shape } }, k) =>
        fx.ndarray(
          Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7 + k * 3) % 11) / 8 - 0.5),
          { shape },
        ),
      )
      const run: (...args: never[]) => Promise<unknown> = await fx.compile(graph, { device: { ...fx.js(), maxBuffers } })
      const got = await run(...(args as never[]))
      const arrays = await Promise.all(
        (Array.isArray(got) ? (got as fx.DeviceArray[]) : [got as fx.DeviceArray]).map((array) => array.toNDArray()),
      )
      expect(arrays.map(fx.toNested)).toEqual(fx.evaluate(graph, args).map(fx.toNested))
    },
  )
})

describe('a node that alone reads more buffers than a kernel binds', () => {
  const box = (starts: number) =>
    fx.trace(
      (x, ...at: readonly fx.Tensor<fx.Shape, 'i32'>[]) =>
        fx.dynamicSlice(
          fx.exp(x),
          [0, 1, 2, 3, 4].map((d) => at[d] ?? d % 2),
          [1, 1, 1, 1, 1],
        ),
      s(2, 2, 2, 2, 2),
      ...Array.from({ length: starts }, () => fx.spec<fx.Shape, 'i32'>([], 'i32')),
    )
  const refusalOf = (graph: fx.Graph, maxBuffers: number): fx.FluxionError => thrownBy(() => kernelsOf(graph, maxBuffers))

  test('is refused by name, with the limit, when it is compiled', async () => {
    const error = refusalOf(box(5), 6)
    expect(error._tag).toBe('UnsupportedError')
    expect(error.detail.op).toBe('dynamicSlice')
    expect(error.detail.problem).toBe('a kernel for it binds 7 buffers, and the device allows 6')
    expect(error.detail.facts).toHaveLength(7)
    const compiled = fx.compileTE(box(5), { device: { ...fx.js(), maxBuffers: 6 } })
    expect(await compiled()).toMatchObject({ _tag: 'Left', left: { _tag: 'UnsupportedError' } })
  })

  test('compiles where the device binds as many, and where starts are numbers', () => {
    expect(kernelsOf(box(5), 7).launches.length).toBeGreaterThan(0)
    for (const starts of [0, 1, 2, 3]) {
      const { launches } = kernelsOf(box(starts), starts + 2)
      expect(Math.max(...launches.map(({ kernel }) => kernel.buffers.length))).toBeLessThanOrEqual(starts + 2)
    }
    expect(refusalOf(box(3), 4)._tag).toBe('UnsupportedError')
  })

  test('is no node whose arguments can be stored first', () => {
    const wide = fx.trace(
      (x, y, z, w) => fx.where(fx.gt(fx.mul(z, w), 0), fx.add(x, y), fx.where(fx.gt(x, y), fx.exp(x), y)),
      s(3),
      s(3),
      s(3),
      s(3),
    )
    const { launches } = kernelsOf(wide, 4)
    expect(Math.max(...launches.map(({ kernel }) => kernel.buffers.length))).toBeLessThanOrEqual(4)
  })
})

describe('long graphs', () => {
  test('a chain of 20,000 ops compiles and runs without recursion', async () => {
    const chain = (x: F32): F32 => {
      let y = x
      for (let i = 0; i < 10_000; i++) y = fx.add(fx.mul(y, 0.5), 1)
      return y
    }
    const f = await fx.compile(chain, [s(4)], { device: 'js' })
    expect(f.graph.nodes.length).toBeGreaterThan(20_000)
    expect(fx.toNested(await (await f(fx.ndarray([0, 2, -5, 1e6], { dtype: 'f32' }))).toNDArray())).toEqual([2, 2, 2, 2])
  })

  test('the gradient of a chain of 2,000 ops does, too', async () => {
    const chain = (x: F32): F32 => {
      let y = x
      for (let i = 0; i < 2_000; i++) y = fx.mul(y, i % 2 === 0 ? 2 : 0.5)
      return fx.sum(y)
    }
    const f = await fx.compile(fx.grad(chain), [s(3)], { device: 'js' })
    expect(fx.toNested(await (await f(fx.ndarray([1, 2, 3], { dtype: 'f32' }))).toNDArray())).toEqual([1, 1, 1])
  })

  test('sharing does not blow up: 60 doublings of a sum', async () => {
    const doubled = (x: F32): F32 => {
      let y = x
      for (let i = 0; i < 60; i++) y = fx.add(y, fx.mul(y, 0.5))
      return y
    }
    const f = await fx.compile(doubled, [s(2)], { device: 'js' })
    expect(f.kernels.reduce((total, { source }) => total + source.length, 0)).toBeLessThan(200_000)
    const [value] = (await (await f(fx.ndarray([1, 0], { dtype: 'f32' }))).toNDArray()).data
    expect(value).toBeCloseTo(1.5 ** 60, -7)
  })

  test('nor does sharing at two indices: 24 sums of a value and its mirror image', async () => {
    const mirrored = (x: F32): F32 => {
      let y = x
      for (let i = 0; i < 24; i++) y = fx.mul(fx.add(y, fx.flip(y)), 0.5)
      return y
    }
    const f = await fx.compile(mirrored, [s(4)], { device: 'js' })
    expect(fx.toNested(await (await f(fx.ndarray([1, 2, 4, 7], { dtype: 'f32' }))).toNDArray())).toEqual([4, 3, 3, 4])
  })
})

describe('where a device wants little read beside a reduction', () => {
  const steps = (rows: number) =>
    fx.trace(
      (x, g, p, m, v) => adam(p, m, v, fx.matmul(fx.transpose(x), g)),
      s(8, rows),
      s(8, 64),
      ...(many(3, rows, 64) as [fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>, fx.Spec<fx.Shape, 'f32'>]),
    )
  const residual = fx.trace((x, w, y, b) => fx.relu(fx.add(fx.add(fx.matmul(x, w), b), y)), s(64, 8), s(8, 64), s(64, 64), s(64))
  const count = (graph: fx.Graph, besideReduction?: number): number =>
    plan(graph, { maxBuffers: 12, tile: [4, 4], ...(besideReduction === undefined ? {} : { besideReduction }) }, []).program.launches.length

  test.each<readonly [string, fx.Graph, number | undefined, number]>([
    ['a gradient and its step are one kernel by default', steps(64), undefined, 1],
    ['and two, where three arrays are too many', steps(64), 1, 2],
    ['but one, where they are few or small', steps(64), 3, 1],
    ['as those of the nearest cache are', steps(16), 1, 1],
    ['a residual stays with its product', residual, 1, 1],
    ['unless nothing may be read beside it', residual, 0, 2],
  ])('%s', (_, graph, most, kernels) => expect(count(graph, most)).toBe(kernels))
})

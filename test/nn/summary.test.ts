/** The table of a model, and parameters by path. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'
import * as optim from '../../src/optim.js'
import type { F32 } from './models.js'

const key = fx.random.key(0)

const lenet = nn.named({
  conv1: nn.conv2d(1, 6, 5, { padding: 2 }),
  tanh1: fx.tanh,
  pool1: nn.avgPool({ window: 2 }),
  conv2: nn.conv2d(6, 16, 5),
  tanh2: fx.tanh,
  pool2: nn.avgPool({ window: 2 }),
  flat: nn.flatten(),
  head: nn.sequential(nn.dense(400, 120), fx.tanh, nn.dense(120, 84), fx.tanh, nn.dense(84, 10)),
})

describe('summary', () => {
  const seen = nn.summary(lenet, fx.spec([1, 1, 28, 28]))
  const row = (...path: readonly string[]): nn.SummaryRow => seen.rows.find((r) => r.path.join('.') === path.join('.'))!

  test("has LeNet-5's parameters and shapes", () => {
    expect(seen.params).toBe(61_706)
    expect(seen.paramBytes).toBe(4 * 61_706)
    expect(row('conv1')).toMatchObject({ label: 'conv2d', output: [[1, 6, 28, 28]], params: 156, bytes: 4 * 4704 })
    expect(row('pool2').output).toEqual([[1, 16, 5, 5]])
    expect(row('head', '4')).toMatchObject({ output: [[1, 10]], params: 850 })
    expect(row('head').params).toBe(59_134)
  })

  test('counts two operations for a product that is added up', () => {
    // 28 · 28 · 6 results of 25 products, and a bias each.
    expect(row('conv1').flops).toBe(4704 * (2 * 25 + 1))
    expect(row('head', '0').flops).toBe(2 * 400 * 120 + 120)
    expect(row('tanh1').flops).toBe(4704)
    expect(seen.flops).toBe(seen.rows.filter(({ path }) => path.length === 1).reduce((n, { flops }) => n + flops, 0))
  })

  test('lists each part after what it is a part of', () => {
    const names = seen.rows.map(({ path }) => path.join('.'))
    expect(names).toEqual([
      '',
      'conv1',
      'tanh1',
      'pool1',
      'conv2',
      'tanh2',
      'pool2',
      'flat',
      'head',
      ...[0, 1, 2, 3, 4].map((i) => `head.${String(i)}`),
    ])
  })

  test('is a table', () => {
    const model = nn.named({ conv: nn.conv2d(1, 8, 3, { padding: 1 }), act: fx.relu, flat: nn.flatten(), out: nn.dense(6272, 10) })
    expect(nn.summary(model, fx.spec([16, 1, 28, 28])).text).toBe(
      [
        'layer           output           parameters    FLOPs    memory',
        '──────────────────────────────────────────────────────────────',
        'named           [16, 10]             62,810   4.11 M     640 B',
        '  conv conv2d   [16, 8, 28, 28]          80   1.91 M  401.4 KB',
        '  act relu      [16, 8, 28, 28]           0  200.7 K  401.4 KB',
        '  flat flatten  [16, 6272]                0        0  401.4 KB',
        '  out dense     [16, 10]             62,730   2.01 M     640 B',
        '──────────────────────────────────────────────────────────────',
        '62,810 parameters (251.2 KB), 4.11 M FLOPs forward, 1.20 MB of activations',
      ].join('\n'),
    )
  })

  test('counts the steps of a loop', () => {
    const lstm = (t: number): number => nn.summary(nn.recurrentLayer(nn.lstmCell(8, 16)), fx.spec([1, t, 8])).flops
    expect(lstm(20) / lstm(10)).toBeCloseTo(2, 6)
    expect(lstm(10)).toBeGreaterThan(10 * 2 * 24 * 64)
  })

  test('takes models with states, keys, several inputs and integers', () => {
    const model = nn.sequential(
      nn.embedding(50, 8),
      nn.encoderBlock(8, 2, { dropout: 0.1 }),
      nn.recurrentLayer(nn.gruCell(8, 4), { returns: 'last' }),
      nn.batchNorm(4),
    )
    const { rows, params } = nn.summary(model, fx.spec([2, 6], 'i32'), { training: true })
    expect(params).toBe(50 * 8 + (4 * 72 + 2 * 16 + 8 * 32 + 32 + 32 * 8 + 8) + (8 * 12 + 4 * 12 + 12 + 4) + 8)
    expect(rows.filter(({ path }) => path[0] === '1').map(({ label }) => label)).toContain('multiHeadAttention')
    const decoder = nn.summary(nn.decoderBlock(8, 2), { x: fx.spec([1, 3, 8]), memory: fx.spec([1, 5, 8]) })
    expect(decoder.rows[0]!.output).toEqual([[1, 3, 8]])
  })
})

describe('parameters by path', () => {
  const params = lenet.init(key)

  test('paths are those of the tree', () => {
    expect(nn.paths(nn.sequential(nn.dense(2, 3), fx.relu, nn.dense(3, 1, { bias: false })).init(key))).toEqual(['0.b', '0.w', '2.w'])
  })

  test('countParams takes any kind of array', () => {
    expect(nn.countParams(params)).toBe(61_706)
    expect(nn.countParams([fx.spec([3, 4]), { a: fx.ndarray([1, 2]) }])).toBe(14)
  })

  test.each([
    ['conv1', ['conv1.b', 'conv1.w']],
    ['*.b', ['conv1.b', 'conv2.b']],
    ['**.b', ['conv1.b', 'conv2.b', 'head.0.b', 'head.2.b', 'head.4.b']],
    ['conv*.w', ['conv1.w', 'conv2.w']],
    [
      ['head.4', 'conv1.w'],
      ['conv1.w', 'head.4.b', 'head.4.w'],
    ],
    [/^head\.[02]\.w$/, ['head.0.w', 'head.2.w']],
    [(path: string) => path.startsWith('conv2'), ['conv2.b', 'conv2.w']],
  ] as const)('select %s', (selector, want) => {
    expect(Object.keys(nn.select(params, selector as nn.Selector))).toEqual(want)
  })

  test('a path that is not there is refused', () => {
    expect(() => nn.select(params, 'conv3')).toThrow(fx.UnsupportedError)
    expect(() => nn.select(params, 'con')).toThrow(fx.UnsupportedError)
  })

  const two = nn.sequential(nn.dense(2, 3), nn.dense(3, 1))
  const x = fx.constant([[1, 2]])

  test('what is frozen has no gradient', () => {
    const grads = fx.grad((p: ReturnType<typeof two.init>) => fx.sum(two.apply(nn.freeze(p, '0'), x)))(two.init(key))
    const [b0, w0, b1, w1] = fx.evaluate(
      fx.trace(() => grads),
      [],
    )
    expect([...b0!.data, ...w0!.data].every((v) => v === 0)).toBe(true)
    expect([...b1!.data, ...w1!.data].some((v) => v !== 0)).toBe(true)
  })

  test('a mask by path is one of the optimisers', () => {
    const p = two.init(key)
    const tx = optim.freeze(optim.sgd(1), nn.maskOf(p, '**.w'))
    const [updates] = tx.update(p, tx.init(p), p)
    const [b0, w0] = fx.evaluate(
      fx.trace(() => [updates[0].b, updates[0].w]),
      [],
    )
    expect([...w0!.data].every((v) => v === 0)).toBe(true)
    expect(b0!.data).toHaveLength(3)
  })
})

describe('half', () => {
  test('computes in f16, and is f32 to its user', async () => {
    const model = nn.sequential(nn.dense(4, 8), fx.gelu, nn.layerNorm(8), nn.dense(8, 2))
    const low = nn.half(model)
    const both = (seed: fx.Key, v: F32): readonly F32[] => {
      const p = model.init(seed)
      const slope = fx.grad((q: typeof p) => fx.mean(fx.square(low.apply(q, v))))(p)
      return [model.apply(p, v), low.apply(p, v), slope[0].w]
    }
    const graph = fx.trace(both, fx.spec([2], 'u32'), fx.spec([3, 4]))
    expect(graph.nodes.some(({ op, type }) => op === 'matmul' && type.dtype === 'f16')).toBe(true)
    const program = await fx.compile(both, [fx.spec([2], 'u32'), fx.spec([3, 4])], { device: 'js' })
    const [full, narrow, slope] = await Promise.all((await program(fx.random.keyData(0), fx.ndarray([[1, 2, 3, 4], [0, 1, 0, 1], [-1, 2, -3, 0.5]]))).map((y) => y.toNDArray())) // prettier-ignore
    expect([narrow!.dtype, slope!.dtype]).toEqual(['f32', 'f32'])
    const off = [...narrow!.data].map((v, i) => Math.abs(v - full!.data[i]!))
    expect(Math.max(...off)).toBeLessThan(0.02)
    expect(Math.max(...off)).toBeGreaterThan(0)
  })
})

/** What holds of layers whatever their parameters are. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'
import type { F32, I32 } from './models.js'

const key = (seed: number): fx.Key => fx.random.key(seed)

const arrays = (f: () => unknown): fx.NDArray[] => fx.evaluate(fx.trace(f), [])

const values = (f: () => unknown): number[][] => arrays(f).map(({ data }) => Array.from(data, Number))

const one = (f: () => unknown): number[] => values(f)[0]!

const normal = (seed: number, shape: readonly number[]): F32 => fx.random.normal(key(seed), shape)

const close = (got: readonly number[], want: readonly number[], digits = 5): void => {
  expect(got).toHaveLength(want.length)
  for (const [i, x] of got.entries()) expect(x).toBeCloseTo(want[i]!, digits)
}

const meanOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length
const deviationOf = (xs: readonly number[]): number => Math.sqrt(meanOf(xs.map((x) => (x - meanOf(xs)) ** 2)))

describe('initialisers', () => {
  const drawn = (init: nn.Initializer, shape: readonly number[]): number[] => one(() => init(key(3), shape))
  const { glorotUniform, glorotNormal, heUniform, heNormal, lecunNormal, lecunUniform, truncatedNormal, orthogonal } = nn.initializers

  test.each([
    ['glorotUniform', glorotUniform, 2 / (60 + 90), true],
    ['glorotNormal', glorotNormal, 2 / (60 + 90), false],
    ['heUniform', heUniform, 2 / 60, true],
    ['heNormal', heNormal, 2 / 60, false],
    ['lecunUniform', lecunUniform, 1 / 180, true],
    ['lecunNormal', lecunNormal, 1 / 60, false],
  ] as const)('%s has its variance', (name, init, variance, bounded) => {
    const xs = drawn(init, [60, 90])
    // 5,400 numbers: four standard errors of a deviation.
    expect(Math.abs(deviationOf(xs) / Math.sqrt(name === 'lecunUniform' ? 1 / 180 : variance) - 1)).toBeLessThan(
      4 / Math.sqrt(2 * xs.length),
    )
    expect(Math.abs(meanOf(xs))).toBeLessThan(4 * Math.sqrt(variance / xs.length))
    const limit = Math.sqrt(3 * variance)
    expect(Math.max(...xs.map(Math.abs)) <= limit * 1.000001).toBe(bounded)
  })

  test.each([
    ['even', [2049, 2056]],
    ['not even', [1, 4_194_305]],
  ] as const)('millions of numbers are drawn in parts that have nothing to do with one another: %s', async (_, shape) => {
    const size = shape[0] * shape[1]
    const half = Math.floor(size / 2)
    const moments = (from: fx.Key): readonly F32[] => {
      const xs: F32 = fx.reshape(nn.initializers.normal(0.5)(from, [...shape]), [size])
      const [first, second] = [fx.slice(xs, [0], [half]), fx.slice(xs, [size - half], [size])]
      return [fx.mean(xs), fx.mean(fx.square(xs)), fx.mean(fx.mul(first, second)), fx.max(fx.abs(xs))]
    }
    const program = await fx.compile(moments, [fx.spec([2], 'u32')], { device: 'wasm' })
    const [mean, variance, product, most] = await Promise.all((await program(fx.random.keyData(1))).map((x) => x.item()))
    // Five standard errors each; of 4 million normal numbers the largest is about five deviations.
    expect(Math.abs(mean!)).toBeLessThan((5 * 0.5) / Math.sqrt(size))
    expect(Math.abs(variance! / 0.25 - 1)).toBeLessThan(5 * Math.sqrt(2 / size))
    expect(Math.abs(product!)).toBeLessThan((5 * 0.25) / Math.sqrt(half))
    expect(most).toBeGreaterThan(2)
    expect(most).toBeLessThan(3.5)
  })

  test('a layer of the largest networks needs less than three times its weights to be made', async () => {
    const program = await fx.compile((from: fx.Key) => heNormal(from, [25_088, 4096]), [fx.spec([2], 'u32')], { device: 'js' })
    expect(program.memory.peakBytes).toBeLessThan(3 * 4 * 25_088 * 4096)
  })

  test("a convolution's fan counts its window", () => {
    expect(nn.fanOf([8, 3, 5, 2])).toEqual({ in: 30, out: 80 })
    expect(nn.fanOf([8, 3])).toEqual({ in: 8, out: 3 })
    expect(() => nn.fanOf([8])).toThrow(fx.ShapeError)
  })

  test('truncatedNormal stays within two deviations', () => {
    const xs = drawn(truncatedNormal(0.5), [2000])
    expect(Math.max(...xs.map(Math.abs))).toBeLessThanOrEqual(1)
    expect(deviationOf(xs)).toBeCloseTo(0.5 * 0.8796, 1)
  })

  test.each([
    [4, 4],
    [7, 3],
    [3, 7],
    [5, 2, 3],
  ])('orthogonal has orthonormal rows or columns: %s', (...shape) => {
    const gram = arrays(() => {
      const w = fx.reshape(orthogonal(2)(key(1), shape), [shape[0], -1])
      const [rows, columns] = w.shape as [number, number]
      const q: F32 = rows >= columns ? w : fx.transpose(w)
      const qt: F32 = fx.transpose(q)
      return fx.matmul(qt, q)
    })[0]!
    const n = Number(gram.shape[0])
    close(
      [...gram.data],
      Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 4 : 0)),
      4,
    )
  })

  test('another key gives other numbers, the same key the same', () => {
    expect(one(() => nn.dense(4, 4).init(key(1)).w)).toEqual(one(() => nn.dense(4, 4).init(key(1)).w))
    expect(one(() => nn.dense(4, 4).init(key(1)).w)).not.toEqual(one(() => nn.dense(4, 4).init(key(2)).w))
  })

  test('the layers of a model differ', () => {
    const [a, , b] = arrays(() =>
      nn
        .sequential(nn.dense(4, 4), nn.dense(4, 4))
        .init(key(1))
        .map(({ w }) => w)
        .flatMap((w) => [w, w]),
    )
    expect([...a!.data]).not.toEqual([...b!.data])
  })

  test('compiled on a device', async () => {
    const model = nn.sequential(nn.conv2d(1, 4, 3), fx.relu, nn.flatten(), nn.dense(16, 3, { init: orthogonal() }))
    const init = await fx.compile(model.init, [fx.specOf(fx.random.keyData(0))], { device: 'js' })
    const [conv, , , dense] = await init(fx.random.keyData(0))
    expect([conv.w.shape, dense.w.shape]).toEqual([
      [4, 1, 3, 3],
      [16, 3],
    ])
    close(
      [...(await dense.w.toNDArray()).data],
      one(() => model.init(key(0))[3].w),
      5,
    )
  })
})

describe('combinators', () => {
  const [a, b] = [nn.dense(3, 5), nn.dense(5, 3)]
  const x = (): F32 => normal(9, [4, 3])

  test('sequential is associative, but for the tree', () => {
    const [flat, left, right] = values(() => {
      const [pa, pb, pc] = [a.init(key(1)), b.init(key(2)), a.init(key(3))]
      return [
        nn.sequential(a, fx.tanh, b, a).apply([pa, [], pb, pc], x()),
        nn.sequential(nn.sequential(a, fx.tanh), b, a).apply([[pa, []], pb, pc], x()),
        nn.sequential(a, nn.sequential(fx.tanh, b, a)).apply([pa, [[], pb, pc]], x()),
      ]
    })
    expect(left).toEqual(flat)
    expect(right).toEqual(flat)
  })

  test('named is sequential with names', () => {
    const [list, record] = values(() => {
      const [pa, pb] = [a.init(key(1)), b.init(key(2))]
      return [
        nn.sequential(a, fx.relu, b).apply([pa, [], pb], x()),
        nn.named({ up: a, act: fx.relu, down: b }).apply({ up: pa, act: [], down: pb }, x()),
      ]
    })
    expect(record).toEqual(list)
  })

  test('a residual of zeros is the identity; with a shortcut, the shortcut', () => {
    const zero = nn.dense(3, 3, { init: nn.initializers.zeros })
    const [same, wide, short] = values(() => {
      const one = nn.residual(zero)
      const other = nn.residual(nn.dense(3, 5, { init: nn.initializers.zeros }), a)
      const p = other.init(key(4))
      return [one.apply(one.init(key(0)), x()), other.apply(p, x()), a.apply(p.shortcut, x())]
    })
    expect(same).toEqual(one(x))
    expect(wide).toEqual(short)
  })

  test('parallel gives all outputs, and map joins them', () => {
    const both = nn.map(nn.parallel(a, a), ([p, q]) => fx.concat([p, q], { axis: -1 }))
    const [joined] = arrays(() => both.apply(both.init(key(0)), x()))
    expect(joined!.shape).toEqual([4, 10])
    const twice = one(() => {
      const p = a.init(key(1))
      return both.apply([p, p], x())
    })
    expect(twice.slice(0, 5)).toEqual(twice.slice(5, 10))
  })

  test('a module of one’s own needs no more than init and apply', () => {
    const scale: nn.Module<F32> = { init: () => fx.full([], 3), apply: (p, v) => fx.mul(v, p) }
    const model = nn.sequential(scale, nn.dropout(0.5), (v: F32) => fx.add(v, 1))
    expect(one(() => model.apply(model.init(key(0)), fx.constant([1, 2])))).toEqual([4, 7])
  })

  test('state and keys reach the parts that have them', () => {
    const model = nn.named({ a: nn.batchNorm(3), rest: nn.residual(nn.sequential(nn.dropout(0.5), nn.dense(3, 3), nn.batchNorm(3))) })
    const run = (): unknown => {
      const p = model.init(key(0))
      const [, state] = model.stateful(p, x(), { training: true, key: key(1), state: model.initState() })
      const inner: nn.Running = state.rest.body[2]
      return [state.a.mean, inner.mean, model.apply(p, x(), { state })]
    }
    const [outer, inner, y] = values(run)
    close(
      outer!,
      one(() => fx.mul(fx.mean(x(), { axis: 0 }), 0.1)),
    )
    expect(inner).not.toEqual([0, 0, 0])
    expect(y!.every(Number.isFinite)).toBe(true)
  })
})

describe('attention', () => {
  const heads = nn.multiHeadAttention(8, 2)
  const causal = nn.multiHeadAttention(8, 2, { causal: true })

  test('without positions is equivariant to permutations', () => {
    const order = [3, 0, 4, 2, 1]
    const [before, after] = values(() => {
      const p = heads.init(key(1))
      const shuffled = (x: F32): F32 => fx.take(x, fx.constant(order, { dtype: 'i32' }), { axis: 1 })
      const x = normal(2, [2, 5, 8])
      return [shuffled(heads.apply(p, x)), heads.apply(p, shuffled(x))]
    })
    close(after!, before!)
  })

  test('with positions is not', () => {
    const model = nn.sequential(nn.sinusoidalPositions(), heads)
    const [before, after] = values(() => {
      const p = model.init(key(1))
      const x = normal(2, [1, 4, 8])
      return [fx.flip(model.apply(p, x), { axis: 1 }), model.apply(p, fx.flip(x, { axis: 1 }))]
    })
    expect(Math.max(...before!.map((x, i) => Math.abs(x - after![i]!)))).toBeGreaterThan(0.01)
  })

  test('a causal mask hides the future: by the Jacobian', () => {
    const [j] = arrays(() => {
      const p = causal.init(key(1))
      const to = (x: F32): F32 => fx.sum(causal.apply(p, fx.reshape(x, [1, 4, 8])), { axis: [0, 2] })
      return fx.sum(fx.abs(fx.reshape(fx.jacobian(to)(normal(5, [4, 8])), [4, 4, 8])), { axis: -1 })
    })
    const at = (out: number, into: number): number => Number(j!.data[4 * out + into])
    for (let out = 0; out < 4; out++)
      for (let into = 0; into < 4; into++) {
        if (into > out) expect(at(out, into)).toBe(0)
        else expect(at(out, into)).toBeGreaterThan(1e-4)
      }
  })

  test('sinusoidal positions are the formula, and shifts are rotations', () => {
    const [table] = arrays(() => nn.sinusoidalTable(6, 8))
    const at = (t: number, i: number): number => Number(table!.data[8 * t + i])
    for (let k = 0; k < 4; k++) {
      const w = 10_000 ** ((-2 * k) / 8)
      expect(at(5, 2 * k)).toBeCloseTo(Math.sin(5 * w), 6)
      expect(at(5, 2 * k + 1)).toBeCloseTo(Math.cos(5 * w), 6)
      const dot = (t: number, u: number): number => at(t, 2 * k) * at(u, 2 * k) + at(t, 2 * k + 1) * at(u, 2 * k + 1)
      expect(dot(0, 2)).toBeCloseTo(dot(3, 5), 6)
    }
  })
})

describe('norms', () => {
  test('batch norm in training gives every feature mean 0 and variance 1', () => {
    const bn = nn.batchNorm(3)
    const y = one(() => bn.apply(bn.init(key(0)), fx.add(fx.mul(normal(1, [64, 3, 2]), 5), 7), { training: true }))
    for (let c = 0; c < 3; c++) {
      const channel = y.filter((_, i) => Math.floor(i / 2) % 3 === c)
      expect(meanOf(channel)).toBeCloseTo(0, 5)
      expect(deviationOf(channel)).toBeCloseTo(1, 4)
    }
  })

  test('running statistics go to those of the data', () => {
    const bn = nn.batchNorm(2)
    const x = (): F32 => fx.add(fx.mul(normal(1, [50, 2]), 3), -2)
    const [mean, variance] = values(() => {
      const p = bn.init(key(0))
      const state = Array.from({ length: 80 }).reduce<nn.Running>(
        (s) => bn.stateful(p, x(), { training: true, state: s })[1],
        bn.initState(),
      )
      return [state.mean, state.variance]
    })
    close(
      mean!,
      one(() => fx.mean(x(), { axis: 0 })),
      2,
    )
    close(
      variance!,
      one(() => fx.mul(fx.variance(x(), { axis: 0 }), 50 / 49)),
      1,
    )
  })

  test('layer norm does not see scale or shift of a row', () => {
    const ln = nn.layerNorm(6)
    const [a, b] = values(() => {
      const p = ln.init(key(0))
      const x = normal(1, [3, 6])
      return [ln.apply(p, x), ln.apply(p, fx.add(fx.mul(x, 40), 11))]
    })
    close(b!, a!, 3)
  })
})

describe('dropout', () => {
  const drop = nn.dropout(0.3)
  const dropped = (seed: number, m = drop): number[] => one(() => m.apply([], fx.ones([50, 40, 5]), { training: true, key: key(seed) }))

  test('drops at its rate, and keeps the mean', () => {
    const y = dropped(0)
    const rate = y.filter((v) => v === 0).length / y.length
    expect(Math.abs(rate - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / y.length))
    expect(new Set(y)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    expect(meanOf(y)).toBeCloseTo(1, 1)
  })

  test('by its key, alone', () => {
    expect(dropped(1)).toEqual(dropped(1))
    expect(dropped(1)).not.toEqual(dropped(2))
  })

  test('two in a model drop other elements', () => {
    const model = nn.parallel(drop, drop)
    const [a, b] = values(() => model.apply([[], []], fx.ones([200]), { training: true, key: key(0) }))
    expect(a).not.toEqual(b)
  })

  test('whole channels, where they are shared', () => {
    const y = dropped(0, nn.dropout(0.5, { shared: [2] }))
    for (let i = 0; i < y.length; i += 5) expect(new Set(y.slice(i, i + 5)).size).toBe(1)
  })

  test('is the identity outside of training, and of rate 0', () => {
    expect(one(() => drop.apply([], normal(0, [9])))).toEqual(one(() => normal(0, [9])))
    expect(one(() => nn.dropout(0).apply([], normal(0, [9]), { training: true }))).toEqual(one(() => normal(0, [9])))
  })
})

describe('recurrent layers', () => {
  const cells = { rnn: nn.rnnCell(3, 4), gru: nn.gruCell(3, 4), lstm: nn.lstmCell(3, 4) } as const

  test('a sequence in two parts, with the carry handed on, is the sequence', () => {
    const cell = cells.lstm
    const [whole, first, second] = values(() => {
      const p = cell.init(key(0))
      const x = normal(1, [2, 6, 3])
      const part = (from: number, to: number): F32 => fx.slice(x, [0, from, 0], [2, to, 3])
      const [ys, carry] = nn.unroll(cell, p, part(0, 4), cell.initCarry(2))
      const [more] = nn.unroll(cell, p, part(4, 6), carry)
      return [nn.recurrentLayer(cell).apply(p, x), ys, more]
    })
    const row = (y: readonly number[], n: number, t: number, length: number): readonly number[] =>
      y.slice(4 * (n * length + t), 4 * (n * length + t + 1))
    for (const n of [0, 1]) {
      for (const t of [0, 1, 2, 3]) expect(row(whole!, n, t, 6)).toEqual(row(first!, n, t, 4))
      for (const t of [0, 1]) close(row(second!, n, t, 2), row(whole!, n, 4 + t, 6), 6)
    }
  })

  test.each(Object.keys(cells) as (keyof typeof cells)[])('reversed is forward on the sequence reversed: %s', (name) => {
    const cell = cells[name] as nn.Cell<unknown, unknown>
    const [back, forth] = values(() => {
      const p = cell.init(key(0))
      const x = normal(1, [2, 5, 3])
      return [
        nn.recurrentLayer(cell, { reverse: true }).apply(p, x),
        fx.flip(nn.recurrentLayer(cell).apply(p, fx.flip(x, { axis: 1 })), { axis: 1 }),
      ]
    })
    close(back!, forth!, 6)
  })

  test('a leaky unit keeps its share of what was', () => {
    const still = nn.leakyCell(nn.rnnCell(3, 4, { init: nn.initializers.zeros, recurrentInit: nn.initializers.zeros }), 0.9)
    const y = one(() => nn.unroll(still, still.init(key(0)), normal(1, [1, 3, 3]), fx.ones([1, 4]))[0])
    close(
      y.filter((_, i) => i % 4 === 0),
      [0.9, 0.81, 0.729],
      6,
    )
  })

  test('the orthogonal recurrent weights of each gate are orthonormal', () => {
    const gram = one(() => {
      const z = fx.slice(nn.gruCell(3, 4).init(key(2)).wh, [0, 4], [4, 8])
      const zt: F32 = fx.transpose(z)
      return fx.matmul(z, zt)
    })
    close(
      gram,
      Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
      5,
    )
  })
})

describe('pooling and its inverses', () => {
  const image = (): F32 => fx.reshape(fx.constant(Array.from({ length: 32 }, (_, i) => ((i * 37) % 41) + 1)), [1, 2, 4, 4])

  test('unpooling puts every largest element where it was, and zeros elsewhere', () => {
    const [x, y] = values(() => {
      const [v, at] = nn.maxPoolWithPositions(image(), { window: 2 })
      return [image(), nn.maxUnpool(v, at, [4, 4])]
    })
    expect(y!.filter((v) => v !== 0)).toHaveLength(8)
    for (const [i, v] of y!.entries()) if (v !== 0) expect(v).toBe(x![i])
  })

  test('bed of nails has each value at the top left, and pools back', () => {
    const [x, y] = arrays(() => [image(), nn.bedOfNails(image(), [2, 3])])
    expect(y!.shape).toEqual([1, 2, 8, 12])
    expect([...y!.data].filter((v) => v !== 0)).toEqual([...x!.data])
    expect(one(() => nn.maxPool({ window: [2, 3] }).apply([], nn.bedOfNails(image(), [2, 3])))).toEqual([...x!.data])
  })

  test('nearest averages back', () => {
    expect(one(() => nn.avgPool({ window: 3 }).apply([], nn.upsampleNearest(image(), 3)))).toEqual(one(image))
  })

  test('linear interpolation keeps constants and, between corners, planes', () => {
    const flat = one(() => nn.resizeLinear(fx.full([1, 1, 3, 3], 7), [5, 8]))
    close(
      flat,
      flat.map(() => 7),
    )
    const plane = (h: number, w: number): F32 => {
      const [i, j] = [fx.linspace(0, 1, h), fx.linspace(0, 1, w)]
      return fx.reshape(fx.add(fx.mul(fx.expandDims(i, 1), 2), fx.expandDims(j, 0)), [1, 1, h, w])
    }
    close(
      one(() => nn.resizeLinear(plane(3, 4), [7, 9], { alignCorners: true })),
      one(() => plane(7, 9)),
    )
  })
})

describe('losses', () => {
  const logits = (): F32 => fx.mul(normal(1, [6, 5]), 3)
  const other = (): F32 => fx.mul(normal(2, [6, 5]), 3)

  test('H(p, q) = H(p) + KL(p ‖ q)', () => {
    const [h, hp, kl] = values(() => [
      nn.crossEntropy(other(), fx.softmax(logits())),
      nn.entropy(logits()),
      nn.klDivergence(fx.logSoftmax(logits()), fx.logSoftmax(other())),
    ])
    expect(h![0]).toBeCloseTo(hp![0]! + kl![0]!, 5)
    expect(kl![0]).toBeGreaterThan(0)
  })

  test('KL(p ‖ p) = 0, and log n for a sure p beside a uniform q', () => {
    expect(one(() => nn.klDivergence(fx.logSoftmax(logits()), fx.logSoftmax(logits())))[0]).toBeCloseTo(0, 6)
    const sure = (): F32 => fx.constant([[0, -Infinity, -Infinity, -Infinity]])
    expect(one(() => nn.klDivergence(sure(), fx.logSoftmax(fx.zeros([1, 4]))))[0]).toBeCloseTo(Math.log(4), 6)
  })

  test('labels as numbers and as one-hot rows are the same', () => {
    const labels = (): I32 => fx.constant([0, 1, 2, 3, 4, 0], { dtype: 'i32' })
    const [a, b] = values(() => [nn.crossEntropy(logits(), labels()), nn.crossEntropy(logits(), fx.oneHot(labels(), 5))])
    expect(a![0]).toBeCloseTo(b![0]!, 6)
  })

  test('the gradient of cross-entropy by the scores is softmax - p', () => {
    const labels = (): I32 => fx.constant([0, 1, 2, 3, 4, 0], { dtype: 'i32' })
    const [g, want] = values(() => [
      fx.grad((z: F32) => nn.crossEntropy(z, labels(), { reduction: 'sum' }))(logits()),
      fx.sub(fx.softmax(logits()), fx.oneHot(labels(), 5)),
    ])
    close(g!, want!)
  })

  test('a class that cannot be is no NaN, in value or gradient', () => {
    const z = (): F32 => fx.constant([[1, -Infinity, 2]])
    const label = (): I32 => fx.constant([2], { dtype: 'i32' })
    const [v, g] = values(() => fx.valueAndGrad((x: F32) => nn.crossEntropy(x, label()))(z()))
    expect(v![0]).toBeCloseTo(Math.log(1 + Math.exp(-1)), 6)
    expect(g!.every(Number.isFinite)).toBe(true)
  })

  test('binary cross-entropy is finite at any logit, and that of two classes', () => {
    const far = values(() =>
      fx.valueAndGrad((z: F32) => nn.bceWithLogits(z, fx.constant([0, 1, 0, 1])))(fx.constant([-500, 500, 500, -500])),
    )
    expect(far[0]![0]).toBe(250)
    expect(far[1]!.every(Number.isFinite)).toBe(true)
    const [two, binary] = values(() => {
      const z = normal(4, [7])
      const y = fx.constant([0, 1, 1, 0, 1, 0, 0], { dtype: 'i32' })
      return [nn.crossEntropy(fx.stack([fx.mul(z, 0), z], { axis: 1 }), y), nn.bceWithLogits(z, fx.cast(y, 'f32'))]
    })
    expect(binary![0]).toBeCloseTo(two![0]!, 6)
  })

  test('focal of gamma 0 is binary cross-entropy', () => {
    const [a, b] = values(() => {
      const y = fx.constant([0, 1, 1, 0, 1])
      return [nn.focal(normal(1, [5]), y, { gamma: 0 }), nn.bceWithLogits(normal(1, [5]), y)]
    })
    expect(a![0]).toBeCloseTo(b![0]!, 6)
  })

  test('the estimates are where they should be: mean by NLL, shrunk by a prior', () => {
    const data = [1, 2, 4, 5]
    const slope = (lambda: number, at: number): number =>
      one(() =>
        fx.grad((m: F32) =>
          fx.add(nn.gaussianNll(fx.broadcastTo(m, [4]), fx.zeros([4]), fx.constant(data)), lambda === 0 ? 0 : nn.l2Penalty([m], lambda)),
        )(fx.full([], at)),
      )[0]!
    expect(slope(0, 3)).toBeCloseTo(0, 5)
    // A prior of variance 1 / (2 λ) = 1 / 2 counts as two observations of 0: 12 / (4 + 2).
    expect(slope(1, 2)).toBeCloseTo(0, 5)
  })

  test('penalties are norms over all leaves', () => {
    const p = (): unknown => ({ a: fx.constant([3, -4]), b: [fx.constant([[1], [-2]])] })
    expect(one(() => nn.l1Penalty(p(), 2))).toEqual([20])
    expect(one(() => nn.l2Penalty(p(), 0.5))).toEqual([15])
  })

  test('contrastive has a gradient where points coincide', () => {
    const g = one(() => {
      const a = fx.ones([2, 3])
      return fx.grad((x: F32) => nn.contrastive(x, a, fx.constant([0, 1])))(a)
    })
    expect(g).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('infoNce of pairs that are far nearer than all others is 0', () => {
    const pairs = (): F32 => fx.mul(fx.eye(6), 10)
    expect(one(() => nn.infoNce(pairs(), pairs()))[0]).toBeCloseTo(0, 6)
    expect(one(() => nn.infoNce(fx.zeros([6, 2]), fx.zeros([6, 2])))[0]).toBeCloseTo(Math.log(6), 6)
  })
})

describe('refuses', () => {
  const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['features that do not fit', () => nn.dense(3, 4).apply(nn.dense(3, 4).init(key(0)), normal(0, [2, 5])), /dense: the inner axes/],
    ['no units', () => nn.dense(0, 4), /inputs is 0/],
    ['groups that do not divide', () => nn.conv2d(3, 4, 3, { groups: 2 }), /inputs \/ groups/],
    ['a window of another rank', () => nn.conv2d(3, 4, [3]), /window of rank 2/],
    ['heads that do not divide', () => nn.multiHeadAttention(6, 4), /features \/ heads/],
    ['a rate of 1', () => nn.dropout(1), /rate/],
    ['dropout in training without a key', () => nn.dropout(0.5).apply([], normal(0, [2]), { training: true }), /no key/],
    ['batch norm without its state', () => nn.batchNorm(3).apply(nn.batchNorm(3).init(key(0)), normal(0, [2, 3])), /state/],
    ['other features of a norm', () => nn.layerNorm(3).apply(nn.layerNorm(3).init(key(0)), normal(0, [2, 4])), /does not end with/],
    ['a loss that would broadcast', () => nn.mse(normal(0, [4, 1]), normal(0, [4])), /shapes differ/],
    ['labels that do not fit', () => nn.crossEntropy(normal(0, [4, 3]), fx.zeros([4, 1], 'i32')), /do not fit/],
    ['parameters of another model', () => nn.sequential(fx.relu).apply([[], []] as never, normal(0, [2])), /list of 2/],
    ['a name that is missing', () => nn.named({ a: fx.relu }).apply({} as never, normal(0, [2])), /have no a/],
    ['a sequence that is too long', () => nn.learnedPositions(3, 2).apply({ table: normal(0, [3, 2]) }, normal(0, [4, 2])), /more than 3/],
    [
      'what is no sequence',
      () => nn.recurrentLayer(nn.rnnCell(3, 4)).apply(nn.rnnCell(3, 4).init(key(0)), normal(0, [4, 3])),
      /batch of sequences/,
    ],
    ['an unknown way up', () => nn.upsample(2, { method: 'cubic' as never }), /no method cubic/],
  ]
  test.each(refusals)('%s', (_, f, problem) => {
    const caught = ((): unknown => {
      try {
        return f()
      } catch (error) {
        return error
      }
    })()
    expect(fx.isFluxionError(caught)).toBe(true)
    expect((caught as Error).message).toMatch(problem)
  })
})

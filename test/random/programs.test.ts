/** Random numbers inside programs: keys as arguments, derivatives, refusals, and what they compile to. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'

const { random } = fx
const keySpec = fx.spec([2], 'u32')

const numbers = async (f: (key: fx.Key) => fx.Tensor, seed: number): Promise<number[]> => {
  const program = await fx.compile(f, [keySpec], { device: fx.js() })
  return [...(await (await program(random.keyData(seed))).toNDArray()).data]
}

describe('programs', () => {
  test('a draw is a few kernels, however many rounds it takes', async () => {
    for (const draw of [random.normal, random.partitionable.normal]) {
      const program = await fx.compile((key: fx.Key) => draw(key, [4, 256]), [keySpec], { device: fx.js() })
      expect(program.kernels.length).toBeLessThan(5)
    }
  })

  test('a key differs from those split off it, and they from each other', async () => {
    const draws = await numbers((key) => fx.concat([key, ...random.split(key, 3), random.foldIn(key, 0), random.foldIn(key, 1)]), 5)
    expect(new Set(draws).size).toBe(12)
  })

  test('mapping over keys draws what each key draws', async () => {
    const draw = (key: fx.Key): fx.Tensor<fx.Shape, 'f32'> => random.normal(key, [3])
    const mapped = await numbers((key) => fx.vmap(draw)(random.split(key, 4)), 2)
    expect(mapped).toEqual(await numbers((key) => fx.stack([...random.split(key, 4)].map(draw)), 2))
  })

  test('a scan over keys draws what each key draws', async () => {
    const draw = (key: fx.Key): fx.Tensor<fx.Shape, 'f32'> => random.uniform(key, [3])
    const scanned = await numbers((keys) => {
      const [, ys] = fx.scan((n: fx.Tensor, key: fx.Tensor) => [n, draw(key as fx.Key)] as const, fx.zeros([]), random.split(keys, 4))
      return ys
    }, 2)
    expect(scanned).toEqual(await numbers((key) => fx.stack([...random.split(key, 4)].map(draw)), 2))
  })

  test('foldIn takes an index from the program', async () => {
    const inside = await numbers((key) => random.foldIn(key, fx.sum(fx.iota(5))), 5)
    expect(inside).toEqual(await numbers((key) => random.foldIn(key, 10), 5))
  })

  test('a seed inside a program is the seed outside', async () => {
    const program = await fx.compile((seed: fx.Tensor<fx.Shape, 'i32'>) => random.key(seed), [fx.spec([], 'i32')], { device: fx.js() })
    const made = await (await program(fx.ndarray(-7, { dtype: 'i32' }))).toNDArray()
    expect(made).toEqual(random.keyData(-7))
    expect([...random.keyData(2 ** 40 + 3).data]).toEqual([256, 3])
  })

  test('keys are the list of their rows', () => {
    const keys = random.split(random.key(3), 4)
    const rows = fx.evaluate(
      fx.trace(() => [keys, ...keys, keys[2], ...keys.map((key) => key), keys.at(-1)] as fx.Tensor[]),
      [],
    )
    const all = fx.toNested(rows[0]!) as number[][]
    expect(rows.slice(1).map(fx.toNested)).toEqual([...all, all[2], ...all, all[3]])
    expect([keys.length, keys.ndim, keys.shape, fx.isTensor(keys)]).toEqual([4, 2, [4, 2], true])
  })

  test('nothing drawn is nothing', async () => {
    expect(
      await numbers((key) => fx.concat([random.normal(key, [0]), random.uniform(key, [2, 0])].map((x) => fx.reshape(x, [0]))), 1),
    ).toEqual([])
    expect(random.split(random.key(0), 0).shape).toEqual([0, 2])
    expect(random.permutation(random.key(0), 0).shape).toEqual([0])
  })

  test('samples differentiate in their parameters', () => {
    const key = random.key(3)
    const f = (lo: fx.Tensor<readonly [], 'f32'>): fx.Tensor => fx.sum(random.truncatedNormal(key, lo, 2, [64]))
    const values = (lo: number, g: (lo: fx.Tensor<readonly [], 'f32'>) => fx.Tensor): number =>
      fx.evaluate(fx.trace(g, fx.spec([])), [fx.ndarray(lo)])[0]!.data[0] as number
    const slope = values(-1, fx.grad(f))
    expect(slope).toBeCloseTo((values(-0.99, f) - values(-1.01, f)) / 0.02, 1)
    expect(slope).toBeGreaterThan(1)
  })
})

describe('refusals', () => {
  const key = random.key(0)
  test.each<[string, () => unknown, RegExp]>([
    ['a key of floats', () => random.normal(fx.zeros([2]) as fx.Tensor as fx.Key), /random\.normal: a key is u32\[2\], not f32/],
    ['many keys', () => random.uniform(random.split(key)), /random\.uniform: a key is u32\[2\]/],
    ['a shape that is none', () => random.bits(key, [2.5]), /random\.bits: \[2\.5\] is not a shape/],
    ['parameters that do not fit', () => random.bernoulli(key, fx.zeros([3]), [2, 1]), /random\.bernoulli/],
    ['logits that do not fit', () => random.categorical(key, fx.zeros([3, 4]), { shape: [] }), /random\.categorical/],
    ['a seed that is not whole', () => random.key(1.5), /random\.key: 1\.5 is no seed/],
    ['a seed of floats', () => random.key(fx.zeros([]) as fx.Tensor as fx.Tensor<fx.Shape, 'i32'>), /random\.key/],
    ['an axis that is not', () => random.permutation(key, fx.zeros([3]), { axis: 1 }), /random\.permutation/],
  ])('%s', (_, f, message) => {
    expect(f).toThrow(message)
  })
})

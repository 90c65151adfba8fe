/** Samples look like their distributions. The seeds are fixed, so these tests pass or fail for good. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { erf } from '../../src/ir/kernel/meaning.js'

const { random } = fx

const n = 20_000
const device = fx.js()

const sample = async (draw: (key: fx.Key) => fx.Tensor, seed: number): Promise<number[]> => {
  const program = await fx.compile((key: fx.Key) => draw(key), [fx.spec([2], 'u32')], { device })
  return [...(await (await program(random.keyData(seed))).toNDArray()).data]
}

const meanOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length

/** The mean of f over a sample is off by less than 4 standard errors. */
const checkMean = (xs: readonly number[], f: (x: number) => number, mean: number, variance: number): void => {
  expect(Math.abs(meanOf(xs.map(f)) - mean)).toBeLessThan(4 * Math.sqrt(variance / xs.length))
}

/** The Kolmogorov-Smirnov distance is below its 99.9 % point, 1.95 / √n. */
const checkCdf = (xs: readonly number[], cdf: (x: number) => number): void => {
  const sorted = [...xs].sort((a, b) => a - b)
  const distance = sorted.reduce((most, x, i) => Math.max(most, cdf(x) - i / n, (i + 1) / n - cdf(x)), 0)
  expect(distance * Math.sqrt(xs.length)).toBeLessThan(1.95)
}

const phi = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2

test.each([random, random.partitionable])('uniform', async ({ uniform }) => {
  const xs = await sample((key) => uniform(key, [n]), 1)
  checkCdf(xs, (x) => x)
  checkMean(xs, (x) => x, 1 / 2, 1 / 12)
  checkMean(xs, (x) => (x - 1 / 2) ** 2, 1 / 12, 1 / 180)
  expect(xs.every((x) => x >= 0 && x < 1)).toBe(true)
  // Neighbours do not go together.
  checkMean(
    xs.slice(1).map((x, i) => (x - 1 / 2) * (xs[i]! - 1 / 2)),
    (x) => x,
    0,
    1 / 144,
  )
})

test('every bit is as often 0 as 1', async () => {
  const xs = await sample((key) => random.bits(key, [n]), 2)
  for (let bit = 0; bit < 32; bit++) checkMean(xs, (x) => (x >>> bit) & 1, 1 / 2, 1 / 4)
})

test.each([random, random.partitionable])('normal', async ({ normal }) => {
  const xs = await sample((key) => normal(key, [n]), 3)
  checkCdf(xs, phi)
  checkMean(xs, (x) => x, 0, 1)
  checkMean(xs, (x) => x * x, 1, 2)
  checkMean(xs, (x) => x ** 4, 3, 96)
})

test('truncatedNormal', async () => {
  const xs = await sample((key) => random.truncatedNormal(key, -0.3, 0.8, [n]), 4)
  expect(xs.every((x) => x > -0.3 && x < 0.8)).toBe(true)
  checkCdf(xs, (x) => (phi(x) - phi(-0.3)) / (phi(0.8) - phi(-0.3)))
})

test('gumbel', async () => {
  checkCdf(await sample((key) => random.gumbel(key, [n]), 5), (x) => Math.exp(-Math.exp(-x)))
})

test('bernoulli and categorical', async () => {
  checkMean(await sample((key) => random.bernoulli(key, 0.3, [n]), 6), (x) => x, 0.3, 0.21)
  const p = [0.1, 0.2, 0.7]
  const logits = fx.log(fx.constant(p))
  const xs = await sample((key) => random.categorical(key, logits, { shape: [n] }), 7)
  p.forEach((chance, i) => checkMean(xs, (x) => Number(x === i), chance, chance * (1 - chance)))
})

test('permutation', async () => {
  const m = 2000
  const xs = await sample((key) => random.permutation(key, m), 8)
  expect([...xs].sort((a, b) => a - b)).toEqual(Array.from({ length: m }, (_, i) => i))
  // Each is as likely to be before its neighbour as after it, and the order is not the one that it was in.
  checkMean(xs, (x) => x, (m - 1) / 2, 0.01)
  checkMean(
    xs.map((x, i) => (x - (m - 1) / 2) * (i - (m - 1) / 2)),
    (x) => x,
    0,
    ((m * m) / 12) ** 2,
  )
})

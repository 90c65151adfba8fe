/** How work grows with the length of an axis: counted in the program, and at the lengths themselves run on WebAssembly. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { outputTypes } from '../../src/ir/graph.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type F = (x: F32) => fx.Tensor

const device = fx.js()

/** Operations for each of n elements, and launches. */
const workOf = (f: F, n: number): { readonly each: number; readonly launches: number } => {
  const { launches } = plan(fx.trace(f, fx.spec([n])), device).program
  return { each: launches.reduce((sum, { kernel }) => sum + kernel.flops, 0) / n, launches: launches.length }
}

const lengths = [2 ** 14, 2 ** 17, 10 ** 6, 10 ** 7] as const

const cumulative = { cumsum: fx.cumsum, cumprod: fx.cumprod, cummax: fx.cummax } as Readonly<Record<string, (x: F32) => F32>>

describe('cumulative ops', () => {
  test.each(Object.entries(cumulative))('%s and its gradient are O(n) work in O(log n) launches', (_, f) => {
    const slope = fx.grad((x: F32) => fx.sum(fx.square(f(x))))
    for (const n of lengths) {
      const [value, gradient] = [workOf(f, n), workOf(slope, n)]
      expect(value.each).toBeLessThan(3)
      expect(gradient.each).toBeLessThan(15)
      expect(value.launches).toBeLessThan(1.5 * Math.log2(n))
      expect(gradient.launches).toBeLessThan(4.5 * Math.log2(n))
    }
  })

  test('cumsum of 10⁷ elements is that of a plain loop', async () => {
    const x = Int32Array.from({ length: 10 ** 7 }, (_, i) => Math.imul(i, 0x9e3779b1))
    const f = await fx.compile((v: fx.Tensor<fx.Shape, 'i32'>) => fx.cumsum(v), [fx.spec<fx.Shape, 'i32'>([x.length], 'i32')], {
      device: 'wasm',
    })
    const { data } = await (await f(fx.ndarray(x))).toNDArray()
    let sum = 0
    expect(x.findIndex((value, i) => (sum = (sum + value) | 0) !== data[i])).toBe(-1)
  })
})

describe('contractions', () => {
  const sizes = (shapes: readonly fx.Shape[]): number => shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 4), 0)

  /** Peak memory of the loss, its gradients and the gradients of these, in units of the operands and results. */
  const peakOf = (f: (x: F32, w: F32) => F32, x: fx.Shape, w: fx.Shape): readonly number[] => {
    const loss = (a: F32, b: F32): F32 => fx.sum(fx.square(f(a, b)))
    const both = { argnums: [0, 1] } as const
    const slopes = (a: F32, b: F32): F32 =>
      fx
        .grad(loss, both)(a, b)
        .reduce<F32>((sum, g) => fx.add(sum, fx.sum(fx.square(g))), fx.zeros([]))
    const y = fx.trace(f, fx.spec(x), fx.spec(w))
    const [out = []] = outputTypes(y).map(({ shape }) => shape)
    return [fx.grad(loss, both), fx.grad(slopes, both)].map(
      (g) => plan(fx.trace(g, fx.spec(x), fx.spec(w)), device).memory.peakBytes / sizes([x, w, out]),
    )
  }

  test.each([
    ['conv', (x: F32, w: F32) => fx.conv(x, w, { padding: 'same' }), [4, 16, 28, 28], [16, 16, 5, 5]],
    ['strided conv', (x: F32, w: F32) => fx.conv(x, w, { strides: 2, dilation: 2 }), [4, 16, 29, 29], [16, 16, 5, 5]],
    ['depthwise conv', (x: F32, w: F32) => fx.conv(x, w, { padding: 'same', groups: 16 }), [4, 16, 28, 28], [16, 1, 7, 7]],
    ['convTranspose', (x: F32, w: F32) => fx.convTranspose(x, w, { strides: 2 }), [4, 16, 14, 14], [16, 16, 5, 5]],
    ['matmul', (x: F32, w: F32) => fx.matmul(x, w), [128, 96], [96, 64]],
    ['einsum', (x: F32, w: F32) => fx.einsum('bij,bjk->bik', x, w), [4, 64, 48], [4, 48, 32]],
  ] as const)('%s and its derivatives keep no windows and no products apart', (_, f, x, w) => {
    const [first, second] = peakOf(f, x, w)
    // Windows of 5 × 5 alone would be 12 times all this, or more; products 14 times.
    expect(first).toBeLessThan(3)
    expect(second).toBeLessThan(5)
  })
})

describe('sorting', () => {
  test('is a network of log n (log n + 1) / 2 exchanges of n elements, its gradient another', () => {
    for (const n of lengths.slice(0, 3)) {
      const steps = Math.ceil(Math.log2(n))
      const exchanges = ((steps * (steps + 1)) / 2) * (2 ** steps / n)
      for (const f of [fx.sort, fx.argsort]) expect(workOf(f as F, n).each).toBeLessThanOrEqual(3.2 * exchanges)
      expect(
        workOf(
          fx.grad((x: F32) => fx.sum(fx.square(fx.sort(x)))),
          n,
        ).each,
      ).toBeLessThanOrEqual(6.4 * exchanges)
    }
  })

  test('the first few of many are O(n) work', () => {
    const each = lengths.slice(0, 3).map((n) => workOf((x: F32) => fx.topK(x, 5)[0], n).each)
    expect(Math.max(...each) / Math.min(...each)).toBeLessThan(1.1)
  })

  test("sort, argsort and topK of 10⁶ elements are the host's", async () => {
    const x = Float32Array.from({ length: 10 ** 6 }, (_, i) => Math.sin(i * i))
    const program = (v: F32): readonly fx.Tensor[] => [fx.sort(v), fx.argsort(v), fx.topK(v, 5)[1]]
    const f = await fx.compile(program, [fx.spec<fx.Shape>([x.length])], { device: 'wasm' })
    const [values, indices, top] = await Promise.all((await f(fx.ndarray(x))).map(async (y) => (await y.toNDArray()).data))
    // The host's sort of numbers is stable, too.
    const order = Int32Array.from(Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!))
    expect(values!.findIndex((value, i) => value !== x[order[i]!])).toBe(-1)
    expect(indices!.findIndex((value, i) => value !== order[i])).toBe(-1)
    expect([...top!].map((i) => x[i])).toEqual([...order.slice(-5)].reverse().map((i) => x[i]))
  })
})

/** Windows at borders, short rows and arrays put together in turn: bit for bit as the reference has them, NaN and signs of zero included. */
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/backends/reference/evaluate.js'
import { unbound } from '../../../src/backends/wasm/unbound.js'
import { phased } from '../../../src/backends/wasm/phases.js'
import { eagerWasm, wasm } from '../../../src/backends/wasm/wasm.js'
import { plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import type { Kernel } from '../../../src/ir/kernel/kernel.js'
import { printKernel } from '../../../src/ir/kernel/print.js'
import { allStatements, postOrder, rootsOf } from '../../../src/ir/kernel/walk.js'
import { rngOf } from '../../arbitraries/value.js'
import { runOn } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const values = [0, -0, 1, 1, -1, 2, NaN, Infinity, -Infinity, 0.5] as const

/** Few different values, so that many are equal; NaN and infinities among them, if asked for. */
const drawn = (shape: fx.Shape, seed: number, choices: readonly number[] = values): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  const size = shape.reduce((a, b) => a * b, 1)
  return fx.ndarray(
    Float32Array.from({ length: size }, () => choices[Math.floor(rng() * choices.length)] as number),
    { shape },
  )
}

/** The same bits, but for those of NaN. */
const expectSame = (got: readonly fx.NDArray[], want: readonly fx.NDArray[]): void => {
  got.forEach(({ data, shape }, i) => {
    expect(shape).toEqual(want[i]?.shape)
    expect([...data]).toEqual([...(want[i]?.data ?? [])])
  })
}

const check = async (f: (...xs: F32[]) => readonly fx.Tensor[], ...args: fx.NDArray<'f32'>[]): Promise<void> => {
  const graph = fx.trace(f, ...args.map(({ shape }) => fx.spec(shape)))
  const want = evaluate(graph, args)
  for (const device of [wasm({ threads: 1 }), eagerWasm(2)]) expectSame((await runOn(device, { graph, args })).results, want)
}

const pools = [
  { window: 3, strides: 1, padding: [[1, 1], [1, 1]] }, // prettier-ignore
  { window: 3, strides: 2, padding: [[1, 1], [1, 1]] }, // prettier-ignore
  { window: 3, strides: 3, padding: 'valid' },
  { window: 2, strides: 2, padding: 'same' },
  { window: [2, 3], strides: [1, 2], padding: 'same' },
] as const satisfies readonly fx.PoolOptions[]

describe.each([4, 5, 6, 7, 9, 14, 16, 28])('lines of %i', (n) => {
  test.each(pools)('largest elements of %o', (options) =>
    check((x) => [fx.maxPool(x, options), fx.neg(fx.maxPool(fx.neg(x), options))], drawn([2, 3, n, n], n)),
  )

  // Sums of a few small whole numbers are exact, in whatever order.
  test.each(pools)('what reaches elements by %o: the first of equals has it', (options) =>
    check(
      (x, h) => [fx.grad((y: F32): F32 => fx.sum(fx.mul(fx.maxPool(y, options), fx.maxPool(h, options))))(x)],
      drawn([2, 3, n, n], n, [0, -0, 1, 2, 3]),
      drawn([2, 3, n, n], 2 * n, [0, 1, 2, 3]),
    ),
  )

  test('NaN is the largest, and the first of several has the derivative', () =>
    check(
      (x) => [fx.grad((y: F32): F32 => fx.sum(fx.where(fx.isNan(fx.maxPool(y, pools[0])), fx.maxPool(y, pools[0]), 0)))(x)],
      drawn([2, 2, n, n], n, [NaN, 1, NaN, 2, 0]),
    ))

  test('padded, shifted, apart and joined in turn', () =>
    check(
      (x) => [
        fx.pad(x, [[0, 0], [0, 0], [2, 1], [1, 3]], 7), // prettier-ignore
        fx.neg(fx.slice(x, [0, 0, 0, 0], [2, 3, n, n], [1, 1, 2, 3])),
        fx.reshape(fx.stack([x, fx.neg(x)], { axis: -1 }), [2, 3, n, 2 * n]),
        fx.reshape(fx.stack([x, fx.neg(x)], { axis: 3 }), [2, 3, 2 * n, n]),
        fx.reshape(fx.stack([fx.gt(x, 0), fx.isNan(x)], { axis: -1 }), [2, 3, n, 2 * n]),
        fx.concat([x, fx.neg(x), fx.add(x, 1)], { axis: 1 }),
      ],
      drawn([2, 3, n, n], n),
    ))
})

test('quotients and remainders of integers by powers of two, towards zero', async () => {
  const numbers = [0, 1, -1, 2, -2, 3, -3, 7, -7, 8, -8, 9, -9, 1023, -1024, -1025, 2147483647, -2147483648, -2147483647]
  const x = fx.ndarray(Int32Array.from(numbers))
  const by = [2, 4, 8, 1024, 2 ** 30] as const
  const quotients = (i: fx.Tensor<fx.Shape, 'i32'>): readonly fx.Tensor[] => by.flatMap((n) => [fx.div(i, n), fx.sub(i, fx.mul(fx.div(i, n), n)), fx.mod(i, n)]) // prettier-ignore
  const graph = fx.trace(quotients, fx.spec([numbers.length], 'i32'))
  const { results } = await runOn(wasm({ threads: 1 }), { graph, args: [x] })
  by.forEach((n, i) => {
    expect([...(results[3 * i]?.data ?? [])]).toEqual(numbers.map((v) => Math.trunc(v / n) + 0))
    expect([...(results[3 * i + 1]?.data ?? [])]).toEqual(numbers.map((v) => (v % n) + 0))
    expect([...(results[3 * i + 2]?.data ?? [])]).toEqual(numbers.map((v) => (((v % n) + n) % n) + 0))
  })
})

const kernelsOf = (f: (...xs: F32[]) => unknown, ...shapes: fx.Shape[]): readonly Kernel[] =>
  plan(fx.trace(f, ...shapes.map((shape) => fx.spec(shape))), wasm()).program.launches.map(({ kernel }) => kernel)

const opsOf = ({ body }: Kernel): readonly string[] =>
  allStatements(body)
    .flatMap(rootsOf)
    .flatMap((root) => postOrder(root))
    .flatMap((x) => (x.k === 'op' && x.dtype === 'i32' ? [x.op] : []))

describe('bounds of indices', () => {
  const padded = (width: number) => (x: F32) => fx.pad(x, [[0, 0], [width, width]]) // prettier-ignore

  test('are left out where a condition has them, and what is read beyond is in the margins', () => {
    const [kernel] = kernelsOf(padded(3), [5, 20]) as [Kernel]
    expect(opsOf(kernel)).toEqual(expect.arrayContaining(['min', 'max']))
    expect(opsOf(unbound(kernel))).not.toEqual(expect.arrayContaining(['min']))
    expect(opsOf(unbound(kernel))).not.toEqual(expect.arrayContaining(['max']))
  })

  test.each([
    [5000, 0],
    [0, 5000],
  ])('stay where what would be read is too far away: %i before, %i after', async (before, after) => {
    const far = (x: F32): F32 => fx.pad(x, [[0, 0], [before, after]]) // prettier-ignore
    const [kernel] = kernelsOf(far, [2, 3]) as [Kernel]
    expect(printKernel(unbound(kernel))).toBe(printKernel(kernel))
    await check((x) => [far(x)], drawn([2, 3], 1))
  })

  test('stay where they are what is asked for: indices from data', async () => {
    const take = (x: F32, i: F32): F32 => fx.take(x, fx.cast(i, 'i32'))
    const [kernel] = kernelsOf(take, [6], [9]) as [Kernel]
    expect(printKernel(unbound(kernel))).toBe(printKernel(kernel))
    await check((x, i) => [take(x, i)], drawn([6], 1), drawn([9], 2, [-100000, -1, 0, 2, 5, 6, 100000]))
  })

  test('stay where another value is read beyond them', () => {
    const [kernel] = kernelsOf((x) => fx.concat([x, x, fx.neg(x)], { axis: 0 }), [5]) as [Kernel]
    expect(opsOf(unbound(kernel))).toEqual(expect.arrayContaining(['max']))
  })
})

describe('phases', () => {
  test('an axis of which every other point reads another array is taken two points at a time, and nothing is asked', () => {
    const [kernel] = kernelsOf((x, y) => fx.reshape(fx.stack([x, y], { axis: -1 }), [12, 16]), [12, 8], [12, 8]) as [Kernel]
    const made = phased(kernel)
    expect(made.grid.map(({ extent }) => extent).reduce((a, b) => a * b, 1)).toBe(96)
    expect(printKernel(made)).not.toContain('select')
    expect(printKernel(made)).not.toContain('%')
  })

  test('an axis that is taken apart by lines is two axes', () => {
    const [kernel] = kernelsOf((x) => fx.reshape(fx.transpose(x, [0, 2, 1]), [4, 56]), [4, 7, 8]) as [Kernel]
    expect(printKernel(kernel)).toContain('%')
    expect(phased(kernel).grid.map(({ extent }) => extent)).toEqual([4, 8, 7])
    expect(printKernel(phased(kernel))).not.toContain('%')
  })
})

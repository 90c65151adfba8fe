/** f16 on the reference and on JS against NumPy's float16 (half.json, by make.py): bit by bit. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'

interface Golden {
  readonly x: readonly number[]
  readonly unary: Readonly<Record<string, readonly number[]>>
  readonly pairs: readonly (readonly [number, number])[]
  readonly binary: Readonly<Record<string, readonly number[]>>
  readonly fromF32: { readonly x: readonly number[]; readonly result: readonly number[] }
  readonly fromF64: { readonly x: readonly number[]; readonly result: readonly number[] }
  readonly fromI32: { readonly x: readonly number[]; readonly result: readonly number[] }
  readonly sums: Readonly<Record<string, { readonly args: readonly (readonly number[])[]; readonly result: readonly number[] }>>
}

const golden = JSON.parse(readFileSync(new URL('half.json', import.meta.url), 'utf8')) as Golden

const half = (bits: readonly number[], shape: readonly number[] = [bits.length]): fx.NDArray<'f16'> =>
  fx.ndarray(Uint16Array.from(bits), { dtype: 'f16', shape })

type F = (...xs: readonly fx.Tensor[]) => fx.Tensor

/** The bits that the reference and JS give. */
const both = async (f: F, args: readonly fx.NDArray[]): Promise<readonly (readonly number[])[]> => {
  const specs = args.map((arg) => fx.specOf(arg))
  const [reference] = fx.evaluate(fx.trace(f, ...specs), args)
  const program = await fx.compile(f, specs, { device: fx.js() })
  const result = await (await program(...args)).toNDArray()
  return [Array.from(reference?.data ?? []), Array.from(result.data)]
}

const check = async (f: F, args: readonly fx.NDArray[], want: readonly number[]): Promise<void> => {
  const found = await both(f, args)
  for (const got of found) {
    const wrong = want.flatMap((bits, i) => (bits === got[i] ? [] : [{ i, want: bits, got: got[i] }]))
    expect(wrong.slice(0, 5)).toEqual([])
    expect(got.length).toBe(want.length)
  }
}

const ops = fx as unknown as Readonly<Record<string, F>>

describe('f16 is bit by bit what NumPy computes', () => {
  it.each(Object.keys(golden.unary))('%s', (name) => check(ops[name] as F, [half(golden.x)], golden.unary[name] ?? []))

  it.each(Object.keys(golden.binary))('%s', (name) => {
    const [a, b] = [0, 1].map((k) => half(golden.pairs.map((pair) => pair[k] as number)))
    return check(ops[name] as F, [a, b] as readonly fx.NDArray[], golden.binary[name] ?? [])
  })

  it('in casts from f32 and i32', async () => {
    const toHalf: F = (x) => fx.cast(x, 'f16')
    await check(toHalf, [fx.ndarray(Float32Array.from(golden.fromF32.x))], golden.fromF32.result)
    await check(toHalf, [fx.ndarray(Int32Array.from(golden.fromI32.x))], golden.fromI32.result)
  })

  it('in host arrays from numbers, which are rounded once, and from Float32Arrays', () => {
    const { fromF64, fromF32 } = golden
    expect(Array.from(fx.ndarray(fromF64.x, { dtype: 'f16' }).data)).toEqual(fromF64.result)
    expect(Array.from(fx.ndarray(Float32Array.from(fromF32.x), { dtype: 'f16' }).data)).toEqual(fromF32.result)
  })

  it('in sums, which are accumulated in f32', async () => {
    const { matmul, sum, mean, cumsum } = golden.sums
    const [a, b] = (matmul?.args ?? []) as readonly [readonly number[], readonly number[]]
    await check((x, y) => fx.matmul(x, y), [half(a, [3, 50]), half(b, [50, 4])], matmul?.result ?? [])
    await check((x) => fx.sum(x), [half(sum?.args[0] ?? [])], sum?.result ?? [])
    await check((x) => fx.mean(x), [half(mean?.args[0] ?? [])], mean?.result ?? [])
    await check((x) => fx.cumsum(x), [half(cumsum?.args[0] ?? [])], cumsum?.result ?? [])
  })

  it('back in f32, which holds every f16', async () => {
    const all = half(Array.from({ length: 65536 }, (_, i) => i))
    const [reference, js] = await both((x) => fx.cast(x, 'f32'), [all])
    const want = fx.toNested(all) as readonly number[]
    expect(reference).toEqual(want)
    expect(js).toEqual(want)
  })
})

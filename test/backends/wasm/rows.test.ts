/** Reductions over the same rows are one kernel, whose loops take columns four at a time, those that store among them. */
import { describe, expect, test } from 'vitest'
import { wasm } from '../../../src/backends/wasm/wasm.js'
import { plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import { wasmModel } from '../../../src/verify/model.js'
import { rngOf } from '../../arbitraries/value.js'
import { compare } from '../../harness/compare.js'
import { runOn } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const device = wasm()

const layerNorm = (x: F32): F32 => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  return fx.mul(centred, fx.rsqrt(fx.add(fx.mean(fx.square(centred), { axis: -1, keepDims: true }), 1e-5)))
}

const functions: readonly (readonly [string, (x: F32) => F32])[] = [
  ['softmax', (x) => fx.softmax(x)],
  ['logSoftmax', (x) => fx.logSoftmax(x)],
  ['layer norm', layerNorm],
]

describe.each(functions)('%s', (_, f) => {
  test.each([4, 5, 7, 16, 19, 37])('of rows of %i, and its gradient', async (n) => {
    const shape = [5, n]
    const rng = rngOf(n)
    const x = fx.ndarray(
      Float32Array.from({ length: 5 * n }, () => rng() * 4 - 2),
      { shape, dtype: 'f32' },
    )
    const forward = fx.trace((a: F32) => [f(a)], fx.spec(shape))
    expect(plan(forward, device).program.launches.length).toBe(1)
    const backward = fx.trace((a: F32) => [fx.grad((b: F32) => fx.sum(fx.square(f(b))))(a)], fx.spec(shape))
    for (const graph of [forward, backward]) {
      const { determined } = compare(await runOn(device, { graph, args: [x] }), wasmModel)
      expect(determined).toBeGreaterThan(0)
    }
  })

  test('stores whole vectors', async () => {
    const program = await fx.compile((a: F32) => f(a), [fx.spec([128, 256])], { device })
    const text = program.kernels.map(({ source }) => source).join('\n')
    expect(text).toContain('v128.store')
    expect(program.kernels.length).toBe(1)
  })
})

/** Every case on WebGPU, many to a program. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { faults, onnxCases, type OnnxCase } from './cases.js'
import { runOnnx } from './run.js'

const device = await fx.webgpu()
const perProgram = 25

/** Whether any value of a case is f16. */
const isHalf = (c: OnnxCase): boolean =>
  fx
    .trace((...xs: readonly fx.Tensor[]) => c.run(xs), ...c.args.map((arg) => fx.specOf(arg)))
    .nodes.some(({ type }) => type.dtype === 'f16')

const half = onnxCases.filter(isHalf)
const others = onnxCases.filter((c) => !half.includes(c))

const batches = Array.from({ length: Math.ceil(others.length / perProgram) }, (_, i) => others.slice(i * perProgram, (i + 1) * perProgram))

describe('ONNX on WebGPU', () => {
  test.each(batches.map((cases) => ({ first: cases[0]!.name, cases })))('$first, …', async ({ cases }) => {
    const results = await runOnnx(device, cases)
    expect(cases.flatMap((c, i) => faults(c, results[i] ?? []))).toEqual([])
  })

  test('f16: right where the adapter has it, else refused', async () => {
    expect(half.length).toBe(15)
    if (device.dtypes.includes('f16')) {
      const results = await runOnnx(device, half)
      expect(half.flatMap((c, i) => faults(c, results[i] ?? []))).toEqual([])
      return
    }
    const refusals = await Promise.all(half.map((c) => runOnnx(device, [c]).catch((error: unknown) => error)))
    expect(refusals.filter((error) => !(error instanceof fx.UnsupportedError))).toEqual([])
  })
})

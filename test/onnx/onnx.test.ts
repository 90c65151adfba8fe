/** Every case on the reference and on JS. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { faults, leftOut, onnxCases, ops } from './cases.js'
import { runOnnx } from './run.js'

test('750 of 932 cases; each op here has some, and why others are left out is known', () => {
  expect(onnxCases.length).toBe(750)
  expect(Object.keys(ops).filter((op) => !onnxCases.some((c) => c.ops.includes(op)))).toEqual([])
  expect(Object.fromEntries(Object.entries(leftOut).map(([reason, names]) => [reason, names.length]))).toEqual({
    'no such function here': 65,
    subgraphs: 22,
    'large arrays': 15,
    'shapes that depend on values': 15,
    'strings, complex numbers and bfloat16': 12,
    'windows, whose length is an argument': 12,
    'means, variances and masks of training': 8,
    'sequences and optional values': 8,
    'training operators of ONNX': 7,
    'casts to and from bfloat16': 6,
    'random numbers of no stated generator': 6,
    'MaxPool: no dilation and no indices of maxima': 3,
    'Pad: modes other than constant': 2,
    'Scatter: products': 1,
  })
})

describe('ONNX', () => {
  test.each(onnxCases)('$name', async (c) => {
    const graph = fx.trace((...xs: readonly fx.Tensor[]) => c.run(xs), ...c.args.map((arg) => fx.specOf(arg)))
    expect(faults(c, fx.evaluate(graph, c.args))).toEqual([])
    const [results] = await runOnnx(fx.js(), [c])
    expect(faults(c, results ?? [])).toEqual([])
  })
})

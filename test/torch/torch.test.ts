/** Every case on the reference and on JS. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { faults, torchCases } from './cases.js'
import { ops } from './ops.js'
import { runTorch } from './run.js'

test('there are at least 250, and each op here has some', () => {
  expect(torchCases.length).toBeGreaterThanOrEqual(250)
  expect(Object.keys(ops).filter((op) => !torchCases.some((c) => c.op === op))).toEqual([])
})

describe('PyTorch', () => {
  test.each(torchCases)('$name', async (c) => {
    const graph = fx.trace((...xs: readonly fx.Tensor[]) => c.run(xs), ...c.args.map((arg) => fx.specOf(arg)))
    expect(faults(c, fx.evaluate(graph, c.args), 'cpu')).toEqual([])
    const [results] = await runTorch(fx.js(), [c])
    expect(faults(c, results ?? [], 'cpu')).toEqual([])
  })
})

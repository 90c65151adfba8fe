/** The WebAssembly backend computes what the reference does, within the bound stated for every op. */
import { describe, expect, it } from 'vitest'
import type { Device } from '../../src/backends/backend.js'
import { wasm } from '../../src/backends/wasm/wasm.js'
import { compile } from '../../src/compile.js'
import { range } from '../../src/ir/shape.js'
import { commonCase, commonLargeCase, commonLongCase, type Case } from '../arbitraries/graph.js'
import { commonStateCase } from '../arbitraries/state.js'
import { compare, shareDetermined, type Counts } from '../harness/compare.js'
import { holdsAsync } from '../harness/law.js'
import { wasmModel } from '../../src/verify/model.js'
import { resultsOf, runOn } from '../harness/run.js'

const sameAs =
  (device: Device, counts: Counts[]) =>
  async (value: Case): Promise<void> => {
    counts.push(compare(await runOn(device, value), wasmModel))
  }

describe('wasm', () => {
  it('agrees with the reference on graphs of every op', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('wasm = reference', commonCase, { runs: 800, stream: 70 }, sameAs(wasm(), counts))
    await holdsAsync('wasm = reference, long', commonLongCase, { runs: 60, stream: 71 }, sameAs(wasm(), counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.8)
    await holdsAsync('wasm = reference, large', commonLargeCase, { runs: 60, stream: 73 }, sameAs(wasm(), counts))
  })

  it('agrees with the reference where kernels may bind few buffers, and tiles are odd', { timeout: 300_000 }, async () => {
    const narrow: Device = { ...wasm(), maxBuffers: 6, tile: [3, 2] }
    await holdsAsync('wasm with narrow limits = reference', commonLongCase, { runs: 40, stream: 74 }, sameAs(narrow, []))
    await holdsAsync('wasm with narrow limits = reference', commonCase, { runs: 200, stream: 75 }, sameAs(narrow, []))
  })

  it('gives the same with donated arguments', { timeout: 200_000 }, async () => {
    const device = wasm()
    await holdsAsync('donation changes nothing on wasm', commonStateCase, { runs: 60, stream: 72 }, async ({ graph, args }) => {
      const want = await resultsOf(await compile(graph, { device }), args)
      const have = await resultsOf(await compile(graph, { device, donate: range(graph.params) }), args)
      want.forEach(({ data }, i) => {
        const at = data.findIndex((x, j) => !Object.is(x, have[i]?.data[j]))
        if (at >= 0)
          throw new Error(
            `result ${String(i)}, element ${String(at)}: ${String(data[at])} without donation, ${String(have[i]?.data[at])} with`,
          )
      })
    })
  })
})

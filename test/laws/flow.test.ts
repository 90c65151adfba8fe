/** Programs each of which has a loop or a condition compute what the reference does, however loops are run. */
import { describe, expect, it } from 'vitest'
import type { Device } from '../../src/backends/backend.js'
import { js } from '../../src/backends/js/device.js'
import { wasm } from '../../src/backends/wasm/wasm.js'
import { plan } from '../../src/compile.js'
import { jsModel, wasmModel, type Model } from '../../src/verify/model.js'
import { commonLoopedCase, loopedCase, type Case } from '../arbitraries/graph.js'
import { compare, shareDetermined, type Counts } from '../harness/compare.js'
import { holdsAsync } from '../harness/law.js'
import { unlessTooWide } from '../harness/narrow.js'
import { runOn } from '../harness/run.js'

const sameAs =
  (device: Device, model: Model, counts: Counts[]) =>
  async (value: Case): Promise<void> => {
    if (unlessTooWide(device, () => plan(value.graph, device)) !== undefined) counts.push(compare(await runOn(device, value), model))
  }

describe('programs with control flow', () => {
  it('agree with the reference on js', { timeout: 400_000 }, async () => {
    const counts: Counts[] = []
    const { team: _, ...replaying } = js()
    await holdsAsync('js = reference, control flow', loopedCase, { runs: 2200, stream: 110 }, sameAs(js(), jsModel, counts))
    await holdsAsync(
      'js without teams = reference, control flow',
      loopedCase,
      { runs: 500, stream: 111 },
      sameAs(replaying, jsModel, counts),
    )
    const narrow: Device = { ...js(), maxBuffers: 6, tile: [3, 2], team: 3, rows: true }
    await holdsAsync(
      'js with narrow limits = reference, control flow',
      loopedCase,
      { runs: 500, stream: 112 },
      sameAs(narrow, jsModel, counts),
    )
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agree with the reference on wasm', { timeout: 200_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('wasm = reference, control flow', commonLoopedCase, { runs: 200, stream: 113 }, sameAs(wasm(), wasmModel, counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.8)
  })
})

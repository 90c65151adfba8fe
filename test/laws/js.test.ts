/** The JavaScript backend computes what the reference does. */
import { describe, expect, it } from 'vitest'
import { js } from '../../src/backends/js/device.js'
import { plan } from '../../src/compile.js'
import { anyCase, largeCase, longCase, type Case } from '../arbitraries/graph.js'
import { compare, shareDetermined, type Counts } from '../harness/compare.js'
import { casesOf, holdsAsync } from '../harness/law.js'
import { jsModel } from '../../src/verify/model.js'
import { unlessTooWide } from '../harness/narrow.js'
import { runOn } from '../harness/run.js'
import type { Device } from '../../src/backends/backend.js'

const sameAs =
  (device: Device, counts: Counts[]) =>
  async (value: Case): Promise<void> => {
    counts.push(compare(await runOn(device, value), jsModel))
  }

describe('js', () => {
  it('agrees with the reference on graphs of every op', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('js = reference', anyCase, { runs: 5000 }, sameAs(js(), counts))
    expect(counts.length).toBeGreaterThanOrEqual(casesOf(5000))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agrees with the reference on long chains', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('js = reference, long', longCase, { runs: 400, stream: 1 }, sameAs(js(), counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agrees with the reference on larger arrays', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('js = reference, large', largeCase, { runs: 150, stream: 4 }, sameAs(js(), counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agrees with the reference where kernels may bind few buffers, and tiles are odd', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    const narrow: Device = { ...js(), maxBuffers: 6, tile: [3, 2], team: 3 }
    const check = async (value: Case): Promise<void> => {
      if (unlessTooWide(narrow, () => plan(value.graph, narrow)) !== undefined) await sameAs(narrow, counts)(value)
    }
    await holdsAsync('js with narrow limits = reference', longCase, { runs: 200, stream: 2 }, check)
    await holdsAsync('js with narrow limits = reference', anyCase, { runs: 1000, stream: 3 }, check)
    expect(counts.length).toBeGreaterThan(casesOf(1000))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agrees with the reference where rows are one kernel', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    await holdsAsync('js with rows = reference', anyCase, { runs: 600, stream: 6 }, sameAs({ ...js(), rows: true }, counts))
    await holdsAsync('js with rows = reference, long', longCase, { runs: 150, stream: 7 }, sameAs({ ...js(), rows: true }, counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })

  it('agrees with the reference where loops are launches that repeat', { timeout: 300_000 }, async () => {
    const counts: Counts[] = []
    const { team: _, ...replaying } = js()
    await holdsAsync('js without teams = reference', anyCase, { runs: 600, stream: 5 }, sameAs(replaying, counts))
    expect(shareDetermined(counts)).toBeGreaterThan(0.95)
  })
})

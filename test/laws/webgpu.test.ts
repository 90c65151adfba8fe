/** The WebGPU backend computes what the reference does, within the bound stated for every op. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../../src/backends/backend.js'
import { preferencesFor, webgpu } from '../../src/backends/webgpu/device.js'
import { compile } from '../../src/compile.js'
import { range } from '../../src/ir/shape.js'
import { commonCase, commonLargeCase, commonLongCase, commonLoopedCase, type Case } from '../arbitraries/graph.js'
import { commonStateCase } from '../arbitraries/state.js'
import { compare, shareDetermined, type Counts } from '../harness/compare.js'
import { casesOf, holdsAsync } from '../harness/law.js'
import { webgpuModel } from '../../src/verify/model.js'
import { resultsOf, runOn } from '../harness/run.js'

let device: Device
/** What an adapter made of hardware says of itself. */
const hardwareInfo = { vendor: 'nvidia', architecture: 'ampere', device: '', description: '', isFallbackAdapter: false } as GPUAdapterInfo
beforeAll(async () => {
  device = await webgpu()
})

describe('webgpu', () => {
  it('agrees with the reference on graphs of every op', { timeout: 400_000 }, async () => {
    const counts: Counts[] = []
    const checkOn =
      (on: Device) =>
      async (value: Case): Promise<void> => {
        counts.push(compare(await runOn(on, value), webgpuModel))
      }
    const check = checkOn(device)
    const { team: _, ...replaying } = device
    await holdsAsync('webgpu = reference', commonCase, { runs: 800, stream: 60 }, check)
    await holdsAsync('webgpu without teams = reference', commonCase, { runs: 100, stream: 64 }, checkOn(replaying))
    await holdsAsync('webgpu with large teams = reference', commonCase, { runs: 100, stream: 65 }, checkOn({ ...device, team: 256 }))
    await holdsAsync('webgpu = reference, long', commonLongCase, { runs: 60, stream: 61 }, check)
    console.info(`determined: ${(shareDetermined(counts) * 100).toFixed(1)} % of elements`)
    expect(shareDetermined(counts)).toBeGreaterThan(0.8)
    await holdsAsync('webgpu = reference, large', commonLargeCase, { runs: 40, stream: 63 }, check)
    const asHardware = { ...device, ...preferencesFor(hardwareInfo) }
    await holdsAsync('webgpu as on hardware = reference', commonCase, { runs: 100, stream: 68 }, checkOn(asHardware))
    await holdsAsync('webgpu as on hardware = reference, large', commonLargeCase, { runs: 40, stream: 69 }, checkOn(asHardware))
    expect(counts.length).toBeGreaterThanOrEqual(casesOf(1040))
  })

  it('agrees with the reference on programs with control flow, each of them', { timeout: 400_000 }, async () => {
    const counts: Counts[] = []
    const checkOn =
      (on: Device) =>
      async (value: Case): Promise<void> => {
        counts.push(compare(await runOn(on, value), webgpuModel))
      }
    const { team: _, ...replaying } = device
    await holdsAsync('webgpu = reference, control flow', commonLoopedCase, { runs: 330, stream: 66 }, checkOn(device))
    await holdsAsync('webgpu without teams = reference, control flow', commonLoopedCase, { runs: 80, stream: 67 }, checkOn(replaying))
    expect(counts.length).toBeGreaterThanOrEqual(casesOf(410))
    expect(shareDetermined(counts)).toBeGreaterThan(0.8)
  })

  it('gives the same with donated arguments', { timeout: 200_000 }, async () => {
    await holdsAsync('donation changes nothing on webgpu', commonStateCase, { runs: 40, stream: 62 }, async ({ graph, args }) => {
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

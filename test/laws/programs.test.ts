/** Programs are well formed, their memory never overlaps, and compiling is a function. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { js } from '../../src/backends/js/device.js'
import { printWgsl } from '../../src/backends/wgsl/print.js'
import { compile, optimize, plan } from '../../src/compile.js'
import { printKernel } from '../../src/ir/kernel/print.js'
import { verifyKernel } from '../../src/ir/kernel/verify.js'
import { range } from '../../src/ir/shape.js'
import { apply } from '../../src/ir/tensor.js'
import { skipAfterEnd } from '../../src/passes/kernel/skip.js'
import { buildProgram } from '../../src/passes/program.js'
import { planMemory, verifyMemory } from '../../src/passes/memory.js'
import { schedule } from '../../src/passes/schedule.js'
import { joinRows } from '../../src/passes/rows.js'
import { fuseLoops } from '../../src/passes/team.js'
import type { Graph } from '../../src/ir/graph.js'
import type { Program } from '../../src/ir/kernel/program.js'
import { flowCases, gradientGraph } from '../arbitraries/flow.js'
import { anyCase, longCase, type Case } from '../arbitraries/graph.js'
import type { F64 } from '../harness/f64.js'
import { stateCase } from '../arbitraries/state.js'
import { holds, holdsAsync } from '../harness/law.js'
import { checkAccess, checkPlan } from '../harness/memory.js'
import { unlessTooWide } from '../harness/narrow.js'
import { resultsOf } from '../harness/run.js'
import type { Device, DeviceArray } from '../../src/backends/backend.js'
import type { NDArray } from '../../src/ir/ndarray.js'

type Limits = Pick<Device, 'maxBuffers' | 'tile' | 'team' | 'rows' | 'keepsInResults' | 'inRounds' | 'flash'>

const limits: readonly Limits[] = [
  { maxBuffers: 32, tile: [4, 4] },
  { maxBuffers: 8, tile: [1, 1], team: 64 },
  { maxBuffers: 8, tile: [4, 4], team: 16, rows: true, inRounds: true, flash: [4, 8] },
  { maxBuffers: 5, tile: [2, 3], team: 1, rows: true, keepsInResults: true },
]

/** The program before results take the memory of parameters, as the memory planner sees it. */
const programOf = (graph: Graph, device: Limits, donated: readonly number[]): Program => {
  const optimized = optimize(graph).at(-1)?.graph as Graph
  return skipAfterEnd(
    fuseLoops(buildProgram(optimized, joinRows(optimized, schedule(optimized, device), device), device, donated), device),
    device,
  )
}

const all = ({ graph }: Pick<Case, 'graph'>): readonly number[] => range(graph.params)

describe('kernels', () => {
  it('keep the rules of the Kernel IR, and bind no more buffers than allowed', { timeout: 120_000 }, () => {
    const check = (value: Pick<Case, 'graph'>): void => {
      for (const device of limits) {
        for (const { kernel } of unlessTooWide(device, () => plan(value.graph, device, all(value)))?.program.launches ?? []) {
          verifyKernel(kernel)
          checkAccess(kernel)
          expect(kernel.buffers.length).toBeLessThanOrEqual(device.maxBuffers)
        }
      }
    }
    holds('kernels verify', anyCase, { runs: 700, stream: 40 }, check)
    holds('kernels verify, long', longCase, { runs: 150, stream: 41 }, check)
    holds('kernels verify, state', stateCase, { runs: 300, stream: 42 }, check)
    const gradients = flowCases().map((one) => ({ graph: gradientGraph({ fx, apply } as F64, one) }))
    holds('kernels verify, gradients of loops', gradients, { runs: 60, stream: 49 }, check)
  })
})

describe('memory plans', () => {
  it('never overlap, and results take the memory of donated parameters only when nothing is lost', { timeout: 120_000 }, () => {
    const check = (value: Case): void => {
      for (const device of limits) {
        const program = unlessTooWide(device, () => programOf(value.graph, device, all(value)))
        if (program === undefined) continue
        const memory = planMemory(program)
        verifyMemory(program, memory)
        checkPlan(program, memory)
      }
    }
    holds('memory never overlaps', anyCase, { runs: 700, stream: 43 }, check)
    holds('memory never overlaps, long', longCase, { runs: 200, stream: 44 }, check)
    holds('memory never overlaps, state', stateCase, { runs: 300, stream: 45 }, check)
  })
})

const sameArrays = (a: readonly NDArray[], b: readonly NDArray[]): void => {
  a.forEach(({ data }, i) => {
    const at = data.findIndex((x, j) => !Object.is(x, b[i]?.data[j]))
    if (at >= 0) throw new Error(`result ${String(i)}, element ${String(at)}: ${String(data[at])} and ${String(b[i]?.data[at])}`)
  })
}

describe('donation', () => {
  it("changes no result, nor the caller's own arrays", { timeout: 120_000 }, async () => {
    const check = async ({ graph, args }: Case): Promise<void> => {
      const [plainly, donating] = [
        await compile(graph, { device: js() }),
        await compile(graph, { device: js(), donate: range(graph.params) }),
      ]
      const want = await resultsOf(plainly, args)
      sameArrays(want, await resultsOf(donating, args))
      sameArrays(want, await resultsOf(donating, args))
    }
    await holdsAsync('donation changes nothing', anyCase, { runs: 500, stream: 46 }, check)
    await holdsAsync('donation changes nothing, state', stateCase, { runs: 500, stream: 47 }, check)
  })

  it('holds for state on the device that is given back again and again', { timeout: 60_000 }, async () => {
    await holdsAsync('state on the device', stateCase, { runs: 200, stream: 48 }, async ({ graph, args }) => {
      const [plainly, donating] = [
        await compile(graph, { device: js() }),
        await compile(graph, { device: js(), donate: range(graph.params) }),
      ]
      let want: readonly NDArray[] = args
      let have: readonly unknown[] = args
      for (let i = 0; i < 3; i++) {
        want = await resultsOf(plainly, want)
        have = (await donating(...(have as never[]))) as readonly unknown[]
      }
      sameArrays(want, await Promise.all(have.map((array) => (array as DeviceArray).toNDArray())))
    })
  })
})

describe('compiling', () => {
  it('gives the same program for the same graph', { timeout: 120_000 }, () => {
    const text = ({ graph }: Case): string => {
      const { program, memory } = plan(graph, { maxBuffers: 10, tile: [4, 4], team: 16 }, [0])
      const launches = program.launches.map(({ kernel, bind }) => [
        printKernel(kernel),
        printWgsl(kernel).source,
        js().print(kernel).source,
        bind,
      ])
      return JSON.stringify([launches, memory, program.buffers.map(({ name, role }) => [name, role.kind]), program.outputs])
    }
    const check = (value: Case): void => expect(text(value)).toBe(text(value))
    holds('compiling is deterministic', anyCase, { runs: 500, stream: 49 }, check)
    holds('compiling is deterministic, long', longCase, { runs: 100, stream: 50 }, check)
  })
})

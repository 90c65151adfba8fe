/** Times every stage of the compiler on training steps of growing size: `npm run bench:compile`. */
import { printWgsl } from '../src/backends/wgsl/print.js'
import { optimize } from '../src/compile.js'
import type { Graph } from '../src/ir/graph.js'
import { print } from '../src/ir/print.js'
import { trace } from '../src/ir/trace.js'
import { vjpGraph } from '../src/passes/autodiff.js'
import { passes } from '../src/passes/index.js'
import { mergeAliases } from '../src/passes/kernel/inPlace.js'
import { planMemory, verifyMemory } from '../src/passes/memory.js'
import { buildProgram } from '../src/passes/program.js'
import { schedule } from '../src/passes/schedule.js'
import { loss, specsOf, step } from './model.js'
import { median } from './median.js'

const sizes = [1_000, 2_000, 5_000, 10_000, 20_000]
const device = { maxBuffers: 8, tile: [4, 4] } as const
/** Up to here is what a person waits for between calling `compile` and the device's own work. */
const target = { ops: 1_000, milliseconds: 150 }

type Times = Map<string, number>

/** Runs a stage and notes how long it took. */
const timed = <T>(times: Times, stage: string, f: () => T): T => {
  const before = performance.now()
  const result = f()
  times.set(stage, performance.now() - before)
  return result
}

const traceStep = (blocks: number): Graph => {
  const specs = specsOf(blocks)
  return trace(step as never, specs.blocks, specs.blocks, specs.x, specs.x)
}

/** One run of the compiler: every stage in turn. */
const compileOnce = (blocks: number): { readonly times: Times; readonly ops: number; readonly kernels: number } => {
  const times: Times = new Map()
  const specs = specsOf(blocks)
  const forward = trace(loss as never, specs.blocks, specs.x, specs.x)
  const graph = timed(times, 'trace', () => traceStep(blocks))
  const optimized = passes.reduce((g, pass) => timed(times, pass.name, () => pass.run(g)), graph)
  const scheduled = timed(times, 'schedule', () => schedule(optimized, device))
  const donated = Array.from({ length: 6 * blocks }, (_, i) => i)
  const program = timed(times, 'lower', () => buildProgram(optimized, scheduled, device, donated))
  const memory = timed(times, 'memory', () => planMemory(program))
  timed(times, 'verify memory', () => {
    verifyMemory(program, memory)
  })
  const merged = timed(times, 'in place', () => mergeAliases(program, memory))
  times.set(
    'total',
    [...times.values()].reduce((a, b) => a + b, 0),
  )
  timed(times, 'autodiff', () => vjpGraph(forward))
  timed(times, 'print graph', () => print(optimized))
  timed(times, 'print WGSL', () => merged.launches.map(({ kernel }) => printWgsl(kernel)))
  return { times, ops: graph.nodes.length, kernels: merged.launches.length }
}

/** The number of blocks whose step has about so many ops. */
const blocksFor = (ops: number): number => {
  const [one, ten] = [traceStep(1).nodes.length, traceStep(11).nodes.length]
  return Math.max(1, Math.round(((ops - one) * 10) / (ten - one)) + 1)
}

const measure = (ops: number) => {
  const blocks = blocksFor(ops)
  const runs = Array.from({ length: ops > 5_000 ? 5 : 9 }, () => compileOnce(blocks)).slice(1)
  const stages = [...(runs[0]?.times.keys() ?? [])]
  return {
    ops: runs[0]?.ops ?? 0,
    kernels: runs[0]?.kernels ?? 0,
    stages: new Map(stages.map((stage) => [stage, median(runs.map(({ times }) => times.get(stage) ?? NaN))])),
  }
}

type Row = ReturnType<typeof measure>

const cell = (text: string, width = 11): string => text.padStart(width)

const table = (rows: readonly Row[]): string => {
  const stages = [...(rows[0]?.stages.keys() ?? [])]
  const line = (name: string, of: (row: Row) => string): string => `${name.padEnd(16)}${rows.map((row) => cell(of(row))).join('')}`
  return [
    line('ops', ({ ops }) => String(ops)),
    line('kernels', ({ kernels }) => String(kernels)),
    ...stages.map((stage) => line(stage, (row) => `${(row.stages.get(stage) ?? NaN).toFixed(1)} ms`)),
    line('total per op', (row) => `${((1000 * (row.stages.get('total') ?? NaN)) / row.ops).toFixed(1)} µs`),
  ].join('\n')
}

for (let i = 0; i < 6; i++) compileOnce(blocksFor(500))
optimize(traceStep(2))
const rows = sizes.map(measure)
console.log('a training step of a residual perceptron; medians after warm-up; total: trace to in place\n')
console.log(table(rows))
const first = rows.find(({ ops }) => ops >= 0.9 * target.ops)
const total = first?.stages.get('total') ?? NaN
console.log(`\n${String(first?.ops)} ops: ${total.toFixed(1)} ms from trace to plan; the target is ${String(target.milliseconds)} ms`)
if (!(total < target.milliseconds)) process.exitCode = 1

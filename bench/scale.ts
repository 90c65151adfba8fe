/**
 * How time and memory of a GPT's training step grow with batch, length, width and depth, one at a time:
 * `npm run bench:scale -- --device wasm`. Prints a table, and draws `out/bench/scale-time.png` and `out/bench/scale-memory.png`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { learner } from '../examples/lib/learner.js'
import { toPng, toSvg } from '../examples/lib/plot.js'
import { linesChart } from '../examples/runner/context.js'
import * as fx from '../src/index.js'
import { gpt } from '../src/models.js'
import { adam } from '../src/optim.js'
import { median } from './median.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

const axes = ['batch', 'length', 'width', 'depth'] as const
type Size = Readonly<Record<(typeof axes)[number], number>>

const base: Size = { batch: 4, length: 32, width: 64, depth: 2 }
const factors = [1, 2, 4, 8] as const
const vocabulary = 256

const { values } = parseArgs({ options: { device: { type: 'string', default: 'wasm' } } })
const device = values.device === 'webgpu' ? await fx.webgpu() : values.device === 'js' ? fx.js() : await fx.wasm({ threads: 1 })

interface Row {
  readonly compileMs: number
  readonly stepMs: number
  /** Parameters with their moments, and the batch. */
  readonly stateMB: number
  /** What is kept between kernels. */
  readonly arenaMB: number
  readonly launches: number
}

/** Steps of Adam, their state donated. The first two are not timed; three to fifteen are, for about two seconds. */
const measure = async ({ batch, length, width, depth }: Size): Promise<Row> => {
  const model = gpt({ vocabulary, context: length, layers: depth, heads: 4, features: width })
  const { begin, step } = learner({
    init: model.init,
    optimizer: adam(1e-3),
    objective: (params, tokens: I32) => ({ loss: model.loss(params, tokens) }),
  })
  const key = fx.ndarray(Uint32Array.of(0, 1), { shape: [2] })
  const first = await fx.compile(begin, [fx.specOf(key)], { device })
  const tokens = fx.ndarray(
    Int32Array.from({ length: batch * (length + 1) }, (_, i) => (i * 7919) % vocabulary),
    { shape: [batch, length + 1] },
  )
  let state = await first(key)
  const started = performance.now()
  const train = await fx.compile(step, [fx.specOf(state), fx.specOf(tokens)] as never, { device, donate: [0] })
  const compileMs = performance.now() - started
  const run = train as unknown as (s: typeof state, t: typeof tokens) => Promise<[typeof state, { readonly loss: fx.DeviceArray<'f32'> }]>
  const once = async (): Promise<number> => {
    const before = performance.now()
    const [next, { loss }] = await run(state, tokens)
    state = next
    await loss.item()
    return performance.now() - before
  }
  await once()
  await once()
  const times: number[] = []
  for (let spent = 0; times.length < 3 || (times.length < 15 && spent < 2000); spent += times.at(-1) ?? 0) times.push(await once())
  const { peakBytes, arenaBytes } = train.memory
  return {
    compileMs,
    stepMs: median(times),
    stateMB: (peakBytes - arenaBytes) / 1e6,
    arenaMB: arenaBytes / 1e6,
    launches: train.kernels.length,
  }
}

/** The power of the size by which something grows, from the last doubling. */
const power = (of: (row: Row) => number, rows: readonly Row[]): string => {
  const [before, last] = rows.slice(-2).map(of) as [number, number]
  return Math.log2(last / before).toFixed(2)
}

const cells = (...texts: readonly string[]): string => texts.map((text) => text.padStart(11)).join('')

console.log(`a GPT's step of Adam on ${device.kind}, ${device.description}; medians\n`)
console.log(cells('', 'size', 'compile ms', 'launches', 'step ms', 'state MB', 'arena MB'))
// What runs first pays for the engine's own compilation.
await measure(base)
const measured: { readonly axis: string; readonly rows: readonly Row[] }[] = []
for (const axis of axes) {
  const rows: Row[] = []
  for (const factor of factors) {
    const size = { ...base, [axis]: factor * base[axis] }
    const row = await measure(size)
    rows.push(row)
    console.log(
      cells(
        axis,
        String(size[axis]),
        row.compileMs.toFixed(0),
        String(row.launches),
        row.stepMs.toFixed(2),
        row.stateMB.toFixed(2),
        row.arenaMB.toFixed(2),
      ),
    )
  }
  console.log(
    `${cells(
      axis,
      'power',
      '',
      '',
      power(({ stepMs }) => stepMs, rows),
      power(({ stateMB }) => stateMB, rows),
      power(({ arenaMB }) => arenaMB, rows),
    )}\n`,
  )
  measured.push({ axis, rows })
}

const draw = async (name: string, title: string, y: string, of: (row: Row) => number): Promise<void> => {
  const curves = measured.map(({ axis, rows }) => ({
    name: `${axis}, from ${String(base[axis as keyof Size])}`,
    points: rows.map((row, i) => [factors[i] as number, of(row)] as const),
  }))
  const chart = linesChart({ title, x: 'times as large', y, curves, logX: true, logY: true })
  await writeFile(`out/bench/${name}.png`, toPng(await toSvg(chart), 2))
}

await mkdir('out/bench', { recursive: true })
await draw('scale-time', `A GPT's training step on ${device.kind}`, 'ms', ({ stepMs }) => stepMs)
await draw('scale-memory', 'What is kept between its kernels', 'MB', ({ arenaMB }) => arenaMB)
console.log('out/bench/scale-time.png, out/bench/scale-memory.png')
process.exit(0)

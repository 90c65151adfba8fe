import type * as fx from '../../src/index.js'

type Row = readonly [label: string, value: string]

const whole = (n: number): string => Math.round(n).toLocaleString('en')

const bytes = (n: number): string => (n >= 1e6 ? `${(n / 1e6).toFixed(2)} MB` : n >= 1e3 ? `${(n / 1e3).toFixed(1)} kB` : `${String(n)} B`)

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Ops whose result need not exist in memory in any framework: inputs, constants and views. */
const free = new Set(['param', 'constant', 'fill', 'iota', 'broadcast', 'reshape', 'transpose', 'slice', 'alias', 'stopGradient'])

/** Bytes of every value that a graph computes: what running it op by op would allocate. */
const computedBytes = (graph: fx.Graph): number =>
  sum(graph.nodes.filter(({ op }) => !free.has(op)).map(({ type }) => 4 * type.shape.reduce((a, b) => a * b, 1)))

const memoryText = ({ graph, memory: { peakBytes, arenaBytes, unsharedBytes } }: fx.Executable): string =>
  [
    `${bytes(peakBytes)} planned peak, of it ${bytes(arenaBytes)} for intermediates (${bytes(unsharedBytes)} if none shared)`,
    `all values that the graph computes: ${bytes(computedBytes(graph))}`,
  ].join('; ')

/** What the compiler made of the train step, from the executable's own data. */
export const stepRows = (step: fx.Executable, submits: number | undefined): readonly Row[] => {
  const { passes, kernels } = step
  const first = passes[0]?.nodes ?? 0
  const last = passes[passes.length - 1]?.nodes ?? 0
  const flops = sum(kernels.map((k) => k.flops))
  const traffic = sum(kernels.map((k) => k.bytesRead + k.bytesWritten))
  return [
    ['graph', `${whole(first)} nodes as traced, ${whole(last)} after ${String(passes.length - 1)} passes`],
    ['kernels', `${whole(kernels.length)} a step, ${(flops / 1e6).toFixed(1)} Mflop, ${bytes(traffic)} read and written`],
    ...(submits === undefined ? [] : [['submits', `${String(submits)} a step, measured`] as const]),
    ['memory', memoryText(step)],
  ]
}

/** Rows as text, the values under one another. */
export const table = (rows: readonly Row[]): string => {
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n')
}

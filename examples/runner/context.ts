/** What a system is given: the clock, the data, a loop that shows itself, and plots. */
import { join } from 'node:path'
import { arrayToImage, encodePng } from '../../src/data.js'
import { ndarray } from '../../src/index.js'
import { fileStore, terminalProgress } from '../../src/node.js'
import { csvLog, fit, timeBudget } from '../../src/train.js'
import { loaders } from '../lib/data.js'
import { fontName, toPng, toSvg, type TopLevelSpec } from '../lib/plot.js'
import type { RunnerOptions } from './options.js'
import type { Budget, Context, ImageGrid, LinePlot } from './system.js'

const budgetOf = (seconds: number): Budget => {
  const start = performance.now()
  const spent = (): number => (performance.now() - start) / 1000
  return { seconds, spent, left: () => seconds - spent() }
}

const scaleOf = (log: boolean) => (log ? ({ type: 'log' } as const) : ({ type: 'linear', zero: false } as const))

/** A chart of curves, told apart by colour. */
export const linesChart = ({ title, x, y, curves, logX = false, logY = false, dots = false }: LinePlot): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 560,
  height: 340,
  padding: 20,
  background: 'white',
  title: { text: title, anchor: 'start', fontSize: 16 },
  config: {
    aria: false,
    font: fontName,
    view: { stroke: null },
    axis: { gridColor: '#eaeef2', titleFontWeight: 'normal' },
    legend: { labelLimit: 320 },
  },
  data: { values: curves.flatMap(({ name, points }) => points.map(([px, py], order) => ({ name, order, x: px, y: py }))) },
  mark: dots ? { type: 'circle', size: 24 } : { type: 'line', strokeWidth: 2, clip: true },
  encoding: {
    // Passes through the data are counted: there is nothing at 1.5.
    x: { field: 'x', type: 'quantitative', title: x, scale: scaleOf(logX), axis: x === 'epoch' ? { tickMinStep: 1 } : {} },
    y: { field: 'y', type: 'quantitative', title: y, scale: scaleOf(logY) },
    order: { field: 'order' },
    color: { field: 'name', type: 'nominal', title: null, legend: curves.length > 1 ? {} : null },
  },
})

type Picture = Parameters<Context['plot']['images']>[1][number]

/** The pictures side by side on white, a pixel between them, each pixel `scale` wide. */
const gridOf = (images: readonly Picture[], { columns, scale = 2 }: ImageGrid) => {
  const [first] = images
  const [height = 1, width = 1] = first?.shape.slice(-2) ?? []
  const rows = Math.ceil(images.length / columns)
  const [tall, wide] = [rows * (height * scale + scale) + scale, columns * (width * scale + scale) + scale]
  const data = new Float32Array(3 * tall * wide).fill(1)
  images.forEach(({ shape, data: ink }, i) => {
    const [top, left] = [Math.floor(i / columns), i % columns]
    const channels = shape.length === 3 ? (shape[0] as number) : 1
    for (let p = 0; p < height * width * scale * scale; p++) {
      const [y, x] = [Math.floor(p / (width * scale)), p % (width * scale)]
      const source = Math.floor(y / scale) * width + Math.floor(x / scale)
      const at = (top * (height + 1) * scale + scale + y) * wide + left * (width + 1) * scale + scale + x
      for (let c = 0; c < 3; c++) data[c * tall * wide + at] = ink[(channels === 3 ? c : 0) * height * width + source] ?? 0
    }
  })
  return arrayToImage(ndarray(data, { shape: [3, tall, wide], dtype: 'f32' }))
}

/** A context, and the names of the pictures that have been drawn in it so far, in order. */
export const contextOf = (
  id: string,
  options: RunnerOptions,
  stream: NodeJS.WriteStream,
  signal: AbortSignal,
): { readonly ctx: Context; readonly pictures: () => readonly string[] } => {
  const store = fileStore(join(options.out, id))
  const budget = budgetOf(options.seconds)
  const drawn = new Set<string>()
  const picture = async (name: string, bytes: Uint8Array): Promise<void> => {
    await store.write(`${name}.png`, bytes)
    drawn.add(`${name}.png`)
  }
  const chart = async (name: string, spec: TopLevelSpec): Promise<void> => picture(name, toPng(await toSvg(spec), 2))
  const ctx: Context = {
    id,
    seed: options.seed,
    device: options.device,
    budget,
    signal,
    store,
    data: loaders,
    note: (line) => void stream.write(`${line}\n`),
    fit: ({ reserve = 10, log = '', ...given }) =>
      fit({
        device: options.device,
        signal,
        ...given,
        callbacks: [terminalProgress(stream), csvLog(store, log), timeBudget(() => budget.left() - reserve), ...(given.callbacks ?? [])],
      }),
    plot: {
      chart,
      lines: (name, plot) => chart(name, linesChart(plot)),
      images: async (name, images, grid) => picture(name, await encodePng(gridOf(images, grid))),
    },
  }
  return { ctx, pictures: () => [...drawn] }
}

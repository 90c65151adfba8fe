/** Charts that are more than curves. */
import { linesChart } from '../runner/context.js'
import type { LinePlot } from '../runner/system.js'
import type { TopLevelSpec } from './plot.js'

export interface MixedPlot extends LinePlot {
  /** Names of curves that are drawn as dots. */
  readonly asDots?: readonly string[]
  /** Names of curves that are dashed: what theory says. */
  readonly dashed?: readonly string[]
  /** What is shown of y. Default: everything. */
  readonly range?: readonly [number, number]
}

/** Curves, dots and dashes over one another, told apart by colour, in the order in which they are given. */
export const mixedChart = ({ asDots = [], dashed = [], range, ...plot }: MixedPlot): TopLevelSpec => {
  const { mark, encoding, ...rest } = linesChart(plot) as TopLevelSpec & {
    readonly mark: object
    readonly encoding: Record<string, object>
  }
  const names = plot.curves.map(({ name }) => name)
  const layer = (own: readonly string[], how: object): object => ({ transform: [{ filter: { field: 'name', oneOf: own } }], mark: how })
  const y = range === undefined ? encoding.y : { ...encoding.y, scale: { ...(encoding.y as { scale: object }).scale, domain: range } }
  return {
    ...rest,
    encoding: { ...encoding, y, color: { ...encoding.color, scale: { domain: names } } },
    layer: [
      layer(names.filter((name) => !asDots.includes(name) && !dashed.includes(name)), mark), // prettier-ignore
      layer(dashed, { ...mark, strokeDash: [6, 4] }),
      layer(asDots, { type: 'circle', size: 40, opacity: 0.8, clip: true }),
    ],
  } as unknown as TopLevelSpec
}

export interface Table {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  /** By row. */
  readonly values: readonly (readonly number[])[]
  /** How numbers are written, as d3-format has it. Default `.2f`. */
  readonly format?: string
  /** Pixels of a cell. Default 72. */
  readonly cell?: number
}

/** Numbers in cells that are the darker the larger they are. */
export const tableChart = ({ title, x, y, columns, rows, values, format = '.2f', cell = 72 }: Table): TopLevelSpec => {
  const { $schema, padding, background, config, title: heading } = linesChart({ title, x, y, curves: [] })
  const cells = values.flatMap((row, i) => row.map((value, j) => ({ row: rows[i], column: columns[j], value })))
  const middle = (Math.min(...values.flat()) + Math.max(...values.flat())) / 2
  return {
    $schema,
    padding,
    background,
    config,
    title: heading,
    width: cell * columns.length,
    height: cell * rows.length,
    data: { values: cells },
    encoding: {
      x: { field: 'column', type: 'nominal', sort: [...columns], title: x, axis: { labelAngle: 0, orient: 'top' } },
      y: { field: 'row', type: 'nominal', sort: [...rows], title: y },
    },
    layer: [
      { mark: 'rect', encoding: { color: { field: 'value', type: 'quantitative', legend: null, scale: { scheme: 'blues' } } } },
      {
        mark: { type: 'text', fontSize: 13 },
        encoding: {
          text: { field: 'value', type: 'quantitative', format },
          color: { condition: { test: `datum.value > ${String(middle)}`, value: 'white' }, value: '#24292f' },
        },
      },
    ],
  } as unknown as TopLevelSpec
}

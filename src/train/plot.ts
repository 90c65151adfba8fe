/** A run as a picture: its figures by epoch, as SVG, without a library. */
import type { Callback, EpochRecord } from './callback.js'
import type { Store } from './store.js'

interface Curve {
  readonly name: string
  readonly colour: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const [width, height, left, top, gap] = [480, 150, 64, 34, 60] as const

const kinds = [
  { name: 'training', colour: '#2563eb', of: ({ metrics }: EpochRecord) => metrics },
  { name: 'validation', colour: '#ea580c', of: ({ validation }: EpochRecord) => validation },
] as const

/** Of one figure: its mean over the steps of each epoch, and what `evaluate` gave. */
const curvesOf = (epochs: readonly EpochRecord[], figure: string): readonly Curve[] =>
  kinds
    .map(({ name, colour, of }) => ({
      name,
      colour,
      points: epochs.flatMap((record) => {
        const y = Object.hasOwn(of(record), figure) ? of(record)[figure] : undefined
        return y !== undefined && Number.isFinite(y) ? [[record.epoch, y] as const] : []
      }),
    }))
    .filter(({ points }) => points.length > 0)

const escaped = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const label = (x: number, y: number, words: string, rest = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${rest}>${escaped(words)}</text>`

/** Where a value from `low` to `high` lies between two places. */
const placing =
  (low: number, high: number, from: number, to: number) =>
  (v: number): number =>
    high > low ? from + ((v - low) / (high - low)) * (to - from) : (from + to) / 2

const extent = (values: readonly number[]): readonly [number, number] => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
]

const showNumber = (v: number): string => String(Number(v.toPrecision(4)))

/** One figure's axes, with the least and the largest value on them, and its curves. */
const panel = (figure: string, curves: readonly Curve[], down: number): string => {
  const points = curves.flatMap((curve) => curve.points)
  const [[first, last], [low, high]] = [extent(points.map(([x]) => x)), extent(points.map(([, y]) => y))]
  const [bottom, right] = [down + height, left + width]
  const [x, y] = [placing(first, last, left, right), placing(low, high, bottom, down)]
  const lines = curves.flatMap(({ name, colour, points: own }, i) => [
    `<polyline points="${own.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...own.map(([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="2.5" fill="${colour}"/>`),
    label(right - 80 * (curves.length - i), down - 10, name, `fill="${colour}"`),
  ])
  return [
    label(left, down - 10, figure, 'font-weight="bold"'),
    `<path d="M${String(left)} ${String(down)}V${String(bottom)}H${String(right)}" fill="none" stroke="#9ca3af"/>`,
    ...(high > low ? [label(left - 6, down + 10, showNumber(high), 'text-anchor="end"')] : []),
    label(left - 6, high > low ? bottom : (down + bottom) / 2, showNumber(low), 'text-anchor="end"'),
    label(x(first), bottom + 16, `epoch ${showNumber(first)}`, 'text-anchor="middle"'),
    ...(last > first ? [label(right, bottom + 16, showNumber(last), 'text-anchor="middle"')] : []),
    ...lines,
  ].join('\n')
}

/** Epochs as an SVG: a panel for each figure, `loss` first, with means over the steps of each epoch and what `evaluate` gave. */
export const curvesSvg = (epochs: readonly EpochRecord[]): string => {
  const names = new Set(epochs.flatMap(({ metrics, validation }) => [...Object.keys(metrics), ...Object.keys(validation)]))
  const ordered = [...names].sort((a, b) => Number(b === 'loss') - Number(a === 'loss') || (a < b ? -1 : 1))
  const panels = ordered.map((name) => [name, curvesOf(epochs, name)] as const).filter(([, curves]) => curves.length > 0)
  const [wide, tall] = [left + width + 24, panels.length * (height + gap) + 12]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(wide)}" height="${String(tall)}" font-family="sans-serif" font-size="12" fill="#374151">`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...panels.map(([name, curves], i) => panel(name, curves, top + i * (height + gap))),
    '</svg>\n',
  ].join('\n')
}

/** Draws `curves.svg` (or `<prefix>curves.svg`) after each epoch; see `curvesSvg`. A resumed run has the epochs before, too. */
export const plotLog = (store: Store, prefix = ''): Callback<readonly EpochRecord[]> => ({
  name: `plotLog(${prefix})`,
  init: [],
  onEpoch: async (before, record) => {
    const epochs = [...before, record]
    await store.write(`${prefix}curves.svg`, new TextEncoder().encode(curvesSvg(epochs)))
    return epochs
  },
})

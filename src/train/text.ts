/** A run in words. */
import type { Figures, Pace, StepRecord } from './callback.js'

/** 75 → `1:15`. */
export const showTime = (seconds: number): string => {
  const s = Math.max(0, Math.round(seconds))
  const minutes = Math.floor(s / 60)
  const rest = String(s % 60).padStart(2, '0')
  return minutes < 60
    ? `${String(minutes)}:${rest}`
    : `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

const meanOf = (records: readonly StepRecord[], name: string): number =>
  records.reduce((sum, { metrics }) => sum + (metrics[name] ?? NaN), 0) / records.length

/** Four digits, or a power of ten where that says more. */
const showFigure = (x: number): string => (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5) ? x.toExponential(2) : x.toPrecision(4))

export const showFigures = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, x]) => `${name} ${showFigure(x)}`)
    .join('  ')

/** Epoch, the mean metrics of some steps, throughput and time left, in a line. */
export const describeProgress = (records: readonly StepRecord[], epochs: number, { examplesPerSecond, secondsLeft }: Pace): string => {
  const last = records.at(-1)
  const names = Object.keys(last?.metrics ?? {}).sort((a, b) => (a === 'loss' ? -1 : b === 'loss' ? 1 : a < b ? -1 : 1))
  const means = Object.fromEntries(names.map((name) => [name, meanOf(records, name)]))
  return [
    `epoch ${String(Math.ceil(last?.epoch ?? 0))}/${String(epochs)}`,
    showFigures(means),
    `${Math.round(examplesPerSecond).toLocaleString('en')}/s`,
    `ETA ${showTime(secondsLeft)}`,
  ].join('  ')
}

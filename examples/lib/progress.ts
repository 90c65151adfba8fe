import cliProgress from 'cli-progress'
import { liveBar, plainBar } from '../../src/node/bar.js'

/** Where training is. */
export interface Status {
  readonly step: number
  readonly epoch: number
  readonly loss: number
  readonly accuracy: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
}

export interface Progress {
  update(status: Status): void
  /** A line that stays, above the bar. */
  note(line: string): void
  /** Takes the bar away and gives the cursor back. Safe to call twice. */
  stop(): void
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream
  readonly steps: number
  readonly epochs: number
}

/** 75 → `1:15`. */
export const showTime = (seconds: number): string => {
  const s = Math.max(0, Math.round(seconds))
  return `${String(Math.floor(s / 60))}:${String(s % 60).padStart(2, '0')}`
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`

/** Short enough for 80 columns beside the bar. */
const describe = (status: Status, epochs: number): string =>
  [
    `epoch ${String(status.epoch)}/${String(epochs)}`,
    `loss ${status.loss.toFixed(4)}`,
    `accuracy ${percent(status.accuracy)}`,
    `${Math.round(status.imagesPerSecond).toLocaleString('en')} images/s`,
    `ETA ${showTime(status.secondsLeft)}`,
  ].join('  ')

/** Shows training on a terminal as one live line, elsewhere as plain lines. */
export const progress = ({ stream, steps, epochs }: ProgressOptions): Progress => {
  const bar = stream.isTTY ? liveBar(cliProgress.SingleBar, stream, steps) : plainBar(stream, steps)
  return { ...bar, update: (status) => bar.update(status.step, describe(status, epochs)) }
}

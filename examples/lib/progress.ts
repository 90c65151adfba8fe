import cliProgress from 'cli-progress'

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

/** Shows the cursor and wraps lines again. */
const restoreTerminal = '\u001b[?25h\u001b[?7h'

/** `gracefulExit` off: the program decides what a signal does. */
const barOptions = {
  format: '{bar} {text}',
  barsize: 10,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  fps: 8,
  hideCursor: true,
  linewrap: false,
  clearOnComplete: true,
  gracefulExit: false,
} as const

/** One live line. */
const liveProgress = (options: ProgressOptions): Progress => {
  const bar = new cliProgress.SingleBar({ ...barOptions, stream: options.stream })
  let running = false
  const restore = (): void => void options.stream.write(restoreTerminal)
  const stop = (): void => {
    if (!running) return
    running = false
    bar.stop()
    process.off('exit', restore)
  }
  const update = (status: Status): void => {
    const text = describe(status, options.epochs)
    if (running) bar.update(status.step, { text })
    else {
      bar.start(options.steps, status.step, { text })
      process.once('exit', restore)
    }
    running = true
  }
  const note = (line: string): void => {
    stop()
    options.stream.write(`${line}\n`)
  }
  return { update, note, stop }
}

const plainSeconds = 5

/** A line every few seconds: what logs and pipes want. */
const plainProgress = (options: ProgressOptions): Progress => {
  let last = -Infinity
  const write = (line: string): void => void options.stream.write(`${line}\n`)
  const update = (status: Status): void => {
    const now = performance.now()
    if (now - last < 1000 * plainSeconds && status.step !== options.steps) return
    last = now
    write(`step ${String(status.step)}/${String(options.steps)}  ${describe(status, options.epochs)}`)
  }
  return { update, note: write, stop: () => undefined }
}

/** Shows training on a terminal as one live line, elsewhere as plain lines. */
export const progress = (options: ProgressOptions): Progress => (options.stream.isTTY ? liveProgress(options) : plainProgress(options))

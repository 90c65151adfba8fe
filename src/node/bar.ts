/** One line that lives, or lines that follow one another. */

/** What is written to: `process.stdout`, or less. */
export interface Stream {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

/** Where a run shows itself. */
export interface Bar {
  /** `text` beside the bar. */
  readonly update: (step: number, text: string) => void
  /** A line that stays. */
  readonly note: (line: string) => void
  /** Gives the terminal back. Safe to call twice. */
  readonly stop: () => void
}

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

/** What is used of cli-progress, which not everybody has installed. */
type SingleBar = new (options: object) => {
  readonly start: (total: number, step: number, payload: object) => void
  readonly update: (step: number, payload: object) => void
  readonly stop: () => void
}

/** One live line. */
export const liveBar = (Single: SingleBar, stream: Stream, steps: number): Bar => {
  const bar = new Single({ ...barOptions, stream })
  let running = false
  const restore = (): void => void stream.write(restoreTerminal)
  const stop = (): void => {
    if (!running) return
    running = false
    bar.stop()
    process.off('exit', restore)
  }
  const update = (step: number, text: string): void => {
    if (running) return bar.update(step, { text })
    bar.start(steps, step, { text })
    process.once('exit', restore)
    running = true
  }
  const note = (line: string): void => {
    stop()
    stream.write(`${line}\n`)
  }
  return { update, note, stop }
}

const plainSeconds = 5

/** A line every few seconds: what logs and pipes want. */
export const plainBar = (stream: Stream, steps: number): Bar => {
  let last = -Infinity
  const note = (line: string): void => void stream.write(`${line}\n`)
  const update = (step: number, text: string): void => {
    const now = performance.now()
    if (now - last < 1000 * plainSeconds && step !== steps) return
    last = now
    note(`step ${String(step)}/${String(steps)}  ${text}`)
  }
  return { update, note, stop: () => undefined }
}

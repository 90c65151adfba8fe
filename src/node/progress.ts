/** A run on a terminal. */
import type { Callback, EpochRecord, Run } from '../train/callback.js'
import { describeProgress, showFigures, showTime } from '../train/text.js'

/** What is written to: `process.stdout`, or less. */
export interface Stream {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

interface Bar {
  readonly update: (step: number, text: string) => void
  readonly note: (line: string) => void
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

/** One live line, by the package cli-progress. Undefined where it is not installed. */
const liveBar = async (stream: Stream, steps: number): Promise<Bar | undefined> => {
  const library = await import('cli-progress').catch(() => undefined)
  if (library === undefined) return undefined
  const bar = new library.default.SingleBar({ ...barOptions, stream: stream as unknown as NodeJS.WritableStream })
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
const plainBar = (stream: Stream, steps: number): Bar => {
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

const describeEpoch = ({ epoch, metrics, validation }: EpochRecord, seconds: number): string => {
  const figures = showFigures(Object.keys(validation).length > 0 ? validation : metrics)
  return `epoch ${String(epoch)}  ${figures}  after ${showTime(seconds)}`
}

/** Shows a run: on a terminal one live line with a bar (where cli-progress is installed), elsewhere a line every few seconds; and a line that stays for each epoch. */
export const terminalProgress = (stream: Stream = process.stdout): Callback<null> => {
  let bar: Bar | undefined
  let run: Run | undefined
  let start = 0
  return {
    name: 'terminalProgress',
    init: null,
    onStart: async (memory, started) => {
      start = performance.now()
      run = started
      bar = (stream.isTTY === true ? await liveBar(stream, started.steps) : undefined) ?? plainBar(stream, started.steps)
      if (started.resumedAt > 0) bar.note(`goes on after step ${String(started.resumedAt)} of ${String(started.steps)}`)
      return memory
    },
    onSteps: (memory, records, pace) => {
      bar?.update(records.at(-1)?.step ?? 0, describeProgress(records, run?.epochs ?? 0, pace))
      return memory
    },
    onEpoch: (memory, record) => {
      bar?.note(describeEpoch(record, (performance.now() - start) / 1000))
      return memory
    },
    onEnd: () => bar?.stop(),
  }
}

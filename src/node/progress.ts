/** A run on a terminal. */
import type { Callback, EpochRecord, Run } from '../train/callback.js'
import { describeProgress, showFigures, showTime } from '../train/text.js'
import { liveBar, plainBar, type Bar, type Stream } from './bar.js'

/** One live line, by the package cli-progress. Undefined where it is not installed. */
const installedBar = async (stream: Stream, steps: number): Promise<Bar | undefined> => {
  const library = await import('cli-progress').catch(() => undefined)
  return library === undefined ? undefined : liveBar(library.default.SingleBar, stream, steps)
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
      bar = (stream.isTTY === true ? await installedBar(stream, started.steps) : undefined) ?? plainBar(stream, started.steps)
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

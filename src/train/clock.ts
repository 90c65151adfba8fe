/** Time, and turns of the event loop. */

/** Counts the seconds in which it runs. */
export const stopwatch = (): { readonly seconds: () => number; readonly pause: <T>(work: () => Promise<T>) => Promise<T> } => {
  let start = performance.now()
  const pause = async <T>(work: () => Promise<T>): Promise<T> => {
    const paused = performance.now()
    const result = await work()
    start += performance.now() - paused
    return result
  }
  return { seconds: () => (performance.now() - start) / 1000, pause }
}

interface Host {
  readonly setImmediate?: (run: () => void) => unknown
}

/** Lets signals, timers and drawing in. `setTimeout` in a browser waits some milliseconds, so it is asked for seldom. */
export const turn = (() => {
  let last = 0
  return async (): Promise<void> => {
    const { setImmediate } = globalThis as Host
    if (setImmediate !== undefined) return new Promise((resolve) => void setImmediate(resolve))
    if (performance.now() - last < 50) return undefined
    await new Promise<void>((resolve) => void setTimeout(resolve))
    last = performance.now()
  }
})()

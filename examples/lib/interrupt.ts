/** Signals within this time are one key press: shells, npm and others pass it on a second time. */
const echoMilliseconds = 500

const exitCode = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interruption {
  /** Aborted by the first Ctrl-C or SIGTERM: finish what must be whole and stop. */
  readonly signal: AbortSignal
  /** The exit code that tells a shell why. */
  readonly code: () => number
}

/** Turns the first Ctrl-C or SIGTERM into an `AbortSignal`. A second one ends the process at once. */
export const onInterrupt = (): Interruption => {
  const controller = new AbortController()
  let first = 0
  let code = 130
  const handle = (name: 'SIGINT' | 'SIGTERM') => (): void => {
    if (!controller.signal.aborted) {
      first = Date.now()
      code = exitCode[name]
      controller.abort()
    } else if (Date.now() - first > echoMilliseconds) {
      process.exit(code)
    }
  }
  process.on('SIGINT', handle('SIGINT'))
  process.on('SIGTERM', handle('SIGTERM'))
  return { signal: controller.signal, code: () => code }
}

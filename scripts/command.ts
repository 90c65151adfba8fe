/** Child processes: run to the end, with the terminal's signals left to the child. */

import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './paths.js'

export interface Finished {
  readonly ok: boolean
  readonly output: string
}

/** Runs a command quietly and returns what it printed. A command that does not exist is one that failed. */
export const capture = (
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Finished => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options, timeout: 600_000, maxBuffer: 1 << 26 })
  return error === undefined ? { ok: status === 0, output: stdout + stderr } : { ok: false, output: error.message }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const onTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)

/**
 * Runs Node on `args` with this terminal and resolves to its exit status.
 * Ctrl-C reaches the whole foreground group, so on a terminal the parent only has to outlive the child;
 * what reaches the parent alone is handed on.
 */
export const runNode = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
    const handOn = (signal: NodeJS.Signals): void => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    }
    for (const signal of signals) process.on(signal, handOn)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, handOn)
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]))
    })
  })

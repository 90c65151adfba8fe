/** What the command lines of the examples share. */
import * as E from 'fp-ts/lib/Either.js'
import { isFluxionError } from '../../src/index.js'

export const devices = ['auto', 'webgpu', 'wasm', 'js'] as const

/** Node's message without its advice on positional arguments. */
export const firstSentence = (e: unknown): string => (e instanceof Error ? (e.message.split(/\. |\n/)[0] ?? e.message) : String(e))

/** One line for what is expected to go wrong, the stack for what is not. */
export const complaint = (e: unknown): string => {
  if (isFluxionError(e)) return `${e.name}: ${e.message}`
  return e instanceof Error ? (e.stack ?? e.message) : String(e)
}

export interface Command<Options> {
  readonly usage: string
  /** What is asked for: options, help, or a complaint in one line. */
  readonly parse: (args: readonly string[]) => E.Either<string, Options | 'help'>
  /** Gives the exit status. */
  readonly start: (options: Options) => Promise<number>
  readonly complain: (e: unknown) => string
}

const statusOf = async <Options>({ usage, parse, start, complain }: Command<Options>, args: readonly string[]): Promise<number> => {
  const request = parse(args)
  if (E.isLeft(request)) {
    process.stderr.write(`error: ${request.left}\n\n${usage}`)
    return 2
  }
  if (request.right === 'help') {
    process.stdout.write(usage)
    return 0
  }
  try {
    return await start(request.right)
  } catch (e) {
    process.stderr.write(`${complain(e)}\n`)
    return 1
  }
}

/** Runs the process: parses its arguments, starts, and exits with the status. */
export const runCommand = async <Options>(command: Command<Options>): Promise<never> => {
  process.stdout.on('error', () => process.exit(1)) // the reader of a pipe went away
  process.exit(await statusOf(command, process.argv.slice(2)))
}

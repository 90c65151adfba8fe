/** Trains a perceptron on MNIST and shows how it went: the command line. */

import * as E from 'fp-ts/lib/Either.js'
import { isFluxionError } from '../../src/index.js'
import { onInterrupt } from '../lib/interrupt.js'
import { parseOptions, usage, type DemoOptions } from './options.js'
import { run } from './run.js'

/** One line for what is expected to go wrong, the stack for what is not. */
const complaint = (e: unknown): string => {
  if (isFluxionError(e)) return `${e.name}: ${e.message}`
  if (e instanceof Error && 'code' in e) return `error: ${e.message}`
  return e instanceof Error ? (e.stack ?? e.message) : String(e)
}

const start = async (options: DemoOptions): Promise<number> => {
  const interruption = onInterrupt()
  const finished = await run(options, process.stdout, interruption.signal)
  return finished ? 0 : interruption.code()
}

const main = async (args: readonly string[]): Promise<number> => {
  const request = parseOptions(args)
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
    process.stderr.write(`${complaint(e)}\n`)
    return 1
  }
}

process.stdout.on('error', () => process.exit(1)) // the reader of a pipe went away
process.exit(await main(process.argv.slice(2)))

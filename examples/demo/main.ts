/** Trains a perceptron on MNIST and shows how it went: the command line. */

import { isFluxionError } from '../../src/index.js'
import { complaint, runCommand } from '../lib/commandLine.js'
import { onInterrupt } from '../lib/interrupt.js'
import { parseOptions, usage, type DemoOptions } from './options.js'
import { run } from './run.js'

/** A file that cannot be read or written is expected to go wrong, too. */
const complain = (e: unknown): string => (!isFluxionError(e) && e instanceof Error && 'code' in e ? `error: ${e.message}` : complaint(e))

const start = async (options: DemoOptions): Promise<number> => {
  const interruption = onInterrupt()
  const finished = await run(options, process.stdout, interruption.signal)
  return finished ? 0 : interruption.code()
}

await runCommand({ usage, parse: parseOptions, start, complain })

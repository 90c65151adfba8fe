/**
 * Runs a TypeScript program: `tsx scripts/launch.ts examples/demo/main.ts --device webgpu`.
 *
 * A GPU that is there is always found by the program itself. Only where WebGPU is asked for by name and there is no
 * hardware is the software driver put in reach: it is slower than the CPU backend, so nobody should get it unasked.
 */

import { deviceEnvironment, withRuntimeFolder } from './driver/environment.js'
import { runNode } from './command.js'

/** True for `--device webgpu` and `--device=webgpu`. */
const asksForWebgpu = (args: readonly string[]): boolean =>
  args.some((arg, i) => arg === '--device=webgpu' || (arg === '--device' && args[i + 1] === 'webgpu'))

const main = async (args: readonly string[]): Promise<number> => {
  try {
    const env = asksForWebgpu(args) ? deviceEnvironment().env : withRuntimeFolder(process.env)
    return await runNode(['--import', 'tsx', ...args], env)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))

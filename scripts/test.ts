/**
 * Runs every test: `npm test`, or `npm test -- test/ir` for some of them.
 *
 * Sees to what they need first (an adapter, a browser), and ends with `N passed, N failed` alone on a line, which
 * scripts can read whatever else was printed. A run that broke before it could count is a failed one.
 */

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBrowser } from './browser.js'
import { runNode } from './command.js'
import { deviceEnvironment } from './driver/environment.js'
import { cache, root } from './paths.js'

/** Named after this process, so that two runs at once do not read each other's. */
const report = join(cache, `tests-${process.pid}.json`)

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly success: boolean
}

const readReport = (): Report => {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Report
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, success: false }
  } finally {
    rmSync(report, { force: true })
  }
}

const prepare = (): NodeJS.ProcessEnv => {
  const browser = ensureBrowser()
  const { env, adapter } = deviceEnvironment()
  process.stdout.write(`WebGPU adapter: ${adapter}\nbrowser: ${browser}\n`)
  return { ...env, CHROMIUM: browser }
}

const runTests = async (args: readonly string[]): Promise<number> => {
  mkdirSync(cache, { recursive: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  return runNode([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], prepare())
}

const main = async (args: readonly string[]): Promise<number> => {
  const code = await runTests(args).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  })
  const { numPassedTests, numFailedTests, success } = readReport()
  const broken = code !== 0 || !success
  process.stdout.write(`\n${String(numPassedTests)} passed, ${String(broken ? Math.max(1, numFailedTests) : 0)} failed\n`)
  return code === 0 && broken ? 1 : code
}

process.exitCode = await main(process.argv.slice(2))

/**
 * Runs the laws over other random graphs: `npm run fuzz -- --minutes 30`. Every round has a seed of its own, which is
 * printed: `FLUXION_FUZZ_SEED=<seed> npm test -- test/laws` runs that round again. Stops at the first that fails.
 */

import { parseArgs } from 'node:util'
import { runNode } from './command.js'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } })

const minutes = Number(values.minutes)

/** Rounds until the time is up; a round that has begun is finished. */
const rounds = async (until: number, seed: number): Promise<number> => {
  process.stdout.write(`\nfuzz: seed ${String(seed)}\n`)
  const env = { ...process.env, FLUXION_FUZZ_SEED: String(seed) }
  const code = await runNode(['--import', 'tsx', 'scripts/test.ts', 'test/laws'], env)
  if (code !== 0) process.stdout.write(`fuzz: seed ${String(seed)} failed\n`)
  return code !== 0 || Date.now() >= until ? code : rounds(until, seed + 1_000_000)
}

if (!(minutes > 0)) {
  process.stderr.write('fuzz: --minutes takes a number above 0\n')
  process.exitCode = 2
} else {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed)
  process.exitCode = await rounds(Date.now() + minutes * 60_000, seed)
}

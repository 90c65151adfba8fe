/** One workload on one device in a process of its own: `process.ts PEERS WORKLOAD DEVICE THREADS` prints what the peers' processes print. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runSide, type Harness } from './side.js'

const [peers = '', workload = '', device = 'wasm', threads = '1'] = process.argv.slice(2)

const emit = (event: object): void => {
  process.stdout.write(`JSON ${JSON.stringify({ peer: `fluxion-${device}`, workload, ...event })}\n`)
}
const harness = (await import(pathToFileURL(join(peers, 'lib/common.mjs')).href)) as Harness
const expected: unknown = JSON.parse(readFileSync(join(peers, 'lib/expected.json'), 'utf8'))
emit({ ...(await runSide(harness, { workload, device, threads: Number(threads), expected }, emit)), done: true })
process.exit(0)

/**
 * Compares a device with other libraries: `npm run bench -- --peers DIR --device wasm`.
 *
 * DIR is a folder of peer benchmarks (`lib/common.mjs` with the workloads, a `.mjs` file for each peer, the peers
 * installed). Every round runs each side in a process of its own, one after the other; the ratio is that of one round's
 * medians, fluxion's to the fastest peer's, so that a busy machine slows both.
 *
 * `npm run bench -- --count` needs no peers: it counts what a warm call of each workload asks of WebGPU.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/paths.js'

const defaults = 'matmul256,matmul512,matmul1024,conv,convgrad,eltwise,softmax,layernorm,attention,mlp,cnn,gpt'

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    with: { type: 'string', default: 'tfjs-wasm,jaxjs-wasm,jaxjs-wasm-nojit' },
    device: { type: 'string', default: 'wasm' },
    workloads: { type: 'string', default: defaults },
    rounds: { type: 'string', default: '3' },
    count: { type: 'boolean', default: false },
  },
})

interface Outcome {
  readonly median_ms?: number
  readonly correct?: boolean
  readonly err?: number
  readonly error?: string
}

const lastEvent = (command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Outcome => {
  const { stdout } = spawnSync(process.execPath, [...command], { cwd, env, encoding: 'utf8', timeout: 90_000 })
  const line = stdout
    .split('\n')
    .filter((text) => text.startsWith('JSON '))
    .at(-1)
  return line === undefined ? { error: 'no answer' } : (JSON.parse(line.slice(5)) as Outcome)
}

const ours = (peers: string, workload: string): Outcome =>
  lastEvent(['--import', 'tsx', join(root, 'bench/process.ts'), peers, workload, values.device], root)

const theirs = (peers: string, peer: string, workload: string): Outcome =>
  lastEvent([`${peer.replace(/-nojit$/, '')}.mjs`, workload], peers, { ...process.env, ...(peer.endsWith('-nojit') ? { JIT: '0' } : {}) })

const timeOf = ({ median_ms, correct }: Outcome): number => (median_ms !== undefined && correct === true ? median_ms : Infinity)

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1] ?? NaN

const show = (x: number): string => (Number.isFinite(x) ? (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2)) : '-')

const compare = (peers: string, workload: string): string => {
  const names = values.with.split(',')
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const mine = ours(peers, workload)
    const others = names.map((peer) => timeOf(theirs(peers, peer, workload)))
    return { mine, time: timeOf(mine), best: Math.min(...others) }
  })
  const ratios = rounds.map(({ time, best }) => time / best)
  const wrong = rounds.find(({ time }) => time === Infinity)
  const note = wrong === undefined ? '' : `  ${wrong.mine.error ?? `wrong by ${String(wrong.mine.err)}`}`
  const [time, best] = [median(rounds.map((r) => r.time)), median(rounds.map((r) => r.best))]
  return `${workload.padEnd(12)}${show(time).padStart(9)}${show(best).padStart(9)}${show(median(ratios)).padStart(9)}  [${show(Math.min(...ratios))}..${show(Math.max(...ratios))}]${note}`
}

const columns = ['dispatches', 'passes', 'submits', 'bound MB', 'peak MB', 'created', 'read-backs']

/** Counts each workload in a process of its own, so that nothing another left is counted. */
const printCounts = (): void => {
  console.log('workload'.padEnd(12) + columns.map((title) => title.padStart(12)).join(''))
  for (const workload of values.workloads.split(',')) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'bench/count.ts'), workload], {
      encoding: 'utf8',
    })
    console.log(stdout.trimEnd() || `${workload}: ${/^\w*Error: .*/m.exec(stderr)?.[0] ?? 'no answer'}`)
  }
  console.log('after a slash: the most there should be; !: more than that')
}

const printRatios = (peers: string): void => {
  console.log(
    `${'workload'.padEnd(12)}${values.device.padStart(9)}${'best peer'.padStart(9)}${'ratio'.padStart(9)}  [lowest..highest]   (ms)`,
  )
  for (const workload of values.workloads.split(',')) console.log(compare(peers, workload))
}

if (values.count) printCounts()
else if (values.peers !== undefined) printRatios(values.peers)
else {
  console.error('say where the peer benchmarks are: npm run bench -- --peers DIR, or ask for --count')
  process.exitCode = 1
}

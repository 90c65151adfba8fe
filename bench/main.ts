/**
 * Compares fluxion with other libraries: `npm run bench` compares all that `limits.ts` lists, one round of each; `npm run bench -- --device wasm
 * --with tfjs-wasm` one device with peers of choice.
 *
 * Every round runs each side in a process of its own, one after the other; the ratio is that of one round's
 * medians, fluxion's to the fastest peer's, so that a busy machine slows both. First calls hold tracing and compiling. After a slash
 * stands the most that a ratio should be; `!`: more than that.
 *
 * The peers are in `bench/peers`, with packages of their own, which are installed when they are first wanted; `--peers DIR` names another folder of
 * such (`lib/common.mjs` with the workloads, a `.mjs` file for each peer). `--threads` is for those that take a number of threads: fluxion on wasm,
 * ONNX Runtime (`--with ort-web-wasm`) and PyTorch (`--with torch`, where `PYTHON` or `python3` has it). `--chromium` runs all of them in pages of Chromium
 * instead of Node, isolated, so that there are threads: but for PyTorch, and ONNX Runtime on WebAssembly.
 *
 * `npm run bench -- --count` counts what a warm call of each workload asks of WebGPU.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../scripts/paths.js'
import { comparisons, workloads, type Comparison, type Limits } from './limits.js'
import { median } from './median.js'
import { hasTorch, ownPeers, sidesOf, type Outcome, type Sides } from './sides.js'

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    with: { type: 'string' },
    device: { type: 'string' },
    workloads: { type: 'string' },
    rounds: { type: 'string' },
    threads: { type: 'string', default: '1' },
    chromium: { type: 'boolean', default: false },
    count: { type: 'boolean', default: false },
  },
})

const timeOf = ({ median_ms, correct }: Outcome): number => (median_ms !== undefined && correct === true ? median_ms : Infinity)

const firstOf = ({ first_ms, correct }: Outcome): number => (first_ms !== undefined && correct === true ? first_ms : Infinity)

const show = (x: number): string => (Number.isFinite(x) ? (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2)) : '-')

/** The ratios of rounds, and whether their median is above a limit. */
const showRatio = (rounds: readonly (readonly [number, number])[], limit: number | undefined): string => {
  const ratios = rounds.map(([mine, best]) => mine / best)
  const [mine, best] = [median(rounds.map(([x]) => x)), median(rounds.map(([, y]) => y))]
  const spread = rounds.length === 1 ? '' : `[${show(Math.min(...ratios))}..${show(Math.max(...ratios))}]`
  const most = limit === undefined ? '' : `/ ${String(limit)}${!(median(ratios) <= limit) ? ' !' : ''}`
  return `${show(mine).padStart(9)}${show(best).padStart(9)}${show(median(ratios)).padStart(7)} ${spread.padEnd(rounds.length === 1 ? 0 : 13)}${most.padEnd(7)}`
}

interface Choice {
  readonly rounds: number
  readonly limits: Limits
  readonly first: Limits
}

const compare = ({ ours, theirs }: Sides, peers: readonly string[], workload: string, { rounds: count, limits, first }: Choice): string => {
  const rounds = Array.from({ length: count }, () => {
    const mine = ours(workload)
    const others = peers.map((peer) => theirs(peer, workload))
    const pair = (of: (outcome: Outcome) => number): readonly [number, number] => [of(mine), Math.min(...others.map(of))]
    return { mine, time: pair(timeOf), first: pair(firstOf) }
  })
  const wrong = rounds.find(({ time: [time] }) => time === Infinity)
  const note = wrong === undefined ? '' : `  ${wrong.mine.error ?? `wrong by ${String(wrong.mine.err)}`}`
  const [warm, cold] = [
    showRatio(
      rounds.map(({ time }) => time),
      limits[workload],
    ),
    showRatio(
      rounds.map(({ first: pair }) => pair),
      first[workload],
    ),
  ]
  return `${workload.padEnd(12)}${warm} ${cold}${note}`.trimEnd()
}

const columns = ['dispatches', 'passes', 'submits', 'bound MB', 'peak MB', 'created', 'read-backs']

/** Counts each workload in a process of its own, so that nothing another left is counted. */
const printCounts = (names: readonly string[]): void => {
  console.log('workload'.padEnd(12) + columns.map((title) => title.padStart(12)).join(''))
  for (const workload of names) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'bench/count.ts'), workload], {
      encoding: 'utf8',
    })
    console.log(stdout.trimEnd() || `${workload}: ${/^\w*Error: .*/m.exec(stderr)?.[0] ?? 'no answer'}`)
  }
  console.log('after a slash: the most there should be; !: more than that')
}

const printRatios = async (folder: string, comparison: Comparison, rounds: number): Promise<void> => {
  const { title, device, peers, limits, first } = comparison
  console.log(`\n${title} (${peers.join(', ')})`)
  const side = (name: string): string => `${name.padStart(9)}${'best peer'.padStart(9)}${'ratio'.padStart(7)}`
  const space = ' '.repeat(rounds === 1 ? 8 : 21)
  console.log(`${'ms'.padEnd(12)}${side(device)}${space} ${side('first')}`)
  const sides = await sidesOf(folder, comparison)
  for (const workload of comparison.workloads) console.log(compare(sides, peers, workload, { rounds, limits, first }))
}

const isDevice = (name: string): name is Comparison['device'] => name === 'wasm' || name === 'webgpu' || name === 'js'

/** One comparison of the user's own; the limits are those of the listed one with that device, if the peers are its. */
const chosen = (): Comparison | undefined => {
  const { device = 'wasm', with: names, threads, chromium } = values
  if (values.device === undefined && names === undefined && !chromium) return undefined
  if (!isDevice(device)) throw new Error(`there is no device '${device}': wasm, webgpu or js`)
  const listed = comparisons.find((one) => one.device === device && one.chromium === chromium)
  const peers = names?.split(',') ?? listed?.peers ?? []
  const isListed = listed !== undefined && peers.every((peer) => listed.peers.includes(peer))
  const { limits, first } = isListed ? listed : { limits: {}, first: {} }
  const title = `${device}${chromium ? ' in Chromium' : ''}, ${threads} thread${threads === '1' ? '' : 's'}`
  return { title, device, threads: Number(threads), chromium, peers, workloads, limits, first }
}

const main = async (): Promise<void> => {
  const names = values.workloads?.split(',')
  if (values.count) {
    printCounts(names ?? workloads)
    return
  }
  const one = chosen()
  const folder = values.peers ?? ownPeers()
  const torch = one !== undefined || hasTorch()
  for (const comparison of one === undefined ? comparisons : [one]) {
    if (comparison.peers.includes('torch') && !torch)
      console.log(`\n${comparison.title}: no, for python3 has no torch (PYTHON names another)`)
    else {
      const some = comparison.workloads.filter((workload) => names?.includes(workload) ?? true)
      await printRatios(folder, { ...comparison, workloads: some }, Number(values.rounds ?? (one === undefined ? 1 : 3)))
    }
  }
  console.log('\nafter a slash: the most a ratio should be; !: more than that')
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

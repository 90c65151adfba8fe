/**
 * Compares a device with other libraries: `npm run bench -- --peers DIR --device wasm`.
 *
 * DIR is a folder of peer benchmarks (`lib/common.mjs` with the workloads, a `.mjs` file for each peer, the peers
 * installed). Every round runs each side in a process of its own, one after the other; the ratio is that of one round's
 * medians, fluxion's to the fastest peer's, so that a busy machine slows both. First calls hold tracing and compiling.
 * `--threads` is for those that take a number of threads: fluxion on wasm, ONNX Runtime (`--with ort-web-wasm`) and PyTorch (`--with torch`).
 * `--chromium` runs all of them in pages of Chromium instead of Node, isolated, so that there are threads: but for PyTorch, and ONNX Runtime
 * on WebAssembly.
 *
 * `npm run bench -- --count` needs no peers: it counts what a warm call of each workload asks of WebGPU.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'
import { ensureBrowser } from '../scripts/browser.js'
import { root } from '../scripts/paths.js'
import { median } from './median.js'

const defaults = 'matmul256,matmul512,matmul1024,conv,convgrad,eltwise,softmax,layernorm,attention,mlp,cnn,gpt'

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    with: { type: 'string', default: 'tfjs-wasm,jaxjs-wasm,jaxjs-wasm-nojit' },
    device: { type: 'string', default: 'wasm' },
    workloads: { type: 'string', default: defaults },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1' },
    chromium: { type: 'boolean', default: false },
    count: { type: 'boolean', default: false },
  },
})

interface Outcome {
  readonly median_ms?: number
  readonly first_ms?: number
  readonly correct?: boolean
  readonly err?: number
  readonly error?: string
}

const lastEvent = (command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env, program = process.execPath): Outcome => {
  const { stdout } = spawnSync(program, [...command], { cwd, env, encoding: 'utf8', timeout: 90_000 })
  const line = stdout
    .split('\n')
    .filter((text) => text.startsWith('JSON '))
    .at(-1)
  return line === undefined ? { error: 'no answer' } : (JSON.parse(line.slice(5)) as Outcome)
}

/** The process as a bundle: what runs TypeScript as it is slows what compiles. Packages stay where they are. */
const bundled = (): string => {
  const outfile = join(root, 'node_modules/.cache/fluxion-bench/process.mjs')
  buildSync({ entryPoints: [join(root, 'bench/process.ts')], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' })
  return outfile
}

const ours = (script: readonly string[], peers: string, workload: string): Outcome =>
  lastEvent([...script, peers, workload, values.device, values.threads], root)

/** As the peers' own script has it for PyTorch: freed memory is kept, and its threads do not spin against one another. */
const keepingPages = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '17179869184',
  MALLOC_TOP_PAD_: '67108864',
  MALLOC_ARENA_MAX: '1',
  OMP_WAIT_POLICY: 'passive',
}

const theirs = (peers: string, peer: string, workload: string): Outcome => {
  const env = { ...process.env, THREADS: values.threads, ...(peer.endsWith('-nojit') ? { JIT: '0' } : {}) }
  if (peer === 'torch')
    return lastEvent(['torch_cpu.py', values.threads, workload], peers, { ...env, ...keepingPages }, process.env.PYTHON ?? 'python3')
  if (values.chromium && !/^ort-.*(cpu|wasm)$/.test(peer))
    return lastEvent(['chromium.mjs', peer, workload], peers, { ...env, CHROMIUM: ensureBrowser() })
  return lastEvent([`${peer.replace(/-nojit$/, '')}.mjs`, workload], peers, env)
}

const timeOf = ({ median_ms, correct }: Outcome): number => (median_ms !== undefined && correct === true ? median_ms : Infinity)

const firstOf = ({ first_ms, correct }: Outcome): number => (first_ms !== undefined && correct === true ? first_ms : Infinity)

const show = (x: number): string => (Number.isFinite(x) ? (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2)) : '-')

const showRatio = (rounds: readonly (readonly [number, number])[]): string => {
  const ratios = rounds.map(([mine, best]) => mine / best)
  const [mine, best] = [median(rounds.map(([x]) => x)), median(rounds.map(([, y]) => y))]
  const spread = `[${show(Math.min(...ratios))}..${show(Math.max(...ratios))}]`
  return `${show(mine).padStart(9)}${show(best).padStart(9)}${show(median(ratios)).padStart(7)} ${spread.padEnd(13)}`
}

const compare = (script: readonly string[], peers: string, workload: string): string => {
  const names = values.with.split(',')
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const mine = ours(script, peers, workload)
    const others = names.map((peer) => theirs(peers, peer, workload))
    const pair = (of: (outcome: Outcome) => number): readonly [number, number] => [of(mine), Math.min(...others.map(of))]
    return { mine, time: pair(timeOf), first: pair(firstOf) }
  })
  const wrong = rounds.find(({ time: [time] }) => time === Infinity)
  const note = wrong === undefined ? '' : `  ${wrong.mine.error ?? `wrong by ${String(wrong.mine.err)}`}`
  return `${workload.padEnd(12)}${showRatio(rounds.map(({ time }) => time))} ${showRatio(rounds.map(({ first }) => first))}${note}`
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
  const script = values.chromium ? ['--import', 'tsx', join(root, 'bench/chromium.ts')] : [bundled()]
  const side = `${values.device.padStart(9)}${'best peer'.padStart(9)}${'ratio'.padStart(7)} ${'[spread]'.padEnd(13)}`
  console.log(`${'ms'.padEnd(12)}${side} ${side.replace(values.device.padStart(9), 'first'.padStart(9))}`)
  for (const workload of values.workloads.split(',')) console.log(compare(script, peers, workload))
}

if (values.count) printCounts()
else if (values.peers !== undefined) printRatios(values.peers)
else {
  console.error('say where the peer benchmarks are: npm run bench -- --peers DIR, or ask for --count')
  process.exitCode = 1
}

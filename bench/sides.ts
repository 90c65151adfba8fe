/** The sides of a comparison, each in a process of its own. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensureBrowser } from '../scripts/browser.js'
import { deviceEnvironment } from '../scripts/driver/environment.js'
import { esBuilds } from '../scripts/esBuilds.js'
import { root } from '../scripts/paths.js'
import type { Comparison } from './limits.js'

export interface Outcome {
  readonly median_ms?: number
  readonly first_ms?: number
  readonly correct?: boolean
  readonly err?: number
  readonly error?: string
}

const lastEvent = (command: readonly string[], cwd: string, env: NodeJS.ProcessEnv, program = process.execPath): Outcome => {
  const { stdout } = spawnSync(program, [...command], { cwd, env, encoding: 'utf8', timeout: 90_000 })
  const line = stdout
    .split('\n')
    .filter((text) => text.startsWith('JSON '))
    .at(-1)
  return line === undefined ? { error: 'no answer' } : (JSON.parse(line.slice(5)) as Outcome)
}

/** The peers that come with the repository, their packages installed when they are first wanted. */
export const ownPeers = (): string => {
  const folder = join(root, 'bench/peers')
  if (existsSync(join(folder, 'node_modules'))) return folder
  process.stderr.write('installing the peers into bench/peers\n')
  const { status } = spawnSync('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('the peers could not be installed: `npm ci --prefix bench/peers --ignore-scripts` says why')
  return folder
}

/** The process as a bundle, as the package is one: what runs TypeScript as it is slows what compiles. */
const bundled = async (): Promise<string> => {
  const outfile = join(root, 'node_modules/.cache/fluxion-bench/process.mjs')
  const entryPoints = [join(root, 'bench/process.ts')]
  const external = ['webgpu', 'cli-progress']
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', external, plugins: [esBuilds], logLevel: 'warning' })
  return outfile
}

const python = (): string => process.env.PYTHON ?? 'python3'

/** Whether there is a Python with PyTorch: `PYTHON` names another than the one on the path. */
export const hasTorch = (): boolean => spawnSync(python(), ['-c', 'import torch']).status === 0

/** As the peers' own script has it for PyTorch: freed memory is kept, and its threads do not spin against one another. */
const keepingPages = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '17179869184',
  MALLOC_TOP_PAD_: '67108864',
  MALLOC_ARENA_MAX: '1',
  OMP_WAIT_POLICY: 'passive',
}

/** What runs a workload on either side of a comparison. */
export interface Sides {
  ours(workload: string): Outcome
  theirs(peer: string, workload: string): Outcome
}

export const sidesOf = async (folder: string, { device, threads, chromium }: Comparison): Promise<Sides> => {
  const env = device === 'webgpu' && !chromium ? deviceEnvironment().env : process.env
  const script = chromium ? ['--import', 'tsx', join(root, 'bench/chromium.ts')] : [await bundled()]
  const browser = chromium ? { CHROMIUM: ensureBrowser() } : {}
  return {
    ours: (workload) => lastEvent([...script, folder, workload, device, String(threads)], root, env),
    theirs: (peer, workload) => {
      const own = { ...env, ...browser, THREADS: String(threads), ...(peer.endsWith('-nojit') ? { JIT: '0' } : {}) }
      if (peer === 'torch') return lastEvent(['torch_cpu.py', String(threads), workload], folder, { ...own, ...keepingPages }, python())
      if (chromium && !/^ort-.*(cpu|wasm)$/.test(peer)) return lastEvent(['chromium.mjs', peer, workload], folder, own)
      return lastEvent([`${peer.replace(/-nojit$/, '')}.mjs`, workload], folder, own)
    },
  }
}

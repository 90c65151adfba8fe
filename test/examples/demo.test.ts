import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchSize, initialState } from '../../examples/demo/model.js'
import { compileProgram } from '../../examples/demo/program.js'
import type { State, Step } from '../../examples/demo/train.js'
import { batches } from '../../examples/lib/batches.js'
import { gather, loadMnist } from '../../examples/lib/mnist.js'
import { parseSafetensors } from '../../src/interop/safetensors.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-'))
})
afterEach(() => rm(folder, { recursive: true }))

const steps = 40

/** Loss and accuracy of the first steps on the digits. */
const firstSteps = async (device: 'js' | 'webgpu'): Promise<readonly (readonly [number, number])[]> => {
  const { train } = await loadMnist()
  const { at } = batches(train.count, batchSize, 1, 1)
  const { step } = await compileProgram(device, steps)
  const metrics = []
  let state: State = initialState(1)
  for (let i = 0; i < steps; i++) {
    const [next, measured]: Awaited<ReturnType<Step>> = await step(state, gather(train, at(i)))
    state = next
    metrics.push(measured)
  }
  return Promise.all(metrics.map(async ({ loss, accuracy }) => Promise.all([loss.item(), accuracy.item()])))
}

describe('the train step', () => {
  it('draws the same curve on js and on webgpu', { timeout: 120_000 }, async () => {
    const js = await firstSteps('js')
    const webgpu = await firstSteps('webgpu')
    js.forEach(([loss, accuracy], i) => {
      const [gpuLoss, gpuAccuracy] = webgpu[i] as readonly [number, number]
      expect(Math.abs(gpuLoss - loss), `loss of step ${String(i + 1)}`).toBeLessThan(1e-3 * Math.max(1, loss))
      expect(Math.abs(gpuAccuracy - accuracy), `accuracy of step ${String(i + 1)}`).toBeLessThan(2.5 / batchSize)
    })
    expect((js[steps - 1] as readonly [number, number])[0]).toBeLessThan(0.5 * (js[0] as readonly [number, number])[0])
  })
})

interface Exit {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command line as a shell would; on a terminal, as far as the program can tell. `act` is called at each output. */
const runDemo = (
  args: readonly string[],
  act: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Exit> =>
  new Promise((resolve, reject) => {
    const terminal = 'data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:80})'
    const child = spawn(process.execPath, ['--import', terminal, '--import', 'tsx', 'examples/demo/main.ts', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
      act(out, (signal) => child.kill(signal))
    })
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })

describe('the command line', () => {
  it('complains in one line, shows the usage and exits with 2', { timeout: 60_000 }, async () => {
    const { code, out, err } = await runDemo(['--device', 'cuda'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^error: --device is one of auto, webgpu, wasm, js, not 'cuda'\n\nTrains .*usage: npm run demo/s)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves the terminal clean and a whole checkpoint at %s', { timeout: 120_000 }, async (signal, exitCode) => {
    let sent = false
    const { code, out, err } = await runDemo(['--device', 'js', '--out', folder], (soFar, kill) => {
      if (sent || !soFar.includes('images/s')) return
      sent = true
      kill(signal)
      kill(signal) // shells pass one key press on twice
    })
    expect([code, err]).toEqual([exitCode, ''])
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'))
    expect(out.lastIndexOf('\u001b[?7h')).toBeGreaterThan(out.lastIndexOf('\u001b[?7l'))
    const done = Number(/stopped after step (\d+) of 2343/.exec(out)?.[1])
    expect(done).toBeGreaterThan(0)
    expect(await readdir(folder)).toEqual(['checkpoint.safetensors'])
    const checkpoint = parseSafetensors(await readFile(join(folder, 'checkpoint.safetensors')))
    expect(E.isRight(checkpoint) && checkpoint.right.metadata.step).toBe(String(done))
    expect(E.isRight(checkpoint) && checkpoint.right.arrays.t?.data[0]).toBe(done)
  })
})

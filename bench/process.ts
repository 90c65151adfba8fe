/** One workload on one device in a process of its own: `process.ts PEERS WORKLOAD DEVICE THREADS` prints what the peers' processes print. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as fx from '../src/index.js'
import { kernelOn, trainingOn, type Batch, type Initial, type Inputs, type Kernel } from './workloads.js'

/** The peers' own harness: inputs, checks and the timing loop are the same for all. */
interface Harness {
  runWorkload(name: string, implementation: object, expected: unknown, emit: (event: object) => void): Promise<object>
}

const [peers = '', workload = '', deviceName = 'wasm', threads = '1'] = process.argv.slice(2)

const deviceOf = async (name: string): Promise<fx.Device> =>
  name === 'wasm' ? fx.wasm({ threads: Number(threads) }) : name === 'webgpu' ? fx.webgpu() : fx.js()

const emit = (event: object): void => {
  process.stdout.write(`JSON ${JSON.stringify({ peer: `fluxion-${deviceName}`, workload, ...event })}\n`)
}
const harness = (await import(pathToFileURL(join(peers, 'lib/common.mjs')).href)) as Harness
const expected: unknown = JSON.parse(readFileSync(join(peers, 'lib/expected.json'), 'utf8'))
// The peers' modules are read before their clock starts.
await import('../src/compile.js')
const device = await deviceOf(deviceName)
/** A kernel whose calls end when the device has finished, as the peers' do. */
const finishing = async (name: string, inputs: Inputs): Promise<Kernel> => {
  const kernel = await kernelOn(device, name, inputs)
  return {
    ...kernel,
    call: async () => {
      const result = await kernel.call()
      await device.synchronize()
      return result
    },
  }
}
const implementation = {
  kernel: finishing,
  train: (name: string, initial: Initial, batch: Batch) => trainingOn(device, name, initial, batch),
}
emit({ ...(await harness.runWorkload(workload, implementation, expected, emit)), done: true })
process.exit(0)

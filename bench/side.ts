/** fluxion as one side of a comparison: the peers' own harness runs it. */
import * as fx from '../src/index.js'
import { kernelOn, trainingOn, type Batch, type Initial, type Inputs, type Kernel } from './workloads.js'

/** The peers' own harness: inputs, checks and the timing loop are the same for all. */
export interface Harness {
  runWorkload(name: string, implementation: object, expected: unknown, emit: (event: object) => void): Promise<object>
}

const deviceOf = async (name: string, threads: number): Promise<fx.Device> =>
  name === 'wasm' ? fx.wasm({ threads }) : name === 'webgpu' ? fx.webgpu() : fx.js()

/** What the harness drives: calls of kernels end when the device has finished, as the peers' do. */
const implementationOn = (device: fx.Device): object => ({
  kernel: async (name: string, inputs: Inputs): Promise<Kernel> => {
    const kernel = await kernelOn(device, name, inputs)
    return {
      ...kernel,
      call: async () => {
        const result = await kernel.call()
        await device.synchronize()
        return result
      },
    }
  },
  train: (name: string, initial: Initial, batch: Batch) => trainingOn(device, name, initial, batch),
})

export interface Side {
  readonly workload: string
  readonly device: string
  readonly threads: number
  readonly expected: unknown
}

/** Runs one workload on one device. The compiler is loaded before the harness's clock starts, as the peers' modules are. */
export const runSide = async (
  harness: Harness,
  { workload, device, threads, expected }: Side,
  emit: (event: object) => void = () => undefined,
): Promise<object> => {
  await import('../src/compile.js')
  return harness.runWorkload(workload, implementationOn(await deviceOf(device, threads)), expected, emit)
}

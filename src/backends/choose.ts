import { DeviceError } from '../error.js'
import type { DType } from '../ir/dtype.js'
import type { Device } from './backend.js'
import { js } from './js/device.js'
import type { WasmOptions } from './wasm/wasm.js'
import type { WebgpuOptions } from './webgpu/device.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'wasm' | 'js' | Device

/** The WebGPU backend, loaded when it is first asked for: a program for the CPU does without. */
const backend = () => import('./webgpu/device.js')

/**
 * The GPU, by WebGPU: in a browser `navigator.gpu`, in Node the package `webgpu`. Without options the system's fastest adapter.
 * @throws DeviceError where there is no adapter, saying what to install
 */
export const webgpu = async (options?: WebgpuOptions): Promise<Device> => (await backend()).webgpu(options)

/** The WebAssembly backend, loaded when it is first asked for. */
const wasmBackend = () => import('./wasm/wasm.js')

/**
 * The CPU by WebAssembly, four lanes at a time, on as many threads as the machine runs at once, or as `threads` says. All
 * programs share one memory, so arrays pass between such devices as they are; results do not depend on the number of threads.
 * @throws UnsupportedError where the engine has no WebAssembly with vectors; DeviceError for an impossible number of threads
 */
export const wasm = async (options?: WasmOptions): Promise<Device> => (await wasmBackend()).wasm(options)

/** A hardware GPU, else the fastest CPU backend, that holds arrays of all these dtypes: never a software adapter. */
const fastest = async (dtypes: readonly DType[]): Promise<Device> => {
  const holdsAll = (device: Device): boolean => dtypes.every((dtype) => device.dtypes.includes(dtype))
  const adapter = await (await backend()).hardwareAdapter()
  const gpu = adapter === undefined ? undefined : await webgpu({ adapter })
  if (gpu !== undefined && holdsAll(gpu)) return gpu
  const { hasVectors, wasm: open } = await wasmBackend()
  const vectors = hasVectors() ? open() : undefined
  return vectors !== undefined && holdsAll(vectors) ? vectors : js()
}

/** A device by name; for 'auto', the fastest that has the `dtypes` of a program. */
export const resolveDevice = async (choice: DeviceChoice, dtypes: readonly DType[] = []): Promise<Device> => {
  if (typeof choice === 'object') return choice
  if (choice === 'js') return js()
  if (choice === 'webgpu') return webgpu()
  if (choice === 'wasm') return wasm()
  if ((choice as string) !== 'auto')
    throw new DeviceError({
      op: 'compile',
      problem: `there is no device '${choice as string}'`,
      help: "use 'auto', 'webgpu', 'wasm', 'js', or a device from webgpu(), wasm() or js()",
    })
  return fastest(dtypes)
}

import { DeviceError } from '../error.js'
import type { Device } from './backend.js'
import { js } from './js/device.js'
import type { WebgpuOptions } from './webgpu/device.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'js' | Device

/** The WebGPU backend, loaded when it is first asked for: a program for the CPU does without. */
const backend = () => import('./webgpu/device.js')

/**
 * The GPU, by WebGPU: in a browser `navigator.gpu`, in Node the package `webgpu`. Without options the system's fastest adapter.
 * @throws DeviceError where there is no adapter, saying what to install
 */
export const webgpu = async (options?: WebgpuOptions): Promise<Device> => (await backend()).webgpu(options)

/** A device by name. 'auto' takes a hardware GPU, else the fastest CPU backend: never a software adapter. */
export const resolveDevice = async (choice: DeviceChoice): Promise<Device> => {
  if (typeof choice === 'object') return choice
  if (choice === 'js') return js()
  if (choice === 'webgpu') return webgpu()
  if ((choice as string) !== 'auto')
    throw new DeviceError({
      op: 'compile',
      problem: `there is no device '${choice as string}'`,
      help: "use 'auto', 'webgpu', 'js', or a device from webgpu() or js()",
    })
  const adapter = await (await backend()).hardwareAdapter()
  return adapter === undefined ? js() : webgpu({ adapter })
}

import { DeviceError } from '../error.js'
import type { Device } from './backend.js'
import { js } from './js/device.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'js' | Device

/** A device by name. 'auto' takes a hardware GPU, else the fastest CPU backend: never a software adapter. */
export const resolveDevice = async (choice: DeviceChoice): Promise<Device> => {
  if (typeof choice === 'object') return choice
  if (choice === 'js') return js()
  const { hardwareAdapter, webgpu } = await import('./webgpu/device.js')
  if (choice === 'webgpu') return webgpu()
  if ((choice as string) !== 'auto')
    throw new DeviceError({
      op: 'compile',
      problem: `there is no device '${choice as string}'`,
      help: "use 'auto', 'webgpu', 'js', or a device from webgpu() or js()",
    })
  const adapter = await hardwareAdapter()
  return adapter === undefined ? js() : webgpu({ adapter })
}

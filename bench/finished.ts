/** When the work of a process's WebGPU devices is done: a call that has returned has only been submitted. */
import { prototypeOf, wrap } from './counter.js'

/** Watches for devices from here on; resolves once all that was submitted to them is computed. */
export const watchDevices = (): (() => Promise<void>) => {
  const devices: Promise<GPUDevice>[] = []
  wrap(prototypeOf('GPUAdapter'), 'requestDevice', (_, __, device) => devices.push(device as Promise<GPUDevice>))
  return async () => {
    for (const device of devices) await (await device).queue.onSubmittedWorkDone()
  }
}

/** Devices that bind few buffers may refuse a graph, and say so. */
import { isFluxionError } from '../../src/error.js'

/** No device of WebGPU binds fewer. */
const leastBuffers = 8

/** What is made for a device, or undefined where a node alone needs more buffers than it binds: on a device that is narrower than any. */
export const unlessTooWide = <T>({ maxBuffers }: { readonly maxBuffers: number }, make: () => T): T | undefined => {
  try {
    return make()
  } catch (error) {
    if (maxBuffers < leastBuffers && isFluxionError(error) && error._tag === 'UnsupportedError') return undefined
    throw error
  }
}

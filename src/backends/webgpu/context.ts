/** A GPU device and what its programs and arrays share. */
import type { FluxionError } from '../../error.js'
import { lostError, outOfMemory, validationError } from './errors.js'
import { createPool, type Pool } from './pool.js'
import { waitFor, type Wait } from './patience.js'
import { createReader, type Reader } from './reader.js'

export interface Context {
  readonly device: GPUDevice
  readonly name: string
  readonly pool: Pool
  readonly reader: Reader
  readonly wait: Wait
  /** Settles when the call that has the queue to itself, if there is one, is done: other calls wait for it. */
  readonly turn: { busy: Promise<void> | undefined }
  /** Throws if the device is lost, or if it refused earlier work. */
  check(op: string): void
  /** The layout of `n` storage buffers, followed by a uniform buffer of sizes where it is `sized`, and of a pipeline that binds them. */
  layouts(n: number, sized: boolean): { readonly group: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout }
}

/** GPUShaderStage.COMPUTE. */
const computeStage = 0x4

const makeLayouts = (device: GPUDevice, n: number, sized: boolean) => {
  const group = device.createBindGroupLayout({
    entries: Array.from({ length: sized ? n + 1 : n }, (_, binding) => ({
      binding,
      visibility: computeStage,
      buffer: { type: binding < n ? ('storage' as const) : ('uniform' as const) },
    })),
  })
  return { group, pipeline: device.createPipelineLayout({ bindGroupLayouts: [group] }) }
}

/** The name of the error's class, as `instanceof` needs globals that Node lacks. */
const isOutOfMemory = (error: GPUError): boolean => error.constructor.name === 'GPUOutOfMemoryError'

/** The fluxion error for one that WebGPU reports. */
export const errorOf = (op: string, error: GPUError): FluxionError =>
  isOutOfMemory(error) ? outOfMemory(op, error.message) : validationError(op, error.message)

/** `owned` devices were made here, so their uncaptured errors are ours to report. */
export const createContext = (device: GPUDevice, name: string, owned: boolean): Context => {
  let lost: GPUDeviceLostInfo | undefined
  let refused: GPUError | undefined
  void device.lost.then((info) => {
    lost = info
  })
  if (owned) {
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault()
      refused ??= event.error
    })
  }
  const check = (op: string): void => {
    if (lost !== undefined) throw lostError(op, lost)
    if (refused === undefined) return
    const error = refused
    refused = undefined
    throw errorOf(op, error)
  }
  const wait = waitFor(device.adapterInfo)
  const layouts: Record<'plain' | 'sized', ReturnType<typeof makeLayouts>[]> = { plain: [], sized: [] }
  return {
    device,
    name,
    check,
    turn: { busy: undefined },
    pool: createPool(device),
    reader: createReader(device, wait, () => check('toNDArray')),
    wait,
    layouts: (n, sized) => (layouts[sized ? 'sized' : 'plain'][n] ??= makeLayouts(device, n, sized)),
  }
}

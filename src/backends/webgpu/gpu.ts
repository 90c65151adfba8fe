/** Where WebGPU comes from: the browser, or in Node the `webgpu` package, loaded when it is asked for. */
import { noAdapter, noPackage } from './errors.js'

interface WebgpuPackage {
  create(options: string[]): GPU
}

interface MaybeBrowser {
  readonly navigator?: { readonly gpu?: GPU }
}

/** The package frees the driver when this is collected, under devices that still live: so it is kept. Node exits all the same. */
let nodeGpu: Promise<GPU> | undefined

/** A name that bundlers cannot see: browsers must not be sent a native module. */
const packageName = 'webgpu'

/** Timestamps are rounded to 100 µs for privacy in browsers; in Node that would only blur profiles. */
const createNodeGpu = async (): Promise<GPU> => {
  try {
    const { create } = (await import(/* @vite-ignore */ packageName)) as WebgpuPackage
    return create(['disable-dawn-features=timestamp_quantization'])
  } catch (cause) {
    nodeGpu = undefined
    throw noPackage(cause)
  }
}

const browserGpu = (): GPU | undefined => (globalThis as MaybeBrowser).navigator?.gpu

/** Whether WebGPU is that of Dawn for Node. */
export const isDawn = (): boolean => browserGpu() === undefined

const findGpu = (): Promise<GPU> => {
  const gpu = browserGpu()
  return gpu === undefined ? (nodeGpu ??= createNodeGpu()) : Promise.resolve(gpu)
}

/** The adapter that the system thinks fastest, software or not. */
export const requestAdapter = async (): Promise<GPUAdapter> => {
  const gpu = await findGpu()
  const adapter = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? (await gpu.requestAdapter())
  if (adapter === null) throw noAdapter(isDawn())
  return adapter
}

/** The adapter's or device's name, for people. */
export const describe = (info: GPUAdapterInfo): string =>
  info.description || [info.vendor, info.architecture, info.device].filter((part) => part !== '').join(' ') || 'unnamed GPU'

/** True for adapters that compute on the CPU. */
export const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter ||
  /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|basic render|software/i.test(
    [info.vendor, info.architecture, info.device, info.description].join(' '),
  )

/** The adapter that is taken when none is named: found once, so that programs compiled apart share a device and its arrays. */
let known: Promise<GPUAdapter> | undefined

export const defaultAdapter = (): Promise<GPUAdapter> => (known ??= requestAdapter())

/** Lets the next call look for an adapter anew: the device of the last one is gone. */
export const forgetAdapter = (): void => {
  known = undefined
}

/** A GPU made of hardware, or undefined: never a software adapter, which a CPU backend would outrun. */
export const hardwareAdapter = async (): Promise<GPUAdapter | undefined> => {
  try {
    const adapter = await defaultAdapter()
    return isSoftware(adapter.info) ? undefined : adapter
  } catch {
    return undefined
  }
}

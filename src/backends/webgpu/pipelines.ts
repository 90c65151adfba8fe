/** Compiles kernels: each text once, and the first while the next are printed. */
import type { KernelSource } from '../backend.js'
import { range } from '../../ir/shape.js'
import { shareSizes, type Sized } from '../wgsl/sizes.js'
import type { Context } from './context.js'
import { compileError, messageOf } from './errors.js'
import { isSoftware } from './gpu.js'

const compile = async (
  { device, layouts, wait }: Context,
  name: string,
  { source, sizes }: Sized,
  bindings: number,
): Promise<GPUComputePipeline> => {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code: source })
  const scope = device.popErrorScope()
  const layout = layouts(bindings, sizes.length > 0).pipeline
  const pipeline = device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } })
  const [refused, made] = await wait(Promise.allSettled([scope, pipeline]), true)
  if (made.status === 'fulfilled') return made.value
  const cause = refused.status === 'fulfilled' && refused.value !== null ? refused.value.message : messageOf(made.reason)
  const { messages } = await module.getCompilationInfo()
  throw compileError(name, source, messages, cause)
}

/** A kernel's text and how many buffers it binds. */
export interface PipelineRequest {
  readonly source: KernelSource
  readonly bindings: number
}

/**
 * How many pipelines are made at once. SwiftShader makes one after the other, and the threads that wait for their turn take time and
 * memory: one is being made, and others are ready when it is done.
 */
const atOnce = ({ device }: Context): number => (isSoftware(device.adapterInfo) ? 3 : Infinity)

/** A pipeline, and the words that it reads of a uniform buffer; none where it reads no such. */
export interface Made {
  readonly pipeline: GPUComputePipeline
  readonly sizes: Sized['sizes']
}

/**
 * One pipeline for each request, in order; equal texts share one. Where few are made at once, so do texts that differ in sizes alone, but
 * for those that are begun first: the others are printed meanwhile.
 */
export const compilePipelines = async (context: Context, requests: readonly PipelineRequest[]): Promise<readonly Made[]> => {
  const made = new Map<string, Promise<GPUComputePipeline>>()
  const all: { readonly making: Promise<GPUComputePipeline>; readonly sizes: Sized['sizes'] }[] = []
  const rest = requests.entries()
  let shared: ReturnType<typeof shareSizes> = new Map()
  const worker = async (): Promise<void> => {
    for (const [i, { source, bindings }] of rest) {
      const sized = shared.get(source.source) ?? { source: source.source, sizes: [] }
      const known = made.get(sized.source)
      const making = known ?? compile(context, source.name, sized, bindings)
      made.set(sized.source, making)
      all[i] = { making, sizes: sized.sizes }
      if (known === undefined) await making
    }
  }
  const workers = range(Math.min(requests.length, atOnce(context))).map(worker)
  if (workers.length < requests.length) shared = shareSizes(requests.map(({ source }) => source.source).filter((text) => !made.has(text)))
  await Promise.all(workers)
  return Promise.all(all.map(async ({ making, sizes }) => ({ pipeline: await making, sizes })))
}

/** Compiles kernels: each text once, and the first while the next are printed. */
import type { KernelSource } from '../backend.js'
import { range } from '../../ir/shape.js'
import type { Context } from './context.js'
import { compileError, messageOf } from './errors.js'
import { isSoftware } from './gpu.js'

const compile = async (
  { device, layouts, wait }: Context,
  { name, source }: KernelSource,
  bindings: number,
): Promise<GPUComputePipeline> => {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code: source })
  const scope = device.popErrorScope()
  const pipeline = device.createComputePipelineAsync({ layout: layouts(bindings).pipeline, compute: { module, entryPoint: 'main' } })
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

/** One pipeline for each request, in order; equal texts share one. */
export const compilePipelines = async (context: Context, requests: readonly PipelineRequest[]): Promise<readonly GPUComputePipeline[]> => {
  const made = new Map<string, Promise<GPUComputePipeline>>()
  const pipelines: Promise<GPUComputePipeline>[] = []
  const rest = requests.entries()
  const worker = async (): Promise<void> => {
    for (const [i, { source, bindings }] of rest) {
      const known = made.get(source.source)
      const pipeline = known ?? compile(context, source, bindings)
      made.set(source.source, pipeline)
      pipelines[i] = pipeline
      if (known === undefined) await pipeline
    }
  }
  await Promise.all(range(Math.min(requests.length, atOnce(context))).map(worker))
  return Promise.all(pipelines)
}

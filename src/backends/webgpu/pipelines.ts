/** Compiles kernels: all at once, each text once. */
import type { KernelSource } from '../backend.js'
import type { Context } from './context.js'
import { compileError, messageOf } from './errors.js'

const compile = async (
  { device, layouts, wait }: Context,
  { name, source }: KernelSource,
  bindings: number,
): Promise<GPUComputePipeline> => {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code: source })
  const scope = device.popErrorScope()
  const pipeline = device.createComputePipelineAsync({ layout: layouts(bindings).pipeline, compute: { module, entryPoint: 'main' } })
  const [refused, made] = await wait(Promise.allSettled([scope, pipeline]))
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

/** One pipeline for each request, in order; equal texts share one. */
export const compilePipelines = (context: Context, requests: readonly PipelineRequest[]): Promise<readonly GPUComputePipeline[]> => {
  const made = new Map<string, Promise<GPUComputePipeline>>()
  const one = ({ source, bindings }: PipelineRequest): Promise<GPUComputePipeline> => {
    const known = made.get(source.source) ?? compile(context, source, bindings)
    made.set(source.source, known)
    return known
  }
  return Promise.all(requests.map(one))
}

/** Small programs made by hand, so that the backend is tested without the compiler. */
import type { Device, LoadRequest, Loaded } from '../../../src/backends/backend.js'
import { requestAdapter } from '../../../src/backends/webgpu/gpu.js'
import { webgpu } from '../../../src/backends/webgpu/device.js'
import type { DType } from '../../../src/ir/dtype.js'
import type { Kernel, Scalar, ScalarOp, ScalarType } from '../../../src/ir/kernel/kernel.js'
import type { BufferRole, Launch, Place, ProgramBuffer } from '../../../src/ir/kernel/program.js'

const point: Scalar = { k: 'axis', axis: 0, dtype: 'i32' }

export const load = (buffer: number, dtype: ScalarType = 'f32', at: Scalar = point): Scalar => ({ k: 'load', buffer, at, dtype })

export const lit = (value: number, dtype: ScalarType = 'f32'): Scalar => ({ k: 'lit', dtype, value })

export const op = (name: ScalarOp, args: readonly Scalar[], dtype: ScalarType = 'f32'): Scalar => ({ k: 'op', op: name, args, dtype })

/** `out[i] = value` for i below `size`: the inputs are buffers 0 …, the output is the last. */
export const pointKernel = (name: string, size: number, inputs: readonly ScalarType[], out: ScalarType, value: Scalar): Kernel => ({
  name,
  buffers: [...inputs.map((dtype) => ({ dtype, size, access: 'read' as const })), { dtype: out, size, access: 'write' }],
  grid: [{ axis: 0, extent: size }],
  body: [{ k: 'store', buffer: inputs.length, at: point, value }],
  flops: size,
})

/** `buffer[i] = value` in place. */
export const inPlaceKernel = (name: string, size: number, value: Scalar): Kernel => ({
  name,
  buffers: [{ dtype: 'f32', size, access: 'readwrite' }],
  grid: [{ axis: 0, extent: size }],
  body: [{ k: 'store', buffer: 0, at: point, value }],
  flops: size,
})

export interface BufferSketch {
  readonly role: BufferRole
  readonly size: number
  readonly dtype?: DType
  readonly place?: Place
}

export interface Sketch {
  readonly buffers: readonly BufferSketch[]
  readonly launches?: readonly Launch[]
  readonly outputs: readonly number[]
  readonly donated?: readonly number[]
  readonly arenaBytes?: number
}

export const param = (index: number, size: number, dtype: DType = 'f32'): BufferSketch => ({ role: { kind: 'param', index }, size, dtype })

export const output = (size: number, dtype: DType = 'f32', place: Place = { kind: 'own' }): BufferSketch => ({
  role: { kind: 'output' },
  size,
  dtype,
  place,
})

const bufferOf = ({ role, size, dtype = 'f32' }: BufferSketch, i: number): ProgramBuffer => ({
  name: `buffer${String(i)}`,
  role,
  size,
  dtype,
})

/** What `load` takes: the plan is the places given, `own` by default. */
export const requestOf = (device: Device, { buffers, launches = [], outputs, donated = [], arenaBytes = 0 }: Sketch): LoadRequest => ({
  program: { buffers: buffers.map(bufferOf), launches, outputs, donated },
  plan: {
    places: buffers.map(({ place }) => place ?? { kind: 'own' }),
    lifetimes: buffers.map(() => [-1, launches.length] as const),
    arenaBytes,
    peakBytes: arenaBytes + buffers.reduce((sum, { size }) => sum + size * 4, 0),
    unsharedBytes: 0,
  },
  sources: launches.map(({ kernel }) => device.print(kernel)),
  outputs: outputs.map((id) => ({ shape: [buffers[id]?.size ?? 0], dtype: buffers[id]?.dtype ?? 'f32' })),
})

export const loadSketch = (device: Device, sketch: Sketch): Promise<Loaded> => device.load(requestOf(device, sketch))

/** A device with the GPUDevice under it, and a count of submits and of what is made on it. */
export const countedDevice = async () => {
  const gpu = await (await requestAdapter()).requestDevice()
  const count = { submits: 0, made: 0, queue: gpu.queue }
  const counted = <T extends object>(of: T, name: keyof T & string, as: 'submits' | 'made'): void => {
    const method = (of[name] as (...args: unknown[]) => unknown).bind(of)
    Object.assign(of, {
      [name]: (...args: unknown[]) => {
        count[as]++
        return method(...args)
      },
    })
  }
  counted(gpu.queue, 'submit', 'submits')
  const makers = ['createBuffer', 'createBindGroup', 'createBindGroupLayout', 'createShaderModule', 'createComputePipelineAsync'] as const
  for (const name of makers) counted(gpu, name, 'made')
  return { gpu, count, device: await webgpu({ device: gpu }) }
}

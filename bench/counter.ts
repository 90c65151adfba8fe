/** Counts what a program asks of WebGPU, on any adapter, by wrapping the API's own methods. */
/** The package that brings WebGPU to Node has no types. */
const packageName = 'webgpu'
const { globals } = (await import(packageName)) as {
  readonly globals: Readonly<Record<string, { readonly prototype: object } | undefined>>
}

export interface Counts {
  readonly dispatches: number
  readonly passes: number
  readonly submits: number
  /** Bytes bound to all dispatches: an upper bound of what they move. */
  readonly boundBytes: number
  /** Read-backs. */
  readonly maps: number
  readonly buffers: number
  readonly bindGroups: number
  readonly pipelines: number
  readonly writes: number
  /** Most bytes of buffers alive at once. */
  readonly peakBytes: number
}

type Tally = { -readonly [K in keyof Counts]: number }

export interface Counter {
  /** Counts from here on. */
  mark(): void
  read(): Counts
}

type Method = (...args: readonly unknown[]) => unknown

/** Replaces a method by one that calls it and then tells `after`. */
export const wrap = (of: object, name: string, after: (self: object, args: readonly unknown[], result: unknown) => void): void => {
  const methods = of as Record<string, Method>
  const original = methods[name]
  if (original === undefined) return
  methods[name] = function (this: object, ...args) {
    const result: unknown = Reflect.apply(original, this, args)
    after(this, args, result)
    return result
  }
}

const none = (): Tally => ({
  dispatches: 0,
  passes: 0,
  submits: 0,
  boundBytes: 0,
  maps: 0,
  buffers: 0,
  bindGroups: 0,
  pipelines: 0,
  writes: 0,
  peakBytes: 0,
})

export const prototypeOf = (name: string): object => globals[name]?.prototype ?? {}

/** Wraps the API of this process, once: from then on everything is counted. */
export const counter = (): Counter => {
  let now = none()
  let live = 0
  const sizes = new WeakMap<object, number>()
  const groupBytes = new WeakMap<object, number>()
  const bound = new WeakMap<object, number>()
  const device = prototypeOf('GPUDevice')
  const queue = prototypeOf('GPUQueue')
  const pass = prototypeOf('GPUComputePassEncoder')
  wrap(device, 'createBuffer', (_, [descriptor], buffer) => {
    const { size } = descriptor as GPUBufferDescriptor
    sizes.set(buffer as object, size)
    now.buffers++
    live += size
    now.peakBytes = Math.max(now.peakBytes, live)
  })
  wrap(prototypeOf('GPUBuffer'), 'destroy', (buffer) => {
    live -= sizes.get(buffer) ?? 0
    sizes.delete(buffer)
  })
  wrap(prototypeOf('GPUBuffer'), 'mapAsync', () => now.maps++)
  wrap(device, 'createBindGroup', (_, [descriptor], group) => {
    now.bindGroups++
    const entries = [...(descriptor as GPUBindGroupDescriptor).entries].map(({ resource }) => (resource as GPUBufferBinding).size ?? 0)
    groupBytes.set(
      group as object,
      entries.reduce((sum, size) => sum + size, 0),
    )
  })
  for (const name of ['createComputePipeline', 'createComputePipelineAsync']) wrap(device, name, () => now.pipelines++)
  wrap(prototypeOf('GPUCommandEncoder'), 'beginComputePass', () => now.passes++)
  wrap(pass, 'setBindGroup', (self, [, group]) => bound.set(self, groupBytes.get(group as object) ?? 0))
  wrap(pass, 'dispatchWorkgroups', (self) => {
    now.dispatches++
    now.boundBytes += bound.get(self) ?? 0
  })
  wrap(queue, 'submit', () => now.submits++)
  wrap(queue, 'writeBuffer', () => now.writes++)
  return {
    mark: () => {
      now = { ...none(), peakBytes: live }
    },
    read: () => ({ ...now }),
  }
}

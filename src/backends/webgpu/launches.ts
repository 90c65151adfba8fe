/** Launches made ready: a pipeline, the workgroups, and bind groups that are made once for each set of memory they meet. */
import type { KernelSource, LoadRequest } from '../backend.js'
import { errorOf, type Context } from './context.js'
import { compilePipelines, type Made } from './pipelines.js'
import type { Block } from './pool.js'
import type { Location, Slot } from './slots.js'

interface Bound {
  readonly blocks: readonly (Block | undefined)[]
  readonly group: GPUBindGroup
}

export interface ReadyLaunch {
  readonly name: string
  readonly pipeline: GPUComputePipeline
  readonly workgroups: readonly [number, number, number]
  /** The bind group for the blocks that the slots hold now. */
  group(): GPUBindGroup
}

/** Sets of memory that a launch remembers: state that goes to and fro between two buffers, and inputs in turn. */
const remembered = 8

/** What a launch binds: its buffers, and the sizes that its pipeline reads, if it reads any. */
interface Bindings {
  readonly buffers: readonly Location[]
  readonly sizes: GPUBuffer | undefined
}

const makeGroup = ({ device, layouts }: Context, { buffers, sizes }: Bindings): GPUBindGroup => {
  const entries = buffers.map(({ slot, offset, bytes }, binding): GPUBindGroupEntry => {
    const block = slot.block as Block
    return { binding, resource: { buffer: block.buffer, offset: block.offset + offset, size: bytes } }
  })
  return device.createBindGroup({
    layout: layouts(buffers.length, sizes !== undefined).group,
    entries: sizes === undefined ? entries : [...entries, { binding: buffers.length, resource: { buffer: sizes } }],
  })
}

/** GPUBufferUsage.UNIFORM. */
const uniformUsage = 0x40

/** The buffer of the sizes that a pipeline reads: one for all launches of a program that have the same. */
const sizesIn = ({ device }: Context): ((sizes: Made['sizes']) => GPUBuffer | undefined) => {
  const known = new Map<string, GPUBuffer>()
  const make = (sizes: Made['sizes']): GPUBuffer => {
    const words = Uint32Array.from(sizes)
    const buffer = device.createBuffer({ size: words.byteLength, usage: uniformUsage, mappedAtCreation: true })
    new Uint32Array(buffer.getMappedRange()).set(words)
    buffer.unmap()
    return buffer
  }
  return (sizes) => {
    if (sizes.length === 0) return undefined
    const key = sizes.join()
    const buffer = known.get(key) ?? make(sizes)
    known.set(key, buffer)
    return buffer
  }
}

/** Finds or makes the bind group of what the slots hold now. Looking up allocates nothing. */
const groupOf = (context: Context, bindings: Bindings): (() => GPUBindGroup) => {
  const moving = [...new Set(bindings.buffers.map(({ slot }) => slot).filter((slot) => slot.moving))]
  const matches = ({ blocks }: Bound): boolean => moving.every((slot, i) => slot.block === blocks[i])
  const make = (): Bound => ({ blocks: moving.map((slot: Slot) => slot.block), group: makeGroup(context, bindings) })
  const known: Bound[] = moving.length === 0 ? [make()] : []
  let current = known[0]
  return () => {
    if (current !== undefined && matches(current)) return current.group
    current = known.find(matches)
    if (current !== undefined) return current.group
    current = make()
    if (known.length === remembered) known.shift()
    known.push(current)
    return current.group
  }
}

/** A launch whose pipeline is being made. */
interface Draft {
  /** Which launch of the program it is. */
  readonly index: number
  readonly source: KernelSource
  readonly bind: readonly number[]
}

/** The launches that have a point to compute. `sources` has one for each launch. */
const draftsOf = ({ program, sources }: LoadRequest): readonly Draft[] =>
  program.launches.flatMap(({ kernel, bind }, i) =>
    kernel.grid.some(({ extent }) => extent === 0) ? [] : [{ index: i, source: sources[i] as KernelSource, bind }],
  )

/** Binds the launches of a program to where its buffers are: by number, without those that have nothing to compute. */
export type BindLaunches = (locations: readonly Location[]) => Promise<ReadonlyMap<number, ReadyLaunch>>

/** Begins to compile the launches of a program, so that its memory may be found in the meantime. What goes wrong is told when they are bound. */
export const compileLaunches = (context: Context, request: LoadRequest): BindLaunches => {
  const drafts = draftsOf(request)
  const compiling = compilePipelines(
    context,
    drafts.map(({ source, bind }) => ({ source, bindings: bind.length })),
  )
  compiling.catch(() => undefined)
  return async (locations) => {
    const pipelines = await compiling
    context.check('compile')
    context.device.pushErrorScope('validation')
    const sizesOf = sizesIn(context)
    const launches = new Map<number, ReadyLaunch>(
      drafts.map(({ index, source, bind }, i) => {
        const { pipeline, sizes } = pipelines[i] as Made
        const buffers = bind.map((buffer) => locations[buffer] as Location)
        return [
          index,
          {
            name: source.name,
            pipeline,
            workgroups: source.workgroups,
            group: groupOf(context, { buffers, sizes: sizesOf(sizes) }),
          },
        ]
      }),
    )
    const error = await context.device.popErrorScope()
    if (error !== null) throw errorOf('compile', error)
    context.check('compile')
    return launches
  }
}

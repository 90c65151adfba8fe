/** Launches made ready: a pipeline, the workgroups, and bind groups that are made once for each set of memory they meet. */
import type { KernelSource, LoadRequest } from '../backend.js'
import { errorOf, type Context } from './context.js'
import { compilePipelines } from './pipelines.js'
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

const makeGroup = ({ device, layouts }: Context, bound: readonly Location[]): GPUBindGroup =>
  device.createBindGroup({
    layout: layouts(bound.length).group,
    entries: bound.map(({ slot, offset, bytes }, binding) => {
      const block = slot.block as Block
      return { binding, resource: { buffer: block.buffer, offset: block.offset + offset, size: bytes } }
    }),
  })

/** Finds or makes the bind group of what the slots hold now. Looking up allocates nothing. */
const groupOf = (context: Context, bound: readonly Location[]): (() => GPUBindGroup) => {
  const moving = [...new Set(bound.map(({ slot }) => slot).filter((slot) => slot.moving))]
  const matches = ({ blocks }: Bound): boolean => moving.every((slot, i) => slot.block === blocks[i])
  const make = (): Bound => ({ blocks: moving.map((slot: Slot) => slot.block), group: makeGroup(context, bound) })
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

interface Draft {
  /** Which launch of the program it is. */
  readonly index: number
  readonly source: KernelSource
  readonly bound: readonly Location[]
}

/** What is compiled and bound for every launch that has a point to compute. `sources` has one for each launch. */
const draftsOf = ({ program, sources }: LoadRequest, locations: readonly Location[]): readonly Draft[] =>
  program.launches.flatMap(({ kernel, bind }, i) =>
    kernel.grid.some(({ extent }) => extent === 0)
      ? []
      : [{ index: i, source: sources[i] as KernelSource, bound: bind.map((buffer) => locations[buffer] as Location) }],
  )

/** Compiles and binds the launches of a program: by number, without those that have nothing to compute. */
export const readyLaunches = async (
  context: Context,
  request: LoadRequest,
  locations: readonly Location[],
): Promise<ReadonlyMap<number, ReadyLaunch>> => {
  const drafts = draftsOf(request, locations)
  const pipelines = await compilePipelines(
    context,
    drafts.map(({ source, bound }) => ({ source, bindings: bound.length })),
  )
  context.device.pushErrorScope('validation')
  const launches = new Map<number, ReadyLaunch>(
    drafts.map(({ index, source, bound }, i) => [
      index,
      { name: source.name, pipeline: pipelines[i] as GPUComputePipeline, workgroups: source.workgroups, group: groupOf(context, bound) },
    ]),
  )
  const error = await context.device.popErrorScope()
  if (error !== null) throw errorOf('compile', error)
  return launches
}

/** Programs in linear memory: places for their buffers, and calls. */
import type { Argument, DeviceArray, KernelTime, Loaded, LoadRequest, OutputSpec } from '../backend.js'
import type { Kernel } from '../../ir/kernel/kernel.js'
import { isNDArray, type NDArray } from '../../ir/ndarray.js'
import { turnsOf, type ProgramBuffer, type Turn } from '../../ir/kernel/program.js'
import { doubleDonation } from '../gone.js'
import { bytesOf, copyBlock, WasmArray, writeBlock } from './array.js'
import { encodeModule } from './encode.js'
import { isShared, outOfMemory, paddedBytes, maxPages, type Block, type Heap } from './heap.js'
import { hostFunctions } from './host.js'
import type { CompiledKernel } from './kernel.js'
import { kernelExport, programModule, type Location } from './module.js'
import { sharedLaunches } from './split.js'
import type { Member, Part, Team } from './team.js'

/** Data on the host, or an array of this device. */
type Ready = NDArray | WasmArray

/** A program as it lies in memory. */
interface Loading {
  readonly heap: Heap
  readonly request: LoadRequest
  /** Blocks that the program keeps: the arena, constants, and the table of the buffers that move. */
  readonly fixed: ReadonlyMap<number, Block>
  readonly arena: Block
  readonly table: Block
  /** For arrays that points of kernels have for themselves. */
  readonly own: Block
  readonly locations: readonly Location[]
}

const isMoving = ({ request: { plan } }: Pick<Loading, 'request'>, { role }: ProgramBuffer, id: number): boolean =>
  role.kind === 'param' || plan.places[id]?.kind === 'alias' || (role.kind === 'output' && plan.places[id]?.kind === 'own')

/** Refuses a program that could not fit, before anything is allocated. */
const checkRoom = (heap: Heap, { program, plan }: LoadRequest): void => {
  const room = maxPages * 65536 - heap.used()
  if (paddedBytes(plan.peakBytes) <= room) return
  const largest = [...program.buffers].sort((a, b) => b.size - a.size).slice(0, 4)
  throw outOfMemory(
    'compile',
    plan.peakBytes,
    heap.used(),
    largest.map(({ name, dtype, size }) => `${name}: ${dtype}, ${String(size)} elements`),
  )
}

/** Bytes from one thread's memory for points' own arrays to the next. */
const ownStrideOf = (compiled: readonly CompiledKernel[]): number => paddedBytes(Math.max(0, ...compiled.map(({ ownBytes }) => ownBytes)))

/** Takes all blocks that a program keeps, or none: where there is no room for one, the others are given back. */
const place = (heap: Heap, request: LoadRequest, compiled: readonly CompiledKernel[], threads: number): Loading => {
  checkRoom(heap, request)
  const { program, plan } = request
  const taken: Block[] = []
  const take = (bytes: number): Block => {
    const block = heap.take(bytes)
    taken.push(block)
    return block
  }
  try {
    const arena = take(plan.arenaBytes)
    const table = take(4 * program.buffers.length)
    const own = take(threads * ownStrideOf(compiled))
    const fixed = new Map<number, Block>()
    const locations = program.buffers.map((buffer, id): Location => {
      const at = plan.places[id]
      if (at?.kind === 'arena') return { kind: 'fixed', address: arena.offset + at.offset }
      if (isMoving({ request }, buffer, id)) return { kind: 'moving', slot: table.offset + 4 * id }
      const block = take(bytesOf(buffer.size))
      fixed.set(id, block)
      if (buffer.role.kind === 'constant') writeBlock(heap, block, buffer.role)
      return { kind: 'fixed', address: block.offset }
    })
    return { heap, request, fixed, arena, table, own, locations }
  } catch (error) {
    for (const block of taken) heap.give(block)
    throw error
  }
}

/** Blocks by buffer during one call, and those that are given away or back after it. */
interface Frame {
  readonly blocks: Map<number, Block>
  readonly loose: Set<Block>
}

/** Memory of parameters for host data, kept between calls. */
type Own = Map<number, Block>

/** Throws for arrays that are gone, and for one that is donated and passed twice. Changes nothing. */
const checkArgs = ({ request: { program } }: Loading, args: readonly Argument[]): void => {
  const seen = new Map<Argument, number>()
  args.forEach((arg, i) => {
    if (isNDArray(arg)) return
    if (arg instanceof WasmArray) arg.block('run')
    const other = seen.get(arg)
    if (other !== undefined && (program.donated.includes(i) || program.donated.includes(other))) throw doubleDonation(other, i)
    seen.set(arg, i)
  })
}

const paramBlock = (loading: Loading, own: Own, frame: Frame, id: number, arg: Ready, donated: boolean, kept: boolean): Block => {
  const { heap, request } = loading
  const bytes = bytesOf((request.program.buffers[id] as ProgramBuffer).size)
  const isArray = arg instanceof WasmArray
  if (isArray && !(donated && kept)) {
    const block = arg.block('run')
    if (donated) frame.loose.add(block)
    return block
  }
  const block = donated ? heap.take(bytes) : (own.get(id) ?? heap.take(bytes))
  if (donated) frame.loose.add(block)
  else own.set(id, block)
  if (isArray) copyBlock(heap, arg.block('run'), block, bytes)
  else writeBlock(heap, block, arg)
  return block
}

/** Gives every buffer that moves its memory. `kept`: donated arrays stay whole, so they are copied. */
const frameOf = (loading: Loading, own: Own, args: readonly Ready[], kept: boolean): Frame => {
  const { heap, request } = loading
  const { program, plan } = request
  const frame: Frame = { blocks: new Map(loading.fixed), loose: new Set() }
  const { blocks, loose } = frame
  program.buffers.forEach(({ role, size }, id) => {
    if (role.kind === 'param')
      blocks.set(id, paramBlock(loading, own, frame, id, args[role.index] as Ready, program.donated.includes(role.index), kept))
    else if (role.kind === 'output' && plan.places[id]?.kind === 'own') {
      const block = heap.take(bytesOf(size))
      blocks.set(id, block)
      loose.add(block)
    }
  })
  plan.places.forEach((at, id) => {
    if (at.kind === 'alias') blocks.set(id, blocks.get(at.of) as Block)
  })
  const table = new Uint32Array(heap.memory.buffer, loading.table.offset, program.buffers.length)
  for (const [id, block] of blocks) table[id] = block.offset
  return frame
}

/** The results: each in the block it was computed in if that can be given away, else in a copy. */
const results = ({ heap, request, arena }: Loading, { blocks, loose }: Frame): DeviceArray[] =>
  request.program.outputs.map((id, i) => {
    const { shape, dtype } = request.outputs[i] as OutputSpec
    const at = request.plan.places[id]
    const from = at?.kind === 'arena' ? { offset: arena.offset + at.offset, bytes: 0 } : (blocks.get(id) as Block)
    if (loose.delete(from)) return new WasmArray(heap, from, shape, dtype)
    const bytes = bytesOf((request.program.buffers[id] as ProgramBuffer).size)
    const to = heap.take(bytes)
    copyBlock(heap, from, to, bytes)
    return new WasmArray(heap, to, shape, dtype)
  })

/** Marks what a call took over: arrays of this device lose their memory to it, others theirs for good. */
const retire = ({ request: { program } }: Loading, args: readonly Argument[]): void => {
  for (const index of program.donated) {
    const arg = args[index]
    if (arg === undefined || isNDArray(arg)) continue
    if (arg instanceof WasmArray) arg.donate()
    else arg.dispose()
  }
}

const isOurs = (heap: Heap, arg: Argument): arg is WasmArray => arg instanceof WasmArray && arg.heap === heap

/** Fetches arguments that live on other devices. A plain array when there are none: then a call is one synchronous step. */
const fetchForeign = (heap: Heap, args: readonly Argument[]): readonly Ready[] | Promise<readonly Ready[]> => {
  const isReady = (arg: Argument): arg is Ready => isNDArray(arg) || isOurs(heap, arg)
  return args.every(isReady) ? args : Promise.all(args.map(async (arg) => (isReady(arg) ? arg : arg.toNDArray())))
}

type Kernels = Readonly<Record<string, (...args: number[]) => void>>

const play = (loading: Loading, own: Own, run: () => void, args: readonly Ready[], originals: readonly Argument[]): DeviceArray[] => {
  const frame = frameOf(loading, own, args, false)
  run()
  const out = results(loading, frame)
  retire(loading, originals)
  for (const block of frame.loose) loading.heap.give(block)
  return out
}

/** Calls the kernels one by one, with a clock around each. */
const timed = (loading: Loading, own: Own, exports: Kernels, compiled: readonly CompiledKernel[], args: readonly Ready[]): KernelTime[] => {
  const { launches } = loading.request.program
  const kernels = [...new Set(compiled)]
  const frame = frameOf(loading, own, args, true)
  const addressOf = (id: number): number => {
    const location = loading.locations[id] as Location
    return location.kind === 'fixed' ? location.address : (frame.blocks.get(id) as Block).offset
  }
  const times: KernelTime[] = []
  const call = (i: number): void => {
    const [launch, kernel] = [launches[i] as (typeof launches)[number], compiled[i] as CompiledKernel]
    const addresses = launch.bind.map(addressOf)
    const before = performance.now()
    exports[kernelExport(kernels.indexOf(kernel))]?.(...addresses, loading.own.offset, 0, kernel.extent)
    times.push({ name: launch.kernel.name, milliseconds: performance.now() - before })
  }
  const holds = (flag: number): boolean => new Uint32Array(loading.heap.memory.buffer, addressOf(flag), 1)[0] === 1
  const all = (turns: readonly Turn[]): void => {
    for (const turn of turns) {
      if (typeof turn === 'number') call(turn)
      else if ('flag' in turn.loop) while (holds(turn.loop.flag)) all(turn.body)
      else for (let n = 0; n < turn.loop.times; n++) all(turn.body)
    }
  }
  all(turnsOf(loading.request.program))
  for (const block of frame.loose) loading.heap.give(block)
  return times
}

const giveBack = ({ heap, arena, table, own, fixed }: Loading): void => {
  for (const block of [arena, table, own, ...fixed.values()]) heap.give(block)
}

/** What a program holds besides its code. */
interface Held {
  readonly loading: Loading
  readonly own: Own
  readonly member: Member | undefined
}

/** Gives back the memory of programs that became unreachable. */
const programs = new FinalizationRegistry<Held>(({ loading, own, member }) => {
  member?.leave()
  giveBack(loading)
  for (const block of own.values()) loading.heap.give(block)
})

/** How a device runs programs. */
export interface Threading {
  readonly threads: number
  /** The threads that there are now. */
  team(): Team
  /** Shares all work, however little there is, and waits until all threads are there: for tests. */
  readonly always: boolean
  compile(kernel: Kernel): CompiledKernel
}

interface Code {
  readonly exports: Kernels
  readonly member: Member | undefined
}

/** The functions of a program's module. Where the engine refuses it, the program's memory is given back. */
const instantiate = async (loading: Loading, compiled: readonly CompiledKernel[], threading: Threading): Promise<Code> => {
  const { heap, request, locations, own } = loading
  const { program } = request
  const shared = sharedLaunches(
    program,
    compiled.map(({ extent }) => extent),
    threading.threads,
    threading.always,
  )
  try {
    const team = shared.includes(true) ? threading.team() : undefined
    const sharing = team && { threads: threading.threads, shared, words: team.base, ownStride: ownStrideOf(compiled) }
    const bytes = encodeModule(programModule({ program, compiled, locations, own: own.offset }, isShared(heap), sharing))
    const { instance, module } = await WebAssembly.instantiate(bytes, { host: { ...hostFunctions, memory: heap.memory } })
    const exports = instance.exports as Kernels
    return { exports, member: team?.join(module, exports.part as Part) }
  } catch (error) {
    giveBack(loading)
    throw error
  }
}

/** Loads a program: places its buffers, compiles its module, and gives what runs it. */
export const loadProgram = async (heap: Heap, request: LoadRequest, threading: Threading): Promise<Loaded> => {
  const compiled = request.program.launches.map(({ kernel }) => threading.compile(kernel))
  const loading = place(heap, request, compiled, threading.threads)
  const { exports, member } = await instantiate(loading, compiled, threading)
  if (threading.always) await member?.ready()
  const own: Own = new Map()
  // Threads that are not there yet, or no more, are not waited for.
  const run = (): void => (member?.isReady() === true ? member.run() : exports.run?.())
  const ready = async (args: readonly Argument[]): Promise<readonly Ready[]> => {
    checkArgs(loading, args)
    return fetchForeign(heap, args)
  }
  const loaded: Loaded = {
    run: async (args) => {
      checkArgs(loading, args)
      const fetched = fetchForeign(heap, args)
      const inputs = fetched instanceof Promise ? await fetched : fetched
      // A second call with the same donated arrays must find them gone.
      checkArgs(loading, args)
      const outputs = play(loading, own, run, inputs, args)
      await member?.letBegin()
      return outputs
    },
    profile: async (args) => timed(loading, own, exports, compiled, await ready(args)),
  }
  programs.register(loaded, { loading, own, member })
  return loaded
}

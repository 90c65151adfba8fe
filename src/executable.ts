/** A compiled program as a function, with what it is made of as data. */
import { DTypeError, ShapeError, TraceError } from './error.js'
import type { Argument, Device, DeviceArray, KernelSource, KernelTime, Loaded } from './backends/backend.js'
import { deviceBytes, dtypeOfTyped, isFloat, roundTo } from './ir/dtype.js'
import { nodeAt, type Graph } from './ir/graph.js'
import type { Kernel, KernelBuffer } from './ir/kernel/kernel.js'
import type { MemoryPlan, Program } from './ir/kernel/program.js'
import { isNDArray, ndarray, type NDArray } from './ir/ndarray.js'
import { sameShape, sizeOf } from './ir/shape.js'
import type { Origin } from './passes/draft.js'
import { flatten, pathsOf, sameTree, unflatten } from './ir/tree.js'
import { showType, type TensorType } from './ir/type.js'
import type { Tuning } from './tune/tuning.js'

/** The graph after one pass. */
export interface PassRecord {
  readonly name: string
  readonly graph: Graph
  readonly nodes: number
  readonly milliseconds: number
  /** The IR as text. */
  readonly printed: string
}

export interface KernelReport extends KernelSource {
  /** Bytes of the buffers read and written, each counted once. */
  readonly bytesRead: number
  readonly bytesWritten: number
  /** An estimate. */
  readonly flops: number
}

/** One buffer of `.memory.buffers`, which has one for every argument, constant, temporary and result of the program. */
export interface BufferReport {
  readonly name: string
  readonly bytes: number
  /** In the arena; undefined for buffers with memory of their own, and for results in a donated parameter's place. */
  readonly offset: number | undefined
  /** The parameter whose memory a result takes. */
  readonly alias: string | undefined
  readonly role: 'param' | 'constant' | 'output' | 'temp'
  /** First and last kernel at which it is live; -1 is before the first. */
  readonly lifetime: readonly [number, number]
}

/** `.memory`: `{ peakBytes, arenaBytes, unsharedBytes, buffers }`, in bytes. */
export interface MemoryReport {
  /** Most bytes at any moment: arena, parameters, constants and results. Known before anything is allocated. */
  readonly peakBytes: number
  /** The arena that all temps share. */
  readonly arenaBytes: number
  /** What the temps would take if none shared. */
  readonly unsharedBytes: number
  readonly buffers: readonly BufferReport[]
}

export interface Executable<A extends readonly unknown[] = readonly never[], R = unknown> {
  /**
   * Runs the program. Resolves when the work is submitted; reading a result waits for it.
   * @throws TraceError, ShapeError or DTypeError where arguments are not what was compiled for; DeviceError where one is gone
   */
  (...args: A): Promise<R>
  /** What was traced. */
  readonly graph: Graph
  readonly passes: readonly PassRecord[]
  /** One for every launch, in order. */
  readonly kernels: readonly KernelReport[]
  readonly memory: MemoryReport
  /** The launches and their buffers, as loaded. */
  readonly program: Program
  readonly plan: MemoryPlan
  /** What the launches were made from: see `Launch.origin`. */
  readonly origins: readonly Origin[]
  /** What of a tuning its kernels were cut by (see `tune` of `compile`): JSON to keep or ship. No kernels where it was not tuned. */
  readonly tuning: Tuning
  /** Where it runs. Compile other programs for it to pass arrays between them. */
  readonly device: Device
  /** Runs once, keeping donated arguments whole, and times each kernel: `{ name, milliseconds }` for every run of one, in order. By the clock where the device has no timestamps. */
  profile(...args: A): Promise<readonly KernelTime[]>
}

export interface Parts {
  readonly graph: Graph
  readonly records: readonly PassRecord[]
  readonly program: Program
  readonly plan: MemoryPlan
  readonly origins: readonly Origin[]
  readonly sources: readonly KernelSource[]
  readonly device: Device
  readonly loaded: Loaded
  readonly tuning: Tuning
}

const isArgument = (x: unknown): x is Argument | number => typeof x === 'number' || isNDArray(x) || isDeviceArray(x)

const isDeviceArray = (x: unknown): x is DeviceArray => typeof x === 'object' && x !== null && 'toNDArray' in x && 'dtype' in x

const noArgument = (x: unknown, path: string): never => {
  throw new TraceError({
    op: 'run',
    problem: `${x === null ? 'null' : typeof x} at ${path} is no array`,
    help: 'pass NDArrays (ndarray(...)) or results of other programs',
  })
}

/** The argument leaves, checked against the program. Nothing has happened yet when this throws. */
export const checkArguments = (graph: Graph, args: readonly unknown[]): Argument[] => {
  const flat = flatten(args, isArgument, noArgument)
  if (!sameTree(flat.tree, graph.inTree)) {
    const [want, got] = [pathsOf(graph.inTree), flat.paths]
    const missing = want.filter((path) => !got.includes(path))
    const extra = got.filter((path) => !want.includes(path))
    throw new TraceError({
      op: 'run',
      problem: 'the arguments are not the tree that was compiled for',
      facts: [
        ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
        ...(extra.length > 0 ? [`unknown: ${extra.join(', ')}`] : []),
      ],
      help: 'pass trees of the same structure as the specs',
    })
  }
  return flat.leaves.map((leaf, i) => checkLeaf(leaf, nodeAt(graph, i).type, flat.paths[i] as string))
}

/** A number as an argument. @throws DTypeError where it is no value of the dtype */
const scalarArgument = (x: number, { dtype }: TensorType, path: string): Argument => {
  if (isFloat(dtype) || Object.is(roundTo[dtype](x), x)) return ndarray(x, { dtype })
  throw new DTypeError({ op: 'run', problem: `argument ${path} is ${String(x)}, which is no ${dtype}`, help: `pass a value of ${dtype}` })
}

/** Host data that says what it is. @throws ShapeError, DTypeError */
const checkData = ({ shape, dtype, data }: NDArray, path: string): void => {
  if (dtypeOfTyped(data) === dtype && data.length === sizeOf(shape)) return
  const facts = [`argument ${path}: ${showType({ shape, dtype })}`, `data: ${data.constructor.name} of ${String(data.length)}`]
  const help = 'make host arrays with ndarray(data, { shape })'
  if (data.length !== sizeOf(shape))
    throw new ShapeError({ op: 'run', problem: `argument ${path} has more or fewer elements than its shape says`, facts, help })
  throw new DTypeError({ op: 'run', problem: `argument ${path} holds other elements than its dtype says`, facts, help })
}

const checkLeaf = (leaf: Argument | number, want: TensorType, path: string): Argument => {
  const array = typeof leaf === 'number' ? scalarArgument(leaf, want, path) : leaf
  const facts = [`argument ${path}: ${showType(array)}`, `compiled for: ${showType(want)}`]
  if (array.dtype !== want.dtype)
    throw new DTypeError({
      op: 'run',
      problem: `argument ${path} is ${array.dtype}, not ${want.dtype}`,
      facts,
      help: `make it with { dtype: '${want.dtype}' }`,
    })
  if (!sameShape(array.shape, want.shape))
    throw new ShapeError({
      op: 'run',
      problem: `argument ${path} has another shape`,
      facts,
      help: 'compile once for each shape, or pad the last batch',
    })
  if (isNDArray(array)) checkData(array, path)
  return array
}

const bytes = (buffers: readonly KernelBuffer[], access: 'read' | 'write'): number =>
  buffers.reduce(
    (total, buffer) => total + (buffer.access === access || buffer.access === 'readwrite' ? buffer.size * deviceBytes(buffer.dtype) : 0),
    0,
  )

/** A source is printed when it is read: for most programs nobody does. */
const kernelReport = (printed: KernelSource, { buffers, flops }: Kernel): KernelReport => ({
  name: printed.name,
  get source() {
    return printed.source
  },
  workgroups: printed.workgroups,
  bytesRead: bytes(buffers, 'read'),
  bytesWritten: bytes(buffers, 'write'),
  flops,
})

const kernelReports = ({ program, sources }: Parts): KernelReport[] =>
  program.launches.map(({ kernel }, i) => kernelReport(sources[i] as KernelSource, kernel))

const memoryReport = ({ program, plan }: Parts): MemoryReport => ({
  peakBytes: plan.peakBytes,
  arenaBytes: plan.arenaBytes,
  unsharedBytes: plan.unsharedBytes,
  buffers: program.buffers.map(({ name, dtype, size, role }, id) => {
    const place = plan.places[id]
    return {
      name,
      bytes: size * deviceBytes(dtype),
      offset: place?.kind === 'arena' ? place.offset : undefined,
      alias: place?.kind === 'alias' ? program.buffers[place.of]?.name : undefined,
      role: role.kind,
      lifetime: plan.lifetimes[id] as readonly [number, number],
    }
  }),
})

/** Puts a loaded program and its description together. */
export const executable = (parts: Parts): Executable => {
  const { graph, records, device, loaded } = parts
  const run = async (...args: readonly unknown[]): Promise<unknown> =>
    unflatten(graph.outTree, await loaded.run(checkArguments(graph, args)))
  return Object.assign(run, {
    graph,
    passes: records,
    kernels: kernelReports(parts),
    memory: memoryReport(parts),
    program: parts.program,
    plan: parts.plan,
    origins: parts.origins,
    tuning: parts.tuning,
    device,
    profile: async (...args: readonly unknown[]) => loaded.profile(checkArguments(graph, args)),
  })
}

/** The compiler on one page: from a function to a program on a device. */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Device, DeviceArray, KernelSource } from './backends/backend.js'
import { resolveDevice, type DeviceChoice } from './backends/choose.js'
import { isFluxionError, TraceError, VerifyError, type FluxionError } from './error.js'
import { executable, type Executable, type PassRecord } from './executable.js'
import type { Graph } from './ir/graph.js'
import { outputTypes } from './ir/graph.js'
import type { Kernel } from './ir/kernel/kernel.js'
import type { Program } from './ir/kernel/program.js'
import { print } from './ir/print.js'
import { range } from './ir/shape.js'
import { checkDTypes, dtypesOf } from './ir/supports.js'
import type { Tensor } from './ir/tensor.js'
import { trace, type TensorFunction } from './ir/trace.js'
import { pathsOf, type Tree, type TreeDef } from './ir/tree.js'
import type { ArgumentsOf, IsOpen, LeavesIn } from './ir/typing.js'
import { verify } from './ir/verify.js'
import { skipAfterEnd } from './passes/kernel/skip.js'
import { mergeAliases } from './passes/kernel/inPlace.js'
import { passes } from './passes/index.js'
import { planMemory, verifyMemory } from './passes/memory.js'
import { orderLaunches } from './passes/order.js'
import { reduceByParts } from './passes/partial.js'
import type { Pass } from './passes/pass.js'
import type { Choose, Target } from './passes/draft.js'
import { overLimit } from './passes/peak.js'
import { writeProgram } from './passes/program.js'
import { fitMemory, type Planned } from './passes/remat.js'
import { joinFlash } from './passes/flash/join.js'
import { withoutMatrices } from './passes/flash/again.js'
import { joinRows } from './passes/rows.js'
import { schedule } from './passes/schedule.js'
import { fuseLoops } from './passes/team.js'
import { tuningOf, type Tuning } from './tune/tuning.js'

export interface CompileOptions {
  /** 'auto' (default): a hardware GPU if there is one, else the fastest CPU backend, that has the program's dtypes. Or a device. */
  readonly device?: DeviceChoice
  /** Arguments whose memory the program may reuse for its results. Their arrays cannot be read afterwards. */
  readonly donate?: readonly number[]
  /**
   * The most bytes that the program may take: parameters, constants, results and intermediates. Values that would be kept for
   * long are then computed again where they are needed, as few as suffice; results stay the same, but for the rounding of
   * attention, whose matrices are left out first. A program that still
   * does not fit is refused with an OutOfMemoryError that names what is live at the peak. Default: none but the device's own.
   */
  readonly memoryLimit?: number
  /**
   * `true` measures how the kernels of this program are best cut on this very device, once: what is found is kept by kernel and
   * adapter, in a file in Node (`FLUXION_CACHE`, or the system's folder for caches) and in IndexedDB in a page, so that only the
   * first compilation is slow. A `Tuning`, or several of various devices, as `executable.tuning` gives it: nothing is measured.
   * Kernels in loops are left as they are. Sums may be rounded otherwise than without. Default: the device's own cost model.
   */
  readonly tune?: boolean | Tuning | readonly Tuning[]
  /** Verifies the IR after every pass. Default false. */
  readonly debug?: boolean
}

/** The result of a function as arrays on a device. */
export type ResultsOf<R> = IsOpen<R> extends true ? Tree<ResultsIn<LeavesIn<R>>> : ResultsIn<R>

type ResultsIn<R> =
  R extends Tensor<infer _, infer D> ? DeviceArray<D> : R extends number ? DeviceArray<'f32'> : { readonly [K in keyof R]: ResultsOf<R[K]> }

/** Runs a pass, keeping what it made; in debug mode a broken invariant names the pass. */
const runPass =
  (debug: boolean) =>
  (records: readonly PassRecord[], pass: Pass): readonly PassRecord[] => {
    const before = records.at(-1) as PassRecord
    const started = performance.now()
    const graph = pass.run(before.graph)
    if (debug) verifyAfter(pass.name, graph)
    return [...records, record(pass.name, graph, performance.now() - started)]
  }

const verifyAfter = (name: string, graph: Graph): void => {
  try {
    verify(graph)
  } catch (error) {
    throw isFluxionError(error) ? new VerifyError({ ...error.detail, op: `after pass ${name}` }) : error
  }
}

const record = (name: string, graph: Graph, milliseconds: number): PassRecord => ({
  name,
  graph,
  milliseconds,
  nodes: graph.nodes.length,
  get printed() {
    return print(graph)
  },
})

/** A graph after every pass, the traced one first; `also`: those that a device wants. */
export const optimize = (graph: Graph, debug = false, also: readonly Pass[] = []): readonly PassRecord[] =>
  [...passes, ...also].reduce(runPass(debug), [record('trace', graph, 0)])

/** The parameters under the arguments donated. @throws TraceError for an argument that is not there */
const donatedParams = (graph: Graph, donate: readonly number[]): number[] => {
  const trees = graph.inTree as readonly TreeDef[]
  const bad = donate.find((n) => !(n in trees))
  if (bad !== undefined)
    throw new TraceError({
      op: 'compile',
      problem: `cannot donate argument ${String(bad)}`,
      facts: [`the function takes ${String(trees.length)}`],
      help: 'donate lists argument numbers, from 0',
    })
  const owners = trees.flatMap((tree, n) => pathsOf(tree).map(() => n))
  return range(owners.length).filter((i) => donate.includes(owners[i] as number))
}

/** A scheduled graph: as it came, or with what its schedule asks for. */
type Scheduled = Pick<Planned, 'graph' | 'schedule'>

const kept = (graph: Graph, device: Target): Scheduled => ({
  graph,
  schedule: joinFlash(graph, joinRows(graph, schedule(graph, device), device), device),
})

/** The launches of an optimized graph, in their order, and where its buffers lie. `always`: whether no matrix of attention is kept that need not be. */
const arrange =
  (device: Target, donated: readonly number[], always = false) =>
  (from: Graph): Planned => {
    const { graph, schedule: scheduled } = withoutMatrices(from, device, always) ?? kept(from, device)
    const written = writeProgram(graph, scheduled, device, donated)
    const program = orderLaunches(skipAfterEnd(fuseLoops(written.program, device), device))
    const memory = planMemory(program)
    verifyMemory(program, memory)
    return { graph, schedule: scheduled, program, memory, origins: written.origins }
  }

/** A plan within a limit: what is not kept of attention is dearer, but costs least memory. @throws OutOfMemoryError where there is none */
const fit = (planned: Planned, limit: number, replan: (graph: Graph) => Planned): Planned => {
  if (planned.memory.peakBytes <= limit) return planned
  const again = replan(planned.graph)
  const fitted = fitMemory(again.memory.peakBytes < planned.memory.peakBytes ? again : planned, limit, replan)
  if (fitted.memory.peakBytes > limit) throw overLimit(fitted, limit)
  return fitted
}

/** What a graph becomes on a device, before anything is allocated there. */
export const plan = (
  graph: Graph,
  device: Target,
  donate: readonly number[] = [],
  { debug = false, memoryLimit = Infinity }: Pick<CompileOptions, 'debug' | 'memoryLimit'> = {},
) => {
  const records = optimize(graph, debug, device.busy === undefined ? [] : [reduceByParts(device.busy)])
  const donated = donatedParams(graph, donate)
  const planned = arrange(device, donated)((records.at(-1) as PassRecord).graph)
  const started = performance.now()
  const fitted = fit(planned, memoryLimit, arrange(device, donated, true))
  const { program, memory, origins } = fitted
  const last = fitted === planned ? 'withoutMatrices' : 'fitMemory'
  const isAsBefore = fitted.graph === records.at(-1)?.graph
  const all = isAsBefore ? records : [...records, record(last, fitted.graph, performance.now() - started)]
  return { records: all, program: mergeAliases(program, memory), memory, origins }
}

type Plan = ReturnType<typeof plan>

/** @throws TraceError for a limit that is no number of bytes */
const checkLimit = (limit?: number): void => {
  if (limit === undefined || limit >= 0) return
  throw new TraceError({
    op: 'compile',
    problem: `a memory limit of ${String(limit)} is no number of bytes`,
    help: 'pass memoryLimit as a number of bytes, 2 ** 30 for a GiB',
  })
}

/** The source of every launch; launches of one kernel share it. */
const printAll = ({ launches }: Program, device: Device): KernelSource[] => {
  const known = new Map<Kernel, KernelSource>()
  return launches.map(({ kernel }) => {
    const source = known.get(kernel) ?? device.print(kernel)
    known.set(kernel, source)
    return source
  })
}

const build = async (graph: Graph, { device: choice = 'auto', donate = [], tune, ...rest }: CompileOptions): Promise<Executable> => {
  checkLimit(rest.memoryLimit)
  const device = await resolveDevice(choice, dtypesOf(graph))
  checkDTypes(graph, device)
  const planned = (choose?: Choose): Plan => plan(graph, { ...device, choose }, donate, rest)
  // Loaded when it is asked for: most programs are not tuned.
  const chooser =
    tune === undefined || tune === false
      ? undefined
      : await (await import('./tune/tune.js')).chooserFor(tune, device, () => planned().origins)
  const { records, program, memory, origins } = planned(chooser?.choose)
  const sources = printAll(program, device)
  const loaded = await device.load({ program, plan: memory, sources, outputs: outputTypes(graph) })
  return executable({
    graph,
    records,
    program,
    plan: memory,
    origins,
    sources,
    device,
    loaded,
    tuning: chooser?.used() ?? tuningOf(device),
  })
}

/** A graph from outside. @throws TraceError where it is none @throws VerifyError where it is broken */
const checkGraph = (source: unknown): Graph => {
  if (typeof source !== 'object' || source === null || !('nodes' in source) || !Array.isArray(source.nodes)) {
    throw new TraceError({
      op: 'compile',
      problem: `${source === null ? 'null' : typeof source} is neither a function nor a graph`,
      help: 'pass a function of tensors with the specs of its arguments, or a Graph from trace, parse or fromJSON',
    })
  }
  verify(source as Graph)
  return source as Graph
}

/**
 * Compiles a function of trees of tensors, or a graph, to a program on a device. The function is called once.
 * The promise rejects with a FluxionError, and nothing is left allocated. A graph carries no types of its arguments and results: name them,
 * `compile<[NDArray, NDArray], DeviceArray>(graph)`, or leave them to the checks of each call.
 */
export function compile<const S extends readonly unknown[], R>(
  f: TensorFunction<NoInfer<S>, R>,
  specs: S,
  options?: CompileOptions,
): Promise<Executable<ArgumentsOf<S>, ResultsOf<R>>>
export function compile<A extends readonly unknown[] = readonly unknown[], R = unknown>(
  graph: Graph,
  options?: CompileOptions,
): Promise<Executable<A, R>>
export async function compile(
  source: Graph | TensorFunction,
  second?: readonly unknown[] | CompileOptions,
  third?: CompileOptions,
): Promise<unknown> {
  // Awaited here, so that the stack of an error reaches the user's line.
  if (typeof source !== 'function') return await build(checkGraph(source), (second as CompileOptions | undefined) ?? {})
  if (!Array.isArray(second)) {
    throw new TraceError({
      op: 'compile',
      problem: 'the specs of the arguments are missing',
      help: 'compile(f, [spec of each argument], options)',
    })
  }
  return await build(trace(source as TensorFunction<readonly unknown[]>, ...(second as readonly unknown[])), third ?? {})
}

const toFluxionError = (error: unknown): FluxionError =>
  isFluxionError(error)
    ? error
    : new TraceError({
        op: 'compile',
        problem: error instanceof Error ? error.message : String(error),
        help: 'the function that was compiled threw this when it was called',
      })

/** `compile` as a TaskEither: nothing happens until it is called, and nothing is thrown. An error thrown by the user's own function is wrapped, too. */
export function compileTE<const S extends readonly unknown[], R>(
  f: TensorFunction<NoInfer<S>, R>,
  specs: S,
  options?: CompileOptions,
): TaskEither<FluxionError, Executable<ArgumentsOf<S>, ResultsOf<R>>>
export function compileTE<A extends readonly unknown[] = readonly unknown[], R = unknown>(
  graph: Graph,
  options?: CompileOptions,
): TaskEither<FluxionError, Executable<A, R>>
export function compileTE(...args: readonly unknown[]): TaskEither<FluxionError, unknown> {
  const run = compile as (...args: readonly unknown[]) => Promise<unknown>
  return () => run(...args).then(E.right, (error: unknown) => E.left(toFluxionError(error)))
}

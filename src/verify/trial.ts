/** Parts of a program, run on a device with arguments of choice and held against the reference. */
import type { Device, DeviceArray } from '../backends/backend.js'
import { evaluateHosts, fromHost } from '../backends/reference/evaluate.js'
import type { Executable, PassRecord } from '../executable.js'
import type { Graph } from '../ir/graph.js'
import type { NDArray } from '../ir/ndarray.js'
import type { Host } from '../ir/ops/op.js'
import { range } from '../ir/shape.js'
import { flatten, unflatten } from '../ir/tree.js'
import type { Part } from '../passes/parts.js'
import { isRight, judge, type Run, type Verdict } from './judge.js'
import { jsModel, wasmModel, webgpuModel, type Model } from './model.js'

/** A run and what is wrong with it. */
export interface Trial {
  readonly run: Run
  readonly verdict: Verdict
  /** What ran; undefined for a single kernel of another program. */
  readonly exe: Executable | undefined
}

/** What a device may do differently from the reference. One that is not known may do all that a GPU may. */
export const modelOf = ({ kind }: Device): Model => (kind === 'js' ? jsModel : kind === 'wasm' ? wasmModel : webgpuModel)

export const isWrong = ({ verdict }: Trial): boolean => !isRight(verdict)

/** The graph after all passes: loops are its only sub-graphs. */
export const compiledGraph = ({ passes }: Executable): Graph => (passes.at(-1) as PassRecord).graph

/** Copies to the host, then frees. */
export const readAll = async (arrays: readonly DeviceArray[]): Promise<NDArray[]> => {
  const read = await Promise.all(arrays.map((array) => array.toNDArray()))
  for (const array of arrays) array.dispose()
  return read
}

const isDeviceArray = (x: unknown): x is DeviceArray => typeof x === 'object' && x !== null && 'toNDArray' in x

const noArray = (x: unknown): never => {
  throw new Error(`${typeof x} among the results`)
}

/** Runs a program on the leaves of its arguments; gives the leaves of its result. */
export const runLeaves = async (exe: Executable, args: readonly NDArray[]): Promise<NDArray[]> => {
  const tree = unflatten(exe.graph.inTree, args) as never[]
  return readAll(flatten(await exe(...tree), isDeviceArray, noArray).leaves)
}

/** Runs a program beside the reference. */
export const tryProgram = async (exe: Executable, args: readonly NDArray[]): Promise<Trial> => {
  const run: Run = { graph: exe.graph, compiled: compiledGraph(exe), args, results: await runLeaves(exe, args) }
  return { run, verdict: judge(run, modelOf(exe.device)), exe }
}

/** Compiles a graph for a device and runs it there beside the reference. The compiler stays a chunk of its own. */
export const tryGraph = async (device: Device, graph: Graph, args: readonly NDArray[]): Promise<Trial> => {
  const { compile } = await import('../compile.js')
  return tryProgram(await compile(graph, { device }), args)
}

/** The same for a part, on the values of the nodes that it reads. */
export const tryPart = (device: Device, { graph, params }: Part, values: readonly Host[]): Promise<Trial> =>
  tryGraph(
    device,
    graph,
    params.map((id) => fromHost(values[id] as Host)),
  )

/** The value of every node, by the reference. */
export const valuesOf = (graph: Graph, args: readonly Host[]): readonly Host[] =>
  evaluateHosts({ ...graph, outputs: range(graph.nodes.length) }, args)

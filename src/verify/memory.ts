/** Faults that no kernel has by itself: one launch spoils what another has written. */
import type { Executable } from '../executable.js'
import { nodeAt, type Graph } from '../ir/graph.js'
import { deviceBytes } from '../ir/dtype.js'
import type { Program } from '../ir/kernel/program.js'
import type { NDArray } from '../ir/ndarray.js'
import { range } from '../ir/shape.js'
import { judge, worstOf, type ResultElement } from './judge.js'
import { compiledGraph, modelOf, readAll } from './trial.js'

/** The first launches after which a value is not what it should be. */
export interface Spoiled {
  /** From and to, without the last: one launch, or a whole loop. */
  readonly launches: readonly [number, number]
  readonly buffer: number
  readonly node: number
  readonly element: ResultElement
}

const writesOf = ({ launches }: Program, from: number, to: number): ReadonlySet<number> =>
  new Set(launches.slice(from, to).flatMap(({ kernel, bind }) => bind.filter((_, i) => kernel.buffers[i]?.access !== 'read')))

/** Buffers that hold a node's value after the first `cut` launches, which later launches or the caller read. */
const liveAfter = ({ program, plan }: Executable, cut: number): readonly number[] => {
  const homeOf = (id: number): number => {
    const place = plan.places[id]
    return place?.kind === 'alias' ? place.of : id
  }
  const written = new Set([...writesOf(program, 0, cut)].map(homeOf))
  return range(program.buffers.length).filter((id) => {
    const { node, role } = program.buffers[id] as Program['buffers'][number]
    const [first, last] = plan.lifetimes[id] as readonly [number, number]
    return node !== undefined && (role.kind === 'output' || role.kind === 'temp') && written.has(homeOf(id)) && first < cut && last >= cut
  })
}

/** Runs the first launches on the program's own memory; gives the worst of the values that are still to be read. */
const spoiledAfter = async (exe: Executable, graph: Graph, args: readonly NDArray[], cut: number) => {
  const { program, plan, kernels, device } = exe
  const outputs = liveAfter(exe, cut)
  if (outputs.length === 0) return undefined
  const nodes = outputs.map((id) => program.buffers[id]?.node as number)
  const loaded = await device.load({
    program: { ...program, launches: program.launches.slice(0, cut), loops: (program.loops ?? []).filter(({ to }) => to <= cut), outputs },
    plan,
    sources: kernels.slice(0, cut),
    outputs: nodes.map((id) => nodeAt(graph, id).type),
  })
  const results = await readAll(await loaded.run(args))
  const whole = { ...graph, outputs: nodes }
  const element = worstOf(judge({ graph: whole, compiled: whole, args, results }, modelOf(device)))
  return element === undefined ? undefined : { element, buffer: outputs[element.output] as number, node: nodes[element.output] as number }
}

/** Bisects over the order of launches, with loops as one: the first after which something that is still needed is wrong. */
export const findSpoiled = async (exe: Executable, args: readonly NDArray[]): Promise<Spoiled | undefined> => {
  const { launches, loops = [] } = exe.program
  const cuts = range(launches.length + 1).filter((cut) => loops.every(({ from, to }) => cut <= from || cut >= to))
  const graph = compiledGraph(exe)
  let [good, bad] = [0, cuts.length - 1]
  let found = await spoiledAfter(exe, graph, args, cuts[bad] as number)
  if (found === undefined) return undefined
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    const here = await spoiledAfter(exe, graph, args, cuts[middle] as number)
    if (here === undefined) good = middle
    else [bad, found] = [middle, here]
  }
  return { ...found, launches: [cuts[good] as number, cuts[bad] as number] }
}

/** Whether some of these launches write a buffer. */
export const isWriter = (program: Program, [from, to]: readonly [number, number], buffer: number): boolean =>
  writesOf(program, from, to).has(buffer)

/** Whether what these launches write shares bytes with a buffer, by the plan. */
export const overlaps = ({ program, plan }: Executable, [from, to]: readonly [number, number], buffer: number): boolean => {
  const at = (id: number): readonly [number, number] | undefined => {
    const place = plan.places[id]
    const { size, dtype } = program.buffers[id] as Program['buffers'][number]
    return place?.kind === 'arena' ? [place.offset, place.offset + size * deviceBytes(dtype)] : undefined
  }
  const own = at(buffer)
  return [...writesOf(program, from, to)].some((id) => {
    const other = at(id)
    return own !== undefined && other !== undefined && id !== buffer && own[0] < other[1] && other[0] < own[1]
  })
}

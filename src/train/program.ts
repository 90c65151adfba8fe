/** The compiled step, one program for each shape of batch. */
import type { Argument, DeviceArray } from '../backends/backend.js'
import type { DeviceChoice } from '../backends/choose.js'
import { TraceError } from '../error.js'
import type { Executable } from '../executable.js'
import { isNDArray, type NDArray } from '../ir/ndarray.js'
import { specOf } from '../ir/trace.js'
import { flatten, unflatten, type Flat } from '../ir/tree.js'
import { compile } from '../lazy.js'
import type { Figures } from './callback.js'

/** Trees, as the loop sees them. */
export type Any = unknown

export type Metrics = Readonly<Record<string, DeviceArray>>

type Step = Executable<readonly Any[], readonly [Any, Metrics]>

const isDeviceArray = (x: unknown): x is DeviceArray => typeof x === 'object' && x !== null && 'toNDArray' in x && 'dtype' in x

const isArray = (x: unknown): x is Argument => isNDArray(x) || isDeviceArray(x)

/** The arrays in a tree. @throws TraceError for another leaf */
export const arraysOf = (tree: unknown, what: string): Flat<Argument> =>
  flatten(tree, isArray, (x, path) => {
    throw new TraceError({
      op: 'fit',
      problem: `${what} holds ${x === null ? 'null' : typeof x} where an array should be`,
      facts: [`at ${path === '' ? 'the top' : path}`],
      help: 'use ndarray(...), or records and lists of arrays',
    })
  })

/** The arrays of a tree on the host. All are asked for in one turn, so in one copy from the device. */
export const onHost = (tree: unknown): Promise<NDArray[]> =>
  Promise.all(arraysOf(tree, 'the state').leaves.map(async (leaf) => (isDeviceArray(leaf) ? leaf.toNDArray() : leaf)))

export const withLeaves = (tree: unknown, leaves: readonly NDArray[]): Any => unflatten(arraysOf(tree, 'the state').tree, leaves)

const checkStep = ({ graph }: Executable): void => {
  const { outTree } = graph
  const metrics: unknown = Array.isArray(outTree) && outTree.length === 2 ? outTree[1] : undefined
  if (typeof metrics === 'object' && metrics !== null && 'loss' in metrics && Object.values(metrics).every((x) => x === '*')) return
  throw new TraceError({
    op: 'fit',
    problem: 'the step does not give a state and metrics',
    facts: [`its result is ${JSON.stringify(outTree).slice(0, 160)}`],
    help: 'return [state, { loss, ... }]: the next state, and named scalars of which one is the loss',
  })
}

/** Compiles the step when a batch of a new shape comes; its state is donated. All programs are for the device of the first. */
export const stepPrograms = (step: (...args: never[]) => unknown, state: Any, device: DeviceChoice): ((batch: Any) => Promise<Step>) => {
  const known = new Map<string, Promise<Step>>()
  let chosen: Promise<DeviceChoice> = Promise.resolve(device)
  return (batch) => {
    const key = JSON.stringify(arraysOf(batch, 'the batch').leaves.map(({ shape, dtype }) => [dtype, ...shape]))
    const built = async (): Promise<Step> => {
      const specs = [specOf(state), specOf(batch)]
      const program = (await compile(step as (...args: unknown[]) => unknown, specs, {
        device: await chosen,
        donate: [0],
      })) as unknown as Step
      checkStep(program)
      return program
    }
    const program = known.get(key) ?? built()
    if (known.size === 0) {
      chosen = program.then(({ device: own }) => own)
      chosen.catch(() => undefined) // it is told where the program is awaited
    }
    known.set(key, program)
    return program
  }
}

/** Reads many small results in one turn of the event loop, which is one copy from the device. */
export const readMetrics = (steps: readonly Metrics[]): Promise<Figures[]> =>
  Promise.all(
    steps.map(async (metrics) =>
      Object.fromEntries(await Promise.all(Object.entries(metrics).map(async ([name, x]) => [name, Number(await x.item())] as const))),
    ),
  )

export const examplesIn = (batch: Any): number => arraysOf(batch, 'the batch').leaves[0]?.shape[0] ?? 1

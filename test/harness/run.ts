/** Compiles a case for a device and runs it. */
import type { Device, DeviceArray } from '../../src/backends/backend.js'
import { compile, type CompileOptions } from '../../src/compile.js'
import type { Executable, PassRecord } from '../../src/executable.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import type { Case } from '../arbitraries/graph.js'
import type { Run } from './compare.js'

/** The results of a program as host arrays. */
export const resultsOf = async (executable: Executable, args: readonly NDArray[]): Promise<NDArray[]> => {
  const results = (await executable(...(args as never[]))) as readonly DeviceArray[]
  const arrays = await Promise.all(results.map((result) => result.toNDArray()))
  for (const result of results) result.dispose()
  return arrays
}

export const runOn = async (
  device: Device,
  { graph, args }: Pick<Case, 'graph' | 'args'>,
  options: Omit<CompileOptions, 'device'> = {},
): Promise<Run> => {
  const executable = await compile(graph, { ...options, device })
  return { graph, compiled: (executable.passes.at(-1) as PassRecord).graph, args, results: await resultsOf(executable, args) }
}

/** `verify`: a compiled program beside the reference, as a report. */
import type { Argument } from '../backends/backend.js'
import { naming, TraceError } from '../error.js'
import { checkArguments, type Executable } from '../executable.js'
import { outputTypes } from '../ir/graph.js'
import { isNDArray, type NDArray } from '../ir/ndarray.js'
import { pathsOf } from '../ir/tree.js'
import type { TensorType } from '../ir/type.js'
import { version } from '../version.js'
import { bisect, inspect } from './bisect.js'
import { reproductionOf, showReport, type ResultReport, type VerifyReport } from './report.js'
import { isWrong, tryProgram, type Trial } from './trial.js'

export interface VerifyOptions {
  /** Also runs every kernel by itself where the results agree: an error may be too small to show in them. Default false. */
  readonly thorough?: boolean
}

const noProgram = (problem: string, help: string): TraceError => new TraceError({ op: 'verify', problem, help })

/** @throws TraceError for what is no compiled program */
const checkProgram = (exe: unknown): Executable => {
  if (typeof exe === 'function' && 'program' in exe && 'passes' in exe && 'device' in exe) return exe as unknown as Executable
  const what = exe === null ? 'null' : typeof exe === 'function' ? 'a function that is not compiled' : typeof exe
  throw noProgram(`${what} is no compiled program`, 'pass what `await compile(f, specs)` gives, then its arguments as a list')
}

/** The argument leaves on the host, so that nothing is donated. @throws what a call would throw */
const hostArguments = async ({ graph }: Executable, args: unknown): Promise<NDArray[]> => {
  if (!Array.isArray(args))
    throw noProgram(`the arguments are ${args === undefined ? 'missing' : typeof args}, not a list`, 'pass [x, y] for exe(x, y)')
  const leaves: readonly Argument[] = naming('verify', () => checkArguments(graph, args as readonly unknown[]))
  return Promise.all(leaves.map(async (leaf) => (isNDArray(leaf) ? leaf : leaf.toNDArray())))
}

const resultsOf = ({ graph }: Executable, { verdict }: Trial): ResultReport[] => {
  const [paths, types] = [pathsOf(graph.outTree), outputTypes(graph)]
  return verdict.outputs.map(({ determined, total, wrong, worst }, i) => ({
    path: paths[i] ?? '',
    type: types[i] as TensorType,
    elements: total,
    judged: determined,
    wrong,
    error: worst?.error ?? 0,
    worst,
  }))
}

/** See `verify` of lazy.ts, which users call. */
export const verify = async <A extends readonly unknown[], R>(
  exe: Executable<A, R>,
  args: NoInfer<A>,
  { thorough = false }: VerifyOptions = {},
): Promise<VerifyReport> => {
  const program = checkProgram(exe)
  const leaves = await hostArguments(program, args)
  const trial = await tryProgram(program, leaves)
  const blame = isWrong(trial) ? await bisect(program, leaves) : thorough ? await inspect(program, leaves) : undefined
  const { kind, description } = program.device
  const report = {
    agreed: blame === undefined,
    version,
    device: { kind, description },
    results: resultsOf(program, trial),
    blame,
    reproduction: blame === undefined ? undefined : reproductionOf(blame.trial ?? trial, program.device),
  }
  return { ...report, text: showReport(report) }
}

/** From a loss that is not finite to the first value that went bad. */
import { NumericError } from '../error.js'
import type { Executable } from '../executable.js'
import type { NDArray } from '../ir/ndarray.js'
import type { Census, NonFinite } from '../verify/nonFinite.js'
import type { StepRecord } from './callback.js'
import { onHost, type Any } from './program.js'

const number = (x: number): string => String(Number(x.toPrecision(3)))

const showCensus = ({ nans, infinities, min, max }: Census): string =>
  `${String(nans)} NaN, ${String(infinities)} infinite${min <= max ? `, the others from ${number(min)} to ${number(max)}` : ''}`

const factsOf = ({ node, within, elements, census, inputs }: NonFinite): readonly string[] => [
  `first bad: ${node}; of ${String(elements)} elements ${showCensus(census)}`,
  ...within.map((place) => `in ${place}`),
  ...inputs.map((input) => `computed from: ${input.node}; ${showCensus(input.census)}`),
]

export interface Replay {
  /** A state from before, on the host, and the steps that were done when it was. */
  readonly from: readonly NDArray[]
  readonly step: number
  readonly rebuild: (leaves: readonly NDArray[]) => Any
  readonly batchOf: (step: number) => Promise<Any>
  readonly programOf: (batch: Any) => Promise<Executable<readonly Any[], readonly [Any, unknown]>>
}

/** Runs the steps again up to the bad one, and that one value by value. */
const findBad = async ({ from, step, rebuild, batchOf, programOf }: Replay, bad: number): Promise<NonFinite | undefined> => {
  let state = rebuild(from)
  for (let i = step; i < bad - 1; i++) {
    const batch = await batchOf(i)
    ;[state] = await (await programOf(batch))(state, batch)
  }
  const batch = await batchOf(bad - 1)
  const { firstNonFinite } = await import('../verify/nonFinite.js')
  return firstNonFinite(await programOf(batch), [...(await onHost(state)), ...(await onHost(batch))])
}

/** The error of a step after which `problem` is so. */
export const numericError = async (
  problem: string,
  record: StepRecord,
  replay: Replay | undefined,
  kept: string,
): Promise<NumericError> => {
  const { step, epoch, metrics } = record
  const found = replay === undefined ? undefined : await findBad(replay, step)
  return new NumericError({
    op: 'fit',
    problem: `${problem} at step ${String(step)}`,
    facts: [
      `epoch ${epoch.toFixed(2)}; ${Object.entries(metrics)
        .map(([name, x]) => `${name} ${number(x)}`)
        .join(', ')}`,
      ...(found === undefined
        ? [replay === undefined ? 'where it arose was not looked for' : 'every value by itself is finite']
        : factsOf(found)),
      kept,
    ],
    help: 'mend what the first bad value is computed from: a lower learning rate, clipByGlobalNorm, or an epsilon in a logarithm or a quotient',
  })
}

/** Runs laws: properties over random cases, with seeds that are fixed and told. */
import * as fc from 'fast-check'

/** `FLUXION_FUZZ_RUNS=10` runs ten times as many cases, `FLUXION_FUZZ_SEED` other ones. */
const factor = Number(process.env.FLUXION_FUZZ_RUNS ?? 1)

const seed = Number(process.env.FLUXION_FUZZ_SEED ?? 20_260_000)

export interface LawOptions {
  readonly runs: number
  /** Told apart from other laws, so that they do not see the same cases. */
  readonly stream?: number
}

/** How many cases a law of so many runs. */
export const casesOf = (runs: number): number => Math.ceil(runs * factor)

const settings = ({ runs, stream = 0 }: LawOptions) => ({ numRuns: casesOf(runs), seed: seed + stream, endOnFailure: false })

const announce = (name: string, options: LawOptions): void => {
  const { numRuns, seed: used } = settings(options)
  console.info(`law: ${name}: ${String(numRuns)} cases, seed ${String(used)}`)
}

/** @throws Error with the smallest case found that breaks the law, and the seed to find it again */
export const holds = <T>(name: string, arbitrary: fc.Arbitrary<T>, options: LawOptions, check: (value: T) => void): void => {
  announce(name, options)
  fc.assert(
    fc.property(arbitrary, (value) => {
      check(value)
    }),
    settings(options),
  )
}

/** The same for what takes its time. */
export const holdsAsync = async <T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  options: LawOptions,
  check: (value: T) => Promise<void>,
): Promise<void> => {
  announce(name, options)
  await fc.assert(fc.asyncProperty(arbitrary, check), settings(options))
}

/** Tunings that nobody measured: kernels cut anyhow, within what a device offers. */
import * as fc from 'fast-check'
import type { Device, TilingChoices } from '../../src/backends/backend.js'
import { plan } from '../../src/compile.js'
import { structureOf } from '../../src/passes/structure.js'
import { digest } from '../../src/tune/choose.js'
import { deviceName, type KernelTiling, type Tuning } from '../../src/tune/tuning.js'
import type { Model } from '../../src/verify/model.js'
import { commonCase, commonLargeCase, type Case } from '../arbitraries/graph.js'
import { rngOf } from '../arbitraries/value.js'
import { compare } from './compare.js'
import { holdsAsync } from './law.js'
import { runOn } from './run.js'

/** A tiling with some of its parts chosen. */
const anyTiling = (choices: TilingChoices, rng: () => number): KernelTiling =>
  Object.fromEntries(
    Object.entries(choices).flatMap(([part, values]: [string, readonly unknown[]]) =>
      rng() < 0.7 ? [[part, values[Math.floor(rng() * values.length)]]] : [],
    ),
  )

/** A tuning that knows every kernel of a graph. */
const anyTuning = (device: Device, { graph }: Case, seed: number): Tuning => {
  const rng = rngOf(seed)
  const keys = plan(graph, device).origins.map((origin) => digest(structureOf(origin.graph, origin.schedule, origin.group).key))
  return {
    version: 1,
    device: deviceName(device),
    kernels: Object.fromEntries(keys.map((key) => [key, anyTiling(device.choices ?? {}, rng)])),
  }
}

/** The program computes the same, within the bounds of its ops, whatever its kernels are cut into. Gives how many were. */
export const holdsCutAnyhow = async (name: string, device: Device, model: Model, runs: number): Promise<number> => {
  let chosen = 0
  const check = async ([value, seed]: readonly [Case, number]): Promise<void> => {
    const tune = anyTuning(device, value, seed)
    chosen += Object.keys(tune.kernels).length
    compare(await runOn(device, value, { tune }), model)
  }
  const seed = fc.nat()
  await holdsAsync(`${name} = reference, cut anyhow`, fc.tuple(commonCase, seed), { runs, stream: 90 }, check)
  await holdsAsync(
    `${name} = reference, cut anyhow, large`,
    fc.tuple(commonLargeCase, seed),
    { runs: Math.ceil(runs / 4), stream: 91 },
    check,
  )
  return chosen
}

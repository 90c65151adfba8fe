/** The choice that `tune` asks for: by tunings given, or by what is kept and measured. */
import type { Device } from '../backends/backend.js'
import type { Origin } from '../passes/draft.js'
import { version } from '../version.js'
import { defaultCache, readTunings } from './cache.js'
import { measure } from './measure.js'
import { chooser, decodeTuning, digest, kernelsFor, type Chooser } from './choose.js'
import { deviceName, tuningOf, type Tuning } from './tuning.js'

/** Another version may print other kernels, whose times were never taken. */
const nameIn = (device: Device): string => `tuning-${version}-${digest(deviceName(device))}`

/** What is known and what was measured now, of the program and of others before it on the device. */
const measured = async (device: Device, origins: readonly Origin[]): Promise<Tuning> => {
  const [cache, name] = [defaultCache(), nameIn(device)]
  const known = kernelsFor(device, await readTunings(cache, name))
  const found = await measure(device, origins, known)
  const tuning = tuningOf(device, { ...known, ...found })
  // Others may have written meanwhile: what they found is kept, too.
  if (Object.keys(found).length > 0) {
    const kernels = kernelsFor(device, [...(await readTunings(cache, name)), tuning])
    await cache.write(name, JSON.stringify(tuningOf(device, kernels)))
  }
  return tuning
}

/** `true`: what is not known of a program's kernels is measured. `planned` says what these are. @throws DecodeError for what is no tuning */
export const chooserFor = async (
  source: true | Tuning | readonly Tuning[],
  device: Device,
  planned: () => readonly Origin[],
): Promise<Chooser> => {
  if (source !== true) return chooser(device, [source].flat().map(decodeTuning))
  return chooser(device, device.choices === undefined ? [] : [await measured(device, planned())])
}

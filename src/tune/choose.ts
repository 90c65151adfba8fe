/** Tunings from outside, and the choice by them. */
import { isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Device, TilingChoices } from '../backends/backend.js'
import { DecodeError } from '../error.js'
import type { Choose } from '../passes/draft.js'
import { deviceName, tuningOf, type KernelTiling, type Tuning } from './tuning.js'

const KernelTilingCodec = t.exact(
  t.partial({
    tile: t.tuple([t.number, t.number]),
    panel: t.number,
    elements: t.number,
    terms: t.number,
    keeps: t.number,
    flash: t.tuple([t.number, t.number]),
    stage: t.number,
    members: t.number,
    workgroup: t.number,
  }),
)

const TuningCodec = t.strict({ version: t.literal(1), device: t.string, kernels: t.record(t.string, KernelTilingCodec) })

/** A tuning from outside. @throws DecodeError where it is none, with the path to what is wrong */
export const decodeTuning = (source: unknown): Tuning => {
  const decoded = TuningCodec.decode(source)
  if (isRight(decoded)) return decoded.right
  const { context, value } = decoded.left[0] as t.ValidationError
  const path = context.map(({ key }) => key).filter((key) => key !== '')
  throw new DecodeError({
    op: 'tune',
    problem: `${path.join('.') || 'the whole'} is not as in a tuning of version 1`,
    facts: [`found: ${value === undefined ? 'nothing' : JSON.stringify(value)}`.slice(0, 120)],
    help: 'pass what `tuning` of a program compiled with { tune: true } was, or JSON of it',
  })
}

/** 64 bits of a text, as 16 hexadecimal digits: two rounds of FNV-1a over 32 bits, begun apart. */
export const digest = (text: string): string => {
  let [a, b] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ (code + i), 0x85ebca6b)
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

const isOffered = (choices: TilingChoices, tiling: KernelTiling): boolean =>
  Object.entries(tiling).every(([part, value]) =>
    (choices[part as keyof TilingChoices] ?? []).some((choice) => String(choice) === String(value)),
  )

/** The kernels of all tunings of a device; of several for one structure the last. */
export const kernelsFor = (device: Device, tunings: readonly Tuning[]): Tuning['kernels'] =>
  Object.assign({}, ...tunings.filter((tuning) => tuning.device === deviceName(device)).map(({ kernels }) => kernels)) as Tuning['kernels']

/** A choice by tunings, and what of them it has used so far. */
export interface Chooser {
  /** Undefined where nothing is known of the device. */
  readonly choose: Choose | undefined
  readonly used: () => Tuning
}

export const chooser = (device: Device, tunings: readonly Tuning[]): Chooser => {
  const kernels = kernelsFor(device, tunings)
  const used = new Map<string, KernelTiling>()
  const choose: Choose = (structure) => {
    const key = digest(structure)
    const tiling = Object.hasOwn(kernels, key) ? kernels[key] : undefined
    if (tiling === undefined || !isOffered(device.choices ?? {}, tiling)) return undefined
    used.set(key, tiling)
    return tiling
  }
  return {
    choose: Object.keys(kernels).length === 0 ? undefined : choose,
    used: () => tuningOf(device, Object.fromEntries(used)),
  }
}

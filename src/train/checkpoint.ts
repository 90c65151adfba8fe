/** A run as bytes: its state, where it is, and what its callbacks remember. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { DecodeError } from '../error.js'
import { encodeSafetensors, parseSafetensors } from '../interop/safetensors.js'
import type { NDArray } from '../ir/ndarray.js'
import { sameShape } from '../ir/shape.js'
import { showType } from '../ir/type.js'
import type { Figures } from './callback.js'

/** All of a run that is not its state: plain JSON. */
export interface Progress {
  readonly step: number
  readonly stepsPerEpoch: number
  /** The metrics of the epoch so far, summed up. */
  readonly sums: Figures
  readonly summed: number
  /** The best figure so far, where the best state is kept. */
  readonly best: number | null
  readonly callbacks: { readonly [name: string]: unknown }
}

/** The leaves of a state and their paths, in the order of its tree. */
export interface Leaves {
  readonly paths: readonly string[]
  readonly arrays: readonly NDArray[]
}

const ProgressCodec = t.type({
  step: t.number,
  stepsPerEpoch: t.number,
  sums: t.record(t.string, t.number),
  summed: t.number,
  best: t.union([t.number, t.null]),
  callbacks: t.record(t.string, t.unknown),
})

const nameOf = (path: string): string => (path === '' ? 'state' : `state.${path}`)

/** The safetensors file of a run: `state.<path>` for each leaf, and the rest as JSON in the metadata. */
export const encodeCheckpoint = ({ paths, arrays }: Leaves, progress: Progress): Uint8Array =>
  encodeSafetensors({
    arrays: Object.fromEntries(paths.map((path, i) => [nameOf(path), arrays[i] as NDArray])),
    metadata: { progress: JSON.stringify(progress) },
  })

const refuse = (problem: string, ...facts: readonly string[]): never => {
  throw new DecodeError({
    op: 'fit',
    problem: `the checkpoint ${problem}`,
    facts,
    help: 'go on with the model, data and batch size that it was written by, or begin anew with { resume: false }',
  })
}

const parseProgress = (text: string | undefined): Progress => {
  try {
    const value: unknown = JSON.parse(text ?? '')
    if (ProgressCodec.is(value)) return value
  } catch {
    return refuse('does not say where the run is')
  }
  return refuse('does not say where the run is')
}

/** @throws DecodeError for a file that is damaged, or of another run than one with these leaves and so many steps to an epoch */
export const decodeCheckpoint = (
  bytes: Uint8Array,
  like: { readonly paths: readonly string[]; readonly types: readonly Pick<NDArray, 'shape' | 'dtype'>[] },
  stepsPerEpoch: number,
): { readonly arrays: readonly NDArray[]; readonly progress: Progress } => {
  const file = parseSafetensors(bytes)
  if (isLeft(file)) throw file.left
  const progress = parseProgress(file.right.metadata.progress)
  if (progress.stepsPerEpoch !== stepsPerEpoch)
    refuse('is of other data', `${String(progress.stepsPerEpoch)} steps to an epoch there, ${String(stepsPerEpoch)} here`)
  const arrays = like.paths.map((path, i) => {
    const [want, found] = [like.types[i] as NDArray, file.right.arrays[nameOf(path)]]
    if (found?.dtype === want.dtype && sameShape(found.shape, want.shape)) return found
    return refuse(
      'is of another state',
      `${nameOf(path)}: ${showType(want)} here, ${found === undefined ? 'nothing' : showType(found)} there`,
    )
  })
  const extra = Object.keys(file.right.arrays).find((name) => !like.paths.map(nameOf).includes(name))
  return extra === undefined ? { arrays, progress } : refuse('is of another state', `${extra} is only there`)
}

import type { Either } from 'fp-ts/lib/Either.js'
import type { DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { decoding, type Fail } from './decode.js'
import { numberOf } from './mesh.js'

export const bvhChannels = ['Xposition', 'Yposition', 'Zposition', 'Xrotation', 'Yrotation', 'Zrotation'] as const

/** What one column of a motion is: a translation, or a rotation in degrees, applied in the order in which they are listed. */
export type BvhChannel = (typeof bvhChannels)[number]

export interface BvhJoint {
  readonly name: string
  /** The index of its parent, which comes before it; -1 for a root. */
  readonly parent: number
  /** From its parent, at rest. */
  readonly offset: readonly [number, number, number]
  readonly channels: readonly BvhChannel[]
}

/** A skeleton and its motion. */
export interface Motion {
  /** In the order of the file; ends of limbs are joints without channels, named after their parent. */
  readonly joints: readonly BvhJoint[]
  /** f32[frames, channels]: the channels of all joints in order. */
  readonly frames: NDArray<'f32'>
  /** Seconds from one frame to the next. */
  readonly frameTime: number
}

interface Words {
  readonly next: () => string
  readonly peek: () => string | undefined
  readonly number: () => number
  readonly expect: (word: string) => void
  readonly where: () => string
}

const wordsOf = (text: string, fail: Fail): Words => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  let at = 0
  const where = (): string => `word ${String(at)}`
  const next = (): string => words[at++] ?? fail('the file is truncated', `after ${String(words.length)} words`)
  return {
    next,
    where,
    peek: () => words[at],
    number: () => numberOf(next(), where(), fail),
    expect: (word) => {
      const found = next()
      if (found.toUpperCase() !== word.toUpperCase()) fail(`'${found}' is where ${word} should be`, where())
    },
  }
}

const channelOf = (word: string, fail: Fail): BvhChannel =>
  bvhChannels.find((name) => name.toLowerCase() === word.toLowerCase()) ??
  fail(`'${word}' is no channel`, `channels are ${bvhChannels.join(', ')}`)

/** Skeletons are not this deep: a damaged file must not overflow the stack. */
const mostDepth = 500

/** One joint and all below it, its name already read. */
const readJoint = (words: Words, name: string, parent: number, depth: number, joints: BvhJoint[], fail: Fail): void => {
  if (depth > mostDepth) fail('joints are nested too deep', words.where())
  words.expect('{')
  words.expect('OFFSET')
  const offset = [words.number(), words.number(), words.number()] as const
  const channels: BvhChannel[] = []
  if (words.peek()?.toUpperCase() === 'CHANNELS') {
    words.next()
    const count = words.number()
    for (let i = 0; i < count; i++) channels.push(channelOf(words.next(), fail))
  }
  const self = joints.push({ name, parent, offset, channels }) - 1
  for (;;) {
    const word = words.next()
    if (word === '}') return
    const kind = word.toUpperCase()
    if (kind === 'JOINT') readJoint(words, words.next(), self, depth + 1, joints, fail)
    else if (kind === 'END') readJoint(words, `${name}.${words.next()}`, self, depth + 1, joints, fail)
    else fail(`'${word}' is where JOINT, End or } should be`, words.where())
  }
}

/** Reads a Biovision hierarchy: the skeleton as a list, and its motion. */
export const parseBvh = (text: string): Either<DecodeError, Motion> =>
  decoding('parseBvh', 'get the file again: it is damaged or is another format', (fail) => {
    const words = wordsOf(text, fail)
    const joints: BvhJoint[] = []
    words.expect('HIERARCHY')
    while (words.peek()?.toUpperCase() === 'ROOT') {
      words.next()
      readJoint(words, words.next(), -1, 0, joints, fail)
    }
    for (const word of ['MOTION', 'Frames:']) words.expect(word)
    const count = words.number()
    for (const word of ['Frame', 'Time:']) words.expect(word)
    const frameTime = words.number()
    const width = joints.reduce((n, { channels }) => n + channels.length, 0)
    if (!Number.isInteger(count) || count < 0 || count * width > text.length || !(frameTime > 0))
      return fail('the motion cannot be', `${String(count)} frames of ${String(width)} channels, ${String(frameTime)} s each`)
    const data = Float32Array.from({ length: count * width }, words.number)
    if (words.peek() !== undefined) fail('there is more motion than the file states', words.where())
    return { joints, frames: ndarray(data, { shape: [count, width], dtype: 'f32' }), frameTime }
  })

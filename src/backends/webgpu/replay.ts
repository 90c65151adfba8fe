/** A loaded program: a recording that a call plays once, in one encoder, one pass and one submit. */
import type { Argument, DeviceArray, Loaded } from '../backend.js'
import { isNDArray } from '../../ir/ndarray.js'
import { WebgpuArray } from './array.js'
import { checkArgs, fetchForeign, placeArgs, type Param, type Ready } from './args.js'
import { errorOf, type Context } from './context.js'
import type { Block } from './pool.js'
import { profileRun } from './profile.js'
import { encodeCopies, encodeLaunch, renewSlots, type Recording, type Rounds } from './recording.js'
import { playRounds } from './rounds.js'
import type { Location } from './slots.js'

/** The block of an output leaf: the one it was computed in if that can be given away, else a copy. */
const claim = ({ pool }: Context, encoder: GPUCommandEncoder, { slot, offset, bytes }: Location, loose: Set<Block>): Block => {
  const from = slot.block as Block
  if (loose.delete(from)) return from
  const to = pool.takeFor(bytes, from.buffer)
  encoder.copyBufferToBuffer(from.buffer, from.offset + offset, to.buffer, to.offset, bytes)
  return to
}

const retire = (params: readonly Param[], args: readonly Argument[]): void => {
  params.forEach(({ donated }, i) => {
    const arg = args[i]
    if (!donated || arg === undefined || !('dispose' in arg)) return
    if (arg instanceof WebgpuArray) arg.donate()
    else arg.dispose()
  })
}

const play = (recording: Recording, args: readonly Ready[]): readonly Block[] => {
  const { context, params, launches, outputs } = recording
  const loose = new Set<Block>()
  context.reader.flush()
  const copies = placeArgs(context, params, args, loose, false)
  renewSlots(recording, loose)
  const encoder = context.device.createCommandEncoder()
  encodeCopies(encoder, copies)
  const pass = encoder.beginComputePass()
  for (const launch of launches) encodeLaunch(pass, launch)
  pass.end()
  const blocks = outputs.map((output) => claim(context, encoder, output, loose))
  context.device.queue.submit([encoder.finish()])
  for (const block of loose) context.pool.give(block)
  return blocks
}

/** As `play`, but in several submits. Until it is done, no other call runs on the device: none may change what this one reads. */
const playLoops = async (recording: Recording, rounds: Rounds, args: readonly Ready[]): Promise<readonly Block[]> => {
  const { context, params, outputs } = recording
  const { device, pool } = context
  const loose = new Set<Block>()
  context.reader.flush()
  const copies = placeArgs(context, params, args, loose, false)
  renewSlots(recording, loose)
  const before = device.createCommandEncoder()
  encodeCopies(before, copies)
  device.queue.submit([before.finish()])
  await playRounds(context, rounds)
  const after = device.createCommandEncoder()
  const blocks = outputs.map((output) => claim(context, after, output, loose))
  device.queue.submit([after.finish()])
  for (const block of loose) pool.give(block)
  return blocks
}

/** Has the device to itself until the work is submitted. */
const alone = ({ turn }: Context, work: Promise<readonly Block[]>): Promise<readonly Block[]> => {
  const release = (): void => {
    turn.busy = undefined
  }
  turn.busy = work.then(release, release)
  return work
}

/** What a call keeps of its arguments while it waits: host data may be changed by the caller. */
const kept = (arg: Argument): Argument => (isNDArray(arg) ? { ...arg, data: arg.data.slice() } : arg)

/** The first run is watched: a fault that only shows when work is encoded becomes an error of that call. */
const watched = async (context: Context, body: () => readonly Block[] | Promise<readonly Block[]>): Promise<readonly Block[]> => {
  context.device.pushErrorScope('validation')
  const blocks = body()
  const error = await context.wait(context.device.popErrorScope())
  context.check('run')
  if (error !== null) throw errorOf('run', error)
  return blocks
}

export const createLoaded = (recording: Recording): Loaded => {
  const { context, params, specs } = recording
  let first = true
  const start = (args: readonly Argument[], ready: readonly Ready[]): readonly Block[] | Promise<readonly Block[]> => {
    context.check('run')
    checkArgs(params, args)
    const body = (): readonly Block[] | Promise<readonly Block[]> => {
      const { rounds } = recording
      const blocks = rounds === undefined ? play(recording, ready) : alone(context, playLoops(recording, rounds, ready))
      retire(params, args)
      return blocks
    }
    if (!first) return body()
    first = false
    return watched(context, body)
  }
  const wrap = (blocks: readonly Block[]): readonly DeviceArray[] =>
    specs.map(({ shape, dtype }, i) => new WebgpuArray(context, blocks[i] as Block, shape, dtype))
  const fetch = async (args: readonly Argument[]): Promise<readonly Ready[]> => {
    context.check('run')
    checkArgs(params, args)
    return fetchForeign(context, args)
  }
  return {
    run: async (args) => {
      context.check('run')
      checkArgs(params, args)
      const given = context.turn.busy === undefined ? args : args.map(kept)
      const fetched = fetchForeign(context, given)
      const ready = fetched instanceof Promise ? await fetched : fetched
      while (context.turn.busy !== undefined) await context.turn.busy
      return wrap(await start(given, ready))
    },
    profile: async (args) => profileRun(recording, await fetch(args)),
  }
}

/**
 * Plays programs with loops whose end is not known: in chunks of steps, each one submit, with one read of the flag after
 * it. Steps after the end do nothing. Chunks double, so that a loop of n steps takes about log n reads.
 */
import { unrolled, type Turn } from '../../ir/kernel/program.js'
import type { Context } from './context.js'
import type { ReadyLaunch } from './launches.js'
import type { Block } from './pool.js'
import { encodeLaunch, type Rounds } from './recording.js'

type LoopTurn = Exclude<Turn, number>

/** Launches in one chunk, at most: the work of some milliseconds. */
const mostLaunches = 1024

const firstSteps = 4

const isOpen = (turn: Turn): turn is LoopTurn => typeof turn !== 'number' && ('flag' in turn.loop || turn.body.some(isOpen))

export const playRounds = async ({ device, reader }: Context, { turns, ready, locations }: Rounds): Promise<void> => {
  let pending: ReadyLaunch[] = []
  const add = (order: readonly number[]): void => {
    for (const index of order) pending.push(...(ready.has(index) ? [ready.get(index) as ReadyLaunch] : []))
  }
  const submit = (): void => {
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    for (const launch of pending) encodeLaunch(pass, launch)
    pass.end()
    device.queue.submit([encoder.finish()])
    pending = []
  }
  const goesOn = async (flag: number): Promise<boolean> => {
    submit()
    const { slot, offset } = locations[flag] as Rounds['locations'][number]
    return new Uint32Array(await reader.read(slot.block as Block, 4, offset))[0] === 1
  }
  const playWhile = async (flag: number, body: readonly Turn[]): Promise<void> => {
    // Loops within that need to be asked, too, must not be entered after the end.
    if (body.some(isOpen)) {
      while (await goesOn(flag)) await play(body)
      return
    }
    const step = unrolled(body)
    let steps = Math.max(1, Math.min(firstSteps, Math.floor(mostLaunches / step.length)))
    do {
      for (let i = 0; i < steps; i++) add(step)
      steps = Math.max(1, Math.min(2 * steps, Math.floor(mostLaunches / step.length)))
    } while (await goesOn(flag))
  }
  const play = async (some: readonly Turn[]): Promise<void> => {
    for (const turn of some) {
      if (!isOpen(turn)) add(unrolled([turn]))
      else if ('flag' in turn.loop) await playWhile(turn.loop.flag, turn.body)
      else for (let i = 0; i < turn.loop.times; i++) await play(turn.body)
    }
  }
  await play(turns)
  submit()
}

/** Where threads wait for one another, in words of the shared memory. */
import { add, get, i32, loop, op, set, when, type Code, type Func } from './code.js'

/**
 * Bytes from a team's first word to each: `wake` changes whenever there is something to look at; `mail` counts messages,
 * `runs` calls, of `program`; `arrived` counts threads at a barrier, `phase` barriers passed, `sleepers` those who sleep
 * there; `failed` is 1 once a thread gave up; from `handled` on stands how many messages each thread has seen to. Words
 * that are written at different times are in lines of their own.
 */
export const words = { wake: 0, mail: 4, runs: 8, program: 12, failed: 16, arrived: 64, phase: 128, sleepers: 192, handled: 256 } as const

export const wordBytes = (threads: number): number => words.handled + 4 * threads

/** How often a thread looks before it sleeps: one or two tenths of a millisecond, more than lies between the calls of a loop. */
export const spins = 40_000

const load = (address: number): Code => op('i32.atomic.load', [i32(address)], [0])
const change = (address: number, by: number): Code => op('i32.atomic.rmw.add', [i32(address), i32(by)], [0])
const drop = (code: Code): Code => op('drop', [code])

const block = (body: readonly Code[]): Code => ({ k: 'block', body })

/**
 * A function that returns once all threads have called it, or one gave up. Its argument says whether it may sleep: the
 * thread of a page may not.
 */
export const barrierFunc = (base: number, threads: number): Func => {
  const [arrived, phase, sleepers, failed] = (['arrived', 'phase', 'sleepers', 'failed'] as const).map((name) => base + words[name]) as [
    number,
    number,
    number,
    number,
  ]
  const [mayWait, before, left] = [0, 1, 2]
  const isOver = op('i32.ne', [load(phase), get(before)])
  const sleep: readonly Code[] = [
    drop(change(sleepers, 1)),
    drop(op('memory.atomic.wait32', [i32(phase), get(before), op('i64.const', [], [-1])], [0])),
    drop(change(sleepers, -1)),
  ]
  return {
    name: 'barrier',
    params: ['i32'],
    results: [],
    locals: ['i32', 'i32'],
    body: [
      set(before, load(phase)),
      when(load(failed), [op('return')]),
      when(op('i32.eq', [change(arrived, 1), i32(threads - 1)]), [
        op('i32.atomic.store', [i32(arrived), i32(0)], [0]),
        drop(change(phase, 1)),
        when(load(sleepers), [drop(op('memory.atomic.notify', [i32(phase), i32(-1)], [0]))]),
        op('return'),
      ]),
      set(left, i32(spins)),
      block([
        loop([
          op('br_if', [isOver], [1]),
          set(left, add(get(left), i32(-1))),
          when(op('i32.and', [op('i32.lt_s', [get(left), i32(0)]), get(mayWait)]), sleep),
          op('br', [], [0]),
        ]),
      ]),
    ],
  }
}

/** What a thread runs: a text, since a worker begins from one in every bundle, package and page alike. */
import { powFloat, powInt } from '../../ir/kernel/meaning.js'
import { spins, words, wordBytes } from './barrier.js'
import { hostFunctions } from './host.js'

/** Functions of the host by their source: those that are not of `Math` use nothing but their arguments. */
const hostSource = Object.keys(hostFunctions)
  .map((name) => (name in Math && name !== 'pow' ? `${name}: Math.${name}` : name))
  .join(', ')

/** A message to a thread: where it works and which one it is, a module to run from now on, or one that is over. */
export type Message =
  | { readonly k: 'begin'; readonly memory: WebAssembly.Memory; readonly base: number; readonly thread: number }
  | { readonly k: 'load'; readonly id: number; readonly module: WebAssembly.Module }
  | { readonly k: 'drop'; readonly id: number }

/** Functions that modules import. */
const hostScript = `
const pow = ${String(powFloat)}
const powInt = ${String(powInt)}
const powWord = (x, y) => powInt(x >>> 0, y >>> 0)
const rem = (x, y) => x % y
const host = { ${hostSource} }
`

/** Waiting for work and doing it. */
const serveScript = `
const words = ${JSON.stringify(words)}
const get = (name) => Atomics.load(view, words[name] / 4)
const giveUp = () => {
  Atomics.store(view, words.failed / 4, 1)
  Atomics.add(view, words.phase / 4, 1)
  Atomics.notify(view, words.phase / 4)
}
const serve = () => {
  for (;;) {
    const now = get('wake')
    if (get('mail') !== handled) return
    const runs = get('runs')
    if (runs !== ran) {
      ran = runs
      try { programs.get(get('program'))(thread, 1) } catch { giveUp() }
      continue
    }
    for (let left = ${String(spins)}; left > 0 && get('wake') === now; left--);
    Atomics.wait(view, words.wake / 4, now)
  }
}
`

/**
 * The script of a worker, which ends with `receive` being called for every message. A thread waits in the shared memory,
 * awake for a while and then asleep, and turns to its messages when there are any.
 */
export const workerScript = (threads: number): string => `${hostScript}${serveScript}
const programs = new Map()
let view, memory, thread
let [ran, handled] = [0, 0]
const handle = (message) => {
  if (message.k === 'begin') {
    ({ memory, thread } = message)
    view = new Int32Array(memory.buffer, message.base, ${String(wordBytes(threads) / 4)})
  } else if (message.k === 'drop') programs.delete(message.id)
  else programs.set(message.id, new WebAssembly.Instance(message.module, { host: { ...host, memory } }).exports.part)
}
const receive = (message) => {
  try { handle(message) } catch { giveUp() }
  Atomics.store(view, words.handled / 4 + thread, ++handled)
  serve()
}
`

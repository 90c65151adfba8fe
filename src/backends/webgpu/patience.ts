/**
 * Waiting for Dawn in Node. It asks after its promises in every turn of the event loop without a rest, which takes one of the cores
 * that a software adapter computes on. So while one of these is awaited for long, every turn rests.
 */
import { isDawn, isSoftware } from './gpu.js'

interface MaybeNode {
  readonly setImmediate?: (run: () => void) => unknown
}

/** What is done within these milliseconds is seen at once. */
const patience = 16

/** Later, a rest is a thousandth of the time waited, within these milliseconds: a promise takes some thirty turns after its work is done. */
const [shortest, longest] = [0.1, 1]

/** Waits for a promise of the device's: of work that is `long`, as that of compilers is, with rests from the start. */
export type Wait = <T>(promise: Promise<T>, long?: boolean) => Promise<T>

const createPatience = (setImmediate: (run: () => void) => unknown): Wait => {
  const never = new Int32Array(new SharedArrayBuffer(4))
  const waiting = { short: 0, long: 0 }
  let since = 0
  const restNow = (): number => {
    if (waiting.short === 0) return longest
    const waited = performance.now() - since
    return waited > patience ? Math.min(longest, Math.max(shortest, waited / 1000)) : 0
  }
  const turn = (): void => {
    if (waiting.short + waiting.long === 0) return
    const rest = restNow()
    if (rest > 0) Atomics.wait(never, 0, 0, rest)
    setImmediate(turn)
  }
  return (promise, isLong = false) => {
    const kind = isLong ? 'long' : 'short'
    if (!isLong) since = performance.now()
    if (waiting.short + waiting.long === 0) setImmediate(turn)
    waiting[kind]++
    return promise.finally(() => {
      waiting[kind]--
    })
  }
}

/** How the device of an adapter is waited for: patiently where that gives it time to compute. */
export const waitFor = (info: GPUAdapterInfo): Wait => {
  const { setImmediate } = globalThis as MaybeNode
  return isDawn() && isSoftware(info) && setImmediate !== undefined ? createPatience(setImmediate) : (promise) => promise
}

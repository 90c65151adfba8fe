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

/** Waits for a promise of the device's. */
export type Wait = <T>(promise: Promise<T>) => Promise<T>

const createPatience = (setImmediate: (run: () => void) => unknown): Wait => {
  const never = new Int32Array(new SharedArrayBuffer(4))
  let waiting = 0
  let since = 0
  const turn = (): void => {
    if (waiting === 0) return
    const waited = performance.now() - since
    if (waited > patience) Atomics.wait(never, 0, 0, Math.min(longest, Math.max(shortest, waited / 1000)))
    setImmediate(turn)
  }
  const begin = (): void => {
    since = performance.now()
    if (waiting === 0) setImmediate(turn)
    waiting++
  }
  const end = (): void => {
    waiting--
  }
  return (promise) => {
    begin()
    return promise.finally(end)
  }
}

/** How the device of an adapter is waited for: patiently where that gives it time to compute. */
export const waitFor = (info: GPUAdapterInfo): Wait => {
  const { setImmediate } = globalThis as MaybeNode
  return isDawn() && isSoftware(info) && setImmediate !== undefined ? createPatience(setImmediate) : (promise) => promise
}

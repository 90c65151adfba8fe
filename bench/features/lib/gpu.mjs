/** WebGPU in Node, as globals, with its submits counted. */
import { create, globals } from 'webgpu'

Object.assign(globalThis, globals)
export const gpu = create([])
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node', hardwareConcurrency: 2 }, configurable: true })

export const counts = { submits: 0 }
const { submit } = globalThis.GPUQueue.prototype
globalThis.GPUQueue.prototype.submit = function (...args) {
  counts.submits++
  return submit.apply(this, args)
}

/** Submits at a call, and then until its result is read. Some libraries hold work back until something is. */
export const submitsOf = async (call, read) => {
  counts.submits = 0
  const result = await call()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const atOnce = counts.submits
  await read(result)
  return `${atOnce} + ${counts.submits - atOnce}`
}

import { expect, test } from 'vitest'
import { waitFor } from '../../../src/backends/webgpu/patience.js'
import * as fx from '../../../src/index.js'

const info = (vendor: string, architecture: string): GPUAdapterInfo =>
  ({ vendor, architecture, device: '', description: '', isFallbackAdapter: false }) as GPUAdapterInfo

const software = info('google', 'swiftshader')

const turns = (n: number): Promise<number> =>
  new Promise((resolve) => {
    const turn = (left: number): unknown => (left === 0 ? resolve(n) : setImmediate(() => turn(left - 1)))
    turn(n)
  })

test('what is waited for patiently comes as it is, one after the other and at once', async () => {
  const wait = waitFor(software)
  expect(await wait(turns(3))).toBe(3)
  expect(await Promise.all([wait(turns(20)), wait(turns(5)), turns(9)])).toEqual([20, 5, 9])
  await expect(wait(Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await wait(turns(4))).toBe(4)
})

test('timers and other work go on beside it', async () => {
  const wait = waitFor(software)
  const order: string[] = []
  const timer = (name: string, ms: number): Promise<void> => new Promise((resolve) => setTimeout(() => resolve(void order.push(name)), ms))
  // Beyond the time in which it does not rest.
  await wait(Promise.all([timer('late', 60), timer('early', 30), turns(50)]))
  order.push('waited')
  expect(order).toEqual(['early', 'late', 'waited'])
})

test('hardware and browsers are waited for as they are', () => {
  const promise = turns(1)
  expect(waitFor(info('nvidia', 'hopper'))(promise)).toBe(promise)
})

test.each(['webgpu', 'wasm', 'js'] as const)('%s: after synchronize all calls are computed', async (kind) => {
  const device = kind === 'webgpu' ? await fx.webgpu() : kind === 'wasm' ? await fx.wasm() : fx.js()
  const double = await fx.compile((x: fx.Tensor) => fx.mul(x, 2), [fx.spec([4])], { device })
  const result = await double(fx.ndarray([1, 2, 3, 4]))
  await device.synchronize()
  expect([...(await result.toNDArray()).data]).toEqual([2, 4, 6, 8])
})

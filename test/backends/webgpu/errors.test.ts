import { expect, test } from 'vitest'
import type { DeviceArray } from '../../../src/backends/backend.js'
import { WebgpuArray } from '../../../src/backends/webgpu/array.js'
import { hardwareAdapter, webgpu } from '../../../src/backends/webgpu/device.js'
import { isSoftware, requestAdapter } from '../../../src/backends/webgpu/gpu.js'
import { ndarray } from '../../../src/ir/ndarray.js'
import { countedDevice, load, loadSketch, output, param, pointKernel, requestOf, type Sketch } from './programs.js'

const copy: Sketch = {
  buffers: [param(0, 2), output(2)],
  launches: [{ kernel: pointKernel('copy', 2, ['f32'], 'f32', load(0)), bind: [0, 1] }],
  outputs: [1],
}

test('WGSL that the driver refuses is a DeviceError with the kernel and the line', async () => {
  const device = await webgpu()
  const request = requestOf(device, copy)
  const [source] = request.sources
  const broken = {
    ...request,
    sources: [{ name: 'copy', source: (source?.source ?? '').replace('b0[i0]', 'b0[nowhere]'), workgroups: [1, 1, 1] as const }],
  }
  await expect(device.load(broken)).rejects.toMatchObject({
    _tag: 'DeviceError',
    detail: {
      op: 'copy',
      facts: [
        expect.stringMatching(/^WGSL line \d+: .*nowhere/) as string,
        expect.stringContaining('b0[nowhere]') as string,
        expect.stringContaining('^') as string,
      ],
    },
  })
})

test('work that the device refuses is a DeviceError', async () => {
  const device = await webgpu()
  const request = requestOf(device, copy)
  const huge = { ...request, sources: request.sources.map((source) => ({ ...source, workgroups: [65_536, 1, 1] as const })) }
  const { run } = await device.load(huge)
  await expect(run([ndarray([1, 2])])).rejects.toMatchObject({ _tag: 'DeviceError', detail: { op: 'run' } })
})

test('a program beyond the limits is refused before anything is allocated', async () => {
  const { device, gpu } = await countedDevice()
  const created: number[] = []
  const createBuffer = gpu.createBuffer.bind(gpu)
  gpu.createBuffer = (descriptor) => {
    created.push(descriptor.size)
    return createBuffer(descriptor)
  }
  const size = device.maxBufferBytes / 4 + 1
  const big: Sketch = { buffers: [param(0, 2), output(size)], outputs: [0] }
  await expect(loadSketch(device, big)).rejects.toMatchObject({
    _tag: 'OutOfMemoryError',
    detail: { facts: [expect.any(String) as string, expect.stringContaining('buffer1') as string, expect.any(String) as string] },
  })
  await expect(loadSketch(device, { ...copy, arenaBytes: 2 ** 40 })).rejects.toMatchObject({ _tag: 'OutOfMemoryError' })
  expect(created).toEqual([])
})

test('a lost device is a DeviceLostError in every call', async () => {
  const { device, gpu } = await countedDevice()
  const { run, profile } = await loadSketch(device, copy)
  const [x] = await run([ndarray([1, 2])])
  const pending = (x as DeviceArray).toNDArray()
  gpu.destroy()
  await gpu.lost
  const lost = { _tag: 'DeviceLostError' }
  await expect(pending).rejects.toMatchObject(lost)
  await expect(run([ndarray([1, 2])])).rejects.toMatchObject(lost)
  await expect(profile([ndarray([1, 2])])).rejects.toMatchObject(lost)
  await expect(x?.toNDArray()).rejects.toMatchObject(lost)
  await expect(loadSketch(device, copy)).rejects.toMatchObject(lost)
})

test('an adapter that has given a device elsewhere is a DeviceError', async () => {
  const adapter = await requestAdapter()
  await adapter.requestDevice()
  await expect(webgpu({ adapter })).rejects.toMatchObject({ _tag: 'DeviceError', detail: { op: 'webgpu' } })
})

test('asking again gives the same device, and a new one after that was lost', async () => {
  const adapter = await requestAdapter()
  const device = await webgpu({ adapter })
  expect(await webgpu({ adapter })).toBe(device)
  const first = await webgpu()
  expect(await webgpu()).toBe(first)
  const { run } = await loadSketch(first, copy)
  const [x] = await run([ndarray([1, 2])])
  if (!(x instanceof WebgpuArray)) throw new Error('not an array of WebGPU')
  x.context.device.destroy()
  await x.context.device.lost
  const second = await webgpu()
  expect(second).not.toBe(first)
  expect(await (await loadSketch(second, copy)).run([ndarray([1, 2])])).toHaveLength(1)
})

test('an error that nothing waited for is told at the next call', async () => {
  const device = await webgpu()
  const { run } = await loadSketch(device, copy)
  const [x] = await run([ndarray([1, 2])])
  if (!(x instanceof WebgpuArray)) throw new Error('not an array of WebGPU')
  x.context.device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: 0x4, buffer: {} },
      { binding: 0, visibility: 0x4, buffer: {} },
    ],
  })
  await x.context.device.queue.onSubmittedWorkDone()
  await expect(run([ndarray([1, 2])])).rejects.toMatchObject({ _tag: 'DeviceError', detail: { problem: 'the GPU refused the work' } })
  expect(await run([ndarray([1, 2])])).toHaveLength(1)
})

test('software adapters are not hardware', async () => {
  const info = (description: string, architecture = '', isFallbackAdapter = false) =>
    ({ vendor: '', architecture, device: '', description, isFallbackAdapter, subgroupMinSize: 4, subgroupMaxSize: 4 }) as GPUAdapterInfo
  expect(isSoftware(info('SwiftShader driver 5.0.0'))).toBe(true)
  expect(isSoftware(info('llvmpipe (LLVM 15.0.6, 256 bits)'))).toBe(true)
  expect(isSoftware(info('', 'warp'))).toBe(true)
  expect(isSoftware(info('Some GPU', '', true))).toBe(true)
  expect(isSoftware(info('NVIDIA RTX', 'ampere'))).toBe(false)
  const found = await hardwareAdapter()
  expect(found === undefined || !isSoftware(found.info)).toBe(true)
})

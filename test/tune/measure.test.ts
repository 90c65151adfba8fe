/** `tune: true` on a device whose times are made up, so that what is fastest is known. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Device, Loaded, LoadRequest } from '../../src/backends/backend.js'
import { js } from '../../src/backends/js/device.js'
import { DeviceError, DeviceLostError } from '../../src/error.js'
import * as fx from '../../src/index.js'
import { pointsOf } from '../../src/ir/kernel/kernel.js'
import { withCache } from '../harness/cache.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const product = (x: F32): F32 => fx.matmul(x, x)
const specs = [fx.spec([16, 16])] as const

const folder = withCache()

/** A device that takes as long as `time` says, and counts what it is asked to measure. */
const timed = (time: (request: LoadRequest) => number, choices: NonNullable<Device['choices']>) => {
  const base = js()
  const counts = { measured: 0 }
  const device: Device = {
    ...base,
    description: 'made-up times',
    tile: [1, 1],
    choices,
    load: async (request): Promise<Loaded> => {
      const loaded = await base.load(request)
      return {
        run: (args) => loaded.run(args),
        profile: async (args) => {
          counts.measured++
          return (await loaded.profile(args)).map(({ name }) => ({ name, milliseconds: time(request) }))
        },
      }
    },
  }
  return { device, counts }
}

/** Outputs that one grid point computes: of 16 × 16. */
const tileOf = ({ program }: LoadRequest): number => 256 / pointsOf(program.launches[0]?.kernel.grid ?? [])

const tiles = { tile: [1, 2, 4, 8].map((n) => [n, n] as const) }

const tilingsIn = ({ kernels }: fx.Tuning): readonly fx.KernelTiling[] => Object.values(kernels)

describe('tune: true', () => {
  test('takes what is fastest, not what is largest or first', async () => {
    const { device } = timed((request) => 1 + Math.abs(tileOf(request) - 16), tiles)
    const { tuning, kernels } = await fx.compile(product, specs, { device, tune: true })
    expect(tilingsIn(tuning)).toEqual([{ tile: [4, 4] }])
    const plain = await fx.compile(product, specs, { device: { ...device, tile: [4, 4] } })
    expect(kernels[0]?.source).toBe(plain.kernels[0]?.source)
  })

  test('keeps to the device’s own where nothing saves a tenth', async () => {
    const { device } = timed((request) => 100 - tileOf(request) / 10, tiles)
    expect(tilingsIn((await fx.compile(product, specs, { device, tune: true })).tuning)).toEqual([{}])
  })

  test('chooses one part after the other', async () => {
    const time = (request: LoadRequest): number =>
      10 + Math.abs(tileOf(request) - 4) + ((request.program.launches[0]?.kernel.workgroup ?? 64) === 128 ? -5 : 0)
    // The CPU has no workgroups: what is printed tells forms apart, so it says them.
    const { device } = timed(time, { ...tiles, workgroup: [32, 64, 128] })
    const told: Device = {
      ...device,
      print: (kernel) => {
        const printed = js().print(kernel)
        return { ...printed, source: `/* ${String(kernel.workgroup)} */ ${printed.source}` }
      },
    }
    const { tuning } = await fx.compile(product, specs, { device: { ...told, load: device.load }, tune: true })
    expect(tilingsIn(tuning)).toEqual([{ tile: [2, 2], workgroup: 128 }])
  })

  test('measures once: the second compilation reads what the first one kept', async () => {
    const { device, counts } = timed((request) => 1 + Math.abs(tileOf(request) - 16), tiles)
    const first = await fx.compile(product, specs, { device, tune: true })
    const { measured } = counts
    expect(measured).toBeGreaterThan(4)
    const second = await fx.compile(product, specs, { device, tune: true })
    expect(counts.measured).toBe(measured)
    expect(second.tuning).toEqual(first.tuning)
    const [file] = await readdir(folder())
    expect(JSON.parse(await readFile(join(folder(), file ?? ''), 'utf8'))).toEqual(first.tuning)
  })

  test('measures anew what of a file cannot be read', async () => {
    const { device, counts } = timed((request) => 1 + Math.abs(tileOf(request) - 16), tiles)
    const { tuning } = await fx.compile(product, specs, { device, tune: true })
    const [file = ''] = await readdir(folder())
    await writeFile(join(folder(), file), '{"version":1,"device')
    const { measured } = counts
    expect((await fx.compile(product, specs, { device, tune: true })).tuning).toEqual(tuning)
    expect(counts.measured).toBe(2 * measured)
  })

  test('is shipped as JSON and then measures nothing', async () => {
    const { device, counts } = timed((request) => 1 + Math.abs(tileOf(request) - 16), tiles)
    const { tuning } = await fx.compile(product, specs, { device, tune: true })
    const { measured } = counts
    const shipped = JSON.parse(JSON.stringify(tuning)) as fx.Tuning
    const exe = await fx.compile(product, specs, { device, tune: [shipped, { ...shipped, device: 'webgpu: another', kernels: {} }] })
    expect(counts.measured).toBe(measured)
    expect(exe.tuning).toEqual(tuning)
  })

  test('measures blocks of one structure once', async () => {
    const { device } = timed((request) => 1 + Math.abs(tileOf(request) - 16), tiles)
    const deep = (x: F32): F32 => product(product(product(x)))
    expect(tilingsIn((await fx.compile(deep, specs, { device, tune: true })).tuning)).toHaveLength(1)
  })

  test('passes over forms that the device refuses, and stops where it is lost', async () => {
    const failing = (error: () => Error) => (request: LoadRequest) => {
      if (tileOf(request) === 16) throw error()
      return 20 - tileOf(request) / 8
    }
    const refused = () => new DeviceError({ op: 'matmul', problem: 'too many registers', help: 'take another' })
    const { device } = timed(failing(refused), {
      tile: [
        [2, 2],
        [4, 4],
        [8, 8],
      ],
    })
    expect(tilingsIn((await fx.compile(product, specs, { device, tune: true })).tuning)).toEqual([{ tile: [8, 8] }])
    const lost = () => new DeviceLostError({ op: 'run', problem: 'the device is gone', help: 'open another' })
    const gone = timed(failing(lost), { tile: [[4, 4]] })
    await expect(fx.compile((x: F32) => fx.add(product(x), 1), specs, { device: gone.device, tune: true })).rejects.toThrow(DeviceLostError)
  })

  test('does nothing where a device has nothing to choose', async () => {
    const { tuning } = await fx.compile(product, specs, { device: 'js', tune: true })
    expect(tuning.kernels).toEqual({})
    expect(await readdir(folder())).toEqual([])
  })
})

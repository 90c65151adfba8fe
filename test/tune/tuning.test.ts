import { describe, expect, test } from 'vitest'
import { js } from '../../src/backends/js/device.js'
import type { Device } from '../../src/backends/backend.js'
import * as fx from '../../src/index.js'
import { chooser, decodeTuning, digest } from '../../src/tune/choose.js'
import { deviceName, type Tuning } from '../../src/tune/tuning.js'

const device: Device = { ...js(), choices: { tile: [[2, 2]], terms: [1, 4], workgroup: [64] } }

const tuningOf = (kernels: Tuning['kernels'], name = deviceName(device)): Tuning => ({ version: 1, device: name, kernels })

const chosen = (...tunings: readonly Tuning[]): unknown => chooser(device, tunings).choose?.('a')

describe('the choice by tunings', () => {
  const key = digest('a')

  test('is what was measured on the very device', () => {
    expect(chosen(tuningOf({ [key]: { tile: [2, 2], terms: 4 } }))).toEqual({ tile: [2, 2], terms: 4 })
    expect(chosen(tuningOf({ [key]: { terms: 4 } }, 'webgpu: another'))).toBeUndefined()
    expect(chosen(tuningOf({ [digest('b')]: { terms: 4 } }))).toBeUndefined()
    expect(chosen()).toBeUndefined()
  })

  test('is none of what the device does not offer', () => {
    expect(chosen(tuningOf({ [key]: { tile: [64, 64] } }))).toBeUndefined()
    expect(chosen(tuningOf({ [key]: { elements: 4 } }))).toBeUndefined()
    expect(chosen(tuningOf({ [key]: {} }))).toEqual({})
  })

  test('is the later of two', () => {
    expect(chosen(tuningOf({ [key]: { terms: 1 } }), tuningOf({ [key]: { terms: 4 } }))).toEqual({ terms: 4 })
  })

  test('keeps account of what it used', () => {
    const { choose, used } = chooser(device, [tuningOf({ [key]: { terms: 4 }, [digest('b')]: {} })])
    expect(used().kernels).toEqual({})
    choose?.('a')
    choose?.('c')
    expect(used()).toEqual(tuningOf({ [key]: { terms: 4 } }))
  })

  test('is not misled by names that every object has', () => {
    expect(Object.keys(chooser(device, [tuningOf({})]).used().kernels)).toEqual([])
    expect(decodeTuning(JSON.parse('{"version":1,"device":"x","kernels":{"__proto__":{}}}')).kernels).toBeDefined()
  })
})

test('digests of texts that are nearly alike differ', () => {
  const texts = Array.from({ length: 2000 }, (_, i) => [`f32[${String(i)}]`, `f32[1,${String(i)}]`, `f32[${String(i)},1]`]).flat()
  expect(new Set(texts.map(digest)).size).toBe(new Set(texts).size)
  expect(digest('')).toMatch(/^[0-9a-f]{16}$/)
})

describe('a tuning from outside', () => {
  const good = tuningOf({ [digest('a')]: { tile: [2, 2], workgroup: 64 } })

  test('comes back from JSON', () => {
    expect(decodeTuning(JSON.parse(JSON.stringify(good)))).toEqual(good)
  })

  test.each<readonly [unknown, string]>([
    [null, 'the whole'],
    ['tuning', 'the whole'],
    [{ ...good, version: 2 }, 'version'],
    [{ ...good, device: 7 }, 'device'],
    [{ ...good, kernels: { a: { tile: [1] } } }, 'kernels.a.tile'],
    [{ ...good, kernels: { a: { terms: '4' } } }, 'kernels.a.terms'],
    [{ ...good, kernels: undefined }, 'kernels'],
  ])('is refused where it is none: %j', (source, path) => {
    expect(() => decodeTuning(source)).toThrow(fx.DecodeError)
    expect(() => decodeTuning(source)).toThrow(path)
  })

  test('is checked before anything is compiled, and its program computes the same', async () => {
    const f = (x: fx.Tensor<fx.Shape, 'f32'>) => fx.matmul(x, x)
    await expect(fx.compile(f, [fx.spec([8, 8])], { device, tune: { version: 3 } as never })).rejects.toThrow(fx.DecodeError)
    const x = fx.ndarray(
      Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)),
      { shape: [8, 8] },
    )
    const run = async (tune?: readonly Tuning[]) =>
      (await (await fx.compile(f, [fx.spec([8, 8])], { device, ...(tune === undefined ? {} : { tune }) }))(x)).toNDArray()
    expect(await run([good])).toEqual(await run())
  })
})

import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { orThrow } from '../../src/data.js'
import { faceRecognition, faceRecognitionParams, type FaceRecognitionParams } from '../../src/models.js'
import * as nn from '../../src/nn.js'
import type { F32 } from './devices.js'
import { countOf, expectGradient } from './nets.js'
import { apart } from './numbers.js'

/** What face-api.js answers with made-up weights: see examples/lib/makeFaces.mjs. */
const made = JSON.parse(readFileSync(new URL('faceRecognition.json', import.meta.url), 'utf8')) as {
  readonly maps: readonly number[]
  readonly features: number
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: string }>>
  readonly answer: readonly number[]
}

const config = { maps: made.maps, features: made.features }

const floats = (base64: string): Float32Array<ArrayBuffer> => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)

const weights: Readonly<Record<string, fx.NDArray>> = Object.fromEntries(
  Object.entries(made.weights).map(([name, { shape, data }]) => [name, fx.ndarray(floats(data), { shape: [...shape] })]),
)

/** The picture of makeFaces.mjs. */
const picture = fx.ndarray(
  Float32Array.from({ length: 3 * 150 * 150 }, (_, at) => {
    const [c, i, j] = [Math.floor(at / 22500), Math.floor(at / 150) % 150, at % 150]
    return 127.5 + 127.5 * Math.sin(0.07 * i * (c + 1) + 0.05 * j * (3 - c) + 0.001 * i * j)
  }),
  { shape: [1, 3, 150, 150] },
)

const problemOf = (arrays: typeof weights): string => {
  const result = faceRecognitionParams(arrays, config)
  if (E.isRight(result)) throw new Error('this was read')
  expect(result.left).toBeInstanceOf(fx.DecodeError)
  return result.left.message
}

const without = (name: string) => Object.fromEntries(Object.entries(weights).filter(([other]) => other !== name))

describe('the network that tells faces apart', () => {
  test('answers what face-api.js answers with the same weights, for each picture of a batch', async () => {
    const params = orThrow(faceRecognitionParams(weights, config))
    const net = faceRecognition(config)
    const answer = (p: FaceRecognitionParams, x: F32) => {
      const flipped: F32 = fx.flip(x, { axis: 3 })
      return net.apply(p, fx.concat([flipped, x], { axis: 0 }))
    }
    const program = await fx.compile(answer, [fx.specOf(params), fx.specOf(picture)] as never, { device: fx.js() })
    const given = (await (program as unknown as (...args: unknown[]) => Promise<fx.DeviceArray>)(params, picture)).toNDArray()
    const numbers = Array.from((await given).data)
    expect(apart(numbers.slice(5), made.answer)).toBeLessThan(1e-6)
    expect(apart(numbers.slice(0, 5), made.answer)).toBeGreaterThan(1e-3)
  })

  test('has the 5.6 million parameters of the published one', () => {
    expect(countOf(faceRecognition())).toBe(5_614_592)
  })

  test('has its gradient, where an even side meets an odd one, too', async () => {
    const loud = (x: F32): F32 => fx.mul(x, 300)
    await expectGradient(nn.sequential(loud, faceRecognition({ maps: [4, 8], blocks: [1, 1], features: 3 })), [2, 3, 35, 41])
  })

  test.each<[string, RegExp, typeof weights]>([
    ['one that is missing', /there is no conv2_1\/conv2\/scale\/biases/, without('conv2_1/conv2/scale/biases')],
    ['another shape', /fc is not f32\[8, 5\]/, { ...weights, fc: fx.ndarray(new Float32Array(40), { shape: [5, 8] }) }],
    ['another dtype', /fc is not f32\[8, 5\]/, { ...weights, fc: fx.ndarray(new Int32Array(40), { shape: [8, 5] }) }],
    ['one more', /weights that the network does not have.*conv9/s, { ...weights, conv9: fx.ndarray(0) }],
    ['those of another network', /there is no conv1_down\/conv\/filters/, { 'dense0/conv0/filters': fx.ndarray(0) }],
  ])('weights are refused: %s', (_, problem, arrays) => {
    expect(problemOf(arrays)).toMatch(problem)
  })

  test.each([
    { maps: [] },
    { maps: [4, 4], blocks: [1, 1] },
    { maps: [4, 8], blocks: [1] },
    { maps: [4], blocks: [-1] },
    { features: 0.5 },
  ])('stages that do not fit are refused: %o', (wrong) => {
    expect(() => faceRecognition(wrong)).toThrow(fx.UnsupportedError)
    expect(() => faceRecognitionParams(weights, wrong)).toThrow(fx.UnsupportedError)
  })
})

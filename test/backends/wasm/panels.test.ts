/** Contractions by panels: what they keep in memory, and what they leave out. */
import { describe, expect, test } from 'vitest'
import type { Device } from '../../../src/backends/backend.js'
import { js } from '../../../src/backends/js/device.js'
import { wasm } from '../../../src/backends/wasm/wasm.js'
import { plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import { wasmModel } from '../../../src/verify/model.js'
import { rngOf } from '../../arbitraries/value.js'
import { compare } from '../../harness/compare.js'
import { resultsOf, runOn } from '../../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const random = (shape: fx.Shape, seed: number): fx.NDArray<'f32'> => {
  const rng = rngOf(seed)
  return fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng() * 4 - 2),
    { shape, dtype: 'f32' },
  )
}

/** Devices that read panels: JavaScript prints the same kernels. */
const devices: readonly (readonly [string, Device])[] = [
  ['wasm', wasm()],
  ['wasm, three rows', { ...wasm(), tile: [3, 1] }],
  ['js', { ...js(), tile: [4, 1], panel: 8 }],
]

const sameAsReference = async (device: Device, graph: fx.Graph, args: readonly fx.NDArray[]): Promise<void> => {
  const { program } = plan(graph, device)
  expect(program.launches.some(({ kernel }) => kernel.arrays !== undefined)).toBe(true)
  const { determined } = compare(await runOn(device, { graph, args }), wasmModel)
  expect(determined).toBeGreaterThan(0)
}

const convolve = async (device: Device, x: fx.Shape, w: fx.Shape, options: fx.ConvOptions): Promise<void> =>
  sameAsReference(
    device,
    fx.trace((a: F32, b: F32) => [fx.conv(a, b, options)], fx.spec(x), fx.spec(w)),
    [random(x, 1), random(w, 2)],
  )

describe.each(devices)('on %s', (_, device) => {
  test.each([7, 8, 9, 14, 17, 32])('convolutions of lines of %i', async (n) => {
    await convolve(device, [2, 3, 4, n], [9, 3, 3, 3], { padding: 'same' })
    await convolve(device, [1, 2, 4, n], [8, 2, 2, 3], { padding: 'valid' })
    await convolve(device, [2, 2, 5, n], [10, 2, 3, 3], { padding: 'same', strides: [2, 2] })
    await convolve(device, [1, 2, 5, n], [16, 1, 3, 2], {
      padding: [
        [2, 1],
        [0, 3],
      ],
      dilation: [2, 1],
      groups: 2,
    })
  })

  test.each([8, 15, 16, 24])('lines of 7 of %i images, which go side by side', async (n) => {
    await convolve(device, [n, 3, 3, 7], [9, 3, 3, 3], { padding: 'same' })
    await convolve(device, [n, 4, 2, 7], [6, 2, 1, 2], { padding: 'valid', strides: [1, 2], groups: 2 })
  })

  test.each([2, 3, 5, 6, 7])('%i rows', async (rows) => {
    await convolve(device, [2, 3, 4, 8], [rows, 3, 3, 3], { padding: 'same' })
  })

  test('the gradients of strided and transposed convolutions, whose taps between elements are left out', async () => {
    for (const [window, strides] of [
      [2, 2],
      [3, 2],
      [4, 2],
      [1, 2],
      [2, 3],
    ] as const)
      for (const f of [fx.conv, fx.convTranspose] as const) {
        const loss = (a: F32, b: F32): F32 => fx.sum(fx.square((f as typeof fx.conv<'f32', fx.Shape, fx.Shape>)(a, b, { strides })))
        const graph = fx.trace((a: F32, b: F32) => fx.grad(loss, { argnums: [0, 1] })(a, b), fx.spec<fx.Shape>([8, 3, 4, 5]), fx.spec<fx.Shape>([4, 3, window, window])) // prettier-ignore
        await sameAsReference(device, graph, [random([8, 3, 4, 5], 3), random([4, 3, window, window], 4)])
      }
  })

  test('the gradients of convolutions', () => {
    const loss = (a: F32, b: F32): F32 => fx.sum(fx.square(fx.conv(a, b, { padding: 'same', strides: [2, 1] })))
    const graph = fx.trace((a: F32, b: F32) => [...fx.grad(loss, { argnums: [0, 1] })(a, b)], fx.spec([2, 8, 5, 9]), fx.spec([9, 8, 3, 3]))
    return sameAsReference(device, graph, [random([2, 8, 5, 9], 7), random([9, 8, 3, 3], 8)])
  })

  test.each([5, 16, 31, 32, 72])('products with %i columns', (n) =>
    sameAsReference(
      device,
      fx.trace(
        (a: F32, b: F32, c: F32) => [fx.matmul(fx.relu(a), fx.mul(b, 2)), fx.add(fx.matmul(b, fx.transpose(b)), fx.matmul(c, c))],
        fx.spec([9, n]),
        fx.spec([n, n]),
        fx.spec([n, n]),
      ),
      [random([9, n], 1), random([n, n], 2), random([n, n], 3)],
    ),
  )

  test('a factor that is the same everywhere, after others have used the memory', async () => {
    const graph = fx.trace((a: F32) => [fx.matmul(fx.matmul(a, a), fx.full([16, 16], 0.5))], fx.spec([16, 16]))
    await sameAsReference(device, graph, [random([16, 16], 4)])
  })

  test.each([Infinity, -Infinity, NaN])('a border beside weights of %d is left out, not multiplied', async (bad) => {
    const w = random([8, 2, 3, 3], 5)
    w.data.set([bad], 0)
    w.data.set([bad], 18 + 9 + 5)
    const [x, f] = [random([2, 2, 6, 11], 6), (a: F32, b: F32) => fx.conv(a, b, { padding: 'same' })] as const
    const specs = [fx.spec([2, 2, 6, 11]), fx.spec([8, 2, 3, 3])] as const
    const [want] = await resultsOf(await fx.compile((a: F32, b: F32) => [f(a, b)], specs, { device: js() }), [x, w])
    const [have] = await resultsOf(await fx.compile((a: F32, b: F32) => [f(a, b)], specs, { device }), [x, w])
    const kinds = (array: fx.NDArray | undefined): number[] =>
      [...(array?.data ?? [])].map((v) => (Number.isFinite(v) ? 0 : Number.isNaN(v) ? NaN : v))
    expect(kinds(have)).toEqual(kinds(want))
    expect(kinds(want).filter((kind) => kind === 0).length).toBeGreaterThan(2 * 6 * 6 * 11)
  })
})

describe('a convolution', () => {
  const specs = [fx.spec([8, 32, 32, 32]), fx.spec([64, 32, 3, 3])] as const

  test('keeps no windows in memory', () => {
    const graph = fx.trace((x: F32, w: F32) => fx.conv(x, w, { padding: 'same' }), ...specs)
    const { program, memory } = plan(graph, wasm())
    expect(program.launches.length).toBe(1)
    expect(memory.arenaBytes).toBe(0)
    const [array] = program.launches[0]?.kernel.arrays ?? []
    expect(array?.size).toBeLessThanOrEqual(4 * 32 * 9)
  })
})

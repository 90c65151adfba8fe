/** A limit of memory: values are computed again so that a program fits, and one that cannot fit is refused by name. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { OutOfMemoryError } from '../../src/error.js'
import type { Graph } from '../../src/ir/graph.js'
import { range } from '../../src/ir/shape.js'
import { anyCase, longCase, type Case } from '../arbitraries/graph.js'
import { holdsAsync } from '../harness/law.js'
import { noise } from '../harness/noise.js'
import { resultsOf } from '../harness/run.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const depth = 64
const block = (w: F32, x: F32): F32 => fx.add(x, fx.mul(fx.tanh(fx.matmul(x, w)), 0.1))
const chain = (ws: readonly F32[], x: F32): F32 => fx.sum(fx.square(ws.reduce((y, w) => block(w, y), x)))
const specs = [range(depth).map(() => fx.spec<fx.Shape>([8, 8])), fx.spec<fx.Shape>([64, 8])] as const
const gradients = (): Graph => fx.trace(fx.grad(chain), ...specs)

const device = { maxBuffers: 8, tile: [4, 4] } as const
const least = plan(gradients(), device)
const fixedBytes = least.memory.peakBytes - least.memory.arenaBytes
/** A limit that leaves the intermediates a fraction of what they take. */
const leaving = (fraction: number): number => fixedBytes + fraction * least.memory.arenaBytes

/** What a program that cannot be had says, or its results. */
const attempt = async (
  graph: Graph,
  args: readonly fx.NDArray[],
  memoryLimit?: number,
): Promise<readonly fx.NDArray[] | OutOfMemoryError> => {
  try {
    return await resultsOf(
      await fx.compile(graph, { device: 'js', debug: true, ...(memoryLimit === undefined ? {} : { memoryLimit }) }),
      args,
    )
  } catch (error) {
    if (error instanceof OutOfMemoryError) return error
    throw error
  }
}

describe('memoryLimit', () => {
  test('a chain of 64 blocks trains in the memory of 16, computing less again where more is left', () => {
    const launches = [0.6, 0.25].map((fraction) => {
      const { memory, program, records } = plan(gradients(), device, [], { memoryLimit: leaving(fraction), debug: true })
      expect(memory.peakBytes).toBeLessThanOrEqual(leaving(fraction))
      expect(records.at(-1)?.name).toBe('fitMemory')
      return program.launches.length
    })
    expect(least.program.launches.length).toBeLessThan(launches[0] as number)
    expect(launches[0]).toBeLessThan(launches[1] as number)
  })

  test('a program that fits anyway is left alone', () => {
    const { records, program } = plan(gradients(), device, [], { memoryLimit: least.memory.peakBytes })
    expect(records.map(({ name }) => name)).not.toContain('fitMemory')
    expect(program).toEqual(least.program)
  })

  test('changes no gradient, on js and on wasm', { timeout: 60_000 }, async () => {
    const args = [...range(depth).map((i) => noise([8, 8], i)), noise([64, 8], 99)]
    for (const name of ['js', 'wasm'] as const) {
      const run = async (memoryLimit: number): Promise<fx.NDArray[]> =>
        resultsOf(
          (await fx.compile(
            (...ws: readonly F32[]) => fx.grad(chain)(ws.slice(0, depth), ws[depth] as F32),
            args.map((a) => fx.specOf(a)) as never,
            {
              device: name,
              memoryLimit,
            },
          )) as never,
          args,
        )
      const free = await run(Infinity)
      expect(free.length).toBe(depth)
      expect(await run(leaving(0.7))).toEqual(free)
    }
  })

  test('names what is live at the peak of a program that cannot fit', async () => {
    const weights = fx.spec<fx.Shape>([256, 256])
    const compiled = fx.compile((w: F32, x: F32) => fx.matmul(x, w), [weights, fx.spec<fx.Shape>([64, 256])], {
      device: 'js',
      memoryLimit: 2 ** 18,
    })
    await expect(compiled).rejects.toThrow(OutOfMemoryError)
    await expect(compiled).rejects.toThrow(/takes 384\.0 KiB at its peak, and the limit is 256\.0 KiB/)
    await expect(compiled).rejects.toThrow(/256\.0 KiB: 0 \(param\), f32\[256, 256\]/)
    await expect(compiled).rejects.toThrow(/64\.0 KiB: the result \(output\), f32\[64, 256\]/)
  })

  test.each([-1, NaN])('of %s is refused', async (memoryLimit) => {
    await expect(fx.compile(() => fx.zeros([1]), [], { memoryLimit })).rejects.toThrow(/no number of bytes/)
  })

  test('changes no result of any program', { timeout: 120_000 }, async () => {
    let tight = 0
    const check = async ({ graph, args }: Case): Promise<void> => {
      const { memory } = plan(graph, { maxBuffers: 32, tile: [4, 4] })
      const want = await attempt(graph, args)
      for (const part of [0.5, 0.9]) {
        const have = await attempt(graph, args, memory.peakBytes - memory.arenaBytes + part * memory.arenaBytes)
        if (have instanceof OutOfMemoryError) continue
        tight++
        expect(have).toEqual(want)
      }
    }
    await holdsAsync('a limit changes nothing', anyCase, { runs: 150, stream: 140 }, check)
    await holdsAsync('a limit changes nothing, long', longCase, { runs: 100, stream: 141 }, check)
    expect(tight).toBeGreaterThan(50)
  })
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHeap, marginBytes, type Block } from '../../../src/backends/wasm/heap.js'
import { compileKernel, type CompiledKernel } from '../../../src/backends/wasm/kernel.js'
import { loadProgram } from '../../../src/backends/wasm/load.js'
import { teams } from '../../../src/backends/wasm/team.js'
import { wasm } from '../../../src/backends/wasm/wasm.js'
import { plan } from '../../../src/compile.js'
import * as fx from '../../../src/index.js'
import { outputTypes } from '../../../src/ir/graph.js'
import type { Kernel } from '../../../src/ir/kernel/kernel.js'

const newHeap = () => createHeap(new WebAssembly.Memory({ initial: 1, maximum: 65536 }))

describe('a heap', () => {
  test('gives blocks that lie in memory and never overlap, and takes them back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200_000), fc.nat(7)), { maxLength: 60 }), (steps) => {
        const heap = newHeap()
        const live: Block[] = []
        for (const [bytes, which] of steps) {
          if (which < 3 && live.length > which) heap.give(live.splice(which, 1)[0] as Block)
          else live.push(heap.take(bytes))
          const sorted = [...live].sort((a, b) => a.offset - b.offset)
          sorted.forEach((block, i) => {
            const next = sorted[i + 1]?.offset ?? heap.memory.buffer.byteLength
            expect(block.offset).toBeGreaterThanOrEqual(marginBytes)
            expect(block.offset + block.bytes).toBeLessThanOrEqual(next)
          })
          expect(heap.used()).toBe(live.reduce((sum, block) => sum + block.bytes, 0))
        }
      }),
    )
  })

  test('uses again what was given back: neighbours become one', () => {
    const heap = newHeap()
    const blocks = [1000, 2000, 3000].map((bytes) => heap.take(bytes))
    const size = heap.memory.buffer.byteLength
    for (const i of [1, 0, 2]) heap.give(blocks[i] as Block)
    expect(heap.take(6000).offset).toBe(blocks[0]?.offset)
    expect(heap.memory.buffer.byteLength).toBe(size)
  })

  test('refuses what no memory holds before it grows', () => {
    const heap = newHeap()
    expect(() => heap.take(2 ** 33)).toThrow(expect.objectContaining({ _tag: 'OutOfMemoryError' }) as Error)
    expect(heap.memory.buffer.byteLength).toBe(65536)
    expect(heap.used()).toBe(0)
  })
})

test('a program that the engine refuses takes no memory', async () => {
  const heap = newHeap()
  const graph = fx.trace((x) => fx.add(fx.matmul(x, x), fx.constant(fx.ndarray([1, 2, 3, 4]))), fx.spec([4, 4]))
  const { program, memory } = plan(graph, wasm())
  const request = { program, plan: memory, sources: [], outputs: outputTypes(graph) }
  const compile = (kernel: Kernel): CompiledKernel => {
    const compiled = compileKernel(kernel)
    return { ...compiled, func: { ...compiled.func, body: [{ k: 'op', op: 'drop', args: [], imm: [] }] } }
  }
  const refused = loadProgram(heap, request, { threads: 1, team: teams(heap, 1), always: false, compile })
  await expect(refused).rejects.toThrow(WebAssembly.CompileError)
  expect(heap.used()).toBe(0)
})

/** Launches in an order in which state is updated in place by the kernels that make its gradients. */
import { describe, expect, test } from 'vitest'
import { adamInit, adamUpdate, type AdamState, type F32, type Named } from '../../examples/lib/adam.js'
import * as fx from '../../src/index.js'
import { plan } from '../../src/compile.js'
import { verifyMemory } from '../../src/passes/memory.js'
import { wave } from '../harness/recurrent.js'

const limits = { maxBuffers: 12, tile: [4, 4] } as const

const net = (p: Named<F32>, x: F32): F32 => {
  const h = fx.relu(fx.add(fx.matmul(x, p.w1 as F32), p.b1 as F32))
  return fx.matmul(fx.relu(fx.matmul(h, p.w2 as F32)), p.w3 as F32)
}

const update = (state: AdamState<F32>, x: F32, y: F32): readonly [AdamState<F32>, F32] => {
  const [value, grads] = fx.valueAndGrad((p: Named<F32>) => fx.mean(fx.square(fx.sub(net(p, x), y))))(state.params)
  return [adamUpdate(grads, state, 1e-3), value]
}

const state = adamInit({ w1: wave([6, 16], 1), b1: wave([16], 2), w2: wave([16, 12], 3), w3: wave([12, 3], 4) })

describe('a training step', () => {
  const graph = fx.trace(update, fx.specOf(state), fx.spec([8, 6]), fx.spec([8, 3]))
  const { program, memory, records } = plan(graph, limits, [0], { debug: true })

  test('updates a parameter in the kernel of its gradient, though other scalars than the loss take part', () => {
    const names = ['w1', 'b1', 'w2', 'w3']
    const writersOf = (path: string): readonly number[] => {
      const id = program.buffers.findIndex(({ name, role }) => name === path && role.kind === 'param')
      return program.launches.flatMap(({ kernel, bind }, i) =>
        bind.some((b, k) => b === id && kernel.buffers[k]?.access !== 'read') ? [i] : [],
      )
    }
    for (const name of names) {
      const [p, m, v] = ['params', 'm', 'v'].map((part) => writersOf(`0.${part}.${name}`))
      expect(p).toHaveLength(1)
      expect([m, v]).toEqual([p, p])
    }
  })

  test('does so in place: gradients that read a parameter come before its update', () => {
    const outputs = program.buffers.flatMap(({ role }, id) => (role.kind === 'output' ? [memory.places[id]?.kind] : []))
    expect(outputs.filter((kind) => kind === 'alias')).toHaveLength(13)
    verifyMemory(program, memory)
  })

  test('computes what is made of scalars first', () => {
    const { graph: last } = records.at(-1) as (typeof records)[number]
    const expm1 = last.nodes.findIndex(({ op }) => op === 'expm1')
    expect(expm1).toBeGreaterThanOrEqual(last.params)
    expect(expm1).toBeLessThan(last.nodes.findIndex(({ op }) => op === 'matmul'))
  })
})

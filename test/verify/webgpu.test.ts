/** `verify` on a GPU: whole programs agree, a miscompiled op and a spoiled buffer are found. */
import { beforeAll, describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { range } from '../../src/ir/shape.js'
import { verify } from '../../src/verify/verify.js'
import { commonCase, type Case } from '../arbitraries/graph.js'
import { commonStateCase } from '../arbitraries/state.js'
import { holdsAsync } from '../harness/law.js'
import { misbinding, misprinting } from './broken.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

let device: fx.Device
beforeAll(async () => {
  device = await fx.webgpu()
})

describe('verify on webgpu', () => {
  it('agrees with every kernel of programs that are right', { timeout: 300_000 }, async () => {
    const check =
      (donates: boolean) =>
      async ({ graph, args }: Case): Promise<void> => {
        const report = await verify(await fx.compile(graph, { device, donate: donates ? range(graph.params) : [] }), args as never, {
          thorough: true,
        })
        if (!report.agreed) throw new Error(report.text)
      }
    await holdsAsync('verify agrees on webgpu', commonCase, { runs: 60, stream: 910 }, check(false))
    await holdsAsync('verify agrees on webgpu, donated', commonStateCase, { runs: 20, stream: 911 }, check(true))
  })

  it('names a node that is miscompiled', async () => {
    const broken = misprinting(device, (source) => source.replace(/(fn fx_tanh[^{]*\{)/, '$1 return x * 0.5;'))
    const f = (x: Float, w: Float) => fx.mean(fx.tanh(fx.matmul(x, w)))
    const report = await fx.verify(await fx.compile(f, [fx.spec([3, 2]), fx.spec([2, 2])], { device: broken }), [
      fx.ndarray([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      fx.ndarray([
        [1, 0],
        [0, 1],
      ]),
    ])
    expect(report.blame?.kind).toBe('node')
    expect(report.blame?.node).toContain('= tanh(')
    expect(report.text).toContain('@compute')
    expect(report.text).toContain(device.description)
  })

  it('names the launch that spoils a buffer', async () => {
    const f = (x: Float, y: Float) => fx.matmul(fx.matmul(x, y), fx.matmul(y, x))
    const run = await fx.compile(f, [fx.spec([2, 2]), fx.spec([2, 2])], { device: misbinding(device) })
    const { blame } = await fx.verify(run, [
      fx.ndarray([
        [1, 2],
        [3, 4],
      ]),
      fx.ndarray([
        [5, 6],
        [7, 9],
      ]),
    ])
    expect(blame?.problem).toMatch(/launch 1 \(matmul\w*\) (overwrites|leaves) matmul%\d+/)
  })

  it('agrees on a training step, donated and on the device', async () => {
    const loss = (w: Float, x: Float) => fx.mean(fx.square(fx.relu(fx.matmul(x, w))))
    const step = await fx.compile((w: Float, x: Float) => fx.sub(w, fx.mul(fx.grad(loss)(w, x), 0.1)), [fx.spec([3, 4]), fx.spec([5, 3])], {
      device,
      donate: [0],
    })
    const x = fx.ndarray(
      range(15).map((i) => Math.sin(i)),
      { shape: [5, 3] },
    )
    const w = await step(
      fx.ndarray(
        range(12).map((i) => Math.cos(i)),
        { shape: [3, 4] },
      ),
      x,
    )
    const report = await fx.verify(step, [w, x], { thorough: true })
    expect(report.text).toContain('agrees with')
    expect((await w.toNDArray()).data).toHaveLength(12)
  })
})

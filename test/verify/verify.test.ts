/** `verify` says of a broken device what is broken, and of a whole one nothing. */
import { isRight } from 'fp-ts/lib/Either.js'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import type { Blame } from '../../src/verify/bisect.js'
import { bisect } from '../../src/verify/bisect.js'
import { js } from '../../src/backends/js/device.js'
import type { Executable } from '../../src/executable.js'
import { rejectionOf, untyped } from '../api/failure.js'
import { misloading, misprinting, overlapping, withoutTeams } from './broken.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

const vector = (...values: number[]): fx.NDArray<'f32'> => fx.ndarray(values, { dtype: 'f32' })

const model = ({ w, b }: { readonly w: Float; readonly b: Float }, x: Float): Float => fx.tanh(fx.add(fx.matmul(x, w), b))
const specs = [{ w: fx.spec([3, 2]), b: fx.spec([2]) }, fx.spec([4, 3])] as const
const args = [
  {
    w: fx.ndarray([
      [0.1, 0.2],
      [-0.3, 0.4],
      [0.5, -0.6],
    ]),
    b: vector(0.25, -0.5),
  },
  fx.ndarray([
    [1, 2, 3],
    [-1, 0.5, 2],
    [0.1, 0.2, 0.3],
    [4, -5, 6],
  ]),
] as const

const blameOf = ({ agreed, blame }: fx.VerifyReport): Blame => {
  expect(agreed).toBe(false)
  if (blame === undefined) throw new Error('nothing is blamed')
  return blame
}

describe('a program that is right', () => {
  it('agrees, with the largest error in bounds', async () => {
    const report = await fx.verify(await fx.compile(model, specs, { device: 'js' }), args)
    expect(report.agreed).toBe(true)
    expect(report.blame).toBeUndefined()
    expect(report.results).toHaveLength(1)
    expect(report.results[0]).toMatchObject({ elements: 8, wrong: 0 })
    expect(report.results[0]?.error).toBeLessThanOrEqual(1)
    expect(report.text).toMatch(
      /^fluxion \S+ on js, JavaScript, one thread: agrees with the reference\n {2}agrees the result : f32\[4, 2\]/,
    )
  })

  it('agrees kernel by kernel', async () => {
    const report = await fx.verify(
      await fx.compile(
        fx.valueAndGrad((p: { w: Float; b: Float }, x: Float) => fx.mean(model(p, x))),
        specs,
        { device: 'js' },
      ),
      args,
      { thorough: true },
    )
    expect(report.text).toContain('agrees with')
  })

  it('is not called wrong where values are at a jump', async () => {
    const steep = (x: Float) => [fx.floor(fx.sum(x)), fx.argmax(fx.sum(fx.reshape(x, [2, 3]), { axis: 1 }))] as const
    // Both rows sum to 0.6 up to rounding, and so the sum is near 1.2; times five it is near a whole number.
    const run = await fx.compile((x) => steep(fx.mul(x, 5)), [fx.spec([6])], { device: 'js' })
    const report = await fx.verify(run, [vector(0.1, 0.2, 0.3, 0.3, 0.2, 0.1)], { thorough: true })
    expect(report.agreed).toBe(true)
  })

  it('keeps donated arguments, on the host and on the device', async () => {
    const step = await fx.compile((s: Float, x: Float) => fx.add(s, x), [fx.spec([2]), fx.spec([2])], { device: 'js', donate: [0] })
    const state = await step(vector(1, 2), vector(1, 1))
    expect((await fx.verify(step, [state, vector(1, 1)], { thorough: true })).agreed).toBe(true)
    expect(fx.toNested(await state.toNDArray())).toEqual([2, 3])
  })
})

describe('a device that miscompiles an op', () => {
  const device = misprinting(js(), (source) => source.replaceAll('Math.tanh(', 'Math.sin('))

  it('is caught, and the node is named with its values and its kernel', async () => {
    const report = await fx.verify(await fx.compile(model, specs, { device }), args)
    const { kind, node, kernel, element, trial } = blameOf(report)
    expect(kind).toBe('node')
    expect(node).toMatch(/^%\d+ = tanh\(%\d+\) : f32\[4, 2\]$/)
    expect(trial?.run.graph.nodes.map(({ op }) => op)).toEqual(['param', 'tanh'])
    expect(kernel?.report.source).toContain('Math.sin(')
    expect(kernel?.members.some((line) => line.includes('matmul'))).toBe(true)
    const [x] = trial?.run.args ?? []
    const at = element?.index ?? -1
    expect(element?.expected).toBe(Math.fround(Math.tanh(x?.data[at] ?? NaN)))
    expect(element?.got).toBe(Math.fround(Math.sin(x?.data[at] ?? NaN)))
    for (const part of ['differs from', 'to blame: node', 'tanh', 'Math.sin(', 'as JSON: {', 'b0 read: 1 (param)'])
      expect(report.text).toContain(part)
  })

  it('is shown by JSON that runs', async () => {
    const { reproduction, blame } = await fx.verify(await fx.compile(model, specs, { device }), args)
    const decoded = fx.fromJSON(JSON.parse(JSON.stringify(reproduction?.graph)))
    if (!isRight(decoded)) throw decoded.left
    const again = await fx.verify(await fx.compile(decoded.right, { device }), blame?.trial?.run.args ?? [])
    expect(again.blame?.kind).toBe('node')
  })

  it('is found in the gradient, before what reads the node', async () => {
    const run = await fx.compile(
      fx.grad((p: { w: Float; b: Float }, x: Float) => fx.sum(fx.exp(model(p, x)))),
      specs,
      { device },
    )
    expect(blameOf(await fx.verify(run, args)).node).toContain('= tanh(')
  })

  it('is found in the step of a loop', async () => {
    const f = (x: Float) => fx.scan((c: Float, r: Float) => [fx.tanh(fx.add(c, r)), fx.mul(c, 2)] as const, fx.zeros([2]), x)
    const report = await fx.verify(await fx.compile(f, [fx.spec([5, 2])], { device }), [
      fx.ndarray([
        [1, 2],
        [3, 4],
        [1, 1],
        [0, 0],
        [2, 2],
      ]),
    ])
    const { kind, node, within } = blameOf(report)
    expect([kind, within.length]).toEqual(['node', 1])
    expect(node).toContain('= tanh(')
    expect(within[0]).toMatch(/^step 0 of %\d+ = scan/)
  })

  it('is found where the results hide it, if every kernel is looked at', async () => {
    const run = await fx.compile((x: Float) => fx.gt(fx.tanh(x), 0), [fx.spec([3])], { device })
    const hidden = fx.compile((x: Float) => fx.tanh(fx.sum(fx.mul(fx.tanh(x), 0.000001))), [fx.spec([3])], { device })
    expect((await fx.verify(run, [vector(0.1, 0.2, -0.3)])).agreed).toBe(true)
    expect((await fx.verify(await hidden, [vector(1, 2, 3)], { thorough: true })).agreed).toBe(false)
  })
})

describe('a device that is wrong in other ways', () => {
  it('a load of the wrong element', async () => {
    const device = misprinting(js(), (source) => source.replace('b0[i0]', 'b0[i0 === 0 ? 0 : i0 - 1]'))
    const run = await fx.compile((x: Float, y: Float) => fx.matmul(fx.exp(x), y), [fx.spec([2, 2]), fx.spec([2, 2])], { device })
    const report = await fx.verify(run, [
      fx.ndarray([
        [1, 2],
        [3, 4],
      ]),
      fx.ndarray([
        [1, 0.5],
        [2, 3],
      ]),
    ])
    expect(blameOf(report).kind).toBe('node')
    expect(blameOf(report).node).toContain('= exp(')
  })

  it('nodes that are wrong only when they are fused', async () => {
    const device = misprinting(js(), (source) =>
      source.includes('Math.exp') && source.includes('Math.sin') ? source.replaceAll('Math.exp(', 'Math.expm1(') : source,
    )
    const run = await fx.compile((x: Float) => fx.mul(fx.sin(fx.exp(x)), 3), [fx.spec([4])], { device })
    const { kind, node } = blameOf(await fx.verify(run, [vector(0.1, 0.2, 0.3, 0.4)]))
    expect(kind).toBe('fusion')
    expect(node).toContain('= sin(')
  })

  it('a kernel that is wrong only in its program', async () => {
    let isFirst = true
    const device = misprinting(js(), (source) => {
      const edited = isFirst ? source.replaceAll('Math.exp(', 'Math.cos(') : source
      isFirst = false
      return edited
    })
    const run = await fx.compile((x: Float) => fx.exp(x), [fx.spec([4])], { device })
    const { kind, kernel } = blameOf(await fx.verify(run, [vector(0.1, 0.2, 0.3, 0.4)]))
    expect(kind).toBe('kernel')
    expect(kernel?.report.source).toContain('Math.cos(')
  })

  it('a memory plan by which one value overwrites another', async () => {
    const f = (x: Float, y: Float) => {
      const [a, b] = [fx.matmul(x, y), fx.matmul(y, x)]
      return fx.matmul(a, b)
    }
    const run = await fx.compile(f, [fx.spec([2, 2]), fx.spec([2, 2])], { device: overlapping(js()) })
    const { kind, problem, node } = blameOf(
      await fx.verify(run, [
        fx.ndarray([
          [1, 2],
          [3, 4],
        ]),
        fx.ndarray([
          [5, 6],
          [7, 9],
        ]),
      ]),
    )
    expect(kind).toBe('memory')
    expect(problem).toMatch(/launch 1 \(matmul\w*\) overwrites matmul%\d+, which is still needed: by the memory plan they share no bytes/)
    expect(node).toContain('= matmul(')
  })

  it('the same around a loop', async () => {
    const f = (x: Float, y: Float) => {
      const a = fx.matmul(x, y)
      const [last] = fx.scan((c: Float, r: Float) => [fx.matmul(c, fx.add(c, r)), r] as const, fx.matmul(y, x), fx.stack([x, y]))
      return fx.matmul(last, a)
    }
    const run = await fx.compile(f, [fx.spec([2, 2]), fx.spec([2, 2])], { device: overlapping(js()) })
    expect(['memory', 'loop']).toContain(
      blameOf(
        await fx.verify(run, [
          fx.ndarray([
            [1, 2],
            [3, 4],
          ]),
          fx.ndarray([
            [5, 6],
            [7, 9],
          ]),
        ]),
      ).kind,
    )
  })

  it('a loop that runs too few steps', async () => {
    const device = misloading(withoutTeams(js()), (request) => ({
      ...request,
      program: {
        ...request.program,
        loops: (request.program.loops ?? []).map((loop) => ('times' in loop ? { ...loop, times: loop.times - 1 } : loop)),
      },
    }))
    const run = await fx.compile((x: Float) => fx.foriLoop(0, 4, (_, c: Float) => fx.mul(c, 2), x), [fx.spec([2])], { device })
    const { kind, node } = blameOf(await fx.verify(run, [vector(1, 2)]))
    expect(kind).toBe('loop')
    expect(node).toContain('= scan(')
  })

  it('results that come and go', async () => {
    let calls = 0
    const whole = js()
    const device = misloading(whole, (request) => request)
    const flaky = {
      ...device,
      load: async (request: Parameters<typeof whole.load>[0]) => {
        const loaded = await whole.load(request)
        return {
          ...loaded,
          profile: loaded.profile,
          run: async (given: Parameters<typeof loaded.run>[0]) =>
            loaded.run(
              calls++ === 0
                ? given.map((x) =>
                    'data' in x
                      ? fx.ndarray(
                          x.data.map((v) => v + 1),
                          { shape: x.shape },
                        )
                      : x,
                  )
                : given,
            ),
        }
      },
    }
    const run = await fx.compile((x: Float) => fx.mul(x, 2), [fx.spec([2])], { device: flaky })
    expect(blameOf(await fx.verify(run, [vector(1, 2)])).kind).toBe('unstable')
  })
})

describe('a pass that changes the meaning', () => {
  it('is named, however the program ran', async () => {
    const run = await fx.compile((x: Float) => fx.exp(x), [fx.spec([2])], { device: 'js' })
    const wrong = fx.trace((x) => fx.sin(x), fx.spec([2]))
    const [first, second, ...rest] = run.passes
    const broken = Object.assign(run.bind(undefined), {
      ...run,
      passes: [first, { ...second, graph: wrong }, ...rest],
    }) as unknown as Executable
    const blame = await bisect(broken, [vector(1, 2)])
    expect(blame).toMatchObject({ kind: 'pass', problem: 'pass inline changes what the graph means' })
  })
})

describe('what is refused', () => {
  it.each<readonly [string, unknown, unknown, fx.ErrorTag]>([
    ['a function', (x: number) => x, [1], 'TraceError'],
    ['nothing', null, [1], 'TraceError'],
    ['a number', 3, [], 'TraceError'],
  ])('%s for a program', async (_, exe, given, tag) => {
    const error = await rejectionOf(fx.verify(exe as never, given as never))
    expect([error._tag, error.detail.op]).toEqual([tag, 'verify'])
  })

  it('arguments that are not the program’s', async () => {
    const run = await fx.compile(model, specs, { device: 'js' })
    for (const [given, tag] of [
      [undefined, 'TraceError'],
      [[args[0]], 'TraceError'],
      [[args[0], vector(1)], 'ShapeError'],
      [[args[0], fx.ndarray([[1, 2, 3]], { dtype: 'i32' })], 'DTypeError'],
    ] as const) {
      const error = await rejectionOf(fx.verify(run, untyped(given)))
      expect([error._tag, error.detail.op]).toEqual([tag, 'verify'])
    }
  })
})

it('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
  expect(fx.version).toBe(version)
})

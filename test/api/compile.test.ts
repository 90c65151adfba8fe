import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { rejectionOf, untyped } from './failure.js'

const device = 'js'
const pair = fx.ndarray([1, 2], { dtype: 'f32' })

describe('compile', () => {
  test.each([
    { name: 'an argument that is not there', donate: [1], says: 'cannot donate argument 1' },
    { name: 'a negative argument', donate: [-1], says: 'cannot donate argument -1' },
    { name: 'half an argument', donate: [0.5], says: 'cannot donate argument 0.5' },
  ])('refuses to donate $name', async ({ donate, says }) => {
    const error = await rejectionOf(fx.compile((x) => fx.exp(x), [fx.spec([2])], { device, donate }))
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain(says)
    expect(error.message).toContain('from 0')
  })

  test('refuses a device that there is not', async () => {
    const error = await rejectionOf(fx.compile((x) => x, [fx.spec([2])], { device: untyped('cuda') }))
    expect(error._tag).toBe('DeviceError')
    expect(error.message).toContain("there is no device 'cuda'")
    expect(error.message).toContain("'auto', 'webgpu', 'wasm', 'js'")
  })

  test('refuses to be called without specs', async () => {
    const error = await rejectionOf(
      fx.compile(
        untyped((x: fx.Tensor) => x),
        untyped(undefined),
      ),
    )
    expect(error._tag).toBe('TraceError')
    expect(error.message).toContain('specs of the arguments are missing')
  })

  test('refuses what is neither a function nor a graph', async () => {
    for (const source of [undefined, null, 5, 'x', {}]) expect((await rejectionOf(fx.compile(untyped(source))))._tag).toBe('TraceError')
  })

  test('rejects with what tracing refuses, at the user’s line', async () => {
    const error = await rejectionOf(fx.compile((x, y) => fx.add(x, untyped(y)), [fx.spec([2]), fx.spec([3])], { device }))
    expect(error._tag).toBe('ShapeError')
    expect(error.site?.file.endsWith('test/api/compile.test.ts')).toBe(true)
    expect(error.site?.excerpt[0]).toContain('fx.add(x')
  })

  test('rejects an asynchronous function', async () => {
    expect(
      (
        await rejectionOf(
          fx.compile(
            untyped(async (x: fx.Tensor) => x),
            [fx.spec([2])] as const,
            { device },
          ),
        )
      )._tag,
    ).toBe('TraceError')
  })

  test('rejects with an error thrown by the function itself', async () => {
    const mine = (): never => {
      throw new RangeError('mine')
    }
    await expect(fx.compile(mine, [], { device })).rejects.toThrow(/mine/)
  })

  test('takes arrays for specs', async () => {
    const f = await fx.compile((x, k) => fx.mul(x, k), [pair, 2], { device })
    expect(fx.toNested(await (await f(pair, 3)).toNDArray())).toEqual([3, 6])
  })

  test('takes a graph, traced, parsed or decoded', async () => {
    const graph = fx.trace((x) => ({ y: fx.mul(x, 2) }), fx.spec([2]))
    const decoded = fx.fromJSON(JSON.parse(JSON.stringify(fx.toJSON(graph))))
    if (E.isLeft(decoded)) throw decoded.left
    for (const source of [graph, decoded.right]) {
      const f: (...args: never[]) => Promise<unknown> = await fx.compile(source, { device })
      const { y } = (await f(pair as never)) as { readonly y: fx.DeviceArray }
      expect(fx.toNested(await y.toNDArray())).toEqual([2, 4])
    }
  })

  test('is deterministic', async () => {
    const loss = (w: fx.Tensor<fx.Shape, 'f32'>, x: fx.Tensor<fx.Shape, 'f32'>) => fx.mean(fx.square(fx.logSoftmax(fx.matmul(x, w))))
    const compile = () => fx.compile(fx.valueAndGrad(loss), [fx.spec<fx.Shape>([3, 4]), fx.spec<fx.Shape>([5, 3])], { device })
    const [a, b] = [await compile(), await compile()]
    expect(b.kernels).toEqual(a.kernels)
    expect(b.memory).toEqual(a.memory)
    expect(b.passes.map(({ name, printed }) => [name, printed])).toEqual(a.passes.map(({ name, printed }) => [name, printed]))
  })
})

describe('compileTE', () => {
  test('is right with a program', async () => {
    const result = await fx.compileTE((x) => fx.exp(x), [fx.spec([2])], { device })()
    if (E.isLeft(result)) throw result.left
    expect((await (await result.right(fx.ndarray([0, 0], { dtype: 'f32' }))).toNDArray()).data).toEqual(Float32Array.of(1, 1))
  })

  test('is left with the error, whatever threw it', async () => {
    const shape = await fx.compileTE((x) => fx.reshape(x as fx.Tensor, [3]), [fx.spec([2])], { device })()
    expect(E.isLeft(shape) && shape.left._tag).toBe('ShapeError')
    const mine = await fx.compileTE(
      (): never => {
        throw new RangeError('mine')
      },
      [],
      { device },
    )()
    expect(E.isLeft(mine) && fx.isFluxionError(mine.left) && mine.left.message.includes('mine')).toBe(true)
    const bad = await fx.compileTE((x) => x, [fx.spec([2])], { device: untyped('cuda') })()
    expect(E.isLeft(bad) && bad.left._tag).toBe('DeviceError')
  })

  test('does nothing until it is called', async () => {
    let calls = 0
    const task = fx.compileTE(
      (x) => {
        calls++
        return x
      },
      [fx.spec([2])],
      { device },
    )
    expect(calls).toBe(0)
    await task()
    await task()
    expect(calls).toBe(2)
  })
})

describe('an executable', () => {
  const compile = () =>
    fx.compile(
      (s, x) => [fx.add(s, fx.sum(fx.softmax(fx.matmul(x, fx.transpose(x))))), fx.max(x)] as const,
      [fx.spec([]), fx.spec([8, 4])],
      { device, donate: [0], debug: true },
    )

  test('shows what was traced, and the IR after every pass', async () => {
    const f = await compile()
    expect(f.graph.params).toBe(2)
    expect(f.passes[0]?.name).toBe('trace')
    expect(f.passes[0]?.printed).toBe(fx.print(f.graph))
    expect(f.passes.length).toBeGreaterThan(3)
    for (const pass of f.passes) {
      expect(pass.printed.split('\n').filter((line) => line.includes(' = '))).toHaveLength(pass.nodes)
      expect(pass.milliseconds).toBeGreaterThanOrEqual(0)
    }
  })

  test('shows its kernels', async () => {
    const f = await compile()
    expect(f.kernels.length).toBeGreaterThan(0)
    expect(new Set(f.kernels.map(({ name }) => name)).size).toBe(f.kernels.length)
    for (const kernel of f.kernels) {
      expect(kernel.source.length).toBeGreaterThan(20)
      expect(kernel.bytesWritten).toBeGreaterThan(0)
      expect(kernel.flops).toBeGreaterThan(0)
      expect(kernel.workgroups).toEqual([1, 1, 1])
    }
    const product = f.kernels.find(({ name }) => name.startsWith('matmul'))
    expect([product?.bytesRead, product?.bytesWritten]).toEqual([8 * 4 * 4, 8 * 8 * 4])
  })

  test('shows its memory', async () => {
    const { memory } = await compile()
    const temps = memory.buffers.filter(({ role }) => role === 'temp')
    expect(memory.unsharedBytes).toBe(temps.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(temps.every(({ offset, bytes }) => offset !== undefined && offset % 256 === 0 && offset + bytes <= memory.arenaBytes)).toBe(true)
    expect(memory.peakBytes).toBeGreaterThanOrEqual(memory.arenaBytes + 4 + 8 * 4 * 4)
    const state = memory.buffers.find(({ role, name }) => role === 'output' && name === '0')
    expect(state?.alias).toBe('0')
    expect(memory.buffers.filter(({ role }) => role === 'param').every(({ lifetime }) => lifetime[0] === -1)).toBe(true)
  })

  test('says where it runs', async () => {
    expect((await compile()).device.kind).toBe('js')
  })
})

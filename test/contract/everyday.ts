/** What the public page says of compiling, running, storing and failing, in programs. Run once for each device. */
import * as E from 'fp-ts/Either'
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import type { F32, I32 } from './programs.js'

type Key = fx.Tensor<fx.Shape, 'u32'>

const f32 = (...values: number[]): fx.NDArray<'f32'> => fx.ndarray(values, { dtype: 'f32' })

const nested = async (x: fx.DeviceArray): Promise<fx.Nested> => fx.toNested(await x.toNDArray())

const compiling = (device: () => fx.Device): void => {
  const loss = (w: F32, x: F32): F32 => fx.mean(fx.square(fx.matmul(x, w)))
  const step = (s: { readonly w: F32; readonly n: I32 }, x: F32) => {
    const [value, d] = fx.valueAndGrad(loss)(s.w, x)
    return [{ w: fx.sub(s.w, fx.mul(d, 0.25)), n: fx.add(s.n, 1) }, value] as const
  }
  const start = { w: f32(1, -2), n: fx.ndarray(0, { dtype: 'i32' }) }
  const x = fx.ndarray([[1, 0], [0, 1]], { dtype: 'f32' }) // prettier-ignore
  const specs = [fx.specOf(start), fx.spec([2, 2])] as const

  test('results are fed back, and donated state is given up', async () => {
    const run = await fx.compile(step, specs, { device: device(), donate: [0] })
    const [once] = await run(start, x)
    const [twice, value] = await run(once, x)
    expect(await nested(twice.w)).toEqual([0.5625, -1.125])
    expect(await twice.n.item()).toBe(2)
    expect(await value.item()).toBeCloseTo((0.75 ** 2 + 1.5 ** 2) / 2, 6)
    await expect(once.w.toNDArray()).rejects.toMatchObject({ _tag: 'DeviceError' })
    expect(fx.toNested(start.w)).toEqual([1, -2])
  })

  test('compileTE gives what compile gives, and errors as values', async () => {
    const good = await fx.compileTE(step, specs, { device: device() })()
    if (E.isLeft(good)) throw good.left
    const [state] = await good.right(start, x)
    expect(await nested(state.w)).toEqual([0.75, -1.5])
    const bad = await fx.compileTE((a: F32, b: F32) => fx.matmul(a, b), [fx.spec([2, 3]), fx.spec([4, 5])] as const, { device: device() })()
    expect(E.isLeft(bad) && bad.left._tag).toBe('ShapeError')
  })

  test('a graph goes through JSON and computes the same', async () => {
    const graph = fx.trace(step, ...specs)
    const back = fx.fromJSON(JSON.parse(JSON.stringify(fx.toJSON(graph))) as unknown)
    if (E.isLeft(back)) throw back.left
    expect(fx.print(back.right)).toBe(fx.print(graph))
    type Results = readonly [{ readonly w: fx.DeviceArray }, fx.DeviceArray]
    const run = await fx.compile<[typeof start, fx.NDArray], Results>(back.right, { device: device() })
    const [state] = await run(start, x)
    expect(await nested(state.w)).toEqual([0.75, -1.5])
    const unnamed = await fx.compile(back.right, { device: device() })
    await expect(unnamed(start)).rejects.toMatchObject({ _tag: 'TraceError' })
    for (const wrong of [null, 7, {}, { nodes: [] }, [], 'graph']) expect(E.isLeft(fx.fromJSON(wrong))).toBe(true)
  })

  test('what was compiled is data, and the same each time', async () => {
    const run = await fx.compile(step, specs, { device: device() })
    const again = await fx.compile(step, specs, { device: device() })
    expect(again.kernels.map((k) => k.source)).toEqual(run.kernels.map((k) => k.source))
    expect(again.memory).toEqual(run.memory)
    expect(run.passes.length).toBeGreaterThan(1)
    expect(run.passes.every((p) => p.name.length > 0)).toBe(true)
    expect(run.kernels.every((k) => k.name.length > 0 && k.source.length > 0 && k.flops >= 0)).toBe(true)
    const times = await run.profile(start, x)
    expect(times.length).toBeGreaterThan(0)
  })

  test('a number is a scalar argument, and names of devices are devices', async () => {
    const run = await fx.compile((a: F32, b: F32) => fx.mul(a, b), [fx.spec([]), fx.spec([2])] as const, { device: 'js' })
    expect(await nested(await run(fx.ndarray(3), f32(1, 2)))).toEqual([3, 6])
  })

  test('keys make the numbers of jax.random', async () => {
    const draw = () => {
      const [a, b] = [...fx.random.split(fx.random.key(42))] as [Key, Key]
      const table = fx.log(fx.constant([[0.2, 0.3, 0.5], [0.6, 0.2, 0.2]], { dtype: 'f32' })) // prettier-ignore
      return {
        uniform: fx.random.uniform(a, [3]),
        normal: fx.random.normal(b, [3]),
        bernoulli: fx.random.bernoulli(fx.random.foldIn(a, 7), 0.25, [6]),
        categorical: fx.random.categorical(b, table),
        permutation: fx.random.permutation(a, 6),
      }
    }
    const run = await fx.compile(draw, [], { device: device() })
    const drawn = await run()
    expect(await nested(drawn.uniform)).toEqual([0.7367312908172607, 0.8317470550537109, 0.91349196434021])
    const normal = (await nested(drawn.normal)) as number[]
    ;[-0.5675501823425293, 0.284391850233078, -0.9320607781410217].forEach((x, i) => expect(normal[i]).toBeCloseTo(x, 5))
    expect(((await nested(drawn.bernoulli)) as unknown[]).map(Number)).toEqual([0, 1, 0, 0, 0, 0])
    expect(await nested(drawn.categorical)).toEqual([1, 1])
    expect(await nested(drawn.permutation)).toEqual([5, 1, 0, 2, 4, 3])
  })

  test('parameters are drawn in the program that returns them', async () => {
    const init = (key: fx.Tensor<fx.Shape, 'u32'>) => {
      const [a, b] = [...fx.random.split(key)] as [Key, Key]
      return { w: fx.mul(fx.random.truncatedNormal(a, -2, 2, [64, 8]), 0.1), b: fx.zeros([8]), g: fx.random.gumbel(b, [4]) }
    }
    const key = fx.ndarray([0, 7], { dtype: 'u32' })
    const run = await fx.compile(init, [fx.specOf(key)] as const, { device: device() })
    const [one, two] = [await run(key), await run(key)]
    const w = (await one.w.toNDArray()).data
    expect(w).toEqual((await two.w.toNDArray()).data)
    expect(w.every((v) => Math.abs(v) <= 0.2)).toBe(true)
    expect(new Set(w).size).toBeGreaterThan(500)
    expect(await nested(one.b)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })
}

const derivatives = (device: () => fx.Device): void => {
  test('kinks and ties are as in JAX', async () => {
    const at = fx.constant([0, 0, 1, -1], { dtype: 'f32' })
    const sumOf = (f: (x: F32) => F32) => fx.grad((x: F32) => fx.sum(f(x)))(at)
    const program = await fx.compile(
      () => [sumOf(fx.relu), sumOf(fx.abs), sumOf((x) => fx.max(x)), fx.grad((x: F32) => fx.max(x))(fx.constant([2, 2, 1], { dtype: 'f32' }))] as const, // prettier-ignore
      [],
      { device: device() },
    )
    const [relu, abs, most, tie] = await program()
    expect(await nested(relu)).toEqual([0, 0, 1, 0])
    expect(await nested(abs)).toEqual([0, 0, 1, -1])
    expect(await nested(most)).toEqual([0, 0, 1, 0])
    expect(await nested(tie)).toEqual([0.5, 0.5, 0])
  })

  test('argnums by number and by list, auxiliary results, vjp of a tree', async () => {
    const f = (a: { readonly s: F32 }, b: F32) => fx.mul(fx.square(a.s), b)
    const [two, three] = [fx.constant(2, { dtype: 'f32' }), fx.constant(3, { dtype: 'f32' })]
    const program = await fx.compile(
      () => {
        const [value, back] = fx.vjp(f, { s: two }, three)
        const [[loss, aux], d] = fx.valueAndGrad((x: F32) => [fx.square(x), { twice: fx.mul(x, 2) }] as const, { hasAux: true })(three)
        return { one: fx.grad(f, { argnums: 1 })({ s: two }, three), both: fx.grad(f, { argnums: [0, 1] })({ s: two }, three), value, back: back(two), loss, aux, d } // prettier-ignore
      },
      [],
      { device: device() },
    )
    const r = await program()
    expect(await r.one.item()).toBe(4)
    expect([await r.both[0].s.item(), await r.both[1].item()]).toEqual([12, 4])
    expect(await r.value.item()).toBe(12)
    expect([await r.back[0].s.item(), await r.back[1].item()]).toEqual([24, 8])
    expect([await r.loss.item(), await r.aux.twice.item(), await r.d.item()]).toEqual([9, 6, 6])
  })

  test('a stopped gradient is none, to any order', async () => {
    const f = (x: F32) => fx.mul(fx.stopGradient(fx.square(x)), x)
    const program = await fx.compile((x: F32) => [fx.grad(f)(x), fx.grad(fx.grad(f))(x)] as const, [fx.spec([])] as const, { device: device() }) // prettier-ignore
    const [first, second] = await program(fx.ndarray(3))
    expect([await first.item(), await second.item()]).toEqual([9, 0])
  })

  test('a scan without inputs has a length', async () => {
    const f = (x: F32) => fx.scan((c: F32) => [fx.mul(c, 2), c] as const, x, undefined, { length: 4 })
    const program = await fx.compile(f, [fx.spec([])] as const, { device: device() })
    const [last, all] = await program(fx.ndarray(1))
    expect(await last.item()).toBe(16)
    expect(await nested(all)).toEqual([1, 2, 4, 8])
  })
}

const failing = (device: () => fx.Device): void => {
  const a = fx.spec([2, 3])
  test.each<readonly [string, fx.ErrorTag, readonly string[], () => Promise<unknown>]>([
    ['shapes that do not meet', 'ShapeError', ['matmul', '[2, 3]'], () => fx.compile((x: F32) => fx.matmul(x, x), [a] as const, { device: device() })], // prettier-ignore
    ['mixed dtypes', 'DTypeError', ['add', 'f32', 'i32'], () => fx.compile((x: F32, i: I32) => fx.add(x, i as never), [a, fx.spec([2, 3], 'i32')] as const, { device: device() })], // prettier-ignore
    ['a gradient of a vector', 'ShapeError', ['grad', '[2, 3]'], () => fx.compile((x: F32) => fx.grad(fx.sin as (x: F32) => F32)(x), [a] as const, { device: device() })], // prettier-ignore
    ['a result that is no tensor', 'TraceError', [], () => fx.compile((() => 'text') as never, [] as never, { device: device() })],
    ['an einsum that does not say', 'ShapeError', ['einsum'], () => fx.compile((x: F32) => fx.einsum('ij,jk->ik', x, x), [a] as const, { device: device() })], // prettier-ignore
  ])('%s', async (_, tag, says, attempt) => {
    const error = await attempt().then(
      () => undefined,
      (e: unknown) => e as fx.FluxionError,
    )
    expect(error?._tag).toBe(tag)
    expect(says.filter((text) => error?.message.includes(text) !== true)).toEqual([])
    expect(error?.message).toContain('everyday.ts')
  })
}

export const everydayTests = (name: string, device: () => fx.Device): void => {
  describe(`compiling on ${name}`, () => compiling(device))
  describe(`derivatives on ${name}`, () => derivatives(device))
  describe(`failing on ${name}`, () => failing(device))
}

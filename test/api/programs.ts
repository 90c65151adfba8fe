/** What programs do on any device: arguments, results, donation. Run once for each device. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { rejectionOf, untyped } from './failure.js'

const vector = (...values: number[]): fx.NDArray<'f32'> => fx.ndarray(values, { dtype: 'f32' })

const valuesOf = async (array: fx.DeviceArray): Promise<fx.Nested> => fx.toNested(await array.toNDArray())

/** Tests of arguments that a program must refuse, with what the error says. */
const refusals = (device: () => fx.Device): void => {
  const program = () =>
    fx.compile((p, x) => fx.add(p.a, fx.mul(x, p.b[0])), [{ a: fx.spec([2]), b: [fx.spec([])] as const }, fx.spec([2])], {
      device: device(),
    })
  const good = { a: vector(1, 2), b: [fx.ndarray(3, { dtype: 'f32' })] as const }

  test.each<readonly [string, readonly unknown[], fx.ErrorTag, readonly string[]]>([
    ['a missing argument', [good], 'TraceError', ['missing: 1']],
    ['an argument too many', [good, vector(1, 2), vector(1)], 'TraceError', ['unknown: 2']],
    ['a missing leaf', [{ b: good.b }, vector(1, 2)], 'TraceError', ['missing: 0.a']],
    ['an unknown leaf', [{ ...good, c: vector(1) }, vector(1, 2)], 'TraceError', ['unknown: 0.c']],
    ['another structure', [{ ...good, b: fx.ndarray(3) }, vector(1, 2)], 'TraceError', ['missing: 0.b.0', 'unknown: 0.b']],
    ['another shape', [good, vector(1, 2, 3)], 'ShapeError', ['argument 1', 'f32[3]', 'f32[2]']],
    ['another rank', [{ ...good, a: fx.ndarray([[1, 2]]) }, vector(1, 2)], 'ShapeError', ['argument 0.a', 'f32[1, 2]']],
    ['a number for a vector', [good, 7], 'ShapeError', ['argument 1', 'f32[]', 'f32[2]']],
    ['another dtype', [good, fx.ndarray([1, 2], { dtype: 'i32' })], 'DTypeError', ['argument 1', 'i32', 'f32']],
    ['text', [good, 'x'], 'TraceError', ['string', '1']],
    ['nothing', [{ a: null, b: good.b }, vector(1, 2)], 'TraceError', ['null', '0.a']],
    ['a bare typed array', [good, new Float32Array(2)], 'TraceError', ['1']],
  ])('refuses %s', async (_, args, tag, says) => {
    const run: (...args: never[]) => Promise<unknown> = await program()
    const error = await rejectionOf(run(...(args as never[])))
    expect(error._tag).toBe(tag)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
  })

  test('a refused call changes nothing: what would be donated stays', async () => {
    const step = await fx.compile((s, x) => fx.add(s, x), [fx.spec([2]), fx.spec([2])], { device: device(), donate: [0] })
    const state = await step(vector(1, 2), vector(1, 1))
    await rejectionOf(step(state, untyped(vector(1, 2, 3))))
    await rejectionOf(step(state, untyped(fx.ndarray([1, 2], { dtype: 'i32' }))))
    await rejectionOf((step as (...args: fx.DeviceArray<'f32'>[]) => Promise<unknown>)(state))
    expect(await valuesOf(state)).toEqual([2, 3])
    expect(await valuesOf(await step(state, vector(1, 1)))).toEqual([3, 4])
  })
}

const results = (device: () => fx.Device): void => {
  test('trees of arguments and results of every kind', async () => {
    const f = await fx.compile(
      (p, xs) => ({ sum: fx.add(p.deep.x, xs[0]), list: [xs[1], { n: 3 }] as const }),
      [{ deep: { x: fx.spec([2]) } }, [fx.spec([2]), fx.spec([], 'i32')] as const],
      { device: device() },
    )
    const out = await f({ deep: { x: vector(1, 2) } }, [vector(10, 20), fx.ndarray(5, { dtype: 'i32' })])
    expect(await valuesOf(out.sum)).toEqual([11, 22])
    expect(await out.list[0].item()).toBe(5)
    expect(await out.list[1].n.item()).toBe(3)
  })

  test('numbers as scalar arguments, of the dtype asked for', async () => {
    const f = await fx.compile(
      (x, n, c) => [fx.mul(x, 2), fx.add(n, 1), fx.logicalNot(c)] as const,
      [fx.spec([]), fx.spec([], 'i32'), fx.spec([], 'bool')],
      { device: device() },
    )
    const [x, n, c] = await f(1.5, untyped(4), untyped(0))
    expect(await Promise.all([x.item(), n.item(), c.item()])).toEqual([3, 5, true])
  })

  test('item is a number, or a boolean for bool; of one element only', async () => {
    const f = await fx.compile((x) => [fx.sum(x), fx.any(fx.gt(x, 1)), fx.reshape(fx.max(x), [1, 1]), x] as const, [fx.spec([2])], {
      device: device(),
    })
    const [sum, any, max, all] = await f(vector(1, 2))
    expect(await Promise.all([sum.item(), any.item(), max.item()])).toEqual([3, true, 2])
    const error = await rejectionOf(all.item())
    expect(error._tag).toBe('ShapeError')
    expect(error.message).toContain('f32[2] has 2 elements')
    expect(error.message).toContain('toNDArray()')
  })

  test('results say what they are', async () => {
    const f = await fx.compile((x) => fx.gt(x, 0), [fx.spec([1, 2])], { device: device() })
    const result = await f(fx.ndarray([[1, -1]], { dtype: 'f32' }))
    expect([result.shape, result.dtype]).toEqual([[1, 2], 'bool'])
    const host = await result.toNDArray()
    expect(host.data).toBeInstanceOf(Uint8Array)
    expect([...host.data]).toEqual([1, 0])
  })

  test('arrays of nothing', async () => {
    const f = await fx.compile((x) => [fx.exp(x), fx.sum(x), fx.zeros([3, 0])] as const, [fx.spec([0, 2])], { device: device() })
    const [e, s, z] = await f(fx.ndarray([], { shape: [0, 2], dtype: 'f32' }))
    expect([(await e.toNDArray()).shape, await s.item(), (await z.toNDArray()).data.length]).toEqual([[0, 2], 0, 0])
  })

  test('no arguments, and no results', async () => {
    const f = await fx.compile(() => fx.add(fx.ones([2]), 1), [], { device: device() })
    expect(await valuesOf(await f())).toEqual([2, 2])
    const g = await fx.compile((_x) => ({}), [fx.spec([2])], { device: device() })
    expect(await g(vector(1, 2))).toEqual({})
  })

  test('results that are parameters, constants or the same value are copies', async () => {
    const f = await fx.compile((x) => [x, x, fx.exp(x), fx.exp(x), fx.constant([5]), fx.constant([5])] as const, [fx.spec([1])], {
      device: device(),
    })
    const host = vector(0)
    const out = await f(host)
    host.data[0] = 9
    expect(await Promise.all(out.map(valuesOf))).toEqual([[0], [0], [1], [1], [5], [5]])
    out[0].dispose()
    out[2].dispose()
    out[4].dispose()
    expect(await Promise.all([out[1], out[3], out[5]].map(valuesOf))).toEqual([[0], [1], [5]])
    const again = await f(vector(2))
    expect(await Promise.all([out[1], out[3], out[5]].map(valuesOf))).toEqual([[0], [1], [5]])
    expect(await valuesOf(again[4])).toEqual([5])
  })

  test('a result that is read and changed on the host stays as it is', async () => {
    const f = await fx.compile((x) => fx.mul(x, 2), [fx.spec([2])], { device: device() })
    const result = await f(vector(1, 2))
    const read = await result.toNDArray()
    read.data[0] = 100
    expect(await valuesOf(result)).toEqual([2, 4])
  })

  test('a result outlives the next calls', async () => {
    const f = await fx.compile((x) => fx.softmax(fx.mul(x, x)), [fx.spec([2])], { device: device() })
    const first = await f(vector(1, 1))
    await f(vector(3, 9))
    await f(vector(0, 5))
    expect(await valuesOf(first)).toEqual([0.5, 0.5])
  })

  test('an array that was disposed cannot be read or passed', async () => {
    const f = await fx.compile((x) => fx.mul(x, 2), [fx.spec([2])], { device: device() })
    const result = await f(vector(1, 2))
    result.dispose()
    result.dispose()
    for (const use of [() => result.toNDArray(), () => f(result)]) {
      const error = await rejectionOf(use())
      expect(error._tag).toBe('DeviceError')
      expect(error.message).toContain('disposed')
    }
  })
}

const donations = (device: () => fx.Device): void => {
  const stepper = () =>
    fx.compile((s, g) => ({ w: fx.sub(s.w, g), n: fx.add(s.n, 1) }), [{ w: fx.spec([3]), n: fx.spec([], 'i32') }, fx.spec([3])], {
      device: device(),
      donate: [0],
    })
  const zero = { w: vector(0, 0, 0), n: fx.ndarray(0, { dtype: 'i32' }) }

  test('state goes round', async () => {
    const step = await stepper()
    let state = await step(zero, vector(1, 2, 3))
    for (let i = 0; i < 9; i++) state = await step(state, vector(1, 2, 3))
    expect([await valuesOf(state.w), await state.n.item()]).toEqual([[-10, -20, -30], 10])
  })

  test('the state that was given is gone; host data is not', async () => {
    const step = await stepper()
    const host = { w: vector(1, 1, 1), n: fx.ndarray(0, { dtype: 'i32' }) }
    const first = await step(host, vector(1, 0, 0))
    expect([...host.w.data]).toEqual([1, 1, 1])
    const second = await step(first, vector(1, 0, 0))
    const error = await rejectionOf(first.w.toNDArray())
    expect(error._tag).toBe('DeviceError')
    expect(error.message).toContain('donated')
    expect((await rejectionOf(first.n.item()))._tag).toBe('DeviceError')
    expect((await rejectionOf(step(first, vector(1, 0, 0))))._tag).toBe('DeviceError')
    expect(await valuesOf(second.w)).toEqual([-1, 1, 1])
  })

  test('one array in two places cannot be donated', async () => {
    const step = await fx.compile((a, b) => [fx.add(a, b), fx.sub(a, b)] as const, [fx.spec([2]), fx.spec([2])], {
      device: device(),
      donate: [0],
    })
    const [x] = await step(vector(1, 2), vector(0, 0))
    const error = await rejectionOf(step(x, x))
    expect(error._tag).toBe('DeviceError')
    expect(await valuesOf(x)).toEqual([1, 2])
    const [both] = await step(x, vector(1, 1))
    expect(await valuesOf(both)).toEqual([2, 3])
  })

  test('two calls at once with one state: one of them is refused, and the other is right', async () => {
    const step = await stepper()
    const state = await step(zero, vector(1, 1, 1))
    const settled = await Promise.allSettled([step(state, vector(1, 1, 1)), step(state, vector(1, 1, 1))])
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const outcome of settled) if (outcome.status === 'fulfilled') expect(await valuesOf(outcome.value.w)).toEqual([-2, -2, -2])
  })

  test('two calls at once without donation are both right', async () => {
    const f = await fx.compile((x) => fx.softmax(fx.add(x, fx.sum(x))), [fx.spec([2])], { device: device() })
    const [a, b] = await Promise.all([f(vector(0, 0)), f(vector(0, 1000))])
    expect([await valuesOf(a), await valuesOf(b)]).toEqual([
      [0.5, 0.5],
      [0, 1],
    ])
  })

  test('a profile donates nothing', async () => {
    const step = await stepper()
    const state = await step(zero, vector(1, 1, 1))
    const times = await step.profile(state, vector(1, 1, 1))
    expect(times.map(({ name }) => name)).toEqual(step.kernels.map(({ name }) => name))
    expect(times.every(({ milliseconds }) => milliseconds >= 0)).toBe(true)
    expect(await valuesOf(state.w)).toEqual([-1, -1, -1])
    expect((await rejectionOf(step.profile(state, untyped(vector(1)))))._tag).toBe('ShapeError')
  })
}

const chains = (device: () => fx.Device): void => {
  test('results of one program are arguments of another', async () => {
    const shared = device()
    const double = await fx.compile((x) => fx.mul(x, 2), [fx.spec([2])], { device: shared })
    const total = await fx.compile((x) => fx.sum(x), [fx.spec([2])], { device: shared })
    expect(await (await total(await double(await double(vector(1, 2))))).item()).toBe(12)
  })

  test('results of one device are arguments on another', async () => {
    const here = await fx.compile((x) => fx.mul(x, 2), [fx.spec([2])], { device: device() })
    const there = await fx.compile((x) => fx.add(x, 1), [fx.spec([2])], { device: fx.js() })
    expect(await valuesOf(await here(await there(await here(vector(1, 2)))))).toEqual([6, 10])
  })

  test('a host array may be any 0-or-1 bytes for bool, and stays as it is', async () => {
    const f = await fx.compile((x) => [fx.logicalNot(x), fx.cast(x, 'f32')] as const, [fx.spec([3], 'bool')], { device: device() })
    const [not, number] = await f(fx.ndarray(Uint8Array.of(1, 0, 1), { dtype: 'bool' }))
    expect([await valuesOf(not), await valuesOf(number)]).toEqual([
      [false, true, false],
      [1, 0, 1],
    ])
  })
}

export const programTests = (name: string, device: () => fx.Device): void => {
  describe(`${name}: arguments`, () => {
    refusals(device)
  })
  describe(`${name}: results`, () => {
    results(device)
  })
  describe(`${name}: donation`, () => {
    donations(device)
  })
  describe(`${name}: several programs`, () => {
    chains(device)
  })
}

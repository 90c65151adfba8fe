/** Where NaN and infinity arise is named, down to the step of a loop. */
import { describe, expect, it } from 'vitest'
import * as fx from '../../src/index.js'
import { firstNonFinite } from '../../src/verify/nonFinite.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

const rows = fx.ndarray([[4], [2], [-3], [1], [-5]], { dtype: 'f32' })
/** The logarithm of a negative number is NaN: at row 2 first. */
const logs = (x: Float): Float => fx.scan((c: Float, r: Float) => [fx.add(c, fx.log(r)), fx.mul(c, 2)] as const, fx.zeros([1]), x)[0]
/** Row 3 is the first that comes to it backwards. */
const backwards = (x: Float): Float =>
  fx.scan((c: Float, r: Float) => [c, fx.sqrt(r)] as const, fx.zeros([1]), fx.flip(x), { reverse: true })[1]

const found = async (f: (x: Float) => unknown, x: fx.NDArray<'f32'> = rows) => {
  const exe = await fx.compile(f as (x: Float) => Float, [fx.spec<fx.Shape>([...x.shape])], { device: 'js' })
  return firstNonFinite(exe, [x])
}

describe('the first value that is not finite', () => {
  it('is named with the step of a scan', async () => {
    const report = await found((x) => fx.mul(logs(x), 2))
    expect(report?.node).toMatch(/^%\d+ = log\(%\d+\) : f32\[1\]$/)
    expect(report?.within).toHaveLength(1)
    expect(report?.within[0]).toMatch(/^step 2 of %\d+ = scan\(/)
    expect(report?.census.nans).toBe(1)
    expect(report?.inputs[0]?.census).toMatchObject({ nans: 0, min: -3, max: -3 })
  })

  it('is named in a scan from the last row on, where only a stack is bad', async () => {
    const report = await found(backwards)
    expect(report?.node).toContain('= sqrt(')
    // Flipped, the rows are -5, 1, -3, 2, 4: from the last on, -3 is the third.
    expect(report?.within[0]).toMatch(/^step 2 of/)
  })

  it('is named in a loop in a loop, a branch, a checkpoint and a map', async () => {
    const inner = (c: Float): Float => fx.foriLoop(0, 4, (i, d: Float) => fx.sub(fx.sqrt(d), fx.mul(fx.cast(fx.eq(i, 2), 'f32'), 9)), c)
    const nested = await found((x) => fx.foriLoop(0, 3, (__, c: Float) => inner(c), fx.mul(x, x)))
    expect(nested?.within.map((place) => place.replace(/ of .*/, ''))).toEqual(['step 0', 'step 3'])
    const branch = await found((x) =>
      fx.checkpoint((y: Float) =>
        fx.cond(
          fx.lt(fx.sum(y), 0),
          (z: Float) => fx.log(z),
          (z: Float) => z,
          y,
        ),
      )(x),
    )
    expect(branch?.node).toContain('= log(')
    expect(branch?.within).toHaveLength(2)
    const mapped = await found((x) => fx.vmap(logs)(fx.stack([fx.abs(x), x])))
    expect(mapped?.within[0]).toMatch(/^step 2 of/)
    expect(mapped?.census).toMatchObject({ nans: 1 })
  })

  it('is named with the step of a loop that asks', async () => {
    const loop = (x: Float): Float =>
      fx.whileLoop(
        (c: Float) => fx.lt(fx.sum(c), 1e30),
        (c: Float) => fx.exp(c),
        x,
      )
    const report = await found(loop, fx.ndarray([1], { dtype: 'f32' }))
    // 1, e, 15.2, 3.8e6, then what f32 cannot hold.
    expect(report?.node).toContain('= exp(')
    expect(report?.within[0]).toMatch(/^step 3 of %\d+ = while\(/)
    expect(report?.census.infinities).toBe(1)
  })

  it('is nothing where all is finite', async () => {
    expect(await found((x) => logs(fx.abs(x)))).toBeUndefined()
  })
})

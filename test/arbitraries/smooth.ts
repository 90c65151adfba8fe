/** Random functions that are smooth almost everywhere and stay of moderate size, for tests of derivatives. */
import * as fc from 'fast-check'
import { range, sizeOf, type Shape } from '../../src/ir/shape.js'
import type { F64, Float } from '../harness/f64.js'
import { bounded, diceOf, type Dice } from './draft.js'

export interface SmoothCase {
  readonly shapes: readonly Shape[]
  readonly seed: number
  /** The function, of tensors of a given copy of the library. */
  readonly build: (f64: F64) => (...args: readonly Float[]) => Float
}

type Step = (f64: F64, dice: Dice, x: Float, y: Float) => Float

const limit = 24

/** x in the shape of y, where that is any less than reading all of x. */
export const fit = ({ fx }: Pick<F64, 'fx'>, x: Float, shape: Shape): Float => {
  const flat = fx.reshape(x, [x.size])
  const [have, want] = [x.size, sizeOf(shape)]
  const cut = have > want ? fx.slice(flat, [0], [want]) : have < want ? fx.pad(flat, [[0, want - have]]) : flat
  return fx.reshape(cut, shape)
}

const unary: readonly Step[] = [
  ...(['sin', 'cos', 'tanh', 'sigmoid', 'erf', 'atan', 'silu', 'softplus', 'relu', 'abs', 'neg'] as const).map(
    (name): Step =>
      ({ fx }, _, x) =>
        fx[name](x),
  ),
  ({ fx }, _, x) => fx.gelu(x),
]

/** What grows or has edges is used where it is tame. */
const guarded: readonly Step[] = [
  ({ fx }, _, x) => fx.exp(fx.sin(x)),
  ({ fx }, _, x) => fx.log(fx.add(fx.square(x), 0.5)),
  ({ fx }, _, x) => fx.sqrt(fx.add(fx.square(x), 0.3)),
  ({ fx }, _, x) => fx.asin(fx.mul(fx.tanh(x), 0.9)),
  ({ fx }, _, x) => fx.tan(fx.sin(x)),
  ({ fx }, _, x) => fx.cosh(fx.sin(x)),
  ({ fx }, _, x) => fx.log1p(fx.exp(fx.sin(x))),
]

const binary: readonly Step[] = [
  (f, _, x, y) => f.fx.add(x, fit(f, y, x.shape)),
  (f, _, x, y) => f.fx.sub(fit(f, y, x.shape), x),
  (f, _, x, y) => f.fx.tanh(f.fx.mul(x, fit(f, y, x.shape))),
  (f, _, x, y) => f.fx.div(x, f.fx.add(1, f.fx.square(fit(f, y, x.shape)))),
  (f, _, x, y) => f.fx.maximum(x, fit(f, y, x.shape)),
  (f, _, x, y) => f.fx.where(f.fx.gt(x, 0.2), x, fit(f, y, x.shape)),
  (f, _, x, y) => f.fx.pow(f.fx.add(1, f.fx.square(f.fx.sin(x))), f.fx.sin(fit(f, y, x.shape))),
  (f, _, x, y) => f.fx.atan2(x, f.fx.add(1.5, f.fx.sin(fit(f, y, x.shape)))),
]

const axis = (dice: Dice, x: Float): { readonly axis?: number } => (x.ndim === 0 ? {} : { axis: dice.upTo(x.ndim) })

const structural: readonly Step[] = [
  ({ fx }, dice, x) => fx.mean(x, axis(dice, x)),
  ({ fx }, dice, x) => fx.max<'f32'>(x, axis(dice, x)),
  ({ fx }, dice, x) => fx.logsumexp(x, axis(dice, x)),
  ({ fx }, dice, x) => (x.ndim === 0 ? x : fx.softmax(x, { axis: dice.upTo(x.ndim) })),
  ({ fx }, _, x) => fx.transpose(x),
  ({ fx }, dice, x) => (x.ndim > 3 ? x : fx.expandDims(x, dice.upTo(x.ndim + 1))),
  ({ fx }, dice, x) => (x.size * 2 > limit || x.ndim > 3 ? x : fx.broadcastTo(x, [1 + dice.upTo(2), ...x.shape])),
  ({ fx }, dice, x) => (x.ndim === 0 ? x : fx.flip(x, { axis: dice.upTo(x.ndim) })),
  ({ fx }, _, x) => (x.ndim === 0 || x.size * 2 > limit ? x : fx.concat([x, fx.sin(x)], { axis: x.ndim - 1 })),
  ({ fx }, dice, x) => (x.ndim === 0 ? x : fx.take(x, fx.constant([dice.upTo(3), 0], { dtype: 'i32' }), { axis: dice.upTo(x.ndim) })),
  ({ fx }, dice, x) =>
    fx.slice(
      x,
      x.shape.map((n) => Math.min(n - 1, dice.upTo(2))),
      x.shape,
      x.shape.map(() => 1 + dice.upTo(2)),
    ),
  (f, dice, x, y) => f.fx.tanh(f.fx.matmul(fit(f, x, [2, 3]), fit(f, y, [3, 1 + dice.upTo(3)]) as never)),
  (f, dice, x, y) =>
    f.fx.tanh(
      f.fx.conv(fit(f, x, [1, 2, 3, 3]), fit(f, y, [2, 1 + dice.upTo(2), 2, 2]), {
        groups: 2 - dice.upTo(2),
        strides: 1 + dice.upTo(2),
        padding: 'same',
      }),
    ),
  (f, _, x) => f.fx.maxPool(fit(f, x, [1, 1, 3, 4]), { window: 2, strides: 1 }),
]

const families: readonly (readonly Step[])[] = [unary, guarded, binary, structural]

/** One op of any family, or x where it would be too large. */
export const smoothStep: Step = (f64, dice, x, y) => attempt(() => dice.choose(dice.choose(families))(f64, dice, x, y), x)

const length = fc.constantFrom(1, 2, 3, 2, 4)
const shape = fc.array(length, { maxLength: 3, size: 'max' }).map((s) => bounded(s, limit))
const numbers = fc.array(fc.nat({ max: 65535 }), { minLength: 10, maxLength: 10 })

const attempt = (make: () => Float, otherwise: Float): Float => {
  try {
    const made = make()
    return made.size > 0 && made.size <= 2 * limit ? made : otherwise
  } catch {
    return otherwise
  }
}

const buildOf =
  (steps: readonly (readonly number[])[]) =>
  (f64: F64) =>
  (...args: readonly Float[]): Float => {
    const values = [...args]
    for (const numbersOf of steps) {
      const dice = diceOf(numbersOf)
      const [x, y] = range(2).map(() => values[values.length - 1 - dice.upTo(Math.min(4, values.length))] as Float) as [Float, Float]
      values.push(smoothStep(f64, dice, x, y))
    }
    return values.at(-1) as Float
  }

export const smoothCases = (): fc.Arbitrary<SmoothCase> =>
  fc
    .record({
      shapes: fc.array(shape, { minLength: 1, maxLength: 3 }),
      steps: fc.array(numbers, { minLength: 1, maxLength: 8, size: 'max' }),
      seed: fc.nat({ max: 1 << 30 }),
    })
    .map(({ shapes, steps, seed }) => ({ shapes, seed, build: buildOf(steps) }))

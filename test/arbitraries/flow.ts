/** Random programs of loops and conditions, written once and run with any meaning of these: on the device, or written out. */
import * as fc from 'fast-check'
import { range, type Shape } from '../../src/ir/shape.js'
import type { F64, Float, Fluxion } from '../harness/f64.js'
import { diceOf, type Dice } from './draft.js'
import { fit, smoothStep } from './smooth.js'
import type * as Library from '../../src/index.js'

type Int = Library.Tensor<Shape, 'i32'>
type Bool = Library.Tensor<Shape, 'bool'>

/** What a step hands on: a value, and a count of steps, which has no derivative. */
export type Carry = readonly [Float, Int]

/** Control flow over carries and rows. */
export interface Control {
  scan(f: (carry: Carry, x: Float) => readonly [Carry, Float], init: Carry, xs: Float, reverse: boolean): readonly [Carry, Float]
  foriLoop(lo: number, hi: number, f: (i: Int, carry: Float) => Float, init: Float): Float
  cond(pred: Bool, onTrue: (x: Float) => Float, onFalse: (x: Float) => Float, x: Float): Float
}

export const onDevice = ({ fx }: Pick<F64, 'fx'>): Control => ({
  scan: (f, init, xs, reverse) => fx.scan(f, init, xs, { reverse }),
  foriLoop: (lo, hi, f, init) => fx.foriLoop(lo, hi, (i: Library.Tensor, carry: Float) => f(i as Int, carry), init),
  cond: (pred, onTrue, onFalse, x) => fx.cond(pred, onTrue, onFalse, x),
})

/** Row i of an array. */
export const rowOf = (fx: Fluxion, xs: Float, i: number): Float =>
  fx.reshape(
    fx.slice(
      xs,
      xs.shape.map((_, d) => (d === 0 ? i : 0)),
      xs.shape.map((n, d) => (d === 0 ? i + 1 : n)),
    ),
    xs.shape.slice(1),
  )

/** Loops step by step, and a choice between both branches' values. */
export const writtenOut = ({ fx }: Pick<F64, 'fx'>): Control => ({
  scan: (f, init, xs, reverse) => {
    const order = range(xs.shape[0] as number)
    const ys: Float[] = []
    let carry = init
    for (const i of reverse ? [...order].reverse() : order) {
      const [next, y] = f(carry, rowOf(fx, xs, i))
      carry = next
      ys[i] = y
    }
    return [carry, fx.stack(ys)]
  },
  foriLoop: (lo, hi, f, init) => range(hi - lo).reduce((carry, k) => f(fx.full([], lo + k, 'i32'), carry), init),
  cond: (pred, onTrue, onFalse, x) => fx.where(pred, onTrue(x), onFalse(x)),
})

interface Place {
  readonly f64: F64
  readonly control: Control
  readonly shape: Shape
  readonly dice: Dice
  readonly depth: number
}

/** Keeps values in the region where functions are tame, and in the shape of the program. */
const tame = ({ f64, shape }: Place, x: Float): Float => fit(f64, f64.fx.sin(x), shape)

type Block = (place: Place, env: readonly Float[]) => Float

const pickFrom = (dice: Dice, env: readonly Float[]): Float => dice.choose(env.slice(-4))

const straight: Block = (place, env) => {
  const { f64, dice } = place
  const [x, y] = [pickFrom(dice, env), pickFrom(dice, env)]
  return fit(f64, smoothStep(f64, dice, x, y), place.shape)
}

const deeper = (place: Place, env: readonly Float[]): Float => {
  const { dice, depth } = place
  const inner = { ...place, depth: depth + 1 }
  return depth >= 2 ? straight(inner, env) : dice.choose(blocks)(inner, env)
}

/** A scan with a value and a count for its carry, rows made of two values, and the rest captured. */
const scanned: Block = (place, env) => {
  const { f64, control, dice } = place
  const { fx } = f64
  const [init, other] = [pickFrom(dice, env), pickFrom(dice, env)]
  const xs = fx.stack([other, init, fx.mul(other, 0.5)].slice(0, 1 + dice.upTo(3)))
  const [reverse, bits] = [dice.upTo(2) === 1, range(12).map(() => dice.upTo(1 << 16))]
  const [[last], ys] = control.scan(
    ([a, n], x) => {
      const again = { ...place, dice: diceOf(bits) }
      const seen = fx.add(x, fx.mul(fx.cast(n, 'f32'), 0.1))
      const next = tame(again, deeper(again, [...env, a, seen]))
      return [[next, fx.add(n, 1)], fx.mul(next, seen)]
    },
    [init, fx.full([], 0, 'i32')],
    xs,
    reverse,
  )
  return fx.add(last, fx.sum(ys, { axis: 0 }))
}

const counted: Block = (place, env) => {
  const { f64, control, dice } = place
  const { fx } = f64
  const [lo, length, bits] = [dice.upTo(3), dice.upTo(4), range(12).map(() => dice.upTo(1 << 16))]
  return control.foriLoop(
    lo,
    lo + length,
    (i, carry) => {
      const again = { ...place, dice: diceOf(bits) }
      return tame(again, deeper(again, [...env, carry, fx.mul(carry, fx.add(1, fx.mul(fx.cast(i, 'f32'), 0.2)))]))
    },
    pickFrom(dice, env),
  )
}

const chosen: Block = (place, env) => {
  const { f64, control, dice } = place
  const { fx } = f64
  const [x, y, limit] = [pickFrom(dice, env), pickFrom(dice, env), dice.upTo(5) / 4 - 0.5]
  const bits = range(2).map(() => range(10).map(() => dice.upTo(1 << 16)))
  const branch = (i: number) => (v: Float) => deeper({ ...place, dice: diceOf(bits[i] as number[]) }, [...env, v])
  return control.cond(fx.gt(fx.mean(y), limit), branch(0), branch(1), x)
}

const kept: Block = (place, env) => {
  const { f64, dice } = place
  const bits = range(10).map(() => dice.upTo(1 << 16))
  const f = (...xs: readonly Float[]): Float => deeper({ ...place, dice: diceOf(bits) }, xs)
  return f64.fx.checkpoint(f)(...env.slice(-3))
}

const custom: Block = (place, env) => {
  const { f64, dice } = place
  const { fx } = f64
  const bits = range(10).map(() => dice.upTo(1 << 16))
  const f = (...xs: readonly Float[]): Float => deeper({ ...place, dice: diceOf(bits) }, xs)
  return fx.customVjp(f, {
    fwd: (...args: readonly Float[]) => [f(...args), args] as const,
    bwd: (args: readonly Float[], g: Float) => fx.vjp(f, ...args)[1](g),
  })(...env.slice(-3))
}

const blocks: readonly Block[] = [straight, scanned, counted, chosen, scanned, counted, chosen, kept, custom]

export interface FlowCase {
  readonly shapes: readonly Shape[]
  readonly seed: number
  readonly build: (f64: F64, control: Control) => (...args: readonly Float[]) => Float
}

const shape = fc.constantFrom<Shape>([2], [], [3], [2, 2], [1, 3])
const numbers = fc.array(fc.nat({ max: 65535 }), { minLength: 16, maxLength: 16 })

/** Programs of one to three blocks on one to three arguments of one shape, to be read as functions to that shape. */
export const flowCases = (): fc.Arbitrary<FlowCase> =>
  fc
    .record({
      shape,
      params: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat({ max: 1 << 30 }),
      steps: fc.array(numbers, { minLength: 1, maxLength: 3, size: 'max' }),
    })
    .map(({ shape: common, params, seed, steps }) => ({
      shapes: range(params).map(() => common),
      seed,
      build:
        (f64, control) =>
        (...args) =>
          steps
            .reduce<readonly Float[]>(
              (env, bits) => [...env, deeper({ f64, control, shape: common, dice: diceOf(bits), depth: 0 }, env)],
              args,
            )
            .at(-1) as Float,
    }))

/** The value of a program's mean and its gradients, as a graph. */
export const gradientGraph = (lib: F64, { shapes, build }: FlowCase): Library.Graph => {
  const { fx } = lib
  const f = build(lib, onDevice(lib))
  const both = (...xs: readonly Float[]): readonly Float[] => {
    const [value, pull] = fx.vjp((...ys: readonly Float[]) => fx.mean(f(...ys)), ...xs)
    return [value, ...pull(fx.full([], 1))]
  }
  return fx.trace(both, ...shapes.map((s) => fx.spec([...s])))
}

/** Random transformations of scalar functions: each gives a scalar function of the same arguments again. */
import * as fc from 'fast-check'
import type { F64, Float } from '../harness/f64.js'
import { rngOf } from './value.js'

export type Loss = (...args: readonly Float[]) => Float

type Transformation = (f64: F64, f: Loss, seed: number) => Loss

/** A fixed direction in the space of some arguments. */
const directions = ({ fx }: F64, args: readonly Float[], seed: number): Float[] => {
  const rng = rngOf(seed)
  return args.map((x) => fx.reshape(fx.constant(Float32Array.from({ length: x.size }, () => rng() * 2 - 1)), x.shape))
}

const total = ({ fx }: F64, xs: readonly Float[]): Float => xs.map((x) => fx.sum(x)).reduce((a, b) => fx.add(a, b))

const dot = (f64: F64, xs: readonly Float[], us: readonly Float[]): Float =>
  total(
    f64,
    xs.map((x, i) => f64.fx.mul(x, us[i] as Float)),
  )

const allOf = (args: readonly unknown[]): number[] => args.map((_, i) => i)

const table = {
  grad:
    (f64, f, seed) =>
    (...args) =>
      dot(f64, f64.fx.grad(f as never, { argnums: allOf(args) })(...(args as [])) as unknown as Float[], directions(f64, args, seed)),
  vjp:
    (f64, f, seed) =>
    (...args) => {
      const [y, pull] = f64.fx.vjp(f, ...args)
      return dot(f64, pull(f64.fx.sin(y)), directions(f64, args, seed))
    },
  jvp:
    (f64, f, seed) =>
    (...args) => {
      const [y, t] = f64.fx.jvp(f, args, directions(f64, args, seed))
      return f64.fx.add(t, f64.fx.mul(y, 0.3))
    },
  vmap:
    (f64, f, seed) =>
    (...args) => {
      const axes = args.map((x, i) => (i > 0 && (seed >> i) % 3 === 0 ? null : (seed >> (2 * i)) % (x.ndim + 1)))
      const batches = args.map((x, i) => {
        const axis = axes[i]
        return typeof axis === 'number' ? f64.fx.stack([x, f64.fx.mul(x, 0.7), f64.fx.sin(x)], { axis }) : x
      })
      return f64.fx.sum(f64.fx.vmap(f, { inAxes: axes })(...batches))
    },
  checkpoint: ({ fx }, f) => fx.checkpoint(f),
  customVjp: ({ fx }, f) =>
    fx.customVjp(f, {
      fwd: (...args: readonly Float[]) => [f(...args), args] as const,
      bwd: (args: readonly Float[], g: Float) => fx.vjp(f, ...args)[1](g),
    }),
  call:
    ({ fx }, f) =>
    (...args) =>
      fx.call(fx.trace(f, ...args.map((x) => fx.spec([...x.shape]))), ...args) as Float,
  jacobian:
    (f64, f) =>
    (...args) =>
      total(f64, f64.fx.jacobian(f as never, { argnums: allOf(args) })(...(args as [])) as unknown as Float[]),
  hessian:
    ({ fx }, f) =>
    (...args) =>
      fx.sum(fx.hessian(f as never)(...(args as [])) as Float),
  scan:
    ({ fx }, f) =>
    (...args) => {
      const step = (c: Float, scale: Float): readonly [Float, Float] => {
        const y = f(fx.tanh(fx.mul(c, scale)), ...args.slice(1))
        return [fx.add(fx.mul(c, 0.5), fx.sin(y)), y]
      }
      const [last, ys] = fx.scan(step, args[0] as Float, fx.constant(Float32Array.of(0.9, 1.1)), { reverse: true })
      return fx.add(fx.mean(last), fx.sum(ys))
    },
  loop:
    ({ fx }, f) =>
    (...args) => {
      const step = (_: unknown, c: readonly Float[]): readonly Float[] => {
        const y = f(...c)
        return c.map((x) => fx.tanh(fx.add(fx.mul(x, 0.8), fx.mul(fx.sin(y), 0.1))))
      }
      return f(...fx.foriLoop(0, 2, step, args))
    },
  cond:
    ({ fx }, f, seed) =>
    (...args) =>
      fx.cond(
        seed % 2 === 0,
        (...xs: readonly Float[]) => f(...xs),
        (...xs: readonly Float[]) => fx.mul(fx.sin(f(...xs)), 2),
        ...args,
      ),
  closure:
    (f64, f) =>
    (...args) => {
      const outer = args[0] as Float
      const inner = (...xs: readonly Float[]): Float => f64.fx.mul(f(...xs), f64.fx.mean(f64.fx.cos(outer)))
      return total(f64, f64.fx.vjp(inner, ...args)[1](f64.fx.full([], 1)))
    },
} satisfies Readonly<Record<string, Transformation>>

export type TransformationName = keyof typeof table

export const transformationNames = Object.keys(table) as TransformationName[]

/** One to three transformations, the innermost first. */
export const transformations: fc.Arbitrary<readonly TransformationName[]> = fc.array(fc.constantFrom(...transformationNames), {
  minLength: 1,
  maxLength: 3,
  size: 'max',
})

export const transformed = (f64: F64, f: Loss, names: readonly TransformationName[], seed: number): Loss =>
  names.reduce((g, name, i) => table[name](f64, g, seed + 17 * i), f)

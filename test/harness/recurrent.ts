/** Recurrences of a few sizes: what a loop on the device is mostly used for. */
import * as fx from '../../src/index.js'

export type F32 = fx.Tensor<fx.Shape, 'f32'>

export interface Recurrence {
  readonly name: string
  readonly f: (...args: readonly never[]) => unknown
  readonly specs: readonly fx.Spec<fx.Shape, 'f32'>[]
}

const s = (...shape: number[]): fx.Spec<fx.Shape, 'f32'> => fx.spec<fx.Shape>(shape)

const recurrence = (name: string, f: (...args: readonly F32[]) => unknown, ...specs: readonly fx.Spec<fx.Shape, 'f32'>[]): Recurrence => ({
  name,
  f: f,
  specs,
})

/** Small numbers without a pattern. */
export const wave = (shape: fx.Shape, phase = 0): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.2 * Math.sin(1.3 * i + phase)),
    { shape, dtype: 'f32' },
  )

/** A gated recurrent unit, its weights for all gates in one matrix. */
export const gru = (hidden: number, inputs: number, length: number): Recurrence => {
  const f = (wx: F32, wh: F32, b: F32, h0: F32, xs: F32): unknown =>
    fx.scan(
      (h: F32, x: F32) => {
        const [gx, gh] = [fx.add(fx.matmul(x, wx), b), fx.matmul(h, wh)] as [F32, F32]
        const part = (g: F32, i: number): F32 => fx.slice(g, [i * hidden], [(i + 1) * hidden])
        const r = fx.sigmoid(fx.add(part(gx, 0), part(gh, 0)))
        const z = fx.sigmoid(fx.add(part(gx, 1), part(gh, 1)))
        const n = fx.tanh(fx.add(part(gx, 2), fx.mul(r, part(gh, 2))))
        const next: F32 = fx.add(fx.mul(z, h), fx.mul(fx.sub(1, z), n))
        return [next, next] as const
      },
      h0,
      xs,
    )
  const name = `a recurrent unit of ${hidden}`
  return recurrence(name, f, s(inputs, 3 * hidden), s(hidden, 3 * hidden), s(3 * hidden), s(hidden), s(length, inputs))
}

/** A state space model: h ← a h + x B + h D, y = h C. */
export const ssm = (state: number, inputs: number, length: number): Recurrence => {
  const f = (ab: F32, d: F32, c: F32, h0: F32, xs: F32): unknown =>
    fx.scan(
      (h: F32, x: F32) => {
        const decay = fx.reshape(fx.slice(ab, [0, 0], [1, state]), [state])
        const mixed = fx.add(fx.matmul(x, fx.slice(ab, [1, 0], [1 + inputs, state])), fx.mul(fx.matmul(h, d), 0.05))
        const next: F32 = fx.add(fx.mul(fx.sigmoid(decay), h), mixed)
        return [next, fx.matmul(next, c)] as const
      },
      h0,
      xs,
    )
  return recurrence(
    `a state space model of ${state}`,
    f,
    s(1 + inputs, state),
    s(state, state),
    s(state, inputs),
    s(state),
    s(length, inputs),
  )
}

/** A product of large matrices at each step. */
export const dense = (n: number, length: number): Recurrence =>
  recurrence(
    `products of ${n}`,
    (w: F32, x: F32) => fx.scan((c: F32) => [fx.tanh(fx.matmul(c, w)), []] as const, x, [], { length })[0],
    s(n, n),
    s(n, n),
  )

/**
 * Deep networks of equal layers, plain and residual: h₀ = x W_in + b_in, then hₗ₊₁ = f(hₗ) or hₗ₊₁ = f(hₗ) + hₗ with f(h) = relu(h W + b), and scores
 * h_L W_out + b_out. The layers are one `scan` over stacked parameters, so that depth costs no compilation. In a residual network
 * ∂h_L/∂hₗ = Π (1 + ∂f/∂h): the 1 lets gradients through whatever f does (He et al. 2015).
 */
import { UnsupportedError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { dense, type Affine } from '../nn/dense.js'
import { heNormal, type Initializer } from '../nn/initializers.js'
import { scan } from '../ops/control.js'
import { zeros } from '../ops/creation.js'
import { matmul } from '../ops/linear.js'
import { add, mul, relu } from '../ops/point.js'
import { split, type Key } from '../ops/random.js'

type F32 = Tensor<Shape, 'f32'>

export interface TowerOptions {
  readonly inputs: number
  readonly outputs: number
  /** Units of every hidden layer. */
  readonly width: number
  /** L, the number of layers f. */
  readonly depth: number
  /** Adds what a layer was given to what it gives. */
  readonly residual: boolean
  /** Of the weights of f. Default He's normal, by 1 / √L where they are residual, so that hₗ does not grow with depth. */
  readonly init?: Initializer
}

export interface TowerParams {
  readonly input: Affine
  /** w [depth, width, width], b [depth, width]. */
  readonly layers: { readonly w: F32; readonly b: F32 }
  readonly output: Affine
}

export interface Tower {
  readonly init: (key: Key) => TowerParams
  /** [n, inputs] to scores [n, outputs]. */
  readonly apply: (params: TowerParams, x: F32) => F32
  /** [n, width] through the layers f alone. */
  readonly through: (params: TowerParams, h: F32) => F32
}

const scaled =
  (init: Initializer, by: number): Initializer =>
  (key, shape, fan) =>
    mul(init(key, shape, fan), by)

/** @throws UnsupportedError where depth is no whole number from 1 */
export const tower = ({ inputs, outputs, width, depth, residual, init }: TowerOptions): Tower => {
  if (!(Number.isInteger(depth) && depth >= 1))
    throw new UnsupportedError({ op: 'tower', problem: `depth is ${String(depth)}`, help: 'give a whole number from 1' })
  const [first, last] = [dense(inputs, width, { init: heNormal }), dense(width, outputs)]
  const own = init ?? scaled(heNormal, residual ? 1 / Math.sqrt(depth) : 1)
  const layer = (h: F32, { w, b }: TowerParams['layers']): readonly [F32, readonly []] => {
    const f: F32 = relu(add(matmul(h, w), b))
    return [residual ? add(f, h) : f, []]
  }
  const through = ({ layers }: TowerParams, h: F32): F32 => {
    const [after] = scan(layer as never, h as never, layers as never) as unknown as readonly [F32, unknown]
    return after
  }
  return {
    init: (key) => {
      const [k0, k1, k2] = split(key, 3)
      const w = own(k1, [depth, width, width], { in: width, out: width })
      return { input: first.init(k0), layers: { w, b: zeros([depth, width]) }, output: last.init(k2) }
    },
    through,
    apply: (params, x) => last.apply(params.output, through(params, first.apply(params.input, x))),
  }
}

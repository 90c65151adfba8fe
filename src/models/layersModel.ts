/** A layers model of TensorFlow.js, as `parseTfjsLayers` of `fluxion/interop` reads it, as a module. */
import type { TfjsLayer, TfjsLayers } from '../interop/tfjs.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { biased } from '../nn/conv.js'
import type { Affine } from '../nn/dense.js'
import { statelessLayer, type Layer } from '../nn/module.js'
import { upsampleNearest } from '../nn/pool.js'
import { constant } from '../ops/creation.js'
import { conv } from '../ops/linear.js'
import { add, relu } from '../ops/point.js'
import { concat, transpose } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>

/** By the name of each layer that has any: w [outputs, inputs / groups, h, w] and b [outputs], as `conv2d` has them. */
export type LayersModelParams = Readonly<Record<string, Affine>>

type Inputs = readonly [F32, ...F32[]]

const applied = ({ op, name }: TfjsLayer, params: LayersModelParams, [x, ...others]: Inputs): F32 => {
  switch (op.kind) {
    case 'input':
      return x
    case 'activation':
      return op.relu ? relu(x) : x
    case 'add':
      return others.reduce<F32>((sum, other) => add(sum, other), x)
    case 'concat':
      return concat([x, ...others], { axis: 1 })
    case 'upsample':
      return upsampleNearest(x, op.factors)
    case 'conv': {
      const { w, b } = params[name] as Affine
      const { strides, dilation, groups, padding } = op
      const y: F32 = conv(x, w, { strides, dilation, groups, padding })
      const z = biased(y, b)
      return op.relu ? relu(z) : z
    }
  }
}

/** Images [n, c, h, w] to images. `init` gives the parameters of the file, whatever the key. */
export const layersModel = ({ layers, output }: TfjsLayers): Layer<LayersModelParams> =>
  statelessLayer(
    'layersModel',
    () =>
      Object.fromEntries(
        layers.flatMap(({ name, op }) => {
          if (op.kind !== 'conv') return []
          const kernel: F32 = constant(op.kernel)
          const w: F32 = transpose(kernel, [3, 2, 0, 1])
          return [[name, op.bias === undefined ? { w } : { w, b: constant(op.bias) }] as const]
        }),
      ),
    (params, x: F32) => {
      const made = new Map<string, F32>()
      for (const layer of layers) made.set(layer.name, applied(layer, params, layer.op.kind === 'input' ? [x] : (layer.inputs.map((name) => made.get(name)) as unknown as Inputs))) // prettier-ignore
      return made.get(output) as F32
    },
  )

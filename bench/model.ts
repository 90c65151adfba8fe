/** A deep residual perceptron and one step of its training: as many ops as asked for. */
import * as fx from '../src/index.js'

type Float = fx.Tensor<fx.Shape, 'f32'>

interface Block {
  readonly w: Float
  readonly b: Float
  readonly scale: Float
}

const width = 32
const batch = 16

const block = (x: Float, { w, b, scale }: Block): Float => fx.add(x, fx.mul(fx.tanh(fx.add(fx.matmul(x, w), b)), scale))

export const loss = (blocks: readonly Block[], x: Float, y: Float): Float => fx.mean(fx.square(fx.sub(blocks.reduce(block, x), y)))

/** One step of gradient descent with momentum. */
export const step = (blocks: readonly Block[], velocity: readonly Block[], x: Float, y: Float): unknown => {
  const [value, grads] = fx.valueAndGrad(loss)(blocks, x, y)
  const each = (f: (i: number, name: keyof Block) => Float): Block[] =>
    blocks.map((_, i) => ({ w: f(i, 'w'), b: f(i, 'b'), scale: f(i, 'scale') }))
  const moved = each((i, name) => fx.add(fx.mul(0.9, (velocity[i] as Block)[name]), (grads[i] as Block)[name]))
  return [each((i, name) => fx.sub((blocks[i] as Block)[name], fx.mul(0.01, (moved[i] as Block)[name]))), moved, value]
}

/** What the step takes, for so many blocks. */
export const specsOf = (blocks: number) => {
  const one = { w: fx.spec([width, width]), b: fx.spec([width]), scale: fx.spec([width]) }
  const all = Array.from({ length: blocks }, () => one)
  return { blocks: all, x: fx.spec([batch, width]) }
}

import * as fx from '../../src/index.js'
import { adamInit, adamUpdate, type AdamState, type F32, type Named } from '../lib/adam.js'
import { classes, pixels } from '../lib/mnist.js'
import { generator } from '../../src/data.js'
import { cosineSchedule, type Schedule } from '../../src/optim.js'
import { heUniform } from '../lib/prng.js'

export const batchSize = 128

/** Hidden units. */
const hidden = 256

const learningRate = 0.006
const warmup = 100

export const modelName = `MLP ${[pixels, hidden, classes].join('–')}`

type I32 = fx.Tensor<readonly number[], 'i32'>

type Layers = Named<F32>

interface Inputs {
  readonly x: F32
  readonly y: I32
}

/** The first state: weights drawn after He, biases 0. */
export const initialState = (seed: number): AdamState<fx.NDArray<'f32'>> => {
  const rng = generator(seed, 0)
  const zeros = (n: number): fx.NDArray<'f32'> => fx.ndarray(new Float32Array(n), { dtype: 'f32' })
  return adamInit({ w1: heUniform(rng, pixels, hidden), b1: zeros(hidden), w2: heUniform(rng, hidden, classes), b2: zeros(classes) })
}

const dense = (x: F32, w: F32 | undefined, b: F32 | undefined): F32 => fx.add(fx.matmul(x, w as F32), b as F32)

/** The multi-layer perceptron: pixels to one score for each digit. */
const logits = ({ w1, b1, w2, b2 }: Layers, x: F32): F32 => dense(fx.relu(dense(x, w1, b1)), w2, b2)

/** Cross-entropy, the mean over the batch. */
const crossEntropy = (scores: F32, y: I32): F32 =>
  fx.neg(fx.mean(fx.sum(fx.mul(fx.logSoftmax(scores, { axis: -1 }), fx.oneHot(y, classes)), { axis: -1 })))

const fractionRight = (scores: F32, y: I32): F32 => fx.mean(fx.cast(fx.eq(fx.argmax(scores, { axis: -1 }), y), 'f32'))

const objective = (params: Layers, { x, y }: Inputs): [F32, F32] => {
  const scores = logits(params, x)
  return [crossEntropy(scores, y), fractionRight(scores, y)]
}

/** Rises over the warm-up while it falls along a cosine to 0 at step `steps`, which may come before the warm-up's end. */
const rateOf =
  (steps: number): Schedule =>
  (step) =>
    fx.mul(fx.minimum(fx.div(fx.add(step, 1), warmup), 1), cosineSchedule(learningRate, steps)(step))

/** One step of training as a pure function: forward, backward, Adam. `steps` is where the learning rate ends. */
export const trainStep =
  (steps: number) =>
  (state: AdamState<F32>, batch: Inputs): [AdamState<F32>, { readonly loss: F32; readonly accuracy: F32 }] => {
    const [[loss, accuracy], grads] = fx.valueAndGrad(objective, { hasAux: true })(state.params, batch)
    return [adamUpdate(grads, state, rateOf(steps)), { loss, accuracy }]
  }

/** Answers, how sure of each, and the mean loss. */
export const predict = (params: Layers, { x, y }: Inputs): { readonly answer: I32; readonly probability: F32; readonly loss: F32 } => {
  const scores = logits(params, x)
  return {
    answer: fx.argmax(scores, { axis: -1 }),
    probability: fx.max(fx.softmax(scores, { axis: -1 }), { axis: -1 }),
    loss: crossEntropy(scores, y),
  }
}

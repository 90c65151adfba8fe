import { setImmediate } from 'node:timers/promises'
import type * as fx from '../../src/index.js'
import type { Named } from '../lib/adam.js'
import { gather, type Digits } from '../lib/mnist.js'

/** The compiled `predict`. */
export type Predict = (
  params: Named<fx.NDArray<'f32'> | fx.DeviceArray<'f32'>>,
  batch: ReturnType<typeof gather>,
) => Promise<{ readonly answer: fx.DeviceArray; readonly probability: fx.DeviceArray; readonly loss: fx.DeviceArray }>

export interface Evaluation {
  readonly accuracy: number
  readonly loss: number
  /** For each digit: what the model says it is, and the probability it gives that. */
  readonly answers: Int32Array
  readonly probabilities: Float32Array
}

export const evaluationBatch = 1000

type Prediction = Awaited<ReturnType<Predict>>

const combine = async (results: readonly Prediction[], { labels }: Digits): Promise<Evaluation> => {
  const read = await Promise.all(results.map((r) => Promise.all([r.answer.toNDArray(), r.probability.toNDArray(), r.loss.item()])))
  const answers = Int32Array.from(read.flatMap(([answer]) => [...answer.data]))
  return {
    accuracy: answers.filter((answer, i) => answer === labels[i]).length / answers.length,
    loss: read.reduce((sum, [, , loss]) => sum + Number(loss), 0) / read.length,
    answers,
    probabilities: Float32Array.from(read.flatMap(([, probability]) => [...probability.data])),
  }
}

/** What the model answers to every digit; undefined if interrupted. All batches are submitted before a result is read. */
export const evaluate = async (
  predict: Predict,
  params: Named<fx.NDArray<'f32'> | fx.DeviceArray<'f32'>>,
  digits: Digits,
  signal: AbortSignal,
): Promise<Evaluation | undefined> => {
  const results: Prediction[] = []
  for (let start = 0; start < digits.count; start += evaluationBatch) {
    if (signal.aborted) return undefined
    results.push(
      await predict(
        params,
        gather(
          digits,
          Array.from({ length: evaluationBatch }, (_, i) => start + i),
        ),
      ),
    )
    await setImmediate() // lets signals in
  }
  return combine(results, digits)
}

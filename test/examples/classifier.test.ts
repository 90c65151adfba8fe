import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { dense, l2Penalty } from '../../src/nn.js'
import { sgd } from '../../src/optim.js'
import { classifier } from '../../examples/lib/classifier.js'
import { apart, numbersOf } from '../models/numbers.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

const [rate, decay] = [0.5, 0.1]
const x = [[1, 2], [-1, 0.5], [0.3, -2]] as const // prettier-ignore
const y = [0, 1, 1]
const w = [[0.2, -0.1], [0.4, 0.3]] as const // prettier-ignore

test('a step of a classifier goes down cross-entropy and penalty, and reports cross-entropy and accuracy', () => {
  const { step, scores } = classifier({ model: dense(2, 2), optimizer: sgd(rate), penalty: (params) => l2Penalty(params, decay) })
  const [weights, loss, accuracy, given] = numbersOf(
    (a: F32, b: fx.Tensor<fx.Shape, 'i32'>, start: F32) => {
      const before = { params: { w: start, b: fx.zeros([2]) as F32 }, net: [], optimizer: sgd(rate).init(start), key: fx.random.key(1) }
      const [after, measured] = step(before, { x: a, y: b })
      return [(after.params as { readonly w: F32 }).w, measured.loss, measured.accuracy, scores(before, a)]
    },
    fx.ndarray(x as never, { dtype: 'f32' }),
    fx.ndarray(Int32Array.from(y)),
    fx.ndarray(w as never, { dtype: 'f32' }),
  ) as [number[], number[], number[], number[]]
  // By hand: ∂CE/∂W = Xᵀ (softmax - onehot) / n, and 2 λ W.
  const logits = x.map((row) => [0, 1].map((c) => row[0] * w[0][c]! + row[1] * w[1][c]!))
  const probabilities = logits.map((z) => z.map((v) => Math.exp(v) / z.reduce((sum, u) => sum + Math.exp(u), 0)))
  const want = [0, 1].flatMap((d) =>
    [0, 1].map((c) => {
      const slope = x.reduce((sum, row, i) => sum + row[d]! * (probabilities[i]![c]! - (y[i] === c ? 1 : 0)), 0) / 3
      return w[d]![c]! - rate * (slope + 2 * decay * w[d]![c]!)
    }),
  )
  expect(apart(given, logits.flat())).toBeLessThan(1e-6)
  expect(apart(weights, want)).toBeLessThan(1e-6)
  expect(loss[0]).toBeCloseTo(-probabilities.reduce((sum, row, i) => sum + Math.log(row[y[i]!]!), 0) / 3, 5)
  expect(accuracy[0]).toBeCloseTo(logits.filter((z, i) => (z[0]! >= z[1]! ? 0 : 1) === y[i]).length / 3, 6)
})

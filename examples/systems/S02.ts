/** A multi-layer perceptron on all 60,000 digits of MNIST. */
import { mlp } from '../../src/models.js'
import { adam, warmupCosineSchedule } from '../../src/optim.js'
import { drawMistakes, trainOnPictures } from '../lib/classifier.js'
import { pixels } from '../lib/mnist.js'
import type { System } from '../runner/system.js'

const [batchSize, epochs] = [128, 8]

export const system: System = {
  id: 'S02',
  title: 'MLP on MNIST',
  metric: 'test_accuracy',
  target: '>= 0.98',
  page: 'Three dense layers with ReLU between (784–256–128–10), trained by Adam with a cosine schedule on 60,000 handwritten digits. The plot shows the accuracy on the 10,000 test digits after each pass; the picture shows the digits that it gets wrong.',
  run: async (ctx) => {
    const digits = await ctx.data.mnist()
    const steps = epochs * Math.floor(digits.train.count / batchSize)
    const trained = await trainOnPictures(ctx, digits, {
      model: mlp({ sizes: [pixels, 256, 128, 10] }),
      optimizer: adam(warmupCosineSchedule(0.003, { warmup: 200, steps })),
      batchSize,
      epochs,
    })
    await drawMistakes(ctx, trained, digits.test)
    return trained.accuracy
  },
}

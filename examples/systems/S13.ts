/** AlexNet: as published, and small. */
import { alexnet } from '../../src/models.js'
import { oneCycleSchedule } from '../../src/optim.js'
import { fullAndSmall } from '../lib/imageNet.js'
import type { System } from '../runner/system.js'

/** A small network of the same make, with batch norm. */
export const small = alexnet({
  size: 28,
  channels: 1,
  classes: 10,
  normalize: 'batch',
  maps: [12, 32, 48, 48, 48],
  units: 128,
  stem: { kernel: 5, padding: 2 },
  dropoutRate: 0.2,
})

export const system: System = {
  id: 'S13',
  title: 'AlexNet',
  metric: 'test_accuracy',
  target: '>= 0.9',
  page: 'Five convolutions, of which three are pooled by windows that overlap, and three dense layers, with ReLU, dropout and normalisation across neighbouring maps. The published network, 60,965,224 parameters in two groups, looks at a photograph and takes a step; a small one of the same make, with batch norm, is trained on Fashion-MNIST. The pictures are the accuracy after each pass, and what it takes for something else.',
  run: (ctx) =>
    fullAndSmall(
      ctx,
      { name: 'AlexNet', model: alexnet(), size: 227, parameters: 60_965_224 },
      { model: small, epochs: 4, batchSize: 128, schedule: (steps) => oneCycleSchedule(0.01, { steps }) },
    ),
}

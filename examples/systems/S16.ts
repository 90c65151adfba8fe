/** ResNet: as published, and small. */
import { resnet } from '../../src/models.js'
import { fullAndSmall } from '../lib/imageNet.js'
import type { System } from '../runner/system.js'

const small = resnet({ blocks: [1, 1, 1], width: 16, stem: { kernel: 3, stride: 2 }, channels: 1, classes: 10 })

export const system: System = {
  id: 'S16',
  title: 'ResNet',
  metric: 'test_accuracy',
  target: '>= 0.9',
  page: 'Blocks that add what they were given to what they make of it, so that gradients reach the first of a hundred layers unchanged. ResNet-50 as published, 25,557,032 parameters, looks at a photograph and takes a step; a small one of the same make is trained on Fashion-MNIST. The pictures are the accuracy after each pass, and what it takes for something else.',
  run: (ctx) => fullAndSmall(ctx, { name: 'ResNet-50', model: resnet(), size: 224, parameters: 25_557_032 }, { model: small, epochs: 3 }),
}

/** VGG: as published, and small. */
import { vgg } from '../../src/models.js'
import { fullAndSmall } from '../lib/imageNet.js'
import type { System } from '../runner/system.js'

const small = vgg({ stages: [1, 1, 1], maps: [16, 32, 48], units: 96, size: 28, channels: 1, classes: 10, norm: true, dropoutRate: 0.2 })

export const system: System = {
  id: 'S14',
  title: 'VGG',
  metric: 'test_accuracy',
  target: '>= 0.9',
  page: 'Nothing but convolutions of 3 × 3, of which three see as much as one of 7 × 7 with half its parameters, halved by pooling again and again. VGG-16 as published, 138,357,544 parameters, looks at a photograph and takes a step; a small one of the same make, with batch norm, is trained on Fashion-MNIST. The pictures are the accuracy after each pass, and what it takes for something else.',
  run: (ctx) => fullAndSmall(ctx, { name: 'VGG-16', model: vgg(), size: 224, parameters: 138_357_544 }, { model: small, epochs: 3 }),
}

/** Networks at sizes that every backend runs in a moment. */
import { alexnet, faceRecognition, fcn, inception, lenet5, regularisedMlp, resnet, unet, vgg } from '../../src/models.js'
import { mul } from '../../src/index.js'
import { sequential } from '../../src/nn.js'
import type { F32, ModelProgram } from './devices.js'
import { training } from './nets.js'

export const netPrograms: readonly ModelProgram[] = [
  training('LeNet-5, with its gradients', lenet5({ variant: '1998' }), [1, 1, 28, 28]),
  training(
    'AlexNet, with its gradients',
    alexnet({ size: 19, classes: 3, maps: [4, 4, 6, 4, 4], units: 5, stem: { kernel: 3, padding: 1 } }),
    [1, 3, 19, 19],
  ),
  training('VGG, with its gradients', vgg({ stages: [1, 2], maps: [3, 4], units: 5, size: 4, classes: 3 }), [2, 3, 4, 4]),
  training('an Inception module, with its gradients', inception(2, { one: 1, three: [2, 1], five: [2, 1], pool: 1 }), [1, 2, 6, 6]),
  training(
    'an Inception module with batch norm, with its gradients',
    inception(2, { one: 1, three: [2, 1], five: [2, 1], pool: 1 }, { normalize: 'batch' }),
    [2, 2, 6, 6],
  ),
  training('FCN that unpools, with its gradients', fcn({ channels: 2, maps: [2, 3], upsampling: 'maxUnpool' }), [2, 2, 4, 4]),
  training('U-Net, with its gradients', unet({ channels: 2, maps: [2, 3, 3] }), [1, 2, 8, 8]),
  training('ResNet, with its gradients', resnet({ blocks: [1, 1], width: 3, stem: 'cifar', classes: 3 }), [2, 3, 6, 6]),
  training(
    'the network of faces, with its gradients', // Pictures that are bright enough to be seen through made-up filters.
    sequential((x: F32) => mul(x, 300), faceRecognition({ maps: [4, 8], blocks: [1, 1], features: 3 })),
    [1, 3, 23, 23],
  ),
  training(
    'batch norm and dropout in an MLP, with gradients',
    regularisedMlp({ sizes: [6, 8, 5, 3], norm: 'batch', dropout: 0.5 }),
    [7, 6],
  ),
]

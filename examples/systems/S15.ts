/** GoogLeNet: as published, and small. */
import * as fx from '../../src/index.js'
import { googlenet, type GoogLeNetOutputs } from '../../src/models.js'
import { crossEntropy } from '../../src/nn.js'
import { oneCycleSchedule } from '../../src/optim.js'
import { fullAndSmall } from '../lib/imageNet.js'
import type { System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

/** A small network of the same make: four of the nine modules, with batch norm. */
export const small = googlenet({
  modules: ['3b', '4a', '4d', '5b'],
  divisor: 10,
  normalize: 'batch',
  stem: 'small',
  size: 28,
  channels: 1,
  classes: 10,
  units: 64,
  dropoutRate: 0.2,
})

/** The scores of all heads, the last one's first. */
export const heads = ({ logits, auxiliary }: GoogLeNetOutputs): readonly F32[] => [logits, ...auxiliary]

/** The losses of all heads for the first class, those of the auxiliary ones by 0.3. */
const objective = (outputs: GoogLeNetOutputs): F32 => {
  const [last, ...others] = heads(outputs).map((scores) => crossEntropy(scores, fx.zeros([1], 'i32'))) as [F32, F32, F32]
  return others.reduce((sum, loss) => fx.add(sum, fx.mul(loss, 0.3)), last)
}

export const system: System = {
  id: 'S15',
  title: 'GoogLeNet',
  metric: 'test_accuracy',
  target: '>= 0.9',
  page: 'Nine Inception modules, each of which looks at its input through windows of 1 × 1, 3 × 3 and 5 × 5 at once, and reduces maps by 1 × 1 before it does so. Two auxiliary heads on the way send gradients into the middle of the network. As published it has 6,998,552 parameters without them; it looks at a photograph and takes a step. A small one of the same make, four modules with batch norm, is trained on Fashion-MNIST: the pictures are its accuracy after each pass, and what it takes for something else.',
  run: (ctx) =>
    fullAndSmall(
      ctx,
      { name: 'GoogLeNet', model: googlenet(), size: 224, objective, parameters: 6_998_552 + 6_379_728 },
      { model: small, heads, epochs: 2, batchSize: 128, schedule: (steps) => oneCycleSchedule(0.015, { steps }) },
    ),
}

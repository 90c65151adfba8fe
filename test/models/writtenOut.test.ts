/** Small networks beside the same written out op by op: a nonlinearity, a path or a position that is lost shows. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { alexnet, fcn, unet, vgg } from '../../src/models.js'
import { layer, maxPoolWithPositions, maxUnpool, type AnyModule, type Layer } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32 } from './devices.js'
import { parametersOf } from './nets.js'
import { apart, numbersOf } from './numbers.js'

interface Weights {
  readonly w: F32
  readonly b: F32
}

const conv = ({ w, b }: Weights, x: F32): F32 => fx.add(fx.conv(x, w, { padding: 'same' }), fx.reshape(b, [b.size, 1, 1]))

const dense = ({ w, b }: Weights, x: F32): F32 => fx.add(fx.matmul(x, w), b)

const flat = (x: F32): F32 => fx.reshape(x, [x.shape[0] as number, -1])

/** Any parameters of a network as they are nested. */
interface Nested {
  readonly [name: string]: Nested & Weights
}

const beside = (model: AnyModule, written: (p: Nested, x: F32) => F32, shape: readonly number[]): void => {
  const [ours, theirs] = numbersOf(
    (x: F32) => {
      const params = parametersOf(model)
      const net = layer(model) as unknown as Layer<unknown, unknown>
      return [net.apply(params, x, { state: net.initState() }), written(params as unknown as Nested, x)]
    },
    noise([...shape], 2),
  ) as [number[], number[]]
  expect(Math.max(...theirs.map(Math.abs))).toBeGreaterThan(1e-3)
  expect(apart(ours, theirs)).toBeLessThan(1e-5)
}

describe('a network is what is written out:', () => {
  test('AlexNet', () => {
    const model = alexnet({ variant: '2014', maps: [3, 4, 4, 3, 3], size: 27, units: 6, classes: 3, channels: 2, stem: { kernel: 3, stride: 1, padding: 1 } }) // prettier-ignore
    const pool = (x: F32): F32 => fx.maxPool(x, { window: 3, strides: 2 })
    beside(
      model,
      (p, x) => {
        const one = pool(fx.relu(conv(p.conv1![0]!, x)))
        const two = pool(fx.relu(conv(p.conv2![0]!, one)))
        const four = fx.relu(conv(p.conv4![0]!, fx.relu(conv(p.conv3![0]!, two))))
        const six = fx.relu(dense(p.fc6![1]!, flat(pool(fx.relu(conv(p.conv5![0]!, four))))))
        return dense(p.fc8!, fx.relu(dense(p.fc7![1]!, six)))
      },
      [2, 2, 27, 27],
    )
  })

  test('VGG', () => {
    const model = vgg({ stages: [1, 2], maps: [3, 4], size: 8, units: 6, classes: 3, channels: 2 })
    const pool = (x: F32): F32 => fx.maxPool(x, { window: 2 })
    beside(
      model,
      (p, x) => {
        const [first, second] = [p.features![0]!, p.features![1]!]
        const one = pool(fx.relu(conv(first[0]!, x)))
        const two = pool(fx.relu(conv(second[2]!, fx.relu(conv(second[0]!, one)))))
        return dense(p.fc3!, fx.relu(dense(p.fc2![0]!, fx.relu(dense(p.fc1![0]!, flat(two))))))
      },
      [2, 2, 8, 8],
    )
  })

  test.each([true, false])('U-Net, and an FCN that puts maxima back: skips %s', (skips) => {
    const model = skips ? unet({ channels: 2, maps: [2, 3] }) : fcn({ channels: 2, maps: [2, 3], upsampling: 'maxUnpool' })
    beside(
      model,
      (p, x) => {
        const { down, below, up, join } = p.body as unknown as Nested
        const maps = fx.relu(conv(down![0]!, x))
        const [pooled, positions] = maxPoolWithPositions(maps, { window: 2 })
        const small = fx.relu(conv(below![0]!, pooled))
        if (!skips) {
          const raised = maxUnpool(fx.relu(conv(up![0]!, small)), positions, [4, 4])
          return conv(p.head!, fx.relu(conv(join![0]!, raised)))
        }
        const raised: F32 = fx.convTranspose(small, up!.w, { strides: 2 })
        const above = fx.relu(fx.add(raised, fx.reshape(up!.b, [2, 1, 1])))
        return conv(p.head!, fx.relu(conv(join![0]!, fx.concat([maps, above], { axis: 1 }))))
      },
      [1, 2, 4, 4],
    )
  })
})

/** Small networks beside the same written out op by op: a nonlinearity, a path or a position that is lost shows. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { alexnet, fcn, googlenet, inception, residualBlock, unet, vgg } from '../../src/models.js'
import { layer, localResponseNorm, maxPoolWithPositions, maxUnpool, type AnyModule, type Layer } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32 } from './devices.js'
import { parametersOf } from './nets.js'
import { apart, numbersOf } from './numbers.js'

interface Weights {
  readonly w: F32
  readonly b: F32
}

const conv = ({ w, b }: Weights, x: F32): F32 => fx.add(fx.conv(x, w, { padding: 'same' }), fx.reshape(b, [b.size, 1, 1]))

interface Norm {
  readonly scale: F32
  readonly shift: F32
}

/** Before the first step batch norm has mean 0 and variance 1. */
const convNormed = ({ w }: Weights, { scale, shift }: Norm, x: F32, eps: number): F32 => {
  const y: F32 = fx.div(fx.conv(x, w, { padding: 'same' }), Math.sqrt(1 + eps))
  return fx.add(fx.mul(y, fx.reshape(scale, [-1, 1, 1])), fx.reshape(shift, [-1, 1, 1]))
}

const normOf = (p: Nested | undefined): Norm => p as unknown as Norm

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
  test.each([['none'], ['batch'], ['response']] as const)('AlexNet, normalised by %s', (normalize) => {
    const model = alexnet({ variant: '2014', normalize, maps: [3, 4, 4, 3, 3], size: 27, units: 6, classes: 3, channels: 2, stem: { kernel: 3, stride: 1, padding: 1 } }) // prettier-ignore
    const pool = (x: F32): F32 => fx.maxPool(x, { window: 3, strides: 2 })
    const unit = (p: Nested | undefined, x: F32): F32 =>
      fx.relu(normalize === 'batch' ? convNormed(p![0]!, normOf(p![1]), x, 1e-5) : conv(p![0]!, x))
    const response = (x: F32): F32 => (normalize === 'response' ? localResponseNorm().apply([], x) : x)
    beside(
      model,
      (p, x) => {
        const four = unit(p.conv4, unit(p.conv3, pool(response(unit(p.conv2, pool(response(unit(p.conv1, x))))))))
        const six = fx.relu(dense(p.fc6![1]!, flat(pool(unit(p.conv5, four)))))
        return dense(p.fc8!, fx.relu(dense(p.fc7![1]!, six)))
      },
      [2, 2, 27, 27],
    )
  })

  test.each([[false], [true]])('VGG, with batch norm: %s', (norm) => {
    const model = vgg({ stages: [1, 2], maps: [3, 4], size: 8, units: 6, classes: 3, channels: 2, norm })
    const pool = (x: F32): F32 => fx.maxPool(x, { window: 2 })
    // A convolution, its norm if it has one, and ReLU are two or three layers.
    const unit = (p: Nested | undefined, i: number, x: F32): F32 => {
      const at = i * (norm ? 3 : 2)
      return fx.relu(norm ? convNormed(p![at]!, normOf(p![at + 1]), x, 1e-5) : conv(p![at]!, x))
    }
    beside(
      model,
      (p, x) => {
        const [first, second] = [p.features![0], p.features![1]]
        const two = pool(unit(second, 1, unit(second, 0, pool(unit(first, 0, x)))))
        return dense(p.fc3!, fx.relu(dense(p.fc2![0]!, fx.relu(dense(p.fc1![0]!, flat(two))))))
      },
      [2, 2, 8, 8],
    )
  })

  test.each([['none'], ['batch']] as const)("GoogLeNet's module, normalised by %s", (normalize) => {
    const model = inception(3, { one: 2, three: [2, 3], five: [3, 2], pool: 2 }, { normalize })
    const unit = (layers: Nested, x: F32): F32 =>
      fx.relu(normalize === 'none' ? conv(layers[0]!, x) : convNormed(layers[0]!, normOf(layers[1]), x, 1e-3))
    beside(
      model,
      (p, x) => {
        const pooled: F32 = fx.maxPool(x, { window: 3, strides: 1, padding: 'same' })
        const three = unit(p[1]![1]!, unit(p[1]![0]!, x))
        const five = unit(p[2]![1]!, unit(p[2]![0]!, x))
        return fx.concat([unit(p[0]!, x), three, five, unit(p[3]![1]!, pooled)], { axis: 1 })
      },
      [2, 3, 5, 5],
    )
  })

  test("GoogLeNet's auxiliary heads, of the maps of 4a and 4d", () => {
    const model = googlenet({ divisor: 32, stem: 'small', size: 32, units: 5, classes: 3, channels: 2 })
    // These maps are 8 × 8, so that means of 5 × 5 with stride 3 are 2 × 2.
    const head = (p: Nested, maps: F32): F32 => {
      const means: F32 = fx.avgPool(maps, { window: 5, strides: 3 })
      return dense(p[6]!, fx.relu(dense(p[3]!, flat(fx.relu(conv(p[1]![0]!, means))))))
    }
    const [one, two, first, second] = numbersOf(
      (x: F32) => {
        const params = parametersOf(model as never) as unknown as Nested & Parameters<typeof model.apply>[0]
        const maps = new Map<string, F32>()
        const { auxiliary } = model.apply(params, x, { observe: ({ path, y }) => maps.set(path.join('.'), y as F32) })
        return [...auxiliary, head(params.head1 as Nested, maps.get('to4a')!), head(params.head2 as Nested, maps.get('to4d')!)]
      },
      noise([1, 2, 32, 32], 2),
    ) as [number[], number[], number[], number[]]
    expect(Math.max(...first.map(Math.abs), ...second.map(Math.abs))).toBeGreaterThan(1e-3)
    expect(Math.max(apart(one, first), apart(two, second))).toBeLessThan(1e-5)
  })

  test.each([
    ['basic', 3, { stride: 1, bottleneck: false }],
    ['basic, with a projection', 2, { stride: 2, bottleneck: false }],
    ['bottleneck', 12, { stride: 1, bottleneck: true }],
    ['bottleneck, with a projection', 2, { stride: 2, bottleneck: true }],
  ] as const)("ResNet's block: %s", (_, inputs, { stride, bottleneck }) => {
    const perMap = (v: unknown): F32 => fx.reshape(v as F32, [-1, 1, 1])
    // Before the first step batch norm has mean 0 and variance 1.
    const convNorm = ([{ w }, { scale, shift }]: readonly [Nested, Nested], x: F32, pad: number, strides = 1): F32 => {
      const y: F32 = fx.conv(x, w as unknown as F32, {
        padding: [
          [pad, pad],
          [pad, pad],
        ],
        strides,
      })
      return fx.add(fx.mul(fx.div(y, Math.sqrt(1 + 1e-5)), perMap(scale)), perMap(shift))
    }
    beside(
      residualBlock(inputs, 3, { stride, bottleneck }),
      (p, x) => {
        const { body, shortcut } = p[0] as unknown as Readonly<Record<'body' | 'shortcut', readonly (readonly [Nested, Nested])[]>>
        const [one, two, three] = [body[0]!, body[2]!, body[4]!]
        const way: F32 = stride === 1 ? x : convNorm(shortcut as never, x, 0, stride)
        const inner = bottleneck ? convNorm(two, fx.relu(convNorm(one, x, 0)), 1, stride) : fx.relu(convNorm(one, x, 1, stride))
        return fx.relu(fx.add(way, bottleneck ? convNorm(three, fx.relu(inner), 0) : convNorm(two, inner, 1)))
      },
      [2, inputs, 6, 6],
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

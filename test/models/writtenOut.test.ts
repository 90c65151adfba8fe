/** Small networks beside the same written out op by op: a nonlinearity, a path or a position that is lost shows. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { alexnet, fcn, googlenet, inception, lenet5, lenetConnections, residualBlock, resnet, unet, vgg } from '../../src/models.js'
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

const valid = ({ w, b }: Weights, x: F32): F32 => fx.add(fx.conv(x, w), fx.reshape(b, [b.size, 1, 1]))

const halved = (x: F32): F32 => fx.maxPool(x, { window: 3, strides: 2, padding: [[1, 1], [1, 1]] }) // prettier-ignore

const dense = ({ w, b }: Weights, x: F32): F32 => fx.add(fx.matmul(x, w), b)

const flat = (x: F32): F32 => fx.reshape(x, [x.shape[0] as number, -1])

/** Any parameters of a network as they are nested. */
interface Nested {
  readonly [name: string]: Nested & Weights
}

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
  test('LeNet-5', () => {
    beside(
      lenet5(),
      (p, x) => {
        const pool = (y: F32): F32 => fx.avgPool(y, { window: 2 })
        const two = pool(fx.tanh(conv(p.c1![0]!, x)))
        const four = pool(fx.tanh(valid(p.c3![0]! as never, two)))
        const five = flat(fx.tanh(valid(p.c5![0]!, four)))
        return dense(p.output!, fx.tanh(dense(p.f6![0]!, five)))
      },
      [1, 1, 28, 28],
    )
  })

  test('LeNet-5 of 1998', () => {
    const act = (x: F32): F32 => fx.mul(fx.tanh(fx.mul(x, 2 / 3)), 1.7159)
    const subsampled = ({ w, b }: Weights, x: F32): F32 => {
      const means: F32 = fx.avgPool(x, { window: 2 })
      return act(fx.add(fx.mul(means, fx.reshape(w, [w.size, 1, 1])), fx.reshape(b, [b.size, 1, 1])))
    }
    /** One convolution of the maps of Table I for each map: those of three, of four, and of all six, which are lists of weights. */
    const wide = (lists: readonly Weights[], x: F32): F32 => {
      const maps = lenetConnections.map((seen, i): F32 => {
        const [list, at] = i < 6 ? [0, i] : i < 15 ? [1, i - 6] : [2, 0]
        const { w, b } = lists[list]!
        const chosen = fx.take(x, fx.constant(Int32Array.from(seen), { dtype: 'i32' }), { axis: 1 })
        return fx.add(fx.conv(chosen, fx.slice(w, [at, 0, 0, 0], [at + 1, seen.length, 5, 5])), fx.slice(b, [at], [at + 1]))
      })
      return fx.concat(maps, { axis: 1 })
    }
    beside(
      lenet5({ variant: '1998', padding: 0 }),
      (p, x) => {
        const two = subsampled(p.s2![0]!, act(valid(p.c1![0]!, x)))
        const four = subsampled(p.s4![0]!, act(wide(p.c3![0] as never, two)))
        return dense(p.output!, act(dense(p.f6![0]!, flat(act(valid(p.c5![0]!, four))))))
      },
      [1, 1, 32, 32],
    )
  })

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

  test.each(['small', 'imagenet'] as const)('GoogLeNet, its modules one after another, stem: %s', (stem) => {
    const unit = (layers: Nested | undefined, x: F32): F32 => fx.relu(conv(layers![0]!, x))
    const module = (p: Nested | undefined, x: F32): F32 => {
      const pooled: F32 = fx.maxPool(x, { window: 3, strides: 1, padding: 'same' })
      const [three, five] = [unit(p![1]![1], unit(p![1]![0], x)), unit(p![2]![1], unit(p![2]![0], x))]
      return fx.concat([unit(p![0], x), three, five, unit(p![3]![1], pooled)], { axis: 1 })
    }
    const response = (x: F32): F32 => localResponseNorm().apply([], x)
    const first = ({ w, b }: Weights, x: F32): F32 =>
      fx.relu(fx.add(fx.conv(x, w, { strides: 2, padding: [[3, 3], [3, 3]] }), fx.reshape(b, [b.size, 1, 1]))) // prettier-ignore
    const begun = (p: Nested, x: F32): F32 =>
      stem === 'small'
        ? halved(unit(p[0], x))
        : halved(response(unit(p[4], unit(p[3], response(halved(first(p[0]![0]!, x))))))) // prettier-ignore
    const model = googlenet({ divisor: 32, stem, modules: ['3b', '4a', '4d', '4e', '5b'], size: 32, units: 5, classes: 3, channels: 2 })
    const logits = (p: Nested, x: F32): F32 => {
      const fourA = module(p.to4a![2], halved(module(p.to4a![0], begun(p.stem!, x))))
      const last = module(p.rest![2], halved(module(p.rest![0], module(p.to4d![0], fourA))))
      return dense(p.head![2]!, fx.mean(last, { axis: [2, 3] }))
    }
    const [ours, theirs] = numbersOf(
      (x: F32) => {
        const params = parametersOf(model as never) as unknown as Nested & Parameters<typeof model.apply>[0]
        return [model.apply(params, x).logits, logits(params, x)]
      },
      noise([1, 2, 32, 32], 2),
    ) as [number[], number[]]
    expect(Math.max(...theirs.map(Math.abs))).toBeGreaterThan(1e-3)
    expect(apart(ours, theirs)).toBeLessThan(1e-5)
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

  test.each([
    ['imagenet', 3],
    ['cifar', 1],
  ] as const)('ResNet, its blocks one after another, stem: %s', (stem, pad) => {
    const model = resnet({ blocks: [1, 2], width: 3, stem, classes: 2, channels: 2 })
    const block = (p: Nested | undefined, x: F32, strides: number): F32 => {
      const { body, shortcut } = p![0] as unknown as Readonly<Record<'body' | 'shortcut', readonly (readonly [Nested, Nested])[]>>
      const way = strides === 1 ? x : convNorm(shortcut as never, x, 0, strides)
      return fx.relu(fx.add(way, convNorm(body[2]!, fx.relu(convNorm(body[0]!, x, 1, strides)), 1)))
    }
    beside(
      model,
      (p, x) => {
        const begun = fx.relu(convNorm(p.stem![0] as never, x, pad, stem === 'imagenet' ? 2 : 1))
        const [one, two] = [p.stages![0], p.stages![1]]
        const last = block(two![1], block(two![0], block(one![0], stem === 'imagenet' ? halved(begun) : begun, 1), 2), 1)
        return dense(p.head![1]!, fx.mean(last, { axis: [2, 3] }))
      },
      stem === 'imagenet' ? [1, 2, 16, 16] : [1, 2, 6, 6],
    )
  })

  /** Every second place of both axes, from the first. */
  const nails = (side: number): F32 =>
    fx.constant(Float32Array.from({ length: side * side }, (_, i) => Number(Math.floor(i / side) % 2 === 0 && (i % side) % 2 === 0)), { shape: [side, side] }) // prettier-ignore
  const nearest = (x: F32): F32 => fx.repeat(fx.repeat(x, 2, { axis: 2 }), 2, { axis: 3 })

  test.each(['nearest', 'bedOfNails', 'maxUnpool', 'transposed', 'skips'] as const)('an FCN, and U-Net: %s', (way) => {
    const skips = way === 'skips'
    const sizes = { channels: 2, maps: [2, 3] }
    beside(
      skips ? unet(sizes) : fcn({ ...sizes, upsampling: way }),
      (p, x) => {
        const { down, below, up, join } = p.body as unknown as Nested
        const maps = fx.relu(conv(down![0]!, x))
        const [pooled, positions] = maxPoolWithPositions(maps, { window: 2 })
        const small = fx.relu(conv(below![0]!, pooled))
        const before = (): F32 => fx.relu(conv(up![0]!, small))
        const above = {
          nearest: () => nearest(before()),
          bedOfNails: () => fx.mul(nearest(before()), nails(4)),
          maxUnpool: () => maxUnpool(before(), positions, [4, 4]),
          transposed: () => fx.relu(fx.add(fx.convTranspose(small, up!.w, { strides: 2 }), fx.reshape(up!.b, [2, 1, 1]))),
        }[skips ? 'transposed' : way]()
        return conv(p.head!, fx.relu(conv(join![0]!, skips ? fx.concat([maps, above], { axis: 1 }) : above)))
      },
      [1, 2, 4, 4],
    )
  })

  test('a U-Net with group norm', () => {
    /** Of two groups. */
    const unit = (layers: Nested | undefined, x: F32): F32 => {
      const y: F32 = fx.conv(x, layers![0]!.w, { padding: 'same' })
      const [n, c, h, w] = y.shape as readonly [number, number, number, number]
      const grouped: F32 = fx.reshape(y, [n, 2, (c / 2) * h * w])
      const centred: F32 = fx.sub(grouped, fx.mean(grouped, { axis: 2, keepDims: true }))
      const normal: F32 = fx.div(centred, fx.sqrt(fx.add(fx.mean(fx.square(centred), { axis: 2, keepDims: true }), 1e-5)))
      const { scale, shift } = normOf(layers![1])
      return fx.relu(fx.add(fx.mul(fx.reshape(normal, y.shape), fx.reshape(scale, [c, 1, 1])), fx.reshape(shift, [c, 1, 1])))
    }
    beside(
      unet({ channels: 2, maps: [4, 6], groups: 2 }),
      (p, x) => {
        const { down, below, up, join } = p.body as unknown as Nested
        const maps = unit(down, x)
        const small = unit(below, fx.maxPool(maps, { window: 2 }))
        const above: F32 = fx.relu(fx.add(fx.convTranspose(small, up!.w, { strides: 2 }), fx.reshape(up!.b, [4, 1, 1])))
        return conv(p.head!, unit(join, fx.concat([maps, above], { axis: 1 })))
      },
      [2, 2, 4, 4],
    )
  })
})

import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import * as nn from '../../src/nn.js'
import { alexnet, googlenet, inception, receptiveField, resnet, residualBlock, sensitivity, vgg } from '../../src/models.js'
import type { F32 } from './devices.js'
import { countOf, expectGradient, mapTensors, outputs, parametersOf, shapesOf } from './nets.js'
import { noise } from '../harness/noise.js'

const image = (size: number): readonly number[] => [1, 3, size, size]

const sizesOf = (net: nn.AnyModule, size: number, paths: readonly string[]): readonly string[] => {
  const shapes = shapesOf(net, image(size))
  return paths.map((path) => (shapes[path] ?? []).map((shape) => shape.slice(1).join('×')).join(' '))
}

describe('published networks at full size', () => {
  test.each([
    ['AlexNet of 2012, in the two groups of the paper', alexnet(), 60_965_224],
    ['AlexNet of 2012, undivided', alexnet({ groups: 1 }), 62_378_344],
    ['AlexNet with batch norm: two numbers a map for a bias', alexnet({ normalize: 'batch' }), 60_965_224 + 96 + 256 + 384 + 384 + 256],
    ['AlexNet of 2014', alexnet({ variant: '2014' }), 61_100_840],
    ['VGG-11', vgg({ depth: 11 }), 132_863_336],
    ['VGG-13', vgg({ depth: 13 }), 133_047_848],
    ['VGG-16', vgg(), 138_357_544],
    ['VGG-19', vgg({ depth: 19 }), 143_667_240],
    ['GoogLeNet, with its auxiliary heads', googlenet(), 6_998_552 + 6_379_728],
    // torchvision's has 13,004,888 with 3 × 3 in place of 5 × 5, and reduces to 23,808 / maps before those.
    ['GoogLeNet with batch norm', googlenet({ normalize: 'batch' }), 13_004_888 + (25 - 9) * 23_808],
    ['ResNet-18', resnet({ depth: 18 }), 11_689_512],
    ['ResNet-34', resnet({ depth: 34 }), 21_797_672],
    ['ResNet-50', resnet(), 25_557_032],
    ['ResNet-101', resnet({ depth: 101 }), 44_549_160],
    ['ResNet-152', resnet({ depth: 152 }), 60_192_808],
  ])('%s has as many parameters as published', (_, net, count) => {
    expect(countOf(net)).toBe(count)
  })

  test('AlexNet has the shapes of the paper', () => {
    const layers = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc6', 'fc7', 'fc8']
    const shapes = ['96×27×27', '256×13×13', '384×13×13', '384×13×13', '9216', '4096', '4096', '1000']
    expect(sizesOf(alexnet(), 227, layers)).toEqual(shapes)
    expect(sizesOf(alexnet({ variant: '2014', size: 224 }), 224, ['conv1', 'conv5'])).toEqual(['64×27×27', '9216'])
  })

  test('VGG-16 has 13 convolutions in five stages', () => {
    const { rows } = nn.summary(vgg(), fx.spec(image(224)))
    expect(rows.filter(({ label }) => label === 'conv2d')).toHaveLength(13)
    const pooled = rows.filter(({ label }) => label === 'maxPool').map(({ output }) => output[0]?.slice(1).join('×'))
    expect(pooled).toEqual(['64×112×112', '128×56×56', '256×28×28', '512×14×14', '512×7×7'])
  })

  test('GoogLeNet has the Inception modules of Table 1, or some of them', () => {
    const widths = (net: nn.AnyModule) =>
      nn
        .summary(net, fx.spec(image(224)))
        .rows.filter(({ label }) => label === 'parallel')
        .map(({ output }) => output.reduce((sum, shape) => sum + (shape[1] as number), 0))
    expect(widths(googlenet())).toEqual([256, 480, 512, 512, 512, 528, 832, 832, 1024])
    expect(widths(googlenet({ modules: ['5b', '4a', '4d', '3b'] }))).toEqual([480, 512, 528, 1024])
    expect(countOf(googlenet({ modules: ['4a', '4d'] }))).toBeLessThan(countOf(googlenet()))
  })

  test('ResNet-50 halves the image five times', () => {
    expect(sizesOf(resnet(), 224, ['stem', 'stages.0', 'stages.1', 'stages.2', 'stages.3', 'head'])).toEqual([
      '64×56×56',
      '256×56×56',
      '512×28×28',
      '1024×14×14',
      '2048×7×7',
      '1000',
    ])
  })
})

/** So that every ReLU lets through. */
const positive = (params: fx.Tree<F32>): unknown => mapTensors(params, (t) => fx.abs(t))

/** With norms that give 0. */
const silenced = (params: fx.Tree<F32>): unknown =>
  mapTensors(params, (t, name) => (name === 'scale' || name === 'shift' ? fx.mul(t, 0) : t))

const alexConfig = { size: 19, classes: 3, maps: [4, 4, 6, 4, 4], units: 5, stem: { kernel: 3, padding: 1 }, dropoutRate: 0 } as const

const small = {
  alex: alexnet(alexConfig),
  vgg: vgg({ stages: [1, 2], maps: [3, 4], units: 5, size: 4, classes: 3, dropoutRate: 0 }),
  google: googlenet({ divisor: 32, stem: 'small', size: 8, units: 4, classes: 3, dropoutRate: 0 }),
  res: resnet({ blocks: [1, 1], width: 3, stem: 'cifar', classes: 3 }),
} as const

/** Which elements of a plane one output depends on: height and width of the smallest rectangle around them. */
const fieldOf = (f: (x: F32) => F32, shape: readonly number[], at: readonly number[]): readonly [number, number] => {
  const [seen] = outputs((x: F32) => fx.max(sensitivity(f, x, at), { axis: [0, 1] }), noise(shape, 2))
  const [height, width] = shape.slice(-2) as [number, number]
  const places = (seen as number[]).flatMap((s, i) => (s > 0 ? [[Math.floor(i / width), i % width] as const] : []))
  const extent = (d: 0 | 1): number => Math.max(...places.map((p) => p[d])) - Math.min(...places.map((p) => p[d])) + 1
  expect(places.length).toBeLessThanOrEqual(height * width)
  return [extent(0), extent(1)]
}

test.each([
  ['AlexNet', alexnet({ ...alexConfig, maps: [4, 4, 6, 4, 40], units: 40, dropoutRate: 0.5 }), 19, [0.5, 0.5]],
  ['VGG', vgg({ stages: [1], maps: [3], units: 40, size: 8, classes: 3 }), 8, [0.5, 0.5]],
  ['GoogLeNet', googlenet({ divisor: 32, modules: ['4a', '4d'], stem: 'small', size: 8, units: 60, classes: 3 }), 8, [0.4, 0.7, 0.7]],
] as const)('%s drops in training, at the rates of its paper, and nothing outside of it', (_, net, size, rates) => {
  /** What comes of each number that goes into a dropout layer, as its multiple. Units that ReLU has silenced tell nothing. */
  const multiples = (training: boolean): readonly (readonly number[])[] => {
    const results = outputs(
      (x: F32) => {
        const seen: F32[] = []
        const observe = ({ label, x: given, y }: nn.Observation): void => {
          if (label === 'dropout') seen.push(given as F32, y as F32)
        }
        const { apply } = nn.layer(net as nn.AnyModule) as unknown as nn.Layer<unknown, unknown>
        apply(parametersOf(net as nn.AnyModule), x, { training, key: fx.random.key(2), observe })
        return seen
      },
      noise([8, 3, size, size], 3),
    )
    return rates.map((_rate, i) => {
      const [given, dropped] = [results[2 * i]!, results[2 * i + 1]!]
      return given.flatMap((v, k) => (v === 0 ? [] : [dropped[k]! / v]))
    })
  }
  multiples(false).forEach((all) => expect(new Set(all)).toEqual(new Set([1])))
  multiples(true).forEach((all, i) => {
    const rate = rates[i]!
    all.forEach((v) => expect(v).toBeCloseTo(v === 0 ? 0 : 1 / (1 - rate), 4))
    expect(all.length).toBeGreaterThan(80)
    // Within four standard errors.
    const off = all.filter((v) => v === 0).length / all.length
    expect(Math.abs(off - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / all.length))
  })
})

describe('AlexNet', () => {
  test('the maps of one group see those of their own group alone', () => {
    const { alex } = small
    const between = (x: F32): readonly F32[] => {
      const { conv2 } = parametersOf(alex) as unknown as { readonly conv2: readonly [{ readonly w: F32; readonly b: F32 }] }
      const layer = nn.conv2d(4, 4, 5, { padding: 2, groups: 2 })
      return [0, 1, 2, 3].map((map) =>
        fx.max(
          sensitivity((v: F32) => layer.apply(conv2[0], v), x, [0, map, 2, 2]),
          { axis: [0, 2, 3] },
        ),
      )
    }
    const seen = outputs(between, noise([1, 4, 5, 5], 1)).map((row) => row.map((s) => s > 0))
    expect(seen).toEqual([[true, true, false, false], [true, true, false, false], [false, false, true, true], [false, false, true, true]]) // prettier-ignore
  })

  test('response normalisation is the formula of the paper', () => {
    const x = noise([2, 7, 2, 3], 4)
    const normalised = (beta: number) => outputs((v: F32) => nn.localResponseNorm({ size: 5, k: 2, alpha: 0.3, beta }).apply([], v), x)[0]
    const [three, other] = [normalised(0.75), normalised(0.6)]
    const at = (n: number, c: number, p: number): number => x.data[(n * 7 + c) * 6 + p] as number
    for (const n of [0, 1])
      for (let c = 0; c < 7; c++)
        for (let p = 0; p < 6; p++) {
          let sum = 0
          for (let j = Math.max(0, c - 2); j <= Math.min(6, c + 2); j++) sum += at(n, j, p) ** 2
          const i = (n * 7 + c) * 6 + p
          expect(three?.[i]).toBeCloseTo(at(n, c, p) / (2 + 0.3 * sum) ** 0.75, 5)
          expect(other?.[i]).toBeCloseTo(at(n, c, p) / (2 + 0.3 * sum) ** 0.6, 5)
        }
  })

  test('images too small to be pooled three times are refused', () => {
    expect(() => alexnet({ size: 28 })).toThrow(/images of 28 pixels nothing is left/)
  })

  test('gradients are differences', async () => {
    await expectGradient(small.alex, [1, 3, 19, 19])
    // A norm of few numbers bends, and maxima change places: with 1 / 1024 the difference is 6 % off, with 1 / 16384 as near as this.
    await expectGradient(alexnet({ ...alexConfig, normalize: 'batch' }), [6, 3, 19, 19], true, 1 / 4096)
  })
})

describe('VGG', () => {
  test('three convolutions of 3 × 3 see 7 × 7, with 27 parameters for 49', () => {
    const three = nn.sequential(...[1, 2, 3].map(() => nn.conv2d(2, 2, 3, { padding: 1, bias: false })))
    const field = fieldOf((x) => three.apply(parametersOf(three) as never, x), [1, 2, 9, 9], [0, 0, 4, 4])
    expect(field).toEqual([7, 7])
    expect(receptiveField([{ kernel: 3 }, { kernel: 3 }, { kernel: 3 }])).toBe(7)
    expect(countOf(three) / countOf(nn.conv2d(2, 2, 7, { bias: false }))).toBeCloseTo(27 / 49, 10)
  })

  test('gradients are differences, with batch norm and without', async () => {
    await expectGradient(small.vgg, [2, 3, 4, 4])
    await expectGradient(vgg({ stages: [1, 1], maps: [2, 3], units: 4, size: 4, classes: 3, norm: true, dropoutRate: 0 }), [2, 3, 4, 4])
  })

  test('stages and maps that do not fit are refused', () => {
    expect(() => vgg({ stages: [1, 1], size: 32 })).toThrow(/2 stages, 5 numbers of maps/)
    expect(() => vgg({ size: 16 })).toThrow(/images of 16/)
  })
})

describe('GoogLeNet', () => {
  test('the branches of a module see 1 × 1, 3 × 3, 5 × 5 and 3 × 3', () => {
    const module = inception(2, { one: 1, three: [2, 1], five: [2, 1], pool: 1 })
    const fields = [0, 1, 2, 3].map((map) => {
      // Without ReLU in the way: what is 0 has no slope.
      const linear = (x: F32): F32 => module.apply(positive(parametersOf(module)) as never, fx.abs(x))
      return fieldOf(linear, [1, 2, 7, 7], [0, map, 3, 3])
    })
    expect(fields.slice(0, 3)).toEqual([[1, 1], [3, 3], [5, 5]]) // prettier-ignore
    // A maximum has one slope for each map of its input.
    expect(Math.max(...(fields[3] as readonly number[]))).toBeLessThanOrEqual(3)
  })

  test('logits do not depend on the auxiliary heads, whose losses reach the layers before them', () => {
    const { google } = small
    const gradients = (x: F32): readonly F32[] => {
      const params = positive(parametersOf(google)) as never
      const sums = (which: 'logits' | 'auxiliary') => (p: never) => {
        const y = google.apply(p, x)
        return fx.sum(which === 'logits' ? y.logits : y.auxiliary[1])
      }
      const size = (tree: unknown): F32 => Object.values(nn.select(tree, '**')).reduce<F32>((a: F32, g) => fx.add(a, fx.sum(fx.abs(g as F32))), fx.full([], 0)) // prettier-ignore
      return (['logits', 'auxiliary'] as const).flatMap((which) => {
        const g = fx.grad(sums(which) as never)(params) as Readonly<Record<string, unknown>>
        return ['stem', 'head1', 'head2', 'rest'].map((part) => size(g[part]))
      })
    }
    const seen = outputs(gradients, noise([1, 3, 8, 8], 3)).map(([s]) => (s as number) > 0)
    expect(seen).toEqual([true, false, false, true, true, false, true, false])
  })

  test('norms keep statistics in every part, which logits depend on outside of training', () => {
    const net = nn.layer(googlenet({ divisor: 32, stem: 'small', size: 8, units: 4, classes: 3, normalize: 'batch', dropoutRate: 0 }))
    const parts = ['stem', 'to4a', 'head1', 'to4d', 'head2', 'rest'] as const
    const sizes = (tree: unknown, before?: unknown): readonly F32[] => {
      const [have, had] = [tree, before].map((t): Readonly<Record<string, unknown>> => (t === undefined ? {} : nn.select(t, '**')))
      const distance = (path: string): F32 => fx.sum(fx.abs(fx.sub(have![path] as F32, (had![path] as F32 | undefined) ?? 0)))
      return parts.map((part) =>
        Object.keys(have!)
          .filter((path) => path.startsWith(`${part}.`))
          .map(distance)
          .reduce((x, y): F32 => fx.add(x, y)),
      )
    }
    const measured = (x: F32): readonly F32[] => {
      const params = parametersOf(net) as never
      const before = net.initState()
      const [, after] = net.stateful(params, x, { training: true, state: before, key: fx.random.key(1) })
      const slope = fx.grad((state: never) => fx.sum(fx.square(net.apply(params, x, { state }).logits)))(after as never)
      return [...sizes(after, before), ...sizes(slope)]
    }
    const seen = outputs(measured, noise([2, 3, 8, 8], 3)).map(([s]) => (s as number) > 0)
    expect(seen).toEqual([true, true, true, true, true, true, true, true, false, true, false, true])
  })

  test('modules that heads follow are asked for', () => {
    expect(() => googlenet({ modules: ['3a', '4a', '5b'] })).toThrow(/its modules are \[3a, 4a, 5b\].*4a and 4d/s)
    expect(() => googlenet({ modules: ['4a', '4d', '6a' as never] })).toThrow(/6a/)
  })

  test('gradients are differences', async () => {
    await expectGradient(inception(2, { one: 1, three: [2, 1], five: [2, 1], pool: 1 }, { normalize: 'batch' }), [2, 2, 4, 4])
    await expectGradient(inception(2, { one: 1, three: [2, 1], five: [2, 1], pool: 1 }), [1, 2, 4, 4])
    // Smaller weights, or 22 layers curve too much for a difference.
    const gentle = (params: unknown): unknown => mapTensors(params, (t) => fx.mul(t, 0.6))
    const { init, apply } = small.google
    await expectGradient({ init, apply: (p: never, x: never, ctx?: never) => apply(gentle(p) as never, x, ctx) }, [1, 3, 8, 8])
  })
})

describe('ResNet', () => {
  test('a block whose last norm gives 0 is a ReLU, and passes the gradient of what is positive unchanged', () => {
    const block = residualBlock(2, 2)
    const x = noise([2, 2, 3, 3], 1)
    const silent = (v: F32): readonly F32[] => {
      const of = (u: F32): F32 => block.apply(silenced(parametersOf(block)) as never, u, { training: true })
      return [of(v), fx.grad((u: F32) => fx.sum(of(u)))(v)]
    }
    const [y, slope] = outputs(silent, x)
    expect(y).toEqual([...x.data].map((v) => Math.max(0, v)))
    expect(slope).toEqual([...x.data].map((v) => (v > 0 ? 1 : 0)))
  })

  test('gradients are differences', async () => {
    await expectGradient(small.res, [3, 3, 6, 6])
    await expectGradient(residualBlock(4, 2, { stride: 2, bottleneck: true }), [3, 4, 4, 4])
  })

  test('stages without blocks are refused', () => {
    expect(() => resnet({ blocks: [2, 0] })).toThrow(/blocks are \[2, 0\]/)
  })
})

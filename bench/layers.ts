/**
 * Convolutions as the examples have them, on WebAssembly with one thread: `npm run bench:layers -- [--only NAME]`. GFLOP/s of the layer, of
 * its gradient by the input and of that by the kernel, by the least time of several calls; products with padding count as any other.
 *
 * `npm run bench:layers -- --steps [--only NAME] [--kernels 10]` instead times a step of training of the examples' small networks, by
 * the sum of their kernels' least times, with the slowest kernels.
 */
import { parseArgs } from 'node:util'
import { classifier } from '../examples/lib/classifier.js'
import { improve } from '../examples/lib/improve.js'
import { small as alexnet } from '../examples/systems/S13.js'
import { heads, small as googlenet } from '../examples/systems/S15.js'
import * as fx from '../src/index.js'
import { fcn, lenet5, type SegmentationParams } from '../src/models.js'
import { bceWithLogits, type AnyModule, type Layer } from '../src/nn.js'
import { adamw } from '../src/optim.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface Case {
  readonly name: string
  readonly x: fx.Shape
  readonly w: fx.Shape
  readonly f: (x: F32, w: F32) => F32
}

type Options = Pick<fx.ConvOptions, 'strides' | 'groups'> & { readonly pad?: number }

const layer = (name: string, x: fx.Shape, maps: number, kernel: number, { pad = 0, ...options }: Options = {}): Case => ({
  name,
  x,
  w: [maps, (x[1] as number) / (options.groups ?? 1), kernel, kernel],
  f: (a, b) => fx.conv<'f32', fx.Shape, fx.Shape, fx.ConvOptions>(a, b, { ...options, padding: [[pad, pad], [pad, pad]] }), // prettier-ignore
})

/** Twice as large, as on the way up of FCN and U-Net. */
const up = (name: string, x: fx.Shape, maps: number): Case => ({
  name,
  x,
  w: [maps, x[1] as number, 2, 2],
  f: (a, b) => fx.convTranspose<'f32', fx.Shape, fx.Shape, fx.ConvTransposeOptions>(a, b, { strides: 2 }),
})

const layers: readonly Case[] = [
  layer('LeNet C1', [64, 1, 28, 28], 6, 5, { pad: 2 }),
  layer('LeNet C3', [64, 6, 14, 14], 16, 5),
  layer('LeNet C5', [64, 16, 5, 5], 120, 5),
  layer('AlexNet conv1', [64, 1, 28, 28], 12, 5, { pad: 2 }),
  layer('AlexNet conv2', [64, 12, 13, 13], 24, 5, { pad: 2, groups: 2 }),
  layer('AlexNet conv3', [64, 24, 6, 6], 36, 3, { pad: 1 }),
  layer('AlexNet conv4', [64, 36, 6, 6], 36, 3, { pad: 1, groups: 2 }),
  layer('ResNet 3 × 3, stride 2', [64, 32, 16, 16], 64, 3, { pad: 1, strides: 2 }),
  layer('ResNet 1 × 1, stride 2', [64, 32, 16, 16], 64, 1, { strides: 2 }),
  layer('GoogLeNet 1 × 1', [64, 30, 14, 14], 8, 1),
  layer('GoogLeNet 3 × 3', [64, 8, 14, 14], 12, 3, { pad: 1 }),
  layer('GoogLeNet 5 × 5', [64, 2, 14, 14], 6, 5, { pad: 2 }),
  layer('GoogLeNet 3 × 3 of 7', [64, 12, 7, 7], 24, 3, { pad: 1 }),
  layer('FCN 32', [32, 3, 32, 32], 8, 3, { pad: 1 }),
  layer('FCN 16', [32, 8, 16, 16], 24, 3, { pad: 1 }),
  layer('FCN 8', [32, 24, 8, 8], 48, 3, { pad: 1 }),
  layer('FCN join 32', [32, 8, 32, 32], 8, 3, { pad: 1 }),
  layer('FCN head', [32, 8, 32, 32], 1, 1),
  up('FCN up to 16', [32, 48, 8, 8], 24),
  up('FCN up to 32', [32, 24, 16, 16], 8),
]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    steps: { type: 'boolean', default: false },
    kernels: { type: 'string', default: '10' },
  },
})

const device = await fx.wasm({ threads: 1 })

const chosen = <A extends { readonly name: string }>(all: readonly A[]): readonly A[] =>
  all.filter(({ name }) => name.includes(values.only))

const filled = (shape: fx.Shape): fx.NDArray<'f32'> =>
  fx.ndarray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
    { shape },
  )

interface Timed {
  readonly name: string
  readonly ms: number
}

type Program = ((...xs: readonly unknown[]) => Promise<unknown>) & {
  readonly profile: (...xs: readonly unknown[]) => Promise<readonly { readonly name: string; readonly milliseconds: number }[]>
}

const compiled = async (f: unknown, args: readonly unknown[]): Promise<Program> =>
  (await fx.compile(f as never, args.map((arg) => fx.specOf(arg as never)) as never, { device })) as unknown as Program

/** The least time of each kernel of a function, by calls for a while. */
const kernelsOf = async (f: unknown, args: readonly unknown[], duration: number): Promise<readonly Timed[]> => {
  const { profile } = await compiled(f, args)
  const best = new Map<number, Timed>()
  const until = performance.now() + duration
  for (let n = 0; n < 5 || performance.now() < until; n++)
    (await profile(...args)).forEach(({ name, milliseconds }, i) =>
      best.set(i, { name, ms: Math.min(milliseconds, best.get(i)?.ms ?? Infinity) }),
    )
  return [...best.values()]
}

const total = (kernels: readonly Timed[]): number => kernels.reduce((sum, { ms }) => sum + ms, 0)

/** Products of the layer, and as many sums: as many for each gradient. */
const rates = async (one: Case): Promise<string> => {
  const [x, w] = [filled(one.x), filled(one.w)]
  const y = (await (await compiled(one.f, [x, w]))(x, w)) as fx.DeviceArray
  const g = filled(y.shape)
  const [c = 1, ...window] = one.w.slice(1)
  const taps = window.reduce((a, b) => a * b, c)
  const isUp = one.name.includes(' up ')
  const flops = 2 * (isUp ? taps * (one.w[0] as number) * (x.data.length / c) : taps * g.data.length)
  const loss = (a: F32, b: F32, h: F32): F32 => fx.sum(fx.mul(one.f(a, b), h))
  const by = (i: 0 | 1) => (a: F32, b: F32, h: F32) => fx.grad(loss, { argnums: [i] })(a, b, h)
  const times = [await kernelsOf(one.f, [x, w], 250), await kernelsOf(by(0), [x, w, g], 250), await kernelsOf(by(1), [x, w, g], 250)]
  const cells = times.map((kernels) => (flops / total(kernels) / 1e6).toFixed(1).padStart(9))
  return `${one.name.padEnd(24)}${(flops / 1e6).toFixed(1).padStart(9)}${cells.join('')}`
}

interface Step {
  readonly name: string
  make(): Promise<readonly [step: unknown, args: readonly unknown[]]>
}

const pictures = (name: string, model: AnyModule, heads?: (outputs: never) => readonly F32[]): Step => ({
  name,
  make: async () => {
    const { begin, step } = classifier({ model, shape: [1, 28, 28], optimizer: adamw(0.003), ...(heads === undefined ? {} : { heads }) })
    const state = await (await compiled(begin, [fx.random.keyData(0)]))(fx.random.keyData(0))
    return [step, [state, { x: filled([64, 28, 28]), y: fx.ndarray(Int32Array.from({ length: 64 }, (_, i) => i % 10)) }]]
  },
})

/** As S17 trains them, but for what an intersection over union adds to the loss. */
const masks = (name: string, model: Layer<SegmentationParams>): Step => ({
  name,
  make: async () => {
    const optimizer = adamw(0.004)
    const begin = (key: fx.Key): unknown => {
      const params = model.init(key)
      return { params, optimizer: optimizer.init(params) }
    }
    const step = (before: never, { x, mask }: { readonly x: F32; readonly mask: F32 }): unknown =>
      improve(optimizer, before, (params: never) => [bceWithLogits(model.apply(params, x), mask), []])
    const state = await (await compiled(begin, [fx.random.keyData(0)]))(fx.random.keyData(0))
    return [step, [state, { x: filled([16, 3, 64, 64]), mask: filled([16, 1, 64, 64]) }]]
  },
})

const steps: readonly Step[] = [
  pictures('S12 LeNet', lenet5()),
  pictures('S13 AlexNet', alexnet),
  pictures('S15 GoogLeNet', googlenet, heads),
  ...(['transposed', 'maxUnpool', 'nearest', 'bedOfNails'] as const).map((upsampling) =>
    masks(`S17 FCN, ${upsampling}`, fcn({ maps: [12, 24, 48], upsampling, groups: 4 })),
  ),
]

const profiled = async ({ name, make }: Step): Promise<string> => {
  const [f, args] = await make()
  const kernels = await kernelsOf(f, args, 3000)
  const slowest = [...kernels].sort((a, b) => b.ms - a.ms).slice(0, Number(values.kernels))
  return [
    `${name}: ${total(kernels).toFixed(1)} ms, ${String(kernels.length)} kernels`,
    ...slowest.map((kernel) => `  ${kernel.ms.toFixed(2).padStart(7)}  ${kernel.name}`),
  ].join('\n')
}

if (values.steps) for (const one of chosen(steps)) console.log(await profiled(one))
else {
  console.log(`${'GFLOP/s'.padEnd(24)}${['MFLOP', 'forward', 'by input', 'by kernel'].map((word) => word.padStart(9)).join('')}`)
  for (const one of chosen(layers)) console.log(await rates(one))
}

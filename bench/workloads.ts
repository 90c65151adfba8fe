/** The workloads of the peer benchmarks on a fluxion device: each compiled once, as a function that runs it once. */
import { adamInit, adamUpdate, type AdamState, type F32, type Named } from '../examples/lib/adam.js'
import * as fx from '../src/index.js'

/** What the peers' harness hands over: named arrays, and parameters with their shapes. */
export type Inputs = Readonly<Record<string, Float32Array<ArrayBuffer>>>
export type Initial = Readonly<Record<string, readonly [fx.Shape, Float32Array<ArrayBuffer>]>>

export interface Batch {
  readonly x: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>
  readonly y: Int32Array<ArrayBuffer>
  readonly k: number
}

export interface Kernel {
  call(): Promise<readonly fx.DeviceArray[]>
  read(result: readonly fx.DeviceArray[]): Promise<readonly fx.TypedArray[]>
  free(result: readonly fx.DeviceArray[]): void
}

export interface Training {
  step(): Promise<number>
}

interface Sketch {
  readonly shapes: Readonly<Record<string, fx.Shape>>
  f(xs: Readonly<Record<string, F32>>): fx.Tensor | readonly fx.Tensor[]
}

type Named32 = Readonly<Record<string, F32>>

const at = (xs: Named32, name: string): F32 => {
  const found = xs[name]
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const layerNorm = (x: F32, g: F32, b: F32): F32 => {
  const centred = fx.sub(x, fx.mean(x, { axis: -1, keepDims: true }))
  const variance = fx.mean(fx.square(centred), { axis: -1, keepDims: true })
  return fx.add(fx.mul(fx.mul(centred, fx.rsqrt(fx.add(variance, 1e-5))), g), b)
}

const convolve = (x: F32, w: F32): F32 => fx.conv(x, w, { padding: 'same' })

const square = (n: number): Sketch => ({ shapes: { a: [n, n], b: [n, n] }, f: (xs) => fx.matmul(at(xs, 'a'), at(xs, 'b')) })

const convShapes = { x: [8, 32, 32, 32], w: [64, 32, 3, 3] } as const

const sketches: Readonly<Record<string, Sketch>> = {
  matmul256: square(256),
  matmul512: square(512),
  matmul1024: square(1024),
  conv: { shapes: convShapes, f: (xs) => convolve(at(xs, 'x'), at(xs, 'w')) },
  convgrad: {
    shapes: { ...convShapes, g: [8, 64, 32, 32] },
    f: (xs) => {
      const loss = (x: F32, w: F32): F32 => fx.sum(fx.mul(convolve(x, w), at(xs, 'g')))
      const [value, [dx, dw]] = fx.valueAndGrad(loss, { argnums: [0, 1] })(at(xs, 'x'), at(xs, 'w'))
      return [value, dx, dw]
    },
  },
  eltwise: {
    shapes: { x: [2 ** 22] },
    f: (xs) => {
      const x = at(xs, 'x')
      return fx.add(fx.mul(fx.tanh(fx.add(fx.mul(x, 1.5), -0.3)), fx.sigmoid(x)), fx.square(x))
    },
  },
  softmax: { shapes: { x: [4096, 1024] }, f: (xs) => fx.softmax(at(xs, 'x')) },
  layernorm: {
    shapes: { x: [4096, 1024], g: [1024], b: [1024] },
    f: (xs) => layerNorm(at(xs, 'x'), at(xs, 'g'), at(xs, 'b')),
  },
  attention: {
    shapes: { q: [4, 4, 256, 64], k: [4, 4, 256, 64], v: [4, 4, 256, 64] },
    f: (xs) => fx.attention(at(xs, 'q'), at(xs, 'k'), at(xs, 'v'), { causal: true }),
  },
}

/** The shapes of what a workload of one call takes. */
export const shapesOf = (name: string): Sketch['shapes'] => sketches[name]?.shapes ?? {}

type Program = (xs: unknown) => Promise<fx.DeviceArray | readonly fx.DeviceArray[]>

/** What is made when it is first asked for: a program by the first call, as with the peers. */
const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}

const leavesOf = (results: fx.DeviceArray | readonly fx.DeviceArray[]): readonly fx.DeviceArray[] => [results].flat()

/** A workload of one call, its arguments already on the device. */
export const kernelOn = async (device: fx.Device, name: string, inputs: Inputs): Promise<Kernel> => {
  const sketch = sketches[name]
  if (sketch === undefined) throw new Error(`there is no workload ${name}`)
  const args = Object.fromEntries(
    Object.entries(sketch.shapes).map(([key, shape]) => [key, fx.ndarray(inputs[key] as Float32Array<ArrayBuffer>, { shape })]),
  )
  const specs = [fx.specOf(args)] as const
  const program = once(async () => (await fx.compile(sketch.f as never, specs, { device })) as unknown as Program)
  const place = (await fx.compile(
    ((xs: Named32) => Object.fromEntries(Object.entries(xs).map(([k, x]) => [k, fx.mul(x, 1)]))) as never,
    specs,
    {
      device,
    },
  )) as unknown as (xs: unknown) => Promise<unknown>
  const placed = await place(args)
  return {
    call: async () => leavesOf(await (await program())(placed)),
    read: (result) => Promise.all(result.map(async (array) => (await array.toNDArray()).data)),
    free: (result) => {
      for (const array of result) array.dispose()
    },
  }
}

const crossEntropy = (logits: F32, targets: F32, n: number): F32 =>
  fx.mul(fx.sum(fx.mul(fx.logSoftmax(logits, { axis: -1 }), targets)), -1 / n)

const dense = (x: F32, w: F32, b: F32): F32 => fx.add(fx.matmul(x, w), b)

const mlp = (p: Named32, x: F32, y: F32): F32 => {
  const h1 = fx.relu(dense(x, at(p, 'w1'), at(p, 'b1')))
  const h2 = fx.relu(dense(h1, at(p, 'w2'), at(p, 'b2')))
  return crossEntropy(dense(h2, at(p, 'w3'), at(p, 'b3')), y, 128)
}

const convBlock = (x: F32, w: F32, b: F32): F32 =>
  fx.maxPool(fx.relu(fx.add(convolve(x, w), fx.reshape(b, [b.size, 1, 1]))), { window: [2, 2] })

const cnn = (p: Named32, x: F32, y: F32): F32 => {
  const h = convBlock(convBlock(x, at(p, 'w1'), at(p, 'b1')), at(p, 'w2'), at(p, 'b2'))
  return crossEntropy(dense(fx.reshape(h, [64, 1568]), at(p, 'w3'), at(p, 'b3')), y, 64)
}

const gptSize = { layers: 2, width: 128, heads: 4, length: 64, vocabulary: 96, batch: 8 } as const

const gptBlock = (p: Named32, l: number, s: F32): F32 => {
  const { width: d, heads, length: T, batch: B } = gptSize
  const q = (name: string): F32 => at(p, `l${l}_${name}`)
  const qkv = dense(layerNorm(s, q('g1'), q('c1')), q('wqkv'), q('bqkv'))
  const heads3 = fx.split(qkv, 3, { axis: 1 }).map((part) => fx.transpose(fx.reshape(part, [B, T, heads, d / heads]), [0, 2, 1, 3]))
  const mixed = fx.attention(heads3[0] as F32, heads3[1] as F32, heads3[2] as F32, { causal: true })
  const joined = fx.reshape(fx.transpose(mixed, [0, 2, 1, 3]), [B * T, d])
  const attended = fx.add(s, dense(joined, q('wo'), q('bo')))
  const m = fx.gelu(dense(layerNorm(attended, q('g2'), q('c2')), q('w1'), q('b1')))
  return fx.add(attended, dense(m, q('w2'), q('b2')))
}

const gpt = (p: Named32, x: fx.Tensor<fx.Shape, 'i32'>, y: F32): F32 => {
  const { width: d, length: T, batch: B, layers } = gptSize
  const tokens = fx.reshape(fx.take(at(p, 'tok'), x, { axis: 0 }), [B, T, d])
  let s: F32 = fx.reshape(fx.add(tokens, at(p, 'pos')), [B * T, d])
  for (let l = 0; l < layers; l++) s = gptBlock(p, l, s)
  return crossEntropy(fx.matmul(layerNorm(s, at(p, 'gf'), at(p, 'cf')), at(p, 'head')), y, B * T)
}

const losses = { mlp, cnn, gpt } as const
const inputShapes: Readonly<Record<string, fx.Shape>> = { mlp: [128, 784], cnn: [64, 1, 28, 28], gpt: [512] }

const learningRate = 1e-3
const weightDecay = 0.01

const oneHot = ({ y, k }: Batch): fx.NDArray<'f32'> => {
  const data = new Float32Array(y.length * k)
  y.forEach((label, i) => (data[i * k + label] = 1))
  return fx.ndarray(data, { shape: [y.length, k] })
}

type Step = (...args: readonly unknown[]) => Promise<readonly [unknown, fx.DeviceArray<'f32'>]>

/** A training step with Adam (AdamW for `gpt`), its state donated. */
export const trainingOn = async (device: fx.Device, name: string, initial: Initial, batch: Batch): Promise<Training> => {
  const loss = losses[name as keyof typeof losses] as (p: Named32, x: fx.Tensor, y: F32) => F32
  const decay = name === 'gpt' ? 1 - learningRate * weightDecay : 1
  const update = (state: AdamState<F32>, x: fx.Tensor, y: F32): readonly [AdamState<F32>, F32] => {
    const [value, grads] = fx.valueAndGrad((p: Named<F32>) => loss(p, x, y))(state.params)
    const decayed = Object.fromEntries(Object.entries(state.params).map(([key, p]) => [key, fx.mul(p, decay)]))
    return [adamUpdate(grads, { ...state, params: decayed }, learningRate), value]
  }
  const params = Object.fromEntries(Object.entries(initial).map(([key, [shape, data]]) => [key, fx.ndarray(data, { shape })]))
  const [x, y] = [fx.ndarray(batch.x, { shape: inputShapes[name] as fx.Shape }), oneHot(batch)]
  const state0 = adamInit(params)
  const specs = [fx.specOf(state0), fx.specOf(x), fx.specOf(y)]
  const program = once(async () => (await fx.compile(update as never, specs as never, { device, donate: [0] })) as unknown as Step)
  let state: unknown = state0
  return {
    step: async () => {
      const [next, value] = await (await program())(state, x, y)
      state = next
      return value.item()
    },
  }
}

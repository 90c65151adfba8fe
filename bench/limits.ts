/** What `npm run bench` compares, and what the ratios are to be: fluxion's time by the fastest peer's. */

/** The most that a ratio may be, by workload. */
export type Limits = Readonly<Record<string, number>>

/** fluxion on one device beside peers. */
export interface Comparison {
  readonly title: string
  readonly device: 'wasm' | 'webgpu' | 'js'
  readonly threads: number
  /** Whether all run in pages of Chromium, but for what has no page. */
  readonly chromium: boolean
  readonly peers: readonly string[]
  readonly workloads: readonly string[]
  readonly limits: Limits
  /** Of first calls. */
  readonly first: Limits
}

const forward = ['matmul256', 'matmul512', 'matmul1024', 'conv', 'eltwise', 'softmax', 'layernorm', 'attention'] as const
const steps = ['mlp', 'cnn', 'gpt'] as const
export const workloads: readonly string[] = [...forward.slice(0, 4), 'convgrad', ...forward.slice(4), ...steps]

const all = (names: readonly string[], most: number): Limits => Object.fromEntries(names.map((name) => [name, most]))

const matmul = (most: number): Limits => all(['matmul256', 'matmul512', 'matmul1024'], most)

/** Beside the best JavaScript peer on a CPU. */
const onCpu: Limits = {
  ...matmul(0.9),
  conv: 0.8,
  convgrad: 0.1,
  eltwise: 0.4,
  softmax: 0.9,
  layernorm: 0.9,
  attention: 0.4,
  mlp: 0.5,
  cnn: 0.1,
  gpt: 0.4,
}

/** Beside the best JavaScript peer on the same adapter. */
const onAdapter: Limits = {
  ...matmul(0.8),
  conv: 0.4,
  convgrad: 0.3,
  eltwise: 0.65,
  softmax: 0.3,
  layernorm: 0.3,
  attention: 0.4,
  mlp: 0.5,
  cnn: 0.3,
  gpt: 0.4,
}

const first: Limits = all(steps, 0.5)

const common = { device: 'wasm', threads: 2, chromium: false, workloads, first: {} } as const

/** All that there is to compare, in order. */
export const comparisons: readonly Comparison[] = [
  {
    ...common,
    title: 'WebAssembly in Node, one thread',
    threads: 1,
    peers: ['tfjs-wasm', 'jaxjs-wasm', 'jaxjs-wasm-nojit'],
    limits: onCpu,
    first,
  },
  {
    ...common,
    title: 'WebAssembly in Chromium, two threads',
    chromium: true,
    peers: ['tfjs-wasm', 'jaxjs-wasm', 'jaxjs-wasm-nojit'],
    limits: onCpu,
  },
  { ...common, title: 'WebGPU in Node', device: 'webgpu', peers: ['jaxjs-webgpu'], limits: onAdapter, first },
  {
    ...common,
    title: 'JavaScript in Node',
    device: 'js',
    threads: 1,
    peers: ['tfjs-cpu'],
    // The peer takes minutes for a convolution's gradients.
    workloads: workloads.filter((name) => name !== 'convgrad'),
    limits: all(workloads, 0.5),
  },
  {
    ...common,
    title: 'beside ONNX Runtime Web, two threads each',
    peers: ['ort-web-wasm'],
    workloads: forward,
    limits: all(forward, 1),
  },
  { ...common, title: 'in Node beside PyTorch, two threads each', peers: ['torch'], limits: all(workloads, 6) },
  { ...common, title: 'in Chromium beside PyTorch, two threads each', chromium: true, peers: ['torch'], limits: all(workloads, 4) },
]

// A 60-line ONNX writer (protobuf by hand) and the forward workloads 1-5 as graphs.
import { W, EA, EB } from './common.mjs'

const varint = (n) => {
  const b = []
  n = BigInt.asUintN(64, BigInt(n))
  do {
    let x = Number(n & 127n)
    n >>= 7n
    if (n) x |= 128
    b.push(x)
  } while (n)
  return Uint8Array.from(b)
}
const cat = (...p) => {
  const out = new Uint8Array(p.reduce((s, x) => s + x.length, 0))
  let o = 0
  for (const x of p) {
    out.set(x, o)
    o += x.length
  }
  return out
}
const int = (f, v) => cat(varint(f << 3), varint(v))
const bytes = (f, b) => cat(varint((f << 3) | 2), varint(b.length), b)
const str = (f, s) => bytes(f, new TextEncoder().encode(s))
const flt = (f, v) => cat(varint((f << 3) | 5), new Uint8Array(Float32Array.of(v).buffer))

// AttributeProto: name=1 f=2 i=3 ints=8 type=20 (FLOAT 1, INT 2, INTS 7)
const attr = ([k, v]) =>
  bytes(
    5,
    cat(
      str(1, k),
      ...(Array.isArray(v)
        ? [...v.map((x) => int(8, x)), int(20, 7)]
        : Number.isInteger(v)
          ? [int(3, v), int(20, 2)]
          : [flt(2, v), int(20, 1)]),
    ),
  )
// NodeProto: input=1 output=2 op_type=4 attribute=5
const node = (op, ins, out, attrs = {}) =>
  bytes(1, cat(...ins.map((i) => str(1, i)), str(2, out), str(4, op), ...Object.entries(attrs).map(attr)))
// TensorProto: dims=1 data_type=2 name=8 raw_data=9
const init = (name, dims, data) =>
  bytes(
    5,
    cat(...dims.map((d) => int(1, d)), int(2, 1), str(8, name), bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
  )
// ValueInfoProto: name=1 type=2{tensor_type=1{elem_type=1 shape=2{dim=1{dim_value=1}}}}
const value = (f, name, dims) =>
  bytes(f, cat(str(1, name), bytes(2, bytes(1, cat(int(1, 1), bytes(2, cat(...dims.map((d) => bytes(1, int(1, d))))))))))
// ModelProto: ir_version=1 graph=7 opset_import=8
const model = (nodes, inits, ins, out) =>
  cat(
    int(1, 8),
    bytes(7, cat(...nodes, str(2, 'g'), ...inits, ...ins.map(([n, d]) => value(11, n, d)), value(12, ...out))),
    bytes(8, int(2, 17)),
  )

export function build(name, inp) {
  const s = W[name],
    sc = (n, v) => init(n, [], Float32Array.of(v))
  if (s.kind === 'matmul')
    return {
      feeds: { a: [inp.a, [s.n, s.n]], b: [inp.b, [s.n, s.n]] },
      model: model(
        [node('MatMul', ['a', 'b'], 'y')],
        [],
        [
          ['a', [s.n, s.n]],
          ['b', [s.n, s.n]],
        ],
        ['y', [s.n, s.n]],
      ),
    }
  if (name === 'conv') {
    const xs = [8, 32, 32, 32],
      ws = [64, 32, 3, 3] // the weight as an initializer: how ONNX models are run
    return {
      feeds: { x: [inp.x, xs] },
      model: model(
        [node('Conv', ['x', 'w'], 'y', { pads: [1, 1, 1, 1], kernel_shape: [3, 3] })],
        [init('w', ws, inp.w)],
        [['x', xs]],
        ['y', [8, 64, 32, 32]],
      ),
    }
  }
  if (name === 'eltwise')
    return {
      feeds: { x: [inp.x, [s.n]] },
      model: model(
        [
          node('Mul', ['x', 'A'], 't0'),
          node('Add', ['t0', 'B'], 't1'),
          node('Tanh', ['t1'], 't2'),
          node('Sigmoid', ['x'], 't3'),
          node('Mul', ['t2', 't3'], 't4'),
          node('Mul', ['x', 'x'], 't5'),
          node('Add', ['t4', 't5'], 'y'),
        ],
        [sc('A', EA), sc('B', EB)],
        [['x', [s.n]]],
        ['y', [s.n]],
      ),
    }
  const xs = [4096, 1024]
  if (name === 'softmax')
    return { feeds: { x: [inp.x, xs] }, model: model([node('Softmax', ['x'], 'y', { axis: -1 })], [], [['x', xs]], ['y', xs]) }
  if (name === 'layernorm')
    return {
      feeds: { x: [inp.x, xs] },
      model: model(
        [node('LayerNormalization', ['x', 'g', 'b'], 'y', { axis: -1, epsilon: 1e-5 })],
        [init('g', [1024], inp.g), init('b', [1024], inp.b)],
        [['x', xs]],
        ['y', xs],
      ),
    }
  if (name === 'attention') {
    const q = [4, 4, 256, 64],
      m = new Float32Array(65536)
    for (let i = 0; i < 256; i++) m.fill(-1e9, i * 256 + i + 1, (i + 1) * 256)
    return {
      feeds: { q: [inp.q, q], k: [inp.k, q], v: [inp.v, q] },
      model: model(
        [
          node('Transpose', ['k'], 'kt', { perm: [0, 1, 3, 2] }),
          node('MatMul', ['q', 'kt'], 's'),
          node('Mul', ['s', 'S'], 's1'),
          node('Add', ['s1', 'M'], 's2'),
          node('Softmax', ['s2'], 'p', { axis: -1 }),
          node('MatMul', ['p', 'v'], 'y'),
        ],
        [sc('S', 1 / 8), init('M', [256, 256], m)],
        [
          ['q', q],
          ['k', q],
          ['v', q],
        ],
        ['y', q],
      ),
    }
  }
  throw new Error('inference only (no autodiff)')
}

export function makeOrt(ort, options, prealloc = false) {
  return {
    async kernel(name, inp) {
      const { feeds, model } = build(name, inp),
        session = await ort.InferenceSession.create(model, options)
      const tensors = Object.fromEntries(Object.entries(feeds).map(([k, [a, d]]) => [k, new ort.Tensor('float32', a, d)]))
      // onnxruntime-node: preallocated output, else each run's output is fresh memory until the next GC, and page faults
      // dominate. onnxruntime-web does not write into a preallocated CPU tensor (wrong result): it copies out a new one.
      const n = { matmul: W[name].n ** 2, conv: 524288, eltwise: W[name].n, rows: 4096 * 1024, attn: 262144 }[W[name].kind]
      const dims = { matmul: [W[name].n, W[name].n], conv: [8, 64, 32, 32], eltwise: [n], rows: [4096, 1024], attn: [4, 4, 256, 64] }[
        W[name].kind
      ]
      const fetches = prealloc ? { y: new ort.Tensor('float32', new Float32Array(n), dims) } : ['y']
      return { call: async () => (await session.run(tensors, fetches)).y, read: async (y) => [await y.getData()] }
    },
    async train() {
      throw new Error('inference only (no autodiff)')
    },
  }
}

// onnxruntime-web's WebGPU provider: inputs and outputs stay in GPU buffers
export function makeOrtWebgpu(ort) {
  return {
    async kernel(name, inp) {
      const { feeds, model } = build(name, inp),
        session = await ort.InferenceSession.create(model, {
          executionProviders: ['webgpu'],
          preferredOutputLocation: 'gpu-buffer',
          logSeverityLevel: 3,
        })
      const device = await ort.env.webgpu.device,
        tensors = {}
      for (const [k, [a, dims]] of Object.entries(feeds)) {
        const gpuBuffer = device.createBuffer({
          size: a.byteLength,
          usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
        })
        device.queue.writeBuffer(gpuBuffer, 0, a)
        tensors[k] = ort.Tensor.fromGpuBuffer(gpuBuffer, { dataType: 'float32', dims })
      }
      await device.queue.onSubmittedWorkDone()
      return {
        call: async () => {
          const { y } = await session.run(tensors)
          await device.queue.onSubmittedWorkDone()
          return y
        },
        read: async (y) => [await y.getData()],
        free: (y) => y.dispose(),
      }
    },
    async train() {
      throw new Error('inference only (no autodiff)')
    },
  }
}

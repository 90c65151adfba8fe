// No library: a few hand-written WGSL kernels on the same driver, as a hint of what generated WGSL can reach there.
// matmul: one invocation computes a TMxTN register tile with vec4 loads, no workgroup memory, no barriers; eltwise: fused, vec4.
// softmax / layernorm: one invocation per row, vec4. TM, TN (in vec4), WX, WY can be set: TM=8 TN=2 node wgsl-handwritten.mjs matmul512
import { EA, EB } from './common.mjs'
const env = globalThis.process?.env ?? {},
  TM = +(env.TM ?? 8),
  TN = +(env.TN ?? 2),
  WX = +(env.WX ?? 8),
  WY = +(env.WY ?? 8),
  WG = +(env.WG ?? 64)
const rng = (n, f) => Array.from({ length: n }, (_, i) => f(i)).join('\n')

function source(name, inp) {
  if (name.startsWith('matmul')) {
    const n = Math.sqrt(inp.a.length),
      n4 = n / 4
    return {
      ins: [inp.a, inp.b],
      size: n * n,
      grid: [n4 / TN / WX, n / TM / WY],
      code: `
@group(0) @binding(0) var<storage, read> A: array<vec4f>; @group(0) @binding(1) var<storage, read> B: array<vec4f>; @group(0) @binding(2) var<storage, read_write> C: array<vec4f>;
@compute @workgroup_size(${WX}, ${WY}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let r0 = id.y * ${TM}u; let c0 = id.x * ${TN}u;
  ${rng(TM, (i) => rng(TN, (j) => `var acc${i}_${j} = vec4f();`))}
  for (var k = 0u; k < ${n4}u; k++) {
    ${rng(TM, (i) => `let a${i} = A[(r0 + ${i}u) * ${n4}u + k];`)}
    ${['x', 'y', 'z', 'w'].map((q, l) => rng(TN, (j) => `let b${l}_${j} = B[(k * 4u + ${l}u) * ${n4}u + c0 + ${j}u];`) + rng(TM, (i) => rng(TN, (j) => `acc${i}_${j} = fma(vec4f(a${i}.${q}), b${l}_${j}, acc${i}_${j});`))).join('\n')}
  }
  ${rng(TM, (i) => rng(TN, (j) => `C[(r0 + ${i}u) * ${n4}u + c0 + ${j}u] = acc${i}_${j};`))}
}`,
    }
  }
  const head = '@group(0) @binding(0) var<storage, read> X: array<vec4f>; @group(0) @binding(1) var<storage, read_write> Y: array<vec4f>;\n'
  if (name === 'eltwise')
    return {
      ins: [inp.x],
      size: inp.x.length,
      grid: [inp.x.length / 4 / WG / 64, 64],
      code: `${head}
@compute @workgroup_size(${WG}) fn main(@builtin(workgroup_id) w: vec3u, @builtin(local_invocation_index) l: u32, @builtin(num_workgroups) nw: vec3u) {
  let i = (w.y * nw.x + w.x) * ${WG}u + l; let x = X[i];
  Y[i] = tanh(x * ${EA} + ${EB}) / (1.0 + exp(-x)) + x * x;
}`,
    }
  if (name === 'softmax')
    return {
      ins: [inp.x],
      size: 4096 * 1024,
      grid: [4096 / WG, 1],
      code: `${head}
@compute @workgroup_size(${WG}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let o = id.x * 256u; var m = X[o];
  for (var i = 1u; i < 256u; i++) { m = max(m, X[o + i]); }
  let mm = max(max(m.x, m.y), max(m.z, m.w)); var s = vec4f();
  for (var i = 0u; i < 256u; i++) { let e = exp(X[o + i] - mm); s += e; Y[o + i] = e; }
  let r = 1.0 / (s.x + s.y + s.z + s.w);
  for (var i = 0u; i < 256u; i++) { Y[o + i] *= r; }
}`,
    }
  if (name === 'layernorm')
    return {
      ins: [inp.x, inp.g, inp.b],
      size: 4096 * 1024,
      grid: [4096 / WG, 1],
      code: `
@group(0) @binding(0) var<storage, read> X: array<vec4f>; @group(0) @binding(1) var<storage, read> G: array<vec4f>; @group(0) @binding(2) var<storage, read> B: array<vec4f>; @group(0) @binding(3) var<storage, read_write> Y: array<vec4f>;
@compute @workgroup_size(${WG}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let o = id.x * 256u; var s = vec4f(); var q = vec4f();
  for (var i = 0u; i < 256u; i++) { let x = X[o + i]; s += x; q += x * x; }
  let mean = (s.x + s.y + s.z + s.w) / 1024.0; let r = inverseSqrt((q.x + q.y + q.z + q.w) / 1024.0 - mean * mean + 1e-5);
  for (var i = 0u; i < 256u; i++) { Y[o + i] = (X[o + i] - mean) * r * G[i] + B[i]; }
}`,
    }
  throw new Error('not written')
}

export async function makeWgsl() {
  const adapter = await navigator.gpu.requestAdapter(),
    d = await adapter.requestDevice()
  return {
    async kernel(name, inp) {
      const { ins, size, grid, code } = source(name, inp),
        S = GPUBufferUsage
      const buf = (n, a) => {
        const b = d.createBuffer({ size: n * 4, usage: S.STORAGE | S.COPY_DST | S.COPY_SRC })
        if (a) d.queue.writeBuffer(b, 0, a)
        return b
      }
      const bufs = ins.map((a) => buf(a.length, a)),
        out = buf(size)
      await d.queue.onSubmittedWorkDone()
      let pipe, bind
      return {
        async call() {
          pipe ??= d.createComputePipeline({ layout: 'auto', compute: { module: d.createShaderModule({ code }), entryPoint: 'main' } })
          bind ??= d.createBindGroup({
            layout: pipe.getBindGroupLayout(0),
            entries: [...bufs, out].map((buffer, binding) => ({ binding, resource: { buffer } })),
          })
          const e = d.createCommandEncoder(),
            p = e.beginComputePass()
          p.setPipeline(pipe)
          p.setBindGroup(0, bind)
          p.dispatchWorkgroups(...grid)
          p.end()
          d.queue.submit([e.finish()])
          await d.queue.onSubmittedWorkDone()
          return out
        },
        async read(b) {
          const s = d.createBuffer({ size: size * 4, usage: S.MAP_READ | S.COPY_DST }),
            e = d.createCommandEncoder()
          e.copyBufferToBuffer(b, 0, s, 0, size * 4)
          d.queue.submit([e.finish()])
          await s.mapAsync(GPUMapMode.READ)
          return [new Float32Array(s.getMappedRange().slice(0))]
        },
      }
    },
    async train() {
      throw new Error('not written')
    },
  }
}

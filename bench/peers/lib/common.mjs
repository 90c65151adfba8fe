// Shared by every peer, in node and in the browser: deterministic inputs, workload sizes,
// sampled float64 references, and the timing loop. No dependencies.

// Counter-based hash -> uniform [-scale, scale). uniform() in torch_cpu.py is the same function.
export function uniform(seed, n, scale = 1) {
  const out = new Float32Array(n),
    off = Math.imul(seed, 0x9e3779b1) >>> 0
  for (let i = 0; i < n; i++) {
    let x = (i + off) >>> 0
    x ^= x >>> 16
    x = Math.imul(x, 0x7feb352d)
    x ^= x >>> 15
    x = Math.imul(x, 0x846ca68b)
    x ^= x >>> 16
    out[i] = ((x >>> 8) / 8388608 - 1) * scale
  }
  return out
}
export function ints(seed, n, mod) {
  return Int32Array.from(uniform(seed, n), (u) => Math.min(mod - 1, Math.floor((u + 1) * 0.5 * mod)))
}
export function oneHot(idx, k) {
  const out = new Float32Array(idx.length * k)
  idx.forEach((v, i) => (out[i * k + v] = 1))
  return out
}
export const filled = (n, v) => new Float32Array(n).fill(v)

// permute(a, [2,3,4], [2,0,1]) : new axis order, row-major copy
export function permute(a, shape, perm) {
  const nd = shape.length,
    outShape = perm.map((p) => shape[p])
  const st = Array(nd).fill(1)
  for (let i = nd - 2; i >= 0; i--) st[i] = st[i + 1] * shape[i + 1]
  const ps = perm.map((p) => st[p]),
    out = new Float32Array(a.length),
    idx = Array(nd).fill(0)
  for (let o = 0, src = 0; o < a.length; o++) {
    out[o] = a[src]
    for (let d = nd - 1; d >= 0; d--) {
      src += ps[d]
      if (++idx[d] < outShape[d]) break
      src -= ps[d] * outShape[d]
      idx[d] = 0
    }
  }
  return out
}

// ---------------------------------------------------------------- workloads
// work = units of `unit` per call (GFLOP, or GB for 1 read + 1 write), or null -> steps/s
export const W = {
  matmul256: { kind: 'matmul', n: 256, unit: 'GFLOP/s', work: (2 * 256 ** 3) / 1e9 },
  matmul512: { kind: 'matmul', n: 512, unit: 'GFLOP/s', work: (2 * 512 ** 3) / 1e9 },
  matmul1024: { kind: 'matmul', n: 1024, unit: 'GFLOP/s', work: (2 * 1024 ** 3) / 1e9 },
  conv: { kind: 'conv', grad: false, unit: 'GFLOP/s', work: (2 * 8 * 32 * 32 * 64 * 288) / 1e9 },
  convgrad: { kind: 'conv', grad: true, unit: 'GFLOP/s', work: (3 * 2 * 8 * 32 * 32 * 64 * 288) / 1e9 }, // fwd + dX + dW
  eltwise: { kind: 'eltwise', n: 1 << 22, unit: 'GB/s', work: (2 * 4 * (1 << 22)) / 1e9 },
  softmax: { kind: 'rows', rows: 4096, cols: 1024, unit: 'GB/s', work: (2 * 4 * 4096 * 1024) / 1e9 },
  layernorm: { kind: 'rows', rows: 4096, cols: 1024, unit: 'GB/s', work: (2 * 4 * 4096 * 1024) / 1e9 },
  attention: { kind: 'attn', B: 4, H: 4, T: 256, D: 64, unit: 'GFLOP/s', work: (4 * 16 * 256 * 256 * 64) / 1e9 }, // not halved for causality
  mlp: { kind: 'train', unit: 'steps/s', work: null, gflop: 0.411 },
  cnn: { kind: 'train', unit: 'steps/s', work: null, gflop: 0.382 },
  gpt: { kind: 'train', unit: 'steps/s', work: null, gflop: 1.345 },
}
export const EA = 1.5,
  EB = -0.3 // scalars of the elementwise chain
export const CONV = { N: 8, C: 32, H: 32, W: 32, O: 64 }
export const GPT = { L: 2, d: 128, h: 4, T: 64, V: 96, B: 8 }
export const OPT = { lr: 1e-3, b1: 0.9, b2: 0.999, eps: 1e-8, wd: 0.01 }

// inputs of the kernels, NCHW / OIHW for conv, BHTD for attention
export function inputs(name) {
  const s = W[name]
  if (s.kind === 'matmul') return { a: uniform(1, s.n * s.n), b: uniform(2, s.n * s.n) }
  if (s.kind === 'conv') {
    const { N, C, H, W: w, O } = CONV
    return { x: uniform(3, N * C * H * w), w: uniform(4, O * C * 9, 0.1), g: uniform(5, N * O * H * w) }
  }
  if (name === 'eltwise') return { x: uniform(6, s.n, 3) }
  if (name === 'softmax') return { x: uniform(7, s.rows * s.cols, 4) }
  if (name === 'layernorm') return { x: uniform(8, s.rows * s.cols, 2), g: uniform(9, s.cols), b: uniform(10, s.cols) }
  const n = s.B * s.H * s.T * s.D
  return { q: uniform(11, n), k: uniform(12, n), v: uniform(13, n) }
}

// initial parameters of the train steps: name -> [shape, Float32Array]; conv weights OIHW, the CNN's fc rows in C,H,W order
export function initParams(name) {
  let seed = 100
  const u = (shape, scale) => [
    shape,
    uniform(
      seed++,
      shape.reduce((p, q) => p * q, 1),
      scale,
    ),
  ]
  const lin = (i, o) => u([i, o], 1 / Math.sqrt(i))
  const c = (shape, v) => [
    shape,
    filled(
      shape.reduce((p, q) => p * q, 1),
      v,
    ),
  ]
  if (name === 'mlp') return { w1: lin(784, 512), b1: c([512], 0), w2: lin(512, 512), b2: c([512], 0), w3: lin(512, 10), b3: c([10], 0) }
  if (name === 'cnn')
    return { w1: u([16, 1, 3, 3], 1 / 3), b1: c([16], 0), w2: u([32, 16, 3, 3], 1 / 12), b2: c([32], 0), w3: lin(1568, 10), b3: c([10], 0) }
  const { L, d, T, V } = GPT,
    p = { tok: u([V, d], 0.05), pos: u([T, d], 0.05) }
  for (let l = 0; l < L; l++)
    Object.assign(p, {
      [`l${l}_g1`]: c([d], 1),
      [`l${l}_c1`]: c([d], 0),
      [`l${l}_wqkv`]: lin(d, 3 * d),
      [`l${l}_bqkv`]: c([3 * d], 0),
      [`l${l}_wo`]: lin(d, d),
      [`l${l}_bo`]: c([d], 0),
      [`l${l}_g2`]: c([d], 1),
      [`l${l}_c2`]: c([d], 0),
      [`l${l}_w1`]: lin(d, 4 * d),
      [`l${l}_b1`]: c([4 * d], 0),
      [`l${l}_w2`]: lin(4 * d, d),
      [`l${l}_b2`]: c([d], 0),
    })
  return Object.assign(p, { gf: c([d], 1), cf: c([d], 0), head: lin(d, V) })
}
export function batch(name) {
  if (name === 'mlp') return { x: uniform(50, 128 * 784).map(Math.abs), y: ints(51, 128, 10), k: 10 }
  if (name === 'cnn') return { x: uniform(52, 64 * 784).map(Math.abs), y: ints(53, 64, 10), k: 10 }
  return { x: ints(54, GPT.B * GPT.T, GPT.V), y: ints(55, GPT.B * GPT.T, GPT.V), k: GPT.V }
}

// ---------------------------------------------------------------- references
const pick = (n, k) => Array.from({ length: k }, (_, i) => Math.floor((((i * 2654435761) % 4294967296) / 4294967296) * n))
function relErr(got, want) {
  // max |a-b| / max |want|
  let e = 0,
    m = 0
  for (let i = 0; i < want.length; i++) {
    e = Math.max(e, Math.abs(got[i] - want[i]))
    m = Math.max(m, Math.abs(want[i]))
  }
  return Number.isNaN(got.reduce((p, q) => p + q, 0)) ? NaN : e / m
}
// out: array of Float32Array in the layouts of inputs(); returns the largest relative error over sampled outputs
export function check(name, inp, out) {
  const s = W[name],
    got = [],
    want = []
  const need = {
    conv: [524288],
    convgrad: [1, 262144, 18432],
    matmul: [s.n * s.n],
    eltwise: [s.n],
    rows: [s.rows * s.cols],
    attn: [262144],
  }[name === 'convgrad' ? name : s.kind]
  need.forEach((n, i) => {
    if (out[i]?.length !== n) throw new Error(`output ${i}: length ${out[i]?.length}, expected ${n}`)
  })
  if (s.kind === 'matmul') {
    const n = s.n
    for (const o of pick(n * n, 128)) {
      let acc = 0
      const r = Math.floor(o / n),
        c = o % n
      for (let k = 0; k < n; k++) acc += inp.a[r * n + k] * inp.b[k * n + c]
      got.push(out[0][o])
      want.push(acc)
    }
  } else if (s.kind === 'conv') {
    const { N, C, H, W: w, O } = CONV,
      { x, g } = inp,
      wt = inp.w
    const y = (n, o, i, j) => {
      let acc = 0
      for (let c = 0; c < C; c++)
        for (let p = 0; p < 3; p++)
          for (let q = 0; q < 3; q++) {
            const ii = i + p - 1,
              jj = j + q - 1
            if (ii >= 0 && jj >= 0 && ii < H && jj < w) acc += x[((n * C + c) * H + ii) * w + jj] * wt[((o * C + c) * 3 + p) * 3 + q]
          }
      return acc
    }
    if (!s.grad) {
      for (const t of pick(N * O * H * w, 128)) {
        got.push(out[0][t])
        want.push(y(Math.floor(t / (O * H * w)), Math.floor(t / (H * w)) % O, Math.floor(t / w) % H, t % w))
      }
      return relErr(got, want)
    }
    const ex = [[], []],
      ew = [[], []]
    for (const t of pick(N * C * H * w, 64)) {
      const n = Math.floor(t / (C * H * w)),
        c = Math.floor(t / (H * w)) % C,
        i = Math.floor(t / w) % H,
        j = t % w
      let acc = 0
      for (let o = 0; o < O; o++)
        for (let p = 0; p < 3; p++)
          for (let q = 0; q < 3; q++) {
            const ii = i - p + 1,
              jj = j - q + 1
            if (ii >= 0 && jj >= 0 && ii < H && jj < w) acc += g[((n * O + o) * H + ii) * w + jj] * wt[((o * C + c) * 3 + p) * 3 + q]
          }
      ex[0].push(out[1][t])
      ex[1].push(acc)
    }
    for (const t of pick(O * C * 9, 32)) {
      const o = Math.floor(t / (C * 9)),
        c = Math.floor(t / 9) % C,
        p = Math.floor(t / 3) % 3,
        q = t % 3
      let acc = 0
      for (let n = 0; n < N; n++)
        for (let i = 0; i < H; i++)
          for (let j = 0; j < w; j++) {
            const ii = i + p - 1,
              jj = j + q - 1
            if (ii >= 0 && jj >= 0 && ii < H && jj < w) acc += g[((n * O + o) * H + i) * w + j] * x[((n * C + c) * H + ii) * w + jj]
          }
      ew[0].push(out[2][t])
      ew[1].push(acc)
    }
    let loss = 0,
      mag = 0 // sum(y*g) cancels: compare on the scale of the sum of magnitudes / sqrt(n)
    for (let n = 0; n < N; n++)
      for (let o = 0; o < O; o++)
        for (let i = 0; i < H; i++)
          for (let j = 0; j < w; j++) {
            const v = y(n, o, i, j) * g[((n * O + o) * H + i) * w + j]
            loss += v
            mag += v * v
          }
    return Math.max(relErr(ex[0], ex[1]), relErr(ew[0], ew[1]), Math.abs(out[0][0] - loss) / Math.sqrt(mag))
  } else if (name === 'eltwise') {
    for (const i of pick(s.n, 4096)) {
      const x = inp.x[i]
      got.push(out[0][i])
      want.push(Math.tanh(x * EA + EB) / (1 + Math.exp(-x)) + x * x)
    }
  } else if (s.kind === 'rows') {
    const c = s.cols
    for (const r of pick(s.rows, 16)) {
      const row = Array.from(inp.x.subarray(r * c, r * c + c))
      let res
      if (name === 'softmax') {
        const m = Math.max(...row),
          e = row.map((v) => Math.exp(v - m)),
          z = e.reduce((p, q) => p + q)
        res = e.map((v) => v / z)
      } else {
        const m = row.reduce((p, q) => p + q) / c,
          v = row.reduce((p, q) => p + (q - m) ** 2, 0) / c
        res = row.map((q, i) => ((q - m) / Math.sqrt(v + 1e-5)) * inp.g[i] + inp.b[i])
      }
      res.forEach((v, i) => {
        got.push(out[0][r * c + i])
        want.push(v)
      })
    }
  } else {
    const { T, D } = s
    for (const r of pick(s.B * s.H * T, 24)) {
      const bh = Math.floor(r / T),
        t = r % T,
        base = bh * T * D,
        sc = []
      for (let u = 0; u <= t; u++) {
        let a = 0
        for (let d = 0; d < D; d++) a += inp.q[base + t * D + d] * inp.k[base + u * D + d]
        sc.push(a / Math.sqrt(D))
      }
      const m = Math.max(...sc),
        e = sc.map((v) => Math.exp(v - m)),
        z = e.reduce((p, q) => p + q)
      for (let d = 0; d < D; d++) {
        let a = 0
        for (let u = 0; u <= t; u++) a += (e[u] / z) * inp.v[base + u * D + d]
        got.push(out[0][r * D + d])
        want.push(a)
      }
    }
  }
  return relErr(got, want)
}

// ---------------------------------------------------------------- timing
export const median = (a) => {
  const s = [...a].sort((p, q) => p - q),
    h = s.length >> 1
  return s.length % 2 ? s[h] : (s[h - 1] + s[h]) / 2
}
export const LIMIT_MS = 60000

// One call = one run, ended only when the device has finished. First call apart; then warm-up calls (2..30, up to 0.8 s);
// then runs until >=5 runs and 2 s, at most 300. A process gets 60 s: fewer than 5 runs in that time -> slow.
export async function measure(call, afterFirst, onFirst) {
  const t0 = performance.now(),
    now = () => performance.now() - t0
  const first = await call()
  const first_ms = now()
  await onFirst?.(first_ms)
  await afterFirst?.(first)
  const w0 = now()
  for (let i = 0; i < 30 && (i < 2 || now() - w0 < 800); i++) {
    await call(true)
    if (now() - w0 > 2000) break
  }
  const ts = [],
    m0 = now()
  while (ts.length < 300 && (ts.length < 5 || now() - m0 < 2000)) {
    const s = performance.now()
    await call(true)
    ts.push(performance.now() - s)
    if (now() > LIMIT_MS && ts.length < 5) return { first_ms, slow: true, median_ms: median(ts), runs: ts.length }
  }
  const s = [...ts].sort((p, q) => p - q)
  return { first_ms, median_ms: median(ts), min_ms: s[0], p90_ms: s[Math.floor(s.length * 0.9)], runs: ts.length }
}

// impl: { kernel(name, inputs) -> {call(), read(result) -> Float32Array[], free(result)}, train(name, params, batch) -> {step() -> loss} }
export async function runWorkload(name, impl, expected, emit, firstOnly = false) {
  const spec = W[name]
  if (spec.kind === 'train') {
    const { step } = await impl.train(name, initParams(name), batch(name))
    const losses = []
    const call = async () => {
      const l = await step()
      if (losses.length < 3) losses.push(l)
      return l
    }
    if (firstOnly) {
      const t = performance.now()
      await call()
      return { first_ms: performance.now() - t }
    }
    const m = await measure(call, null, (first_ms) => emit({ first_ms }))
    const want = expected[name],
      err = Math.max(...losses.map((l, i) => Math.abs(l - want[i]) / Math.abs(want[i])))
    return { ...m, losses, err, correct: err < 1e-3 }
  }
  const inp = inputs(name),
    k = await impl.kernel(name, inp)
  let err
  const m = await measure(
    async (drop) => {
      const r = await k.call()
      if (drop) k.free?.(r)
      return r
    },
    async (r) => {
      err = check(name, inp, await k.read(r))
      k.free?.(r)
    },
    (first_ms) => emit({ first_ms }),
  )
  return { ...m, err, correct: err < 1e-4 }
}

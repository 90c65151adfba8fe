// jax-js workloads, for any of its devices. Everything is inside one jit(), or (useJit = false) eager. Arrays are consumed on use; .ref keeps one.
// @jax-js/optax was not on the registry (404, Nov 2026): adam() below is optax's formula (packages/optax/src/transform.ts).
import { EA, EB, GPT, OPT, permute, oneHot } from './common.mjs'

export async function makeJax(jax, device, useJit = true) {
  const { numpy: np, lax, nn, valueAndGrad, blockUntilReady, tree } = jax,
    jit = useJit ? jax.jit : (f) => f
  const got = await jax.init(device)
  if (!got.includes(device)) throw new Error(`jax-js: device ${device} is not available (has ${got})`)
  jax.defaultDevice(device)
  const gpu = device === 'webgpu' ? jax.getWebGPUDevice() : null
  const arr = (a, shape) => np.array(a, { shape })
  // blockUntilReady reads 0 bytes; on WebGPU wait for the queue as well, so that a run surely ended.
  const done = async (r) => {
    await blockUntilReady(r)
    if (gpu) await gpu.queue.onSubmittedWorkDone()
    return r
  }

  async function kernel(name, inp) {
    let f,
      args,
      post = (a) => a
    if (name.startsWith('matmul')) {
      const n = Math.sqrt(inp.a.length)
      f = (a, b) => np.matmul(a, b)
      args = [arr(inp.a, [n, n]), arr(inp.b, [n, n])]
    } else if (name === 'conv' || name === 'convgrad') {
      const conv = (x, w) => lax.conv(x, w, [1, 1], 'SAME')
      args = [arr(inp.x, [8, 32, 32, 32]), arr(inp.w, [64, 32, 3, 3])]
      if (name === 'conv') f = conv
      else {
        args.push(arr(inp.g, [8, 64, 32, 32]))
        const vg = valueAndGrad((x, w, g) => conv(x, w).mul(g).sum(), { argnums: [0, 1] })
        f = (x, w, g) => {
          const [l, [dx, dw]] = vg(x, w, g)
          return [l, dx, dw]
        }
      }
    } else if (name === 'eltwise') {
      f = (x) => np.tanh(x.ref.mul(EA).add(EB)).mul(nn.sigmoid(x.ref)).add(x.ref.mul(x))
      args = [arr(inp.x, [inp.x.length])]
    } else if (name === 'softmax') {
      f = (x) => nn.softmax(x, -1)
      args = [arr(inp.x, [4096, 1024])]
    } else if (name === 'layernorm') {
      f = (x, g, b) => nn.standardize(x, -1).mul(g).add(b)
      args = [arr(inp.x, [4096, 1024]), arr(inp.g, [1024]), arr(inp.b, [1024])]
    } else {
      // attention: jax's own layout is B,T,H,D
      f = (q, k, v) => nn.dotProductAttention(q, k, v, { isCausal: true })
      args = [inp.q, inp.k, inp.v].map((t) => arr(permute(t, [4, 4, 256, 64], [0, 2, 1, 3]), [4, 256, 4, 64]))
      post = (a) => permute(a, [4, 256, 4, 64], [0, 2, 1, 3])
    }
    await done(args)
    const jf = jit(f)
    return {
      call: async () => done(jf(...args.map((a) => a.ref))),
      read: async (r) => {
        const out = []
        for (const t of Array.isArray(r) ? r : [r]) out.push(post(await t.ref.data()))
        return out
      },
      free: (r) => tree.dispose(r),
    }
  }

  function adam(params, grads, { count, mu, nu }, wd) {
    const c = count.add(1),
      inv = (b) => np.reciprocal(np.subtract(1, np.power(b, c.ref)))
    const c1 = inv(OPT.b1),
      c2 = inv(OPT.b2),
      P = {},
      M = {},
      V = {}
    for (const k of Object.keys(params)) {
      const g = grads[k],
        m = g.ref.mul(1 - OPT.b1).add(mu[k].mul(OPT.b1)),
        v = g.ref
          .mul(g)
          .mul(1 - OPT.b2)
          .add(nu[k].mul(OPT.b2))
      const u = m.ref
        .mul(c1.ref)
        .div(np.sqrt(v.ref.mul(c2.ref)).add(OPT.eps))
        .mul(-OPT.lr)
      P[k] = (wd ? params[k].mul(1 - OPT.lr * wd) : params[k]).add(u)
      M[k] = m
      V[k] = v
    }
    c1.dispose()
    c2.dispose()
    return [P, { count: c, mu: M, nu: V }]
  }
  const ce = (logits, y1h, n) =>
    nn
      .logSoftmax(logits)
      .mul(y1h)
      .sum()
      .mul(-1 / n)

  const mlp = (p, x, y) => {
    const h1 = nn.relu(np.dot(x, p.w1).add(p.b1)),
      h2 = nn.relu(np.dot(h1, p.w2).add(p.b2))
    return ce(np.dot(h2, p.w3).add(p.b3), y, 128)
  }
  const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2])
  const cnn = (p, x, y) => {
    x = pool(nn.relu(lax.conv(x, p.w1, [1, 1], 'SAME').add(p.b1.reshape([16, 1, 1]))))
    x = pool(nn.relu(lax.conv(x, p.w2, [1, 1], 'SAME').add(p.b2.reshape([32, 1, 1]))))
    return ce(np.dot(x.reshape([64, 1568]), p.w3).add(p.b3), y, 64)
  }
  const { L, d, h, T, V, B } = GPT
  const ln = (x, g, b) => nn.standardize(x, -1).mul(g).add(b)
  const gpt = (p, x, y) => {
    let s = p.tok.slice(x).add(p.pos) // [B,T,d]
    for (let l = 0; l < L; l++) {
      const q = (k) => p[`l${l}_${k}`]
      const qkv = np.dot(ln(s.ref, q('g1'), q('c1')), q('wqkv')).add(q('bqkv'))
      const [qq, kk, vv] = np.split(qkv, 3, -1).map((t) => t.reshape([B, T, h, d / h]))
      const a = nn.dotProductAttention(qq, kk, vv, { isCausal: true }).reshape([B, T, d])
      s = s.add(np.dot(a, q('wo')).add(q('bo')))
      const m = nn.gelu(np.dot(ln(s.ref, q('g2'), q('c2')), q('w1')).add(q('b1')))
      s = s.add(np.dot(m, q('w2')).add(q('b2')))
    }
    return ce(np.dot(ln(s, p.gf, p.cf), p.head), y, B * T)
  }

  async function train(name, init, { x, y, k }) {
    let params = {},
      zeros = () => Object.fromEntries(Object.entries(init).map(([n, [s]]) => [n, np.zeros(s)]))
    for (const [n, [s, a]] of Object.entries(init)) params[n] = arr(a, s)
    let opt = { count: np.array(0, { dtype: np.float32 }), mu: zeros(), nu: zeros() }
    const X = { mlp: () => arr(x, [128, 784]), cnn: () => arr(x, [64, 1, 28, 28]), gpt: () => arr(x, [B, T]) }[name]()
    const Y = arr(oneHot(y, k), name === 'gpt' ? [B, T, V] : [y.length, k])
    await done([params, opt, X, Y])
    const vg = valueAndGrad({ mlp, cnn, gpt }[name])
    const step = jit((p, o, x, y) => {
      const [loss, g] = vg(tree.ref(p), x, y)
      const [p2, o2] = adam(p, g, o, name === 'gpt' ? OPT.wd : 0)
      return [loss, p2, o2]
    })
    return {
      async step() {
        let loss
        ;[loss, params, opt] = step(params, opt, X.ref, Y.ref)
        await done([params, opt])
        return (await loss.data())[0]
      },
    }
  }
  return { kernel, train }
}

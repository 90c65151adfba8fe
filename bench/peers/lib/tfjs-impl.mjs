// TensorFlow.js workloads, for any backend. NHWC / HWIO, its own layout. No graph compiler: eager kernels in tf.tidy.
import { EA, EB, GPT, OPT, permute, oneHot } from './common.mjs'

export async function makeTf(tf, backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: backend ${backend} did not start`)
  await tf.ready()
  const be = tf.backend()
  // cpu and wasm finish inside the call; on WebGPU flush the recorded commands and wait for the queue.
  const done = async () => {
    if (backend === 'webgpu') {
      be.ensureCommandEncoderReady()
      be.endComputePassEncoder()
      be.submitQueue()
      await be.device.queue.onSubmittedWorkDone()
    }
  }
  const hasKernel = (k) => !!tf.getKernel(k, backend)

  async function kernel(name, inp) {
    let f,
      args,
      post = [(a) => a]
    if (name.startsWith('matmul')) {
      const n = Math.sqrt(inp.a.length)
      f = (a, b) => tf.matMul(a, b)
      args = [tf.tensor2d(inp.a, [n, n]), tf.tensor2d(inp.b, [n, n])]
    } else if (name === 'conv' || name === 'convgrad') {
      const toNHWC = (a, C) => tf.tensor4d(permute(a, [8, C, 32, 32], [0, 2, 3, 1]), [8, 32, 32, C])
      const fromNHWC = (C) => (a) => permute(a, [8, 32, 32, C], [0, 3, 1, 2])
      args = [toNHWC(inp.x, 32), tf.tensor4d(permute(inp.w, [64, 32, 3, 3], [2, 3, 1, 0]), [3, 3, 32, 64])]
      f = (x, w) => tf.conv2d(x, w, 1, 'same')
      post = [fromNHWC(64)]
      if (name === 'convgrad') {
        const g = toNHWC(inp.g, 64),
          vg = tf.valueAndGrads((x, w) => tf.conv2d(x, w, 1, 'same').mul(g).sum())
        f = (x, w) => {
          const { value, grads } = vg([x, w])
          return [value, ...grads]
        }
        post = [(a) => a, fromNHWC(32), (a) => permute(a, [3, 3, 32, 64], [3, 2, 0, 1])]
      }
    } else if (name === 'eltwise') {
      args = [tf.tensor1d(inp.x)]
      f = (x) => tf.add(tf.mul(tf.tanh(tf.add(tf.mul(x, EA), EB)), tf.sigmoid(x)), tf.mul(x, x))
    } else if (name === 'softmax') {
      args = [tf.tensor2d(inp.x, [4096, 1024])]
      f = (x) => tf.softmax(x)
    } else if (name === 'layernorm') {
      args = [tf.tensor2d(inp.x, [4096, 1024]), tf.tensor1d(inp.g), tf.tensor1d(inp.b)]
      f = ln
    } else {
      args = [inp.q, inp.k, inp.v].map((t) => tf.tensor4d(t, [4, 4, 256, 64]))
      const mask = causal(256)
      f = (q, k, v) => attend(q, k, v, mask, 64)
    }
    return {
      call: async () => {
        const r = tf.tidy(() => f(...args))
        await done()
        return r
      },
      read: async (r) => {
        const out = []
        for (const [i, t] of (Array.isArray(r) ? r : [r]).entries()) out.push(post[i](await t.data()))
        return out
      },
      free: (r) => tf.dispose(r),
    }
  }
  function ln(x, g, b) {
    const { mean, variance } = tf.moments(x, -1, true)
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), g), b)
  }
  function causal(T) {
    const m = new Float32Array(T * T)
    for (let i = 0; i < T; i++) m.fill(-1e9, i * T + i + 1, (i + 1) * T)
    return tf.tensor2d(m, [T, T])
  }
  function attend(q, k, v, mask, D) {
    return tf.matMul(tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D)), mask)), v)
  }

  async function train(name, init, { x, y, k }) {
    const p = {},
      { L, d, h, T, B } = GPT
    for (const [n, [s, a]] of Object.entries(init)) {
      let t
      if (s.length === 4) t = tf.tensor4d(permute(a, s, [2, 3, 1, 0]), [s[2], s[3], s[1], s[0]])
      else if (name === 'cnn' && n === 'w3') t = tf.tensor2d(permute(a, [32, 7, 7, 10], [1, 2, 0, 3]), [1568, 10])
      else t = tf.tensor(a, s)
      p[n] = tf.variable(t, true, `${name}_${n}`)
    }
    const X = { mlp: () => tf.tensor2d(x, [128, 784]), cnn: () => tf.tensor4d(x, [64, 28, 28, 1]), gpt: () => tf.tensor1d(x, 'int32') }[
      name
    ]()
    const Y = tf.tensor2d(oneHot(y, k), [y.length, k])
    const ce = (logits) => tf.losses.softmaxCrossEntropy(Y, logits)
    const mask = name === 'gpt' ? causal(T) : null
    // gather's gradient needs UnsortedSegmentSum, which the wasm backend lacks: one-hot matmul there
    const x1h = name === 'gpt' && !hasKernel('UnsortedSegmentSum') ? tf.tensor2d(oneHot(x, GPT.V), [B * T, GPT.V]) : null
    const gelu = (t) =>
      tf.mul(tf.mul(t, 0.5), tf.add(tf.tanh(tf.mul(tf.mul(t, tf.add(tf.mul(tf.mul(t, t), 0.044715), 1)), Math.sqrt(2 / Math.PI))), 1))
    const lossFn = {
      mlp: () => ce(tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(X, p.w1), p.b1)), p.w2), p.b2)), p.w3), p.b3)),
      cnn: () => {
        let t = tf.maxPool(tf.relu(tf.add(tf.conv2d(X, p.w1, 1, 'same'), p.b1)), 2, 2, 'valid')
        t = tf.maxPool(tf.relu(tf.add(tf.conv2d(t, p.w2, 1, 'same'), p.b2)), 2, 2, 'valid')
        return ce(tf.add(tf.matMul(tf.reshape(t, [64, 1568]), p.w3), p.b3))
      },
      gpt: () => {
        let s = tf.reshape(tf.add(tf.reshape(x1h ? tf.matMul(x1h, p.tok) : tf.gather(p.tok, X), [B, T, d]), p.pos), [B * T, d])
        for (let l = 0; l < L; l++) {
          const q = (n) => p[`l${l}_${n}`],
            lin = (t, w, b) => tf.add(tf.matMul(t, q(w)), q(b))
          const [qq, kk, vv] = tf
            .split(lin(ln(s, q('g1'), q('c1')), 'wqkv', 'bqkv'), 3, 1)
            .map((t) => tf.transpose(tf.reshape(t, [B, T, h, d / h]), [0, 2, 1, 3]))
          const a = tf.reshape(tf.transpose(attend(qq, kk, vv, mask, d / h), [0, 2, 1, 3]), [B * T, d])
          s = tf.add(s, lin(a, 'wo', 'bo'))
          s = tf.add(s, lin(gelu(lin(ln(s, q('g2'), q('c2')), 'w1', 'b1')), 'w2', 'b2'))
        }
        return ce(tf.matMul(ln(s, p.gf, p.cf), p.head))
      },
    }[name]
    const opt = tf.train.adam(OPT.lr, OPT.b1, OPT.b2, OPT.eps),
      vars = Object.values(p)
    return {
      async step() {
        const loss = tf.tidy(() => {
          const { value, grads } = tf.variableGrads(lossFn, vars)
          if (name === 'gpt') for (const v of vars) v.assign(tf.mul(v, 1 - OPT.lr * OPT.wd)) // tfjs has no AdamW: decoupled decay by hand
          opt.applyGradients(grads)
          return value
        })
        await done()
        const l = (await loss.data())[0]
        loss.dispose()
        return l
      },
    }
  }
  return { kernel, train }
}

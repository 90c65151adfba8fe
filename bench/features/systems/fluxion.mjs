/** fluxion, as its package is built (`npm run build`). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { near, need, no, parts, same, says } from '../lib/check.mjs'
import { gpu, submitsOf } from '../lib/gpu.mjs'
import { inChromium, refused, root, size } from '../lib/tools.mjs'

const fx = await import(join(root, 'dist/index.js'))
export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version

const leaves = async (x) => (Array.isArray(x) ? Promise.all(x.map(leaves)) : Array.from((await x.toNDArray()).data))
const array = (x, dtype = 'f32') => fx.ndarray(x, { dtype })
const run = async (f, ...args) => {
  const arrays = args.map((x) => (typeof x === 'object' && 'shape' in x ? x : array(x)))
  const program = await fx.compile(f, arrays.map((x) => fx.specOf(x)), { device: 'js' }) // prettier-ignore
  return leaves(await program(...arrays))
}
const cube = (x) => fx.mul(fx.mul(x, x), x)
const sumOf = (f) => (x) => fx.sum(f(x))
const secondSum = (f, argnums = 0) => (...xs) => fx.grad((...ys) => fx.sum(fx.grad(f)(...ys)), { argnums })(...xs) // prettier-ignore
const quartic = (c) => fx.scan((s) => [fx.mul(s, s), s], c, undefined, { length: 2 })[0]
const A = [[4, 1], [1, 3]] // prettier-ignore
const gradAt = (f) => run(fx.grad(f), A)
const la = fx.linalg ?? {}
const linalg = (name) => need(la, name, 'linalg')

const mlp = () => {
  const loss = (p, x, y) => fx.mean(fx.square(fx.sub(fx.matmul(fx.tanh(fx.matmul(x, p.a)), p.b), y)))
  const step = (p, x, y) => {
    const [value, d] = fx.valueAndGrad(loss)(p, x, y)
    return [{ a: fx.sub(p.a, fx.mul(0.1, d.a)), b: fx.sub(p.b, fx.mul(0.1, d.b)) }, value]
  }
  const fill = (...shape) => fx.ndarray(Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * 7) % 5) / 5 - 0.4), { shape }) // prettier-ignore
  const args = [{ a: fill(4, 8), b: fill(8, 2) }, fill(16, 4), fill(16, 2)]
  return { step, args, specs: args.map((x) => fx.specOf(x)) }
}

export const probes = {
  grad: async () => near(await run(fx.grad(cube), 2), 12),
  gradOfGrad: () =>
    parts({
      third: async () => near(await run(fx.grad(fx.grad(fx.grad((x) => fx.square(fx.square(x))))), 2), 48),
      'mixed partial by argnums': async () => near(await run(fx.grad((x, y) => fx.grad((u, v) => cube(fx.mul(u, v)))(x, y), { argnums: 1 }), 2, 3), 324), // prettier-ignore
    }),
  vjp: async () => near(await run((x) => fx.vjp(fx.square, x)[1](fx.full([], 1.5)), 3), 9),
  jvp: async () => near(await run((x) => fx.jvp(fx.square, [x], [fx.full([], 1.5)])[1], 3), 9),
  vmap: async () => near(await run(fx.vmap(fx.dot), [[1, 2], [3, 4]], [[1, 1], [2, 2]]), [3, 14]), // prettier-ignore
  vmapOfGrad: async () => near(await run(fx.vmap(fx.grad(sumOf(fx.square))), [[1, 2], [3, 4]]), [2, 4, 6, 8]), // prettier-ignore
  jacobian: async () => near(await run(fx.jacobian(fx.square), [1, 2]), [2, 0, 0, 4]),
  hessian: async () => near(await run(fx.hessian((x) => fx.prod(x)), [2, 3]), [0, 1, 1, 0]), // prettier-ignore
  second: () =>
    parts({
      tanh: async () => near(await run(secondSum(sumOf(fx.tanh)), [0.5]), -0.726862),
      sort: async () => near(await run(secondSum((x) => fx.sum(fx.mul(fx.constant(new Float32Array([1, 2, 3])), fx.square(fx.sort(x))))), [3, 1, 2]), [6, 2, 4]), // prettier-ignore
      'max-pool': async () => near(await run(secondSum((x) => fx.sum(cube(fx.maxPool(x, { window: [2], strides: [2] })))), [[[1, 2, 4, 3]]]), [0, 12, 24, 0]), // prettier-ignore
      conv: async () =>
        near(
          await run(
            secondSum((x, w) => fx.sum(cube(fx.conv(x, w))), 1),
            [[[1, 2, 3]]],
            [[[1, 1]]],
          ),
          [258, 354],
        ),
    }),
  customVjp: async () => {
    const f = fx.customVjp((x) => fx.square(x), { fwd: (x) => [fx.square(x), x], bwd: (_, d) => [fx.mul(d, 7)] })
    near(await run(fx.grad(f), 3), 7)
  },
  checkpoint: async () => near(await run(fx.grad(fx.grad(fx.checkpoint(cube))), 2), 12),
  stopGradient: async () => near(await run(fx.grad((x) => fx.mul(fx.stopGradient(x), x)), 3), 3), // prettier-ignore
  scan: async () => near((await run((c, xs) => fx.scan((s, x) => [fx.mul(s, x), s], c, xs), 1, [2, 3, 4])), [24, 1, 2, 6]), // prettier-ignore
  foriLoop: async () => near(await run((x) => fx.foriLoop(0, 5, (_, c) => fx.mul(c, 2), x), 3), 96), // prettier-ignore
  whileLoop: async () => near(await run((x) => need(fx, 'whileLoop', 'fluxion')((c) => fx.lt(c, 100), (c) => fx.mul(c, 2), x), 3), 192), // prettier-ignore
  cond: async () => near(await run((x) => fx.cond(fx.gt(x, 0), (y) => fx.mul(y, 2), fx.neg, x), -3), 3),
  gradOfScan: async () => near(await run(fx.grad(quartic), 1.5), 13.5),
  secondOfScan: async () => near(await run(fx.grad(fx.grad(quartic)), 1.5), 27),
  einsum: () =>
    parts({
      product: async () => near(await run((a, b) => fx.einsum('ij,jk->ik', a, b), A, A), [17, 7, 7, 10]),
      trace: async () => near(await run((a) => fx.einsum('ii->', a), A), 7),
      three: async () => near(await run((a, b) => fx.einsum('i,ij,j->', b, a, b), A, [1, 2]), 20),
    }),
  conv: () => parts(Object.fromEntries([1, 2, 3].map((n) => [n, async () => near(await run((x, w) => fx.conv(x, w), fx.ndarray(new Float32Array(3 ** n).fill(2), { shape: [1, 1, ...Array(n).fill(3)] }), fx.ndarray(new Float32Array(2 ** n).fill(1), { shape: [1, 1, ...Array(n).fill(2)] })), Array(2 ** n).fill(2 ** (n + 1)))]))), // prettier-ignore
  convTranspose: async () => near(await run((x, w) => fx.convTranspose(x, w, { strides: [2], padding: [[1, 1]], outputPadding: [1] }), [[[1, 2]]], [[[1, 2, 3]]]), [2, 5, 4, 6]), // prettier-ignore
  groups: async () => near(await run((x, w) => fx.conv(x, w, { groups: 2 }), [[[1, 2], [3, 4]]], [[[1, 1]], [[1, -1]]]), [3, -1]), // prettier-ignore
  sort: () =>
    parts({
      sort: async () => near(await run((x) => fx.sort(x), [3, 1, 2]), [1, 2, 3]),
      argsort: async () => near(await run((x) => fx.argsort(x), [3, 1, 2]), [1, 2, 0]),
      topK: async () => near(await run((x) => fx.topK(x, 2), [3, 1, 2]), [3, 2, 0, 2]),
    }),
  cumulative: () =>
    parts({
      cumsum: async () => near(await run((x) => fx.cumsum(x, { axis: 0 }), [3, 1, 2]), [3, 4, 6]),
      cumprod: async () => near(await run((x) => fx.cumprod(x, { axis: 0 }), [3, 1, 2]), [3, 3, 6]),
      cummax: async () => near(await run((x) => fx.cummax(x, { axis: 0 }), [1, 3, 2]), [1, 3, 3]),
    }),
  scatter: () =>
    parts({
      add: async () => near(await run((x, i, u) => fx.scatterAdd(x, i, u), [1, 1, 1], array([2, 2, 0], 'i32'), [5, 6, 7]), [8, 1, 12]),
      set: async () => near(await run((x, i, u) => fx.scatterSet(x, i, u), [1, 1, 1], array([2, 0], 'i32'), [5, 6]), [6, 1, 5]),
    }),
  dynamicUpdateSlice: async () => near(await run((x, u, i) => fx.dynamicUpdateSlice(x, u, [i]), [1, 2, 3, 4], [9, 9], array(1, 'i32')), [1, 9, 9, 4]), // prettier-ignore
  linalg: () =>
    parts({
      cholesky: async () => near(await run((a) => linalg('cholesky')(a), A), [2, 0, 0.5, Math.sqrt(2.75)]),
      triangularSolve: async () => near(await run((a, b) => linalg('triangularSolve')(a, b, { lower: true }), [[2, 0], [1, 4]], [[2], [9]]), [1, 2]), // prettier-ignore
      solve: async () => near(await run((a, b) => linalg('solve')(a, b), A, [[9], [5]]), [2, 1]), // prettier-ignore
      inv: async () => near(await run((a) => linalg('inv')(a), A), [3 / 11, -1 / 11, -1 / 11, 4 / 11]),
      det: async () => near(await run((a) => linalg('det')(a), A), 11),
      slogdet: async () => near(await run((a) => linalg('slogdet')(a), A), [1, Math.log(11)]),
      qr: async () => near(await run((a) => { const [q, r] = linalg('qr')(a); return fx.matmul(q, r) }, A), A), // prettier-ignore
      eigh: async () => near(await run((a) => linalg('eigh')(a)[0], A), [(7 - Math.sqrt(5)) / 2, (7 + Math.sqrt(5)) / 2]),
      svd: async () => near(await run((a) => linalg('svd')(a)[1], A), [(7 + Math.sqrt(5)) / 2, (7 - Math.sqrt(5)) / 2]),
    }),
  gradOfLinalg: () =>
    parts({
      cholesky: async () => near(await gradAt((a) => fx.sum(fx.square(linalg('cholesky')(a)))), [1, 0, 0, 1]),
      solve: async () => near(await gradAt((a) => fx.sum(linalg('solve')(a, fx.constant([[9], [5]], { dtype: 'f32' })))), [-4 / 11, -2 / 11, -6 / 11, -3 / 11]), // prettier-ignore
      slogdet: async () => near(await gradAt((a) => linalg('slogdet')(a)[1]), [3 / 11, -1 / 11, -1 / 11, 4 / 11]),
      qr: async () => near(await gradAt((a) => fx.sum(fx.square(linalg('qr')(a)[1]))), [8, 2, 2, 6]),
      eigh: async () => near(await gradAt((a) => fx.sum(fx.square(linalg('eigh')(a)[0]))), [8, 2, 2, 6]),
      svd: async () => near(await gradAt((a) => fx.sum(fx.square(linalg('svd')(a)[1]))), [8, 2, 2, 6]),
    }),
  threefry: async () =>
    same(await run(() => fx.random.uniform([...fx.random.split(fx.random.key(42))][0], [3])), [0.7367312908172607, 0.8317470550537109, 0.91349196434021]), // prettier-ignore
  f16: () => {
    const a = () => array([[1, 2], [3, 4]], 'f16') // prettier-ignore
    return parts({
      product: async () => near(await run((x) => fx.cast(fx.matmul(x, x), 'f32'), a()), [7, 10, 15, 22]),
      gradient: async () => near(await run((x) => fx.cast(fx.grad((y) => fx.sum(fx.square(y)))(x), 'f32'), a()), [2, 4, 6, 8]),
    })
  },
  integers: () =>
    parts({
      i32: async () => same(await run((x) => fx.mul(x, 3), array([123456789, 2000000000], 'i32')), [370370367, 1705032704]),
      u32: async () => same(await run((x) => fx.shiftRight(x, 1), array([4294967295], 'u32')), 2147483647),
      bool: async () => same(await run((x) => fx.logicalNot(fx.gt(x, 1)), [1, 2]), [1, 0]),
    }),
  oneProgram: async () => {
    const { step, args, specs } = mlp()
    const program = await fx.compile(step, specs, { device: 'js' })
    const [p, first] = await program(...args)
    const [, second] = await program(p, args[1], args[2])
    if (!((await second.item()) < (await first.item()))) no('the loss does not fall')
  },
  oneSubmit: async () => {
    const { step, args, specs } = mlp()
    const device = await fx.webgpu({ adapter: await gpu.requestAdapter() })
    const program = await fx.compile(step, specs, { device, donate: [0] })
    let [p] = await program(...args)
    const data = [await (await fx.compile((x, y) => [fx.neg(x), fx.neg(y)], [specs[1], specs[2]], { device }))(args[1], args[2])].flat()
    const call = async () => {
      const [next, loss] = await program(p, ...data)
      p = next
      return loss
    }
    const read = (loss) => loss.item()
    await read(await call())
    return says(await submitsOf(call, read))
  },
  memoryPlan: async () => {
    const { step, specs } = mlp()
    const { memory } = await fx.compile(step, specs, { device: 'js' })
    if (!JSON.stringify(memory).includes('offset')) no(`memory is ${JSON.stringify(memory).slice(0, 80)}`)
  },
  source: async () => {
    const { kernels } = await fx.compile(fx.tanh, [fx.spec([2])], { device: 'js' })
    if (!kernels[0].source.includes('tanh')) no('no source')
  },
  donation: async () => {
    const program = await fx.compile((x) => fx.add(x, 1), [fx.spec([2])], { device: 'js', donate: [0] })
    const x = await program(array([1, 2]))
    near(await leaves(await program(x)), [3, 4])
    await x.toNDArray().then(() => no('a donated array is still there'), () => undefined) // prettier-ignore
  },
  noDispose: async () => near(await run((x) => fx.add(fx.mul(x, x), fx.mul(x, x)), 3), 18),
  serialisable: async () => {
    const graph = fx.trace(fx.grad(cube), fx.spec([]))
    const { right } = fx.fromJSON(JSON.parse(JSON.stringify(fx.toJSON(graph))))
    near(await leaves(await (await fx.compile(right, { device: 'js' }))(array(2))), 12)
  },
  types: () => {
    const program = (rows) => `import * as fx from 'fluxion'\nexport const f = (a: fx.Tensor<readonly [32, 784]>, b: fx.Tensor<readonly [${rows}, 10]>) => fx.matmul(a, b)\n` // prettier-ignore
    return refused(program(784), program(512))
  },
  errors: async () => {
    const error = await fx.compile((a, b) => fx.matmul(a, b), [fx.spec([2, 3]), fx.spec([4, 5])], { device: 'js' }).catch((e) => e)
    const has = { 'a type of its own': error._tag === 'ShapeError', 'the sizes': /3[^]*4/.test(error.message), 'the caller’s line': error.message.includes('fluxion.mjs') } // prettier-ignore
    return parts(Object.fromEntries(Object.entries(has).map(([name, ok]) => [name, () => ok || no('it is missing')])))
  },
  node: () => undefined,
  webgpuInNode: async () => {
    const device = await fx.webgpu({ adapter: await gpu.requestAdapter() })
    near(await leaves(await (await fx.compile(fx.square, [fx.spec([2])], { device }))(array([2, 3]))), [4, 9])
  },
  webgpuInBrowser: async () =>
    near(
      await inChromium(`import * as fx from 'fluxion'
        const device = await fx.webgpu({ adapter: await navigator.gpu.requestAdapter() })
        const f = await fx.compile(fx.square, [fx.spec([2])], { device })
        globalThis.answer = Array.from((await (await f(fx.ndarray([2, 3], { dtype: 'f32' }))).toNDArray()).data)`),
      [4, 9],
    ),
  size: () => size(['fluxion']),
}

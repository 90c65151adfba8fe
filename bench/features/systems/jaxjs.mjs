/** jax-js: Wasm for numbers, WebGPU where the row says so. Arrays are consumed on use; `.ref` keeps one. Its einsum needs Node 22's iterator helpers. */
import { near, need, no, partly, parts, same, says } from '../lib/check.mjs'
import { submitsOf } from '../lib/gpu.mjs'
import { inChromium, refused, size, versionOf } from '../lib/tools.mjs'

export const version = versionOf('@jax-js/jax')

/** Node 20 has no iterator helpers; what the probes use of them. */
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
const hadHelpers = 'map' in iterators
const helper = (name, value) => Object.defineProperty(iterators, name, { value, configurable: true, writable: true })
if (!hadHelpers) {
  helper('map', function* (f) { let i = 0; for (const v of this) yield f(v, i++) }) // prettier-ignore
  helper('filter', function* (f) { let i = 0; for (const v of this) if (f(v, i++)) yield v }) // prettier-ignore
  helper('toArray', function () { return [...this] }) // prettier-ignore
}

const jax = await import('@jax-js/jax')
const { grad, hessian, jacobian, jit, jvp, lax, numpy: np, random, tree, valueAndGrad, vjp, vmap, DType } = jax
await jax.init('wasm')
jax.defaultDevice('wasm')

const got = async (x) => (Array.isArray(x) ? Promise.all(x.map(got)) : Array.from(await x.data()))
const A = () => np.array([[4, 1], [1, 3]]) // prettier-ignore
const cube = (x) => x.ref.mul(x.ref).mul(x)
const square = (x) => x.ref.mul(x)
const at = (x) => np.array(x)
const secondSum = (f) => grad((x) => grad(f)(x).sum())
const la = np.linalg

const mlp = () => {
  const loss = (p, x, y) => square(np.matmul(np.tanh(np.matmul(x, p.a)), p.b).sub(y)).mean()
  const step = jit((p, x, y) => {
    const [value, d] = valueAndGrad(loss)(tree.ref(p), x, y)
    return [{ a: p.a.sub(d.a.mul(0.1)), b: p.b.sub(d.b.mul(0.1)) }, value]
  })
  const fill = (...shape) =>
    np.array(
      Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * 7) % 5) / 5 - 0.4),
      { shape },
    )
  return { step, p: { a: fill(4, 8), b: fill(8, 2) }, x: fill(16, 4), y: fill(16, 2) }
}

const webgpu = async () => {
  const found = await jax.init('webgpu')
  if (!found.includes('webgpu')) no(`init gives ${found.join()}`)
}

export const probes = {
  grad: async () => near(await got(grad(cube)(at(2))), 12),
  gradOfGrad: () =>
    parts({
      third: async () => near(await got(grad(grad(grad((x) => square(square(x)))))(at(2))), 48),
      'mixed partial by argnums': async () => near(await got(grad((x, y) => grad((u, v) => cube(u.mul(v)))(x, y), { argnums: 1 })(at(2), at(3))), 324), // prettier-ignore
    }),
  vjp: async () => near(await got(vjp(square, [at(3)])[1](at(1.5))), 9),
  jvp: async () => near(await got(jvp(square, [at(3)], [at(1.5)])[1]), 9),
  vmap: async () => near(await got(vmap(np.dot)(at([[1, 2], [3, 4]]), at([[1, 1], [2, 2]]))), [3, 14]), // prettier-ignore
  vmapOfGrad: async () => near(await got(vmap(grad((x) => square(x).sum()))(at([[1, 2], [3, 4]]))), [2, 4, 6, 8]), // prettier-ignore
  jacobian: async () => near(await got(jacobian(square)(at([1, 2]))), [2, 0, 0, 4]),
  hessian: async () => near(await got(hessian((x) => np.prod(x))(at([2, 3]))), [0, 1, 1, 0]),
  second: () =>
    parts({
      tanh: async () => near(await got(secondSum((x) => np.tanh(x).sum())(at([0.5]))), -0.726862),
      sort: async () =>
        near(
          await got(
            secondSum((x) =>
              at([1, 2, 3])
                .mul(square(np.sort(x)))
                .sum(),
            )(at([3, 1, 2])),
          ),
          [6, 2, 4],
        ),
      'max-pool': async () => near(await got(secondSum((x) => cube(lax.reduceWindow(x, np.max, [2], [2])).sum())(at([1, 2, 4, 3]))), [0, 12, 24, 0]), // prettier-ignore
      conv: async () => near(await got(grad((w) => grad((x) => cube(lax.conv(x, w, [1], 'VALID')).sum())(at([[[1, 2, 3]]])).sum())(at([[[1, 1]]]))), [258, 354]), // prettier-ignore
    }),
  customVjp: () => void need(jax, 'customVjp', 'jax'),
  checkpoint: () => void (jax.remat ?? need(jax, 'checkpoint', 'jax')),
  stopGradient: async () => near(await got(grad((x) => lax.stopGradient(x.ref).mul(x))(at(3))), 3),
  scan: () => void need(lax, 'scan', 'lax'),
  foriLoop: () => void need(lax, 'foriLoop', 'lax'),
  whileLoop: () => void need(lax, 'whileLoop', 'lax'),
  cond: () => void need(lax, 'cond', 'lax'),
  gradOfScan: () => void need(lax, 'scan', 'lax'),
  secondOfScan: () => void need(lax, 'scan', 'lax'),
  einsum: () =>
    parts({
      product: async () => near(await got(np.einsum('ij,jk->ik', A(), A())), [17, 7, 7, 10]),
      trace: async () => near(await got(np.einsum('ii->', A())), 7),
      three: async () => near(await got(np.einsum('i,ij,j->', at([1, 2]), A(), at([1, 2]))), 20),
    }),
  conv: () => parts(Object.fromEntries([1, 2, 3].map((n) => [n, async () => near(await got(lax.conv(np.full([1, 1, ...Array(n).fill(3)], 2), np.ones([1, 1, ...Array(n).fill(2)]), Array(n).fill(1), 'VALID')), Array(2 ** n).fill(2 ** (n + 1)))]))), // prettier-ignore
  // There is no output padding by that name: it is less to crop at the end.
  convTranspose: async () => near(await got(lax.convTranspose(at([[[1, 2]]]), at([[[1, 2, 3]]]), [2], [[1, 0]], { transposeKernel: true })), [2, 5, 4, 6]), // prettier-ignore
  groups: async () => near(await got(lax.convGeneralDilated(at([[[1, 2], [3, 4]]]), at([[[1, 1]], [[1, -1]]]), [1], 'VALID', { featureGroupCount: 2 })), [3, -1]), // prettier-ignore
  sort: () =>
    parts({
      sort: async () => near(await got(np.sort(at([3, 1, 2]))), [1, 2, 3]),
      argsort: async () => near(await got(np.argsort(at([3, 1, 2]))), [1, 2, 0]),
      topK: async () => near(await got(lax.topK(at([3, 1, 2]), 2)), [3, 2, 0, 2]),
    }),
  cumulative: () =>
    parts({
      cumsum: async () => near(await got(np.cumsum(at([3, 1, 2]))), [3, 4, 6]),
      cumprod: async () => near(await got(np.cumprod(at([3, 1, 2]))), [3, 3, 6]),
      cummax: async () => near(await got((lax.cummax ?? need(np, 'cummax', 'numpy'))(at([1, 3, 2]))), [1, 3, 3]),
    }),
  scatter: () =>
    parts({
      add: () => void (lax.scatterAdd ?? need(lax, 'scatterAdd', 'lax')),
      set: () => void (lax.scatter ?? need(lax, 'scatter', 'lax')),
    }),
  dynamicUpdateSlice: () => void need(lax, 'dynamicUpdateSlice', 'lax'),
  linalg: () =>
    parts({
      cholesky: async () => near(await got(la.cholesky(A())), [2, 0, 0.5, Math.sqrt(2.75)]),
      triangularSolve: async () => near(await got(lax.linalg.triangularSolve(at([[2, 0], [1, 4]]), at([[2], [9]]), { leftSide: true, lower: true })), [1, 2]), // prettier-ignore
      solve: async () => near(await got(la.solve(A(), at([[9], [5]]))), [2, 1]), // prettier-ignore
      inv: async () => near(await got(la.inv(A())), [3 / 11, -1 / 11, -1 / 11, 4 / 11]),
      det: async () => near(await got(la.det(A())), 11),
      slogdet: async () => near(await got(la.slogdet(A())), [1, Math.log(11)]),
      qr: () => void need(la, 'qr', 'numpy.linalg'),
      eigh: async () => near(await got(la.eigh(A())[0]), [(7 - Math.sqrt(5)) / 2, (7 + Math.sqrt(5)) / 2]),
      svd: async () => near(await got(la.svd(A(), { fullMatrices: false })[1]), [(7 + Math.sqrt(5)) / 2, (7 - Math.sqrt(5)) / 2]),
    }),
  gradOfLinalg: () =>
    parts({
      cholesky: async () => near(await got(grad((a) => square(la.cholesky(a)).sum())(A())), [1, 0, 0, 1]),
      solve: async () => near(await got(grad((a) => la.solve(a, at([[9], [5]])).sum())(A())), [-4 / 11, -2 / 11, -6 / 11, -3 / 11]), // prettier-ignore
      slogdet: async () => near(await got(grad((a) => la.slogdet(a)[1])(A())), [3 / 11, -1 / 11, -1 / 11, 4 / 11]),
      qr: () => void need(la, 'qr', 'numpy.linalg'),
      eigh: async () => near(await got(grad((a) => square(la.eigh(a)[0]).sum())(A())), [8, 2, 2, 6]),
      svd: async () => near(await got(grad((a) => square(la.svd(a, { fullMatrices: false })[1]).sum())(A())), [8, 2, 2, 6]),
    }),
  threefry: async () => {
    const key = np.array(await got(random.split(random.key(42))).then((x) => Uint32Array.from(x.slice(0, 2))), { dtype: DType.Uint32 })
    const drawn = await got(random.uniform(key, [3]))
    const modes = [[0.7367312908172607, 0.8317470550537109, 0.91349196434021], [0.5302608013153076, 0.31336212158203125, 0.9015302658081055]] // prettier-ignore
    if (!modes.some((want) => JSON.stringify(want) === JSON.stringify(drawn))) same(drawn, modes[1])
  },
  // Wasm has no f16; WebGPU has.
  f16: async () => {
    await webgpu()
    if (!jax.getWebGPUDevice().features.has('shader-f16'))
      return { value: '?', note: 'not run: its Wasm has no f16, and the GPU here has none' }
    jax.defaultDevice('webgpu')
    const a = () => at([[1, 2], [3, 4]]).astype(DType.Float16) // prettier-ignore
    try {
      return await parts({
        product: async () => near(await got(np.matmul(a(), a()).astype(DType.Float32)), [7, 10, 15, 22]),
        gradient: async () => near(await got(grad((x) => square(x).sum())(a()).astype(DType.Float32)), [2, 4, 6, 8]),
      })
    } finally {
      jax.defaultDevice('wasm')
    }
  },
  integers: () =>
    parts({
      i32: async () => same(await got(np.array([123456789, 2000000000], { dtype: DType.Int32 }).mul(np.array(3, { dtype: DType.Int32 }))), [370370367, 1705032704]), // prettier-ignore
      u32: async () => same(await got(np.rightShift(np.array(Uint32Array.of(4294967295), { dtype: DType.Uint32 }), np.array(Uint32Array.of(1), { dtype: DType.Uint32 }))), 2147483647), // prettier-ignore
      bool: async () => same(await got(np.logicalNot(np.greater(at([1, 2]), 1))), [1, 0]),
    }),
  oneProgram: async () => {
    const { step, p, x, y } = mlp()
    const [q, first] = step(p, x.ref, y.ref)
    const [, second] = step(q, x, y)
    if (!((await got(second))[0] < (await got(first))[0])) no('the loss does not fall')
    return undefined
  },
  oneSubmit: async () => {
    await webgpu()
    jax.defaultDevice('webgpu')
    try {
      const { step, p, x, y } = mlp()
      let q = p
      const call = () => {
        const [next, loss] = step(q, x.ref, y.ref)
        q = next
        return loss
      }
      const read = async (loss) => {
        await loss.data()
        await jax.blockUntilReady(q)
      }
      await read(call())
      await read(call())
      return says(await submitsOf(call, read))
    } finally {
      jax.defaultDevice('wasm')
    }
  },
  memoryPlan: () => {
    const { step } = mlp()
    return void need(step, 'memory', 'jit(f)')
  },
  source: async () => {
    const { log } = console
    let printed = ''
    console.log = console.info = (...args) => (printed += args.join(' '))
    try {
      await webgpu()
      jax.defaultDevice('webgpu')
      jax.setDebug(2)
      await got(jit((x) => np.tanh(x).mul(3))(at([1, 2])))
    } finally {
      jax.setDebug(0)
      jax.defaultDevice('wasm')
      console.log = console.info = log
    }
    if (!/@compute|@group/.test(printed)) no('setDebug(2) prints no shader')
    return partly('printed to the console by setDebug(2)')
  },
  donation: async () => {
    const x = at([1, 2])
    near(await got(jit((y) => y.add(1))(x)), [2, 3])
    const gone = await got(x).then(() => false, () => true) // prettier-ignore
    return gone ? partly('every argument is given up, by reference count') : no('an argument stays')
  },
  noDispose: async () => {
    const x = at(3)
    near(await got(x.mul(x).add(x)), 12)
  },
  serialisable: () => {
    const { jaxpr } = jax.makeJaxpr(cube)(at(2))
    const back = ['fromJSON', 'parse', 'deserialize'].find((name) => name in jax || name in jaxpr || name in jaxpr.constructor)
    if (back === undefined) no('a jaxpr prints, and nothing reads it back')
  },
  types: () => {
    const program = (rows) =>
      `import { numpy as np } from '@jax-js/jax'\nexport const c = np.matmul(np.ones([32, 784]), np.ones([${rows}, 10]))\n`
    return refused(program(784), program(512))
  },
  errors: async () => {
    let error
    try {
      np.matmul(np.ones([2, 3]), np.ones([4, 5]))
    } catch (e) {
      error = e
    }
    const has = { 'a type of its own': error.constructor !== Error && error.constructor !== TypeError, 'the sizes': /3[^]*4/.test(error.message), 'the caller’s line': error.message.includes('jaxjs.mjs') } // prettier-ignore
    return parts(Object.fromEntries(Object.entries(has).map(([name, ok]) => [name, () => ok || no('it is missing')])))
  },
  node: () => (hadHelpers ? undefined : partly('einsum calls iterator helpers, which Node has from 22 on')),
  webgpuInNode: async () => {
    await webgpu()
    jax.defaultDevice('webgpu')
    try {
      near(await got(square(at([2, 3]))), [4, 9])
    } finally {
      jax.defaultDevice('wasm')
    }
    return partly('where the program sets navigator.gpu itself')
  },
  webgpuInBrowser: async () =>
    near(
      await inChromium(`import { init, defaultDevice, numpy as np } from '@jax-js/jax'
        await init('webgpu'); defaultDevice('webgpu')
        globalThis.answer = Array.from(await np.square(np.array([2, 3])).data())`),
      [4, 9],
    ),
  size: () => size(['@jax-js/jax']),
}

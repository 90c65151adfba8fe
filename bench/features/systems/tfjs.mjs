/** TensorFlow.js: its cpu backend for numbers, its WebGPU backend where the row says so. */
import { near, need, no, partly, parts, same, says } from '../lib/check.mjs'
import { submitsOf } from '../lib/gpu.mjs'
import { inChromium, refused, size, versionOf } from '../lib/tools.mjs'

export const version = versionOf('@tensorflow/tfjs')

globalThis.window ??= globalThis // its WebGPU backend registers itself only where there is one
console.warn = () => undefined
const tf = await import('@tensorflow/tfjs')
await tf.setBackend('cpu')

const got = async (x) => (Array.isArray(x) ? Promise.all(x.map(got)) : Array.from(await x.data()))
const { grad, grads, tensor, scalar } = tf
const A = () => tf.tensor2d([[4, 1], [1, 3]]) // prettier-ignore
const cube = (x) => x.mul(x).mul(x)
const la = tf.linalg

const mlp = () => {
  const fill = (...shape) =>
    tensor(
      Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * 7) % 5) / 5 - 0.4),
      shape,
    )
  const [a, b, x, y] = [tf.variable(fill(4, 8)), tf.variable(fill(8, 2)), fill(16, 4), fill(16, 2)]
  const optimizer = tf.train.sgd(0.1)
  return () => optimizer.minimize(() => x.matMul(a).tanh().matMul(b).sub(y).square().mean(), true, [a, b])
}

const webgpu = async (f) => {
  await import('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) no('setBackend gives false')
  await tf.ready()
  try {
    return await f()
  } finally {
    await tf.setBackend('cpu')
  }
}

export const probes = {
  grad: async () => near(await got(grad(cube)(scalar(2))), 12),
  gradOfGrad: () =>
    parts({
      third: async () => near(await got(grad(grad(grad((x) => x.square().square())))(scalar(2))), 48),
      'mixed partial by argnums': async () => near(await got(grads((x, y) => grads((u, v) => cube(u.mul(v)))([x, y])[0])([scalar(2), scalar(3)])[1]), 324), // prettier-ignore
    }),
  vjp: async () => near(await got(grad((x) => x.square())(scalar(3), scalar(1.5))), 9),
  jvp: () => void need(tf, 'jvp', 'tf'),
  vmap: () => void (tf.vmap ?? need(tf, 'vectorizedMap', 'tf')),
  vmapOfGrad: () => void (tf.vmap ?? need(tf, 'vectorizedMap', 'tf')),
  jacobian: () => void need(tf, 'jacobian', 'tf'),
  hessian: () => void need(tf, 'hessian', 'tf'),
  second: () =>
    parts({
      tanh: async () => near(await got(grad((x) => grad((y) => y.tanh().sum())(x).sum())(tensor([0.5]))), -0.726862),
      sort: async () => near(await got(grad((x) => grad((y) => tensor([1, 2, 3]).mul(tf.reverse(tf.topk(y, 3).values).square()).sum())(x).sum())(tensor([3, 1, 2]))), [6, 2, 4]), // prettier-ignore
      'max-pool': async () => near(await got(grad((x) => grad((y) => cube(tf.maxPool(y, [1, 2], [1, 2], 'valid')).sum())(x).sum())(tf.tensor4d([1, 2, 4, 3], [1, 1, 4, 1]))), [0, 12, 24, 0]), // prettier-ignore
      conv: async () => near(await got(grad((w) => grad((x) => cube(tf.conv2d(x, w, 1, 'valid')).sum())(tf.tensor4d([1, 2, 3], [1, 1, 3, 1])).sum())(tf.tensor4d([1, 1], [1, 2, 1, 1]))), [258, 354]), // prettier-ignore
    }),
  customVjp: async () => {
    const f = tf.customGrad((x, save) => (save([x]), { value: x.square(), gradFunc: (d) => [d.mul(7)] }))
    near(await got(grad(f)(scalar(3))), 7)
  },
  checkpoint: () => void (tf.recomputeGrad ?? need(tf, 'checkpoint', 'tf')),
  stopGradient: () => void (tf.stopGradient ?? need(scalar(1), 'detach', 'Tensor')),
  scan: () => void need(tf, 'scan', 'tf'),
  foriLoop: () => void need(tf, 'foriLoop', 'tf'),
  whileLoop: () => void need(tf, 'whileLoop', 'tf'),
  cond: () => void need(tf, 'cond', 'tf'),
  gradOfScan: () => void need(tf, 'scan', 'tf'),
  secondOfScan: () => void need(tf, 'scan', 'tf'),
  einsum: () =>
    parts({
      product: async () => near(await got(tf.einsum('ij,jk->ik', A(), A())), [17, 7, 7, 10]),
      trace: async () => near(await got(tf.einsum('ii->', A())), 7),
      three: async () => near(await got(tf.einsum('i,ij,j->', tensor([1, 2]), A(), tensor([1, 2]))), 20),
    }),
  conv: () =>
    parts({
      1: async () => near(await got(tf.conv1d(tf.fill([1, 3, 1], 2), tf.ones([2, 1, 1]), 1, 'valid')), [4, 4]),
      2: async () => near(await got(tf.conv2d(tf.fill([1, 3, 3, 1], 2), tf.ones([2, 2, 1, 1]), 1, 'valid')), Array(4).fill(8)),
      3: async () => near(await got(tf.conv3d(tf.fill([1, 3, 3, 3, 1], 2), tf.ones([2, 2, 2, 1, 1]), 1, 'valid')), Array(8).fill(16)),
    }),
  // The output's shape says what is padded; the widths of the padding it wants are those of the convolution.
  convTranspose: async () => near(await got(tf.conv2dTranspose(tf.tensor4d([1, 2], [1, 1, 2, 1]), tf.tensor4d([1, 2, 3], [1, 3, 1, 1]), [1, 1, 4, 1], [1, 2], [[0, 0], [0, 0], [1, 0], [0, 0]])), [2, 5, 4, 6]), // prettier-ignore
  groups: async () => {
    near(
      await got(tf.depthwiseConv2d(tf.tensor4d([1, 3, 2, 4], [1, 1, 2, 2]), tf.tensor4d([1, 1, 1, -1], [1, 2, 2, 1]), 1, 'valid')),
      [3, -1],
    )
    return partly('depthwise; there is no number of groups')
  },
  sort: () =>
    parts({
      sort: () => void need(tf, 'sort', 'tf'),
      argsort: () => void need(tf, 'argSort', 'tf'),
      topK: async () => near(await got(Object.values(tf.topk(tensor([3, 1, 2]), 2))), [3, 2, 0, 2]),
    }),
  cumulative: () =>
    parts({
      cumsum: async () => near(await got(tf.cumsum(tensor([3, 1, 2]))), [3, 4, 6]),
      cumprod: async () => near(await got(tf.cumprod(tensor([3, 1, 2]))), [3, 3, 6]),
      cummax: () => void need(tf, 'cummax', 'tf'),
    }),
  scatter: () =>
    parts({
      add: async () => near(await got(tensor([1, 1, 1]).add(tf.scatterND(tf.tensor2d([[2], [2], [0]], undefined, 'int32'), tensor([5, 6, 7]), [3]))), [8, 1, 12]), // prettier-ignore
      set: async () => near(await got(tf.tensorScatterUpdate(tensor([1, 1, 1]), tf.tensor2d([[2], [0]], undefined, 'int32'), tensor([5, 6]))), [6, 1, 5]), // prettier-ignore
    }),
  dynamicUpdateSlice: async () => {
    near(await got(tf.tensorScatterUpdate(tensor([1, 2, 3, 4]), tf.range(0, 2, 1, 'int32').add(tf.scalar(1, 'int32')).expandDims(1), tensor([9, 9]))), [1, 9, 9, 4]) // prettier-ignore
    return partly('by tensorScatterUpdate, with an index for each row')
  },
  linalg: () =>
    parts({
      cholesky: () => void need(la, 'cholesky', 'linalg'),
      triangularSolve: () => void need(la, 'triangularSolve', 'linalg'),
      solve: () => void need(la, 'solve', 'linalg'),
      inv: () => void need(la, 'inv', 'linalg'),
      det: () => void need(la, 'det', 'linalg'),
      slogdet: () => void need(la, 'slogdet', 'linalg'),
      qr: async () => { const [q, r] = la.qr(A()); near(await got(q.matMul(r)), [4, 1, 1, 3]) }, // prettier-ignore
      eigh: () => void need(la, 'eigh', 'linalg'),
      svd: () => void need(la, 'svd', 'linalg'),
    }),
  gradOfLinalg: async () => near(await got(grad((a) => la.qr(a)[1].square().sum())(A())), [8, 2, 2, 6]),
  threefry: async () => same(await got(tf.randomUniform([3], 0, 1, 'float32', 42)), [0.5302608013153076, 0.31336212158203125, 0.9015302658081055]), // prettier-ignore
  f16: async () => near(await got(tf.cast(tensor([1, 2]), 'float16').square()), [1, 4]),
  integers: () =>
    parts({
      i32: async () => same(await got(tensor([123456789, 2000000000], undefined, 'int32').mul(tf.scalar(3, 'int32'))), [370370367, 1705032704]), // prettier-ignore
      u32: async () => { if (tensor(Uint32Array.of(4294967295), undefined, 'uint32').dtype !== 'uint32') no('no uint32') ; same(await got(tensor([4294967295], undefined, 'uint32')), 4294967295) }, // prettier-ignore
      bool: async () => same(await got(tf.logicalNot(tensor([1, 2]).greater(1))), [1, 0]),
    }),
  oneProgram: () => void need(tf, 'function', 'tf'),
  oneSubmit: () =>
    webgpu(async () => {
      const step = mlp()
      const read = (loss) => loss.data()
      await read(step())
      await read(step())
      return says(await submitsOf(step, read))
    }),
  memoryPlan: () => void need(tf.memory(), 'plan', 'tf.memory()'),
  source: () =>
    webgpu(async () => {
      const kept = { ...console }
      let printed = ''
      for (const name of ['log', 'debug', 'info', 'group', 'groupCollapsed']) console[name] = (...args) => (printed += args.join(' '))
      try {
        tf.env().set('WEBGPU_PRINT_SHADER', 'all')
        await got(tensor([1, 2]).tanh())
      } finally {
        Object.assign(console, kept)
        tf.env().set('WEBGPU_PRINT_SHADER', '')
      }
      if (!printed.includes('@group')) no('WEBGPU_PRINT_SHADER prints nothing')
      return partly('printed to the console by the flag WEBGPU_PRINT_SHADER')
    }),
  donation: () => void need(tf, 'donate', 'tf'),
  noDispose: async () => {
    const x = scalar(3)
    const before = tf.memory().numTensors
    near(await got(x.mul(x).add(x.mul(x))), 18)
    const left = tf.memory().numTensors - before
    if (left > 0) no(`${left} tensors stay after x.mul(x).add(x.mul(x)) without tidy or dispose`)
  },
  serialisable: async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] })
    const back = await tf.models.modelFromJSON(JSON.parse(model.toJSON()))
    if (back.layers.length !== 1) no('the model does not come back')
    return partly('models of layers; no function of the user’s')
  },
  types: () => {
    const program = (rows) => `import * as tf from '@tensorflow/tfjs'\nexport const c = tf.matMul(tf.ones<tf.Rank.R2>([32, 784]), tf.ones<tf.Rank.R2>([${rows}, 10]))\n` // prettier-ignore
    return refused(program(784), program(512))
  },
  errors: () => {
    let error
    try {
      tf.ones([2, 3]).matMul(tf.ones([4, 5]))
    } catch (e) {
      error = e
    }
    const has = { 'a type of its own': error.constructor !== Error && error.constructor !== TypeError, 'the sizes': /3[^]*4/.test(error.message), 'the caller’s line': error.message.includes('tfjs.mjs') } // prettier-ignore
    return parts(Object.fromEntries(Object.entries(has).map(([name, ok]) => [name, () => ok || no('it is missing')])))
  },
  node: () => undefined,
  webgpuInNode: () => webgpu(async () => (near(await got(tensor([2, 3]).square()), [4, 9]), partly('where the program sets navigator.gpu and window itself'))), // prettier-ignore
  webgpuInBrowser: async () =>
    near(
      await inChromium(`import * as tf from '@tensorflow/tfjs-core'
        import '@tensorflow/tfjs-backend-webgpu'
        await tf.setBackend('webgpu'); await tf.ready()
        globalThis.answer = Array.from(await tf.square(tf.tensor([2, 3])).data())`),
      [4, 9],
    ),
  size: async () => {
    const [all, least] = [await size(['@tensorflow/tfjs']), await size(['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'])]
    return { ...all, note: `core and WebGPU alone are ${least.value}` }
  },
}

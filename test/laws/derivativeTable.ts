/** One function for every differentiable op and option, with where it is smooth. */
import type { Shape } from '../../src/ir/shape.js'
import type { F64, Float, Fluxion } from '../harness/f64.js'

export interface Smooth {
  readonly name: string
  readonly f: (...args: readonly Float[]) => Float
  readonly shapes: readonly Shape[]
  /** Where the arguments lie. */
  readonly from: number
  readonly to: number
}

type Fn = (...args: readonly never[]) => unknown

const entry = (name: string, shapes: readonly Shape[], f: Fn, from = -2, to = 2): Smooth => ({
  name,
  shapes,
  f: f as unknown as Smooth['f'],
  from,
  to,
})

const unary = (fx: Fluxion): readonly Smooth[] => {
  const on = (name: string, f: (x: Float) => Float, from = -2, to = 2): Smooth => entry(name, [[2, 3]], f, from, to)
  return [
    on('neg', fx.neg),
    on('abs', fx.abs),
    on('sign', fx.sign),
    on('exp', fx.exp),
    on('expm1', fx.expm1),
    on('log', fx.log, 0.3, 3),
    on('log1p', fx.log1p, -0.6, 3),
    on('sqrt', fx.sqrt, 0.3, 3),
    on('rsqrt', fx.rsqrt, 0.3, 3),
    on('square', fx.square),
    on('reciprocal', fx.reciprocal, 0.4, 3),
    on('sin', fx.sin),
    on('cos', fx.cos),
    on('tan', fx.tan, -1.2, 1.2),
    on('asin', fx.asin, -0.8, 0.8),
    on('acos', fx.acos, -0.8, 0.8),
    on('atan', fx.atan),
    on('sinh', fx.sinh),
    on('cosh', fx.cosh),
    on('tanh', fx.tanh),
    on('sigmoid', fx.sigmoid),
    on('erf', fx.erf),
    on('floor', fx.floor),
    on('ceil', fx.ceil),
    on('round', fx.round),
    on('relu', fx.relu),
    on('leakyRelu', (x) => fx.leakyRelu(x, 0.1)),
    on('elu', (x) => fx.elu(x, 0.7)),
    on('gelu', (x) => fx.gelu(x)),
    on('gelu, exact', (x) => fx.gelu(x, { approximate: false })),
    on('silu', fx.silu),
    on('softplus', fx.softplus),
    on('softplus, far', fx.softplus, 20, 40),
    on('clamp', (x) => fx.clamp(x, -0.71, 0.63)),
    on('where', (x) => fx.where(fx.gt(x, 0.1), fx.exp(x), fx.mul(x, x))),
    on('cast gates', (x) => fx.mul(x, fx.cast(fx.gt(x, 0), 'f32'))),
    on('alias', (x) => x),
  ]
}

const binary = (fx: Fluxion): readonly Smooth[] => {
  const shapes: readonly (readonly [Shape, Shape])[] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[], [2, 2]],
    [
      [1, 3],
      [2, 1, 1],
    ],
  ]
  const on = (name: string, f: (x: Float, y: Float) => Float, from = -2, to = 2): readonly Smooth[] =>
    shapes.map(([x, y]) => entry(`${name} ${JSON.stringify([x, y])}`, [x, y], f, from, to))
  return [
    ...on('add', (x, y) => fx.add(x, y)),
    ...on('sub', (x, y) => fx.sub(x, y)),
    ...on('mul', (x, y) => fx.mul(x, y)),
    ...on('div', (x, y) => fx.div(x, y), 0.5, 2),
    ...on('pow', (x, y) => fx.pow(x, y), 0.4, 2),
    ...on('maximum', (x, y) => fx.maximum(x, y)),
    ...on('minimum', (x, y) => fx.minimum(x, y)),
    ...on('atan2', (x, y) => fx.atan2(x, y), 0.4, 2),
    ...on('mod', (x, y) => fx.mod(fx.mul(x, 3.3), y), 0.7, 1.7),
    ...on('mod of a negative', (x, y) => fx.mod(fx.mul(x, -3.3), y), 0.7, 1.7),
    entry('pow of a negative base', [[2, 3]], (x: Float) => fx.add(fx.pow(x, 3), fx.pow(x, 2)), -2, -0.5),
    entry('pow 0, 1, -1', [[4]], (x: Float) => fx.add(fx.pow(x, 0), fx.add(fx.pow(x, 1), fx.pow(x, -1))), 0.5, 2),
    entry('numbers on the left', [[3]], (x: Float) => fx.add(fx.sub(1, fx.div(2, x)), fx.pow(2, x)), 0.5, 2),
    entry('where with three broadcasts', [[2, 1], [3]], (x: Float, y: Float) => fx.where(fx.gt(x, y), x, y)),
  ]
}

const reductions = (fx: Fluxion): readonly Smooth[] => {
  const axes = [undefined, 0, 1, -1, [0, 2]] as const
  const all = (name: string, f: (x: Float, axis: number | readonly number[] | undefined) => Float): readonly Smooth[] =>
    axes.map((axis) => entry(`${name} along ${JSON.stringify(axis ?? 'all')}`, [[2, 3, 2]], (x: Float) => f(x, axis)))
  const o = (axis: number | readonly number[] | undefined, keepDims = false) => ({ keepDims, ...(axis === undefined ? {} : { axis }) })
  return [
    ...all('sum', (x, a) => fx.sum(fx.square(x), o(a))),
    ...all('mean', (x, a) => fx.mean(fx.square(x), o(a, true))),
    ...all('max', (x, a) => fx.square(fx.max<'f32'>(x, o(a)))),
    ...all('min', (x, a) => fx.square(fx.min<'f32'>(x, o(a)))),
    ...all('variance', (x, a) => fx.variance(x, o(a))),
    ...all('std', (x, a) => fx.std(x, o(a))),
    ...all('norm', (x, a) => fx.norm(x, o(a))),
    ...all('logsumexp', (x, a) => fx.logsumexp(x, o(a))),
    ...all('softmax', (x, a) => fx.softmax(x, { axis: a ?? 1 })),
    ...all('logSoftmax', (x, a) => fx.logSoftmax(x, { axis: a ?? 1 })),
    entry('sum of nothing', [[0, 3]], (x: Float) => fx.sum(fx.exp(x), { axis: 0 })),
    entry('argmax chooses', [[4, 3]], (x: Float) => fx.take(x, fx.argmax(x, { axis: 0 }), { axis: 0 })),
  ]
}

const views = (fx: Fluxion): readonly Smooth[] => {
  const on = (name: string, shape: Shape, f: (x: Float) => Float): Smooth => entry(name, [shape], (x: Float) => fx.square(f(x)))
  const index = fx.constant(
    [
      [0, 2, 2],
      [1, 0, 7],
    ],
    { dtype: 'i32' },
  )
  return [
    on('reshape', [2, 6], (x) => fx.reshape(x, [3, -1])),
    on('transpose', [2, 3, 4], (x) => fx.transpose(x, [2, 0, 1])),
    on('swapAxes', [2, 3, 2], (x) => fx.swapAxes(x, 0, 2)),
    on('moveAxis', [2, 3, 2], (x) => fx.moveAxis(x, 0, -1)),
    on('expandDims', [3], (x) => fx.expandDims(x, [0, 2])),
    on('squeeze', [1, 3, 1], (x) => fx.squeeze(x)),
    on('broadcastTo', [2, 1], (x) => fx.broadcastTo(x, [3, 2, 4])),
    on('slice', [5, 7], (x) => fx.slice(x, [1, 0], [5, 6], [2, 3])),
    on('slice of nothing', [4], (x) => fx.slice(x, [2], [2])),
    on('pad', [2, 3], (x) =>
      fx.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        1.5,
      ),
    ),
    on('flip', [2, 3], (x) => fx.flip(x, { axis: 1 })),
    on('split', [6], (x) => fx.mul(...(fx.split(x, 2) as [Float, Float]))),
    on('take rows', [3, 2], (x) => fx.take(x, index, { axis: 0 })),
    on('take columns', [2, 3], (x) => fx.take(x, index, { axis: 1 })),
    on('take flat', [4], (x) => fx.take(x, index)),
    entry('take by u32', [[3, 2]], (x: Float) => fx.square(fx.take(x, fx.constant([2, 0, 2], { dtype: 'u32' }), { axis: 0 }))),
    entry(
      'concat',
      [
        [2, 1],
        [2, 3],
      ],
      (x: Float, y: Float) => fx.square(fx.concat([x, y, x], { axis: 1 })),
    ),
    entry('stack', [[2], [2]], (x: Float, y: Float) => fx.square(fx.stack([x, y, y], { axis: 1 }))),
  ]
}

const places = ({ fx, apply }: F64): readonly Smooth[] => {
  const on = (name: string, shape: Shape, f: (x: Float) => Float): Smooth => entry(name, [shape], (x: Float) => fx.square(f(x)))
  const two = (name: string, x: Shape, y: Shape, f: (x: Float, y: Float) => Float): Smooth =>
    entry(name, [x, y], (a: Float, b: Float) => fx.square(f(a, b)))
  const i = fx.constant([2, 0, 2, 7], { dtype: 'i32' })
  const each = fx.constant(
    [
      [1, 1, 0],
      [0, 5, 1],
    ],
    { dtype: 'i32' },
  )
  const start = fx.constant(1, { dtype: 'i32' })
  const perm = fx.constant([2, 0, 1], { dtype: 'i32' })
  return [
    on('tile', [2, 3], (x) => fx.tile(x, [2, 2])),
    on('repeat', [2, 3], (x) => fx.repeat(x, [2, 0, 1], { axis: 1 })),
    on('roll', [2, 3], (x) => fx.mul(x, fx.roll(x, 1, { axis: 1 }))),
    on('tril', [3, 3], (x) => fx.tril(x, 1)),
    on('triu', [2, 3, 3], (x) => fx.triu(x, 1)),
    on('diag of a vector', [3], (x) => fx.diag(x, -1)),
    on('diag of a matrix', [3, 4], (x) => fx.diag(x, 1)),
    on('prod', [2, 5], (x) => fx.prod(x, { axis: 1 })),
    on('prod of many', [11], (x) => fx.prod(x)),
    on('prod with a zero', [4], (x) => fx.prod(fx.mul(x, fx.constant([1, 0, 1, 1], { dtype: 'f32' })))),
    on('takeAlongAxis', [2, 3], (x) => fx.takeAlongAxis(x, each, { axis: 1 })),
    on('takeAlongAxis by u32', [2, 3], (x) => fx.takeAlongAxis(x, fx.cast(each, 'u32'), { axis: 0 })),
    entry('takeAlong by a permutation', [[3]], (x: Float) =>
      fx.square(apply('takeAlong', [x, perm], { axis: 0, indices: 'permutation' }) as unknown as Float),
    ),
    two('scatterAdd', [3, 2], [4, 2], (x, u) => fx.scatterAdd(x, i, u)),
    two('scatterSet', [3, 2], [4, 2], (x, u) => fx.scatterSet(x, i, u)),
    two('scatterAdd along', [2, 3], [2, 3], (x, u) => fx.scatterAdd(x, each, u, { axis: 1 })),
    two('scatterSet along', [2, 3], [2, 3], (x, u) => fx.scatterSet(x, each, u, { axis: 1 })),
    on('dynamicSlice', [3, 4], (x) => fx.dynamicSlice(x, [start, 9], [2, 2])),
    two('dynamicUpdateSlice', [3, 4], [2, 2], (x, u) => fx.dynamicUpdateSlice(x, u, [start, -4])),
    on('sort', [3, 4], (x) => fx.mul(fx.sort(x, { axis: 0 }), x)),
    on('topK', [2, 5], (x) => fx.topK(x, 2)[0]),
    on('cumsum', [2, 6], (x) => fx.cumsum(x, { axis: 1 })),
    on('cumprod', [6], (x) => fx.cumprod(x)),
    on('cumprod with a zero', [6], (x) => fx.cumprod(fx.mul(x, fx.constant([1, 1, 0, 1, 1, 1], { dtype: 'f32' })))),
    on('cummax', [7, 2], (x) => fx.mul(x, fx.cummax(x, { axis: 0 }))),
  ]
}

const contractions = (fx: Fluxion): readonly Smooth[] => {
  const product = (...shapes: readonly [Shape, Shape]): Smooth =>
    entry(`matmul ${JSON.stringify(shapes)}`, shapes, (x: Float, y: Float) => fx.matmul(x, y))
  const conv = (name: string, x: Shape, w: Shape, o: Parameters<Fluxion['conv']>[2]): Smooth =>
    entry(`conv, ${name}`, [x, w], (a: Float, b: Float) => fx.conv(a, b, o))
  const pool = (name: string, x: Shape, f: (v: Float) => Float): Smooth => entry(name, [x], (v: Float) => fx.square(f(v)))
  const two = (name: string, x: Shape, y: Shape, f: (a: Float, b: Float) => Float): Smooth => entry(name, [x, y], f)
  const transposed = (name: string, x: Shape, w: Shape, o: Parameters<Fluxion['convTranspose']>[2]): Smooth =>
    entry(`convTranspose, ${name}`, [x, w], (a: Float, b: Float) => fx.convTranspose(a, b, o))
  return [
    product([2, 3], [3, 4]),
    product([3], [3]),
    product([3], [3, 2]),
    product([2, 3], [3]),
    product([2, 2, 3], [3, 2]),
    product([2, 1, 2, 3], [3, 3, 2]),
    entry(
      'dot',
      [
        [2, 3],
        [2, 3, 2],
      ],
      (x: Float, y: Float) => fx.dot(x, y),
    ),
    conv('plain', [2, 1, 4, 4], [2, 1, 3, 2], {}),
    conv('strides and same', [1, 2, 5, 4], [2, 2, 3, 3], { strides: 2, padding: 'same' }),
    conv('padding', [1, 1, 3, 4], [1, 1, 2, 3], {
      padding: [
        [2, 1],
        [0, 3],
      ],
      strides: [1, 2],
    }),
    conv('dilation', [1, 1, 6, 5], [1, 1, 2, 2], { dilation: [3, 2] }),
    conv('dilation, strides, padding', [1, 1, 7, 6], [1, 1, 3, 2], {
      dilation: 2,
      strides: [2, 3],
      padding: [
        [1, 2],
        [2, 0],
      ],
    }),
    conv('groups', [1, 4, 3, 3], [6, 2, 2, 2], { groups: 2 }),
    conv('depthwise', [1, 3, 4], [3, 1, 3], { groups: 3, padding: 'same' }),
    conv('1-D', [2, 2, 6], [3, 2, 3], { strides: 2 }),
    conv('3-D', [1, 1, 3, 3, 3], [1, 1, 2, 2, 2], { strides: [1, 2, 1] }),
    two('einsum', [2, 3], [4, 3, 2], (x, y) => fx.einsum('ij,kji->k', x, y)),
    two('einsum with diagonals', [3, 3, 2], [3], (x, y) => fx.einsum('iij,i->j', x, y)),
    two('einsum with an ellipsis', [2, 1, 3], [4, 3], (x, y) => fx.einsum('...i,...i->...', x, y)),
    transposed('plain', [1, 2, 3], [3, 2, 2], {}),
    transposed('strides, crops, dilation', [1, 1, 3, 2], [2, 1, 2, 2], {
      strides: [2, 3],
      dilation: [1, 2],
      padding: [
        [1, 0],
        [0, 2],
      ],
      outputPadding: 1,
    }),
    transposed('groups and same', [1, 4, 3], [2, 4, 3], { groups: 2, strides: 2, padding: 'same' }),
    entry(
      'attention',
      [
        [2, 3],
        [4, 3],
        [4, 2],
      ],
      (q: Float, k: Float, v: Float) => fx.attention(q, k, v, { causal: true }),
    ),
    conv('what the stride leaves over', [1, 1, 6], [1, 1, 2], { strides: 3 }),
    pool('maxPool', [1, 2, 4, 4], (x) => fx.maxPool(x, { window: 2 })),
    pool('maxPool, overlapping', [1, 1, 5, 5], (x) => fx.maxPool(x, { window: 3, strides: 2, padding: 'same' })),
    pool('maxPool, 1-D', [1, 1, 7], (x) => fx.maxPool(x, { window: [3], strides: [2] })),
    pool('avgPool', [1, 2, 4, 4], (x) => fx.avgPool(x, { window: 2 })),
    pool('avgPool, padded', [1, 1, 5, 4], (x) => fx.avgPool(x, { window: [3, 2], strides: 2, padding: 'same' })),
    pool('avgPool, counting the padding', [1, 1, 5], (x) => fx.avgPool(x, { window: 3, padding: [[1, 1]], countIncludePad: true })),
  ]
}

/** Ops with attributes that the public functions never give. */
const core = ({ fx, apply }: F64): readonly Smooth[] => {
  const on = (name: string, shape: Shape, f: (x: Float) => unknown): Smooth =>
    entry(`core ${name}`, [shape], (x: Float) => fx.square(f(x) as Float))
  const conv = (name: string, x: Shape, w: Shape, attrs: object): Smooth =>
    entry(`core conv, ${name}`, [x, w], (a: Float, b: Float) => apply('conv', [a, b], attrs as never))
  const w = { window: [2, 2], strides: [1, 2], dilation: [2, 1] }
  return [
    on('pad with gaps', [2, 3], (x) => apply('pad', [x], { low: [1, 0], high: [0, 2], interior: [1, 2], value: -1 })),
    on('windows', [2, 4, 5], (x) => apply('windows', [x], w)),
    on('fold', [2, 2, 2, 2, 2], (x) => apply('fold', [x], { ...w, shape: [4, 5] })),
    on('max, first', [2, 3, 2], (x) => apply('reduceMax', [x], { axes: [0, 2], ties: 'first' })),
    on('min, first', [2, 3, 2], (x) => apply('reduceMin', [x], { axes: [1], ties: 'first' })),
    on('barrier', [2, 3], (x) => apply('barrier', [x, fx.exp(x)], {})),
    on('rem', [2, 3], (x) => apply('rem', [fx.mul(x, 3), fx.add(fx.abs(x), 0.7)], {})),
    conv('input dilation', [1, 1, 2, 3, 3], [1, 2, 2, 2, 2], {
      strides: [1, 2],
      low: [1, 0],
      high: [0, 2],
      inputDilation: [2, 3],
      dilation: [1, 2],
    }),
    conv('crops', [2, 1, 1, 6], [1, 1, 1, 2], { strides: [2], low: [-1], high: [-2], inputDilation: [1], dilation: [1] }),
    conv('crops between dilated', [1, 1, 1, 4], [1, 1, 1, 3], { strides: [1], low: [-2], high: [1], inputDilation: [2], dilation: [1] }),
  ]
}

const calls = ({ fx }: F64): readonly Smooth[] => {
  const inner = fx.trace((x: Float, y: Float) => ({ p: fx.mul(x, fx.sin(y)), s: fx.add(x, y) }), fx.spec([2]), fx.spec([2]))
  const outer = fx.trace(
    (x: Float) => {
      const r = fx.call(inner, x, fx.exp(x)) as { readonly p: Float; readonly s: Float }
      return fx.add(r.p, r.s)
    },
    fx.spec([2]),
  )
  return [
    entry('call', [[2], [2]], (x: Float, y: Float) => {
      const r = fx.call(inner, x, y) as { readonly p: Float; readonly s: Float }
      return fx.add(fx.square(r.p), r.s)
    }),
    entry('checkpoint', [[2], [2]], (x: Float, y: Float) => fx.checkpoint((a: Float) => fx.sin(fx.mul(a, fx.exp(y))))(x)),
    entry('customVjp', [[2]], (x: Float) =>
      fx.customVjp((a: Float) => fx.exp(fx.sin(a)), {
        fwd: (a: Float) => [fx.exp(fx.sin(a)), fx.cos(a)] as const,
        bwd: (c: Float, g: Float) => [fx.mul(g, fx.mul(c, fx.exp(fx.sqrt(fx.sub(1, fx.square(c))))))] as const,
      })(fx.add(0.6, fx.mul(0.1, x))),
    ),
    entry('call within call, twice', [[2]], (x: Float) =>
      fx.add(fx.call(outer, x) as Float, fx.mul(x, fx.call(outer, fx.sin(x)) as Float)),
    ),
  ]
}

export const derivatives = (f64: F64): readonly Smooth[] => [
  ...unary(f64.fx),
  ...binary(f64.fx),
  ...reductions(f64.fx),
  ...views(f64.fx),
  ...places(f64),
  ...contractions(f64.fx),
  ...core(f64),
  ...calls(f64),
]

/** Every rewrite rule: where it fires, what it leaves, and the near misses where it must not. */
import { describe, expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { graphBuilder, noAttrs, rebuild } from '../../src/ir/builder.js'
import { sameArray } from '../../src/ir/ndarray.js'
import { convolutions, rules as shrinking } from '../../src/passes/index.js'
import { rewriteGraph } from '../../src/passes/rewrite.js'

const rules = [...shrinking, ...convolutions]

type F32 = fx.Tensor<fx.Shape, 'f32'>
type I32 = fx.Tensor<fx.Shape, 'i32'>
type Bool = fx.Tensor<fx.Shape, 'bool'>

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, 3e38, 1e-45, -7, 0.5]

const f = (build: (x: F32) => fx.Tensor, shape: fx.Shape = [3, 4]): fx.Graph => fx.trace((x) => build(x), fx.spec<fx.Shape>(shape))
const i = (build: (x: I32) => fx.Tensor): fx.Graph => fx.trace((x) => build(x), fx.spec<fx.Shape, 'i32'>([3, 4], 'i32'))
const u = (build: (x: fx.Tensor<fx.Shape, 'u32'>) => fx.Tensor): fx.Graph =>
  fx.trace((x) => build(x), fx.spec<fx.Shape, 'u32'>([3, 4], 'u32'))
const b = (build: (x: Bool) => fx.Tensor): fx.Graph => fx.trace((x) => build(x), fx.spec<fx.Shape, 'bool'>([3, 4], 'bool'))
const closed = (build: () => fx.Tensor): fx.Graph => fx.trace(build)

/** A graph of core nodes that no public op makes. */
const core = (build: (b: ReturnType<typeof graphBuilder>, x: number) => number): fx.Graph => {
  const builder = graphBuilder()
  const x = builder.param({ shape: [3, 4], dtype: 'f32' })
  return builder.build([build(builder, x)], ['*'], '*')
}

const opsOf = (graph: fx.Graph): string[] => graph.nodes.map(({ op }) => op).filter((op) => op !== 'param')

/** A graph rewritten, without the nodes that nothing reads any more. */
const apply = (graph: fx.Graph, chosen: typeof rules): fx.Graph =>
  rebuild(rewriteGraph(graph, chosen), (builder, node, args) => builder.add(node.op, args, node.attrs))

const rewritten = (name: string, graph: fx.Graph): fx.Graph =>
  apply(
    graph,
    rules.filter((rule) => rule.name === name),
  )

const argumentsOf = (graph: fx.Graph): fx.NDArray[] =>
  graph.nodes.slice(0, graph.params).map(({ type: { shape, dtype } }) => {
    const size = shape.reduce((a, n) => a * n, 1)
    return fx.ndarray(
      Array.from({ length: size }, (_, k) => special[k] ?? k),
      { shape, dtype },
    )
  })

const keepsMeaning = (before: fx.Graph, after: fx.Graph): boolean => {
  const args = argumentsOf(before)
  const [want, got] = [fx.evaluate(before, args), fx.evaluate(after, args)]
  return want.every((array, k) => sameArray(array, got[k] as fx.NDArray))
}

interface Row {
  readonly rule: string
  /** Graphs in which the rule applies, with the ops that it leaves. */
  readonly fires: readonly (readonly [fx.Graph, readonly string[]])[]
  /** Graphs that it must leave alone. */
  readonly misses: readonly fx.Graph[]
  /** Whether it leaves more nodes, of less work together. */
  readonly divides?: true
}

const arithmetic: readonly Row[] = [
  { rule: 'alias', fires: [[core((g, x) => g.add('alias', [x], noAttrs)), []]], misses: [f(fx.neg)] },
  { rule: 'stopGradient', fires: [[f(fx.stopGradient), []]], misses: [f(fx.neg)] },
  {
    rule: 'add -0',
    fires: [
      [f((x) => fx.add(x, fx.full([3, 4], -0))), []],
      [f((x) => fx.add(fx.full([3, 4], -0), x)), []],
    ],
    // -0 + 0 is 0
    misses: [f((x) => fx.add(x, fx.zeros([3, 4]))), f((x) => fx.add(x, fx.full([3, 4], 1))), i((x) => fx.add(x, fx.zeros([3, 4], 'i32')))],
  },
  {
    rule: 'add 0',
    fires: [
      [i((x) => fx.add(x, fx.zeros([3, 4], 'i32'))), []],
      [u((x) => fx.add(fx.zeros([3, 4], 'u32'), x)), []],
    ],
    misses: [f((x) => fx.add(x, fx.zeros([3, 4]))), i((x) => fx.add(x, fx.ones([3, 4], 'i32')))],
  },
  {
    rule: 'sub 0',
    fires: [
      [f((x) => fx.sub(x, fx.zeros([3, 4]))), []],
      [i((x) => fx.sub(x, fx.zeros([3, 4], 'i32'))), []],
    ],
    // 0 - x is not x, and -0 - -0 is 0
    misses: [f((x) => fx.sub(fx.zeros([3, 4]), x)), f((x) => fx.sub(x, fx.full([3, 4], -0)))],
  },
  {
    rule: 'mul 1',
    fires: [
      [f((x) => fx.mul(x, fx.ones([3, 4]))), []],
      [f((x) => fx.mul(fx.ones([3, 4]), x)), []],
      [u((x) => fx.mul(x, fx.ones([3, 4], 'u32'))), []],
    ],
    // x · 0 is not 0 where x is NaN, infinite or negative
    misses: [f((x) => fx.mul(x, fx.zeros([3, 4]))), f((x) => fx.mul(x, fx.full([3, 4], -1)))],
  },
  {
    rule: 'div 1',
    fires: [
      [f((x) => fx.div(x, fx.ones([3, 4]))), []],
      [i((x) => fx.div(x, fx.ones([3, 4], 'i32'))), []],
    ],
    misses: [f((x) => fx.div(fx.ones([3, 4]), x)), f((x) => fx.div(x, x))],
  },
  {
    rule: 'pow 1',
    fires: [[f((x) => fx.pow(x, fx.ones([3, 4]))), []]],
    misses: [f((x) => fx.pow(fx.ones([3, 4]), x)), f((x) => fx.pow(x, fx.zeros([3, 4])))],
  },
  {
    rule: 'pow 2',
    fires: [
      [f((x) => fx.pow(x, fx.full([3, 4], 2))), ['mul']],
      [i((x) => fx.pow(x, fx.full([3, 4], 2, 'i32'))), ['mul']],
    ],
    misses: [f((x) => fx.pow(x, fx.full([3, 4], 3))), f((x) => fx.pow(fx.full([3, 4], 2), x))],
  },
  {
    rule: 'neg neg',
    fires: [
      [f((x) => fx.neg(fx.neg(x))), []],
      [u((x) => fx.neg(fx.neg(x))), []],
    ],
    misses: [f(fx.neg), f((x) => fx.neg(fx.abs(x)))],
  },
  { rule: 'not not', fires: [[b((x) => fx.logicalNot(fx.logicalNot(x))), []]], misses: [b(fx.logicalNot)] },
  {
    rule: 'add neg',
    fires: [
      [f((x) => fx.add(fx.exp(x), fx.neg(x))), ['exp', 'sub']],
      [i((x) => fx.add(x, fx.neg(x))), ['sub']],
    ],
    misses: [f((x) => fx.sub(x, fx.neg(x)))],
  },
]

const logic: readonly Row[] = [
  {
    rule: 'select known',
    fires: [
      [f((x) => fx.where(fx.full([3, 4], true), x, fx.exp(x))), []],
      [f((x) => fx.where(fx.full([3, 4], false), x, fx.exp(x))), ['exp']],
      [f((x) => fx.where(fx.isNan(x), x, x)), []],
    ],
    misses: [f((x) => fx.where(fx.isNan(x), x, fx.exp(x)))],
  },
  { rule: 'cast same', fires: [[core((g, x) => g.add('cast', [x], { dtype: 'f32' })), []]], misses: [f((x) => fx.cast(x, 'i32'))] },
  {
    rule: 'cast bool',
    fires: [
      [b((x) => fx.cast(fx.cast(x, 'i32'), 'f32')), ['cast']],
      [b((x) => fx.cast(fx.cast(x, 'f32'), 'bool')), ['cast']],
    ],
    misses: [f((x) => fx.cast(fx.cast(x, 'i32'), 'f32')), f((x) => fx.cast(fx.cast(x, 'bool'), 'f32'))],
  },
  {
    rule: 'bool ne 0',
    fires: [[b((x) => fx.ne(fx.cast(x, 'i32'), fx.zeros([3, 4], 'i32'))), []]],
    misses: [
      f((x) => fx.ne(x, fx.zeros([3, 4]))),
      b((x) => fx.ne(fx.cast(x, 'i32'), fx.ones([3, 4], 'i32'))),
      b((x) => fx.eq(fx.cast(x, 'i32'), fx.zeros([3, 4], 'i32'))),
    ],
  },
]

const views: readonly Row[] = [
  { rule: 'reshape same', fires: [[f((x) => fx.reshape(x, [3, 4])), []]], misses: [f((x) => fx.reshape(x, [4, 3]))] },
  {
    rule: 'reshape reshape',
    fires: [[f((x) => fx.reshape(fx.reshape(x, [12]), [2, 6])), ['reshape']]],
    misses: [f((x) => fx.reshape(fx.transpose(x), [12]))],
  },
  { rule: 'transpose same', fires: [[f((x) => fx.transpose(x, [0, 1])), []]], misses: [f((x) => fx.transpose(x))] },
  {
    rule: 'transpose transpose',
    fires: [
      [f((x) => fx.transpose(fx.transpose(x, [2, 0, 1]), [2, 0, 1]), [2, 3, 4]), ['transpose']],
      // two that do not commute
      [f((x) => fx.transpose(fx.transpose(x, [1, 0, 2]), [0, 2, 1]), [2, 3, 4]), ['transpose']],
    ],
    misses: [f((x) => fx.transpose(fx.reshape(x, [4, 3])))],
  },
  {
    rule: 'broadcast same',
    fires: [[core((g, x) => g.add('broadcast', [x], { shape: [3, 4] })), []]],
    misses: [f((x) => fx.broadcastTo(x, [1, 3, 4]))],
  },
  {
    rule: 'broadcast broadcast',
    fires: [[f((x) => fx.broadcastTo(fx.broadcastTo(x, [3, 4]), [2, 3, 4]), [4]), ['broadcast']]],
    misses: [f((x) => fx.broadcastTo(fx.reshape(x, [4, 3]), [2, 4, 3]))],
  },
  {
    rule: 'broadcast reshape',
    fires: [
      [f((x) => fx.broadcastTo(fx.reshape(x, [1, 4]), [3, 4]), [4]), ['broadcast']],
      [f((x) => fx.broadcastTo(fx.reshape(x, [3, 4]), [2, 3, 4]), [1, 1, 3, 4].slice(1)), ['broadcast']],
    ],
    // an axis put anywhere else, and too many leading ones
    misses: [
      f((x) => fx.broadcastTo(fx.reshape(x, [4, 1]), [4, 4]), [4]),
      f((x) => fx.broadcastTo(fx.reshape(x, [4]), [2, 4]), [1, 1, 4]),
      f((x) => fx.broadcastTo(fx.reshape(x, [2, 2]), [3, 2, 2]), [4]),
      f((x) => fx.broadcastTo(fx.reshape(x, [1]), [3]), []),
    ],
  },
  {
    rule: 'slice all',
    fires: [[f((x) => fx.slice(x, [0, 0], [3, 4])), []]],
    misses: [f((x) => fx.slice(x, [0, 0], [3, 3])), f((x) => fx.slice(x, [0, 0], [3, 4], [1, 2])), f((x) => fx.slice(x, [0, 1], [3, 4]))],
  },
  {
    rule: 'pad nothing',
    fires: [
      [
        f((x) =>
          fx.pad(
            x,
            [
              [0, 0],
              [0, 0],
            ],
            5,
          ),
        ),
        [],
      ],
    ],
    misses: [
      f((x) =>
        fx.pad(x, [
          [0, 0],
          [0, 1],
        ]),
      ),
      core((g, x) => g.add('pad', [x], { low: [0, 0], high: [0, 0], interior: [0, 1], value: 0 })),
    ],
  },
  {
    rule: 'flip flip',
    fires: [
      [f((x) => fx.flip(fx.flip(x, { axis: 1 }), { axis: 1 })), []],
      [f((x) => fx.flip(x, { axis: [] })), []],
    ],
    misses: [f((x) => fx.flip(fx.flip(x, { axis: 1 }), { axis: 0 })), f((x) => fx.flip(fx.flip(x), { axis: 0 }))],
  },
  { rule: 'concat one', fires: [[core((g, x) => g.add('concat', [x], { axis: 0 })), []]], misses: [f((x) => fx.concat([x, x]))] },
]

const folding: readonly Row[] = [
  {
    rule: 'view of fill',
    fires: [
      [closed(() => fx.transpose(fx.full([3, 4], 2))), ['fill']],
      [closed(() => fx.slice(fx.full([4], -0), [1], [3])), ['fill']],
    ],
    misses: [closed(() => fx.pad(fx.full([3], 2), [[1, 0]])), f((x) => fx.transpose(x))],
  },
  {
    rule: 'fold constants',
    fires: [
      [closed(() => fx.exp(fx.constant([0, 1]))), ['constant']],
      [closed(() => fx.add(fx.constant([1, 2]), fx.full([2], 1))), ['constant']],
      [closed(() => fx.sum(fx.constant([1, 2]))), ['fill']],
    ],
    misses: [
      f((x) => fx.add(x, fx.constant([[1, 2, 3, 4]], { shape: [4] })), [4]),
      closed(() => fx.exp(fx.constant(new Float32Array(2000)))),
    ],
  },
  {
    rule: 'hoist broadcast',
    fires: [
      [f((x) => fx.exp(fx.broadcastTo(x, [3, 4])), [4]), ['exp', 'broadcast']],
      [f((x) => fx.mul(fx.broadcastTo(x, [3, 4]), fx.full([3, 4], 2)), [4]), ['fill', 'mul', 'broadcast']],
      [f((x) => fx.cast(fx.broadcastTo(x, [3, 4]), 'i32'), [4]), ['cast', 'broadcast']],
    ],
    // x comes from [1, 4] and y from [3, 1]: neither may be taken for the other
    misses: [
      fx.trace((x, y) => fx.add(fx.broadcastTo(x, [3, 4]), fx.broadcastTo(y, [3, 4])), fx.spec([1, 4]), fx.spec([3, 1])),
      f((x) => fx.add(fx.broadcastTo(fx.slice(x, [0, 0], [1, 4]), [3, 4]), x)),
    ],
  },
  {
    rule: 'pad fill',
    fires: [[closed(() => fx.pad(fx.zeros([2]), [[1, 1]])), ['fill']]],
    misses: [closed(() => fx.pad(fx.ones([2]), [[1, 1]])), closed(() => fx.pad(fx.zeros([2]), [[1, 1]], -0))],
  },
  {
    rule: 'sum of nothing',
    fires: [[fx.trace((x) => fx.sum(x, { axis: 0 }), fx.spec([0, 3])), ['fill']]],
    misses: [fx.trace((x) => fx.sum(x, { axis: 0 }), fx.spec([1, 3]))],
  },
]

/** Images [2, 2, 3, 3] and a kernel that is made of others of their numbers. */
const windowed = (build: (x: F32, w: (shape: fx.Shape) => F32) => fx.Tensor, shape: fx.Shape = [2, 2, 3, 3]): fx.Graph =>
  f((x) => build(x, (own) => fx.reshape(fx.slice(fx.reshape(x, [-1]), [0], [own.reduce((a, n) => a * n, 1)]), own)), shape)

const upsampled = (window: number, strides: number | readonly number[], options: fx.ConvTransposeOptions = {}): fx.Graph =>
  windowed((x, w) => fx.convTranspose(x, w([1, 2, window, window]), { strides, ...options }))

const folded = (window: fx.Shape, strides: readonly number[], shape: fx.Shape): fx.Graph =>
  core((g, x) => {
    const attrs = { window, strides, dilation: [1, 1] }
    return g.add('fold', [g.add('windows', [g.add('reshape', [x], { shape })], attrs)], { ...attrs, shape: shape.slice(1) })
  })

const times = (n: number, ops: readonly string[]): readonly string[] => Array.from({ length: n }, () => ops).flat()

/** What an example is made of beside the op that a rule is for, and how phases are put together. */
const kernel = ['reshape', 'reshape', 'slice', 'reshape', 'reshape', 'transpose'] as const
const inTurn = ['reshape', 'transpose', 'reshape', 'slice', 'reshape'] as const
const byOne = (n: number): readonly string[] => [...kernel, 'flip', ...times(n, ['slice']), 'concat', 'conv', ...inTurn]
const byParts = (...parts: readonly string[]): readonly string[] => [...kernel, 'flip', ...parts, 'concat', ...inTurn]
const bySums = (...parts: readonly string[]): readonly string[] => ['reshape', 'windows', ...parts, 'concat', ...inTurn]
const sums = ['slice', 'fold', 'pad', 'reshape'] as const

const windows: readonly Row[] = [
  {
    rule: 'conv of a pixel',
    divides: true,
    fires: [
      [
        windowed((x, w) => fx.conv(x, w([2, 2, 2, 2]), { padding: [[1, 1], [1, 1]] }), [8, 2, 1, 1]), // prettier-ignore
        [...kernel, 'reshape', 'conv', 'reshape', 'flip', 'reshape'],
      ],
    ],
    misses: [
      windowed((x, w) => fx.conv(x, w([2, 2, 2, 2]), { padding: [[1, 0], [1, 1]] }), [8, 2, 1, 1]), // prettier-ignore
      windowed((x, w) => fx.conv(x, w([2, 2, 1, 1])), [8, 2, 1, 1]),
      windowed((x, w) => fx.conv(x, w([1, 2, 2, 2]), { padding: [[1, 1], [1, 1]] })), // prettier-ignore
    ],
  },
  {
    rule: 'conv of a dilated input',
    divides: true,
    fires: [
      [upsampled(2, 2), byOne(4)],
      [upsampled(2, 2, { padding: 'same' }), byOne(4)],
      [upsampled(3, 2), byParts(...times(4, ['slice', 'conv']))],
      [upsampled(3, 2, { padding: [[1, 1], [0, 2]], outputPadding: 1 }), byParts(...times(4, ['slice', 'conv']))], // prettier-ignore
      [upsampled(1, 2), byParts('slice', 'conv', 'fill')],
      [upsampled(3, [3, 1]), byOne(3)],
      [upsampled(2, [1, 3]), byParts(...times(2, ['slice', 'conv']), 'fill')],
    ],
    // Nine results would be put together; taps apart meet others.
    misses: [upsampled(2, 3), upsampled(2, 2, { dilation: 2 }), upsampled(3, 1)],
  },
  {
    rule: 'fold of strided windows',
    divides: true,
    fires: [
      [folded([3, 3], [2, 2], [1, 3, 4]), bySums(...times(4, sums))],
      [folded([2, 3], [1, 2], [1, 3, 4]), bySums(...times(2, sums))],
      [folded([1, 1], [2, 2], [1, 3, 4]), bySums(...sums, 'fill', 'reshape')],
      [folded([2, 2], [2, 1], [2, 3, 2]), bySums(...times(2, sums))],
    ],
    misses: [folded([2, 2], [1, 1], [1, 3, 4]), folded([1, 1], [3, 3], [1, 3, 4])],
  },
]

const table: readonly Row[] = [...arithmetic, ...logic, ...views, ...windows, ...folding]

describe.each(table)('the rule $rule', ({ rule, fires, misses, divides }) => {
  test.each(fires.map(([graph, left]) => ({ graph, left })))('fires and leaves $left', ({ graph, left }) => {
    const after = rewritten(rule, graph)
    expect(opsOf(after)).toEqual(left)
    expect(divides ?? opsOf(after).length <= opsOf(graph).length + 1).toBe(true)
    expect(keepsMeaning(graph, after)).toBe(true)
    fx.verifyGraph(after)
  })

  test.each(misses.map((graph) => ({ graph, text: opsOf(graph).join(' ') })))('leaves $text alone', ({ graph }) => {
    expect(fx.print(rewritten(rule, graph))).toBe(fx.print(graph))
  })
})

test('every rule has its tests', () => {
  expect(table.map(({ rule }) => rule).sort()).toEqual([...new Set(rules.map(({ name }) => name))].sort())
})

describe('all rules together leave', () => {
  const all = (graph: fx.Graph): string[] => opsOf(apply(graph, rules))

  test.each<readonly [string, fx.Graph, readonly string[]]>([
    ['x + 0 of floats, for -0 + 0 is 0', f((x) => fx.add(x, 0)), ['fill', 'add']],
    ['0 · x, for NaN', f((x) => fx.mul(x, 0)), ['fill', 'mul']],
    ['x - x, for NaN and infinities', f((x) => fx.sub(x, x)), ['sub']],
    ['x / x', f((x) => fx.div(x, x)), ['div']],
    ['x = x, for NaN', f((x) => fx.eq(x, x)), ['eq']],
    ['0 / x', f((x) => fx.div(0, x)), ['fill', 'div']],
    ['exp(log x)', f((x) => fx.exp(fx.log(x))), ['log', 'exp']],
    ['(x + 1) - 1', f((x) => fx.sub(fx.add(x, 1), 1)), ['fill', 'add', 'sub']],
    ['min(x, x + NaN) and the like', f((x) => fx.maximum(x, -Infinity)), ['fill', 'max']],
  ])('%s', (_, graph, left) => {
    expect(all(graph)).toEqual(left)
  })

  test.each<readonly [string, fx.Graph]>([
    ['((x · 1) - 0) / 1', f((x) => fx.div(fx.sub(fx.mul(x, 1), 0), 1))],
    ['a transpose undone', f((x) => fx.transpose(fx.transpose(x, [1, 2, 0]), [2, 0, 1]), [2, 3, 4])],
    ['where(true, -(-x), y)', f((x) => fx.where(true, fx.neg(fx.neg(x)), fx.exp(x)))],
    ['a reshape undone', f((x) => fx.reshape(fx.reshape(x, [12]), [3, 4]))],
  ])('nothing of %s', (_, graph) => {
    expect(all(graph)).toEqual([])
  })
})

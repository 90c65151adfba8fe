/** Rosenblatt's perceptron on pairs of irises, and on two moons that no line separates. */
import * as fx from '../../src/index.js'
import { generator, takeRows } from '../../src/data.js'
import { perceptronFit } from '../../src/models.js'
import type { Context, System } from '../runner/system.js'

interface Pair {
  readonly x: fx.NDArray<'f32'>
  readonly y: fx.NDArray<'f32'>
}

interface Line {
  readonly w: fx.NDArray<'f32'>
  readonly b: number
  readonly mistakes: number
  readonly epochs: number
}

const fitPair = async (ctx: Context, { x, y }: Pair, most: number): Promise<Line> => {
  const program = await fx.compile(
    (rows: fx.Tensor<fx.Shape, 'f32'>, labels: fx.Tensor<fx.Shape, 'f32'>) => perceptronFit(rows, labels, { most }),
    [fx.specOf(x), fx.specOf(y)] as const,
    { device: ctx.device },
  )
  const { params, mistakes, epochs } = await program(x, y)
  const [w, b, wrong, passes] = await Promise.all([params.w.toNDArray(), params.b.item(), mistakes.item(), epochs.item()])
  return { w, b, mistakes: wrong, epochs: passes }
}

/** Two of the three species, by petal length and width (features 2 and 3). */
const irisPair = async (ctx: Context, zero: number, one: number): Promise<Pair> => {
  const { x, y } = await ctx.data.iris()
  const rows = [...y.data.keys()].filter((i) => y.data[i] === zero || y.data[i] === one)
  const picked = takeRows(x, rows)
  const petals = Float32Array.from({ length: 2 * rows.length }, (_, i) => picked.data[4 * (i >> 1) + 2 + (i % 2)] as number)
  return {
    x: fx.ndarray(petals, { shape: [rows.length, 2], dtype: 'f32' }),
    y: fx.ndarray(Float32Array.from(rows, (i) => (y.data[i] === one ? 1 : 0))),
  }
}

/** Two interleaving half circles. */
const moons = (seed: number, n: number): Pair => {
  const rng = generator(seed, 0)
  const noise = (): number => ((rng.next() >>> 0) / 2 ** 32 - 0.5) * 0.3
  const points = Array.from({ length: n }, (_, i) => {
    const [one, angle] = [i % 2, (Math.PI * i) / n]
    return one === 1
      ? [1 - Math.cos(angle) + noise(), 0.5 - Math.sin(angle) + noise()]
      : [Math.cos(angle) + noise(), Math.sin(angle) + noise()]
  })
  return { x: fx.ndarray(points, { dtype: 'f32' }), y: fx.ndarray(Float32Array.from({ length: n }, (_, i) => i % 2)) }
}

const draw = async (ctx: Context, name: string, title: string, { x, y }: Pair, { w, b }: Line): Promise<void> => {
  const at = (i: number): readonly [number, number] => [x.data[2 * i] as number, x.data[2 * i + 1] as number]
  const all = Array.from(y.data, (_, i) => at(i))
  const [left, right] = [Math.min(...all.map(([px]) => px)), Math.max(...all.map(([px]) => px))]
  const [low, high] = [Math.min(...all.map(([, py]) => py)), Math.max(...all.map(([, py]) => py))]
  const [w0 = 0, w1 = 0] = w.data
  const line = Array.from({ length: 400 }, (_, k): readonly [number, number] => {
    const px = left + ((right - left) * k) / 399
    return [px, -(w0 * px + b) / w1]
  }).filter(([, py]) => py >= low && py <= high)
  const ofClass = (label: number) => all.filter((_, i) => y.data[i] === label)
  await ctx.plot.lines(name, {
    title,
    x: 'x₁',
    y: 'x₂',
    dots: true,
    curves: [
      { name: 'class 0', points: ofClass(0) },
      { name: 'class 1', points: ofClass(1) },
      { name: 'boundary', points: line },
    ],
  })
}

export const system: System = {
  id: 'S01',
  title: 'Perceptron',
  metric: 'errors_on_separable_pairs',
  target: '= 0',
  page: 'The perceptron moves its boundary whenever it is wrong about an example, by that example. On setosa against the other two irises, which a line separates, it ends by itself after a few passes and makes no mistake; on versicolor against virginica, and on two moons, no line is right and it would never end.',
  run: async (ctx) => {
    const separable = await Promise.all([irisPair(ctx, 0, 1), irisPair(ctx, 0, 2)])
    const lines = await Promise.all(separable.map((pair) => fitPair(ctx, pair, 1000)))
    lines.forEach(({ mistakes, epochs }, i) =>
      ctx.note(
        `setosa against ${i === 0 ? 'versicolor' : 'virginica'}: ended after ${String(epochs)} passes, ${String(mistakes)} mistakes`,
      ),
    )
    const others = [await irisPair(ctx, 1, 2), moons(ctx.seed, 200)] as const
    const stuck = await Promise.all(others.map((pair) => fitPair(ctx, pair, 200)))
    stuck.forEach(({ mistakes, epochs }, i) =>
      ctx.note(
        `${i === 0 ? 'versicolor against virginica' : 'moons'}: stopped after ${String(epochs)} passes, ${String(mistakes)} mistakes in the last`,
      ),
    )
    await draw(ctx, 'iris', `setosa (0), versicolor (1): ${String(lines[0]?.epochs)} passes`, separable[0], lines[0] as Line)
    await draw(ctx, 'moons', `two moons after 200 passes: ${String(stuck[1]?.mistakes)} mistakes in the last`, others[1], stuck[1] as Line)
    const endedFalsely = stuck.filter(({ mistakes }) => mistakes === 0).length
    return lines.reduce((sum, { mistakes }) => sum + mistakes, 0) + endedFalsely
  },
}

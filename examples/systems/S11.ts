/** HMAX: simple and complex cells that nobody trained, and a linear read-out of a thousand digits. */
import * as fx from '../../src/index.js'
import { generator } from '../../src/data.js'
import { complexCells, gaborBank, globalComplexCells, ridge, simpleCells, templateCells } from '../../src/models.js'
import { inkOf, shadesOf } from '../lib/ink.js'
import { gather, side, type Digits } from '../lib/mnist.js'
import type { Context, System } from '../runner/system.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>
type Array32 = fx.NDArray<'f32'>

const [examples, part, orientations, prototypeCount, window] = [1000, 500, 4, 200, 4]
const sizes = [5, 9]

const banks = (): readonly F32[] => sizes.map((size) => gaborBank({ size, orientations }))

const imagesOf = (x: F32): F32 => fx.reshape(x, [x.shape[0] as number, 1, side, side])

const s1 = (x: F32): readonly F32[] => banks().map((bank) => simpleCells(imagesOf(x), bank, { floor: 0.1 }))

/** [n, 784] to [n, 4, 8, 8]: orientations at places. */
const c1 = (x: F32): F32 => complexCells(s1(x), { window: 6, strides: 3 })

const flat = (x: F32): F32 => fx.reshape(x, [x.shape[0] as number, -1])

/** What a read-out is given, by name. */
const features = (x: F32, prototypes: F32): Readonly<Record<string, F32>> => {
  const early = c1(x)
  const late = globalComplexCells(templateCells(early, prototypes))
  return { pixels: x, C1: flat(early), C2: late, 'C1 and C2': fx.concat([flat(early), late], { axis: 1 }) }
}

/** Windows of C1 of the examples, at random: what S2 cells look for. */
const choose = async (ctx: Context, x: Array32): Promise<Array32> => {
  const program = await fx.compile((images: F32) => c1(images), [fx.specOf(x)] as const, { device: ctx.device })
  const { shape, data } = await (await program(x)).toNDArray()
  const [n = 0, , height = 0, width = 0] = shape
  const rng = generator(ctx.seed, 0)
  const below = (limit: number): number => Math.floor(((rng.next() >>> 0) / 2 ** 32) * limit)
  const chosen = Array.from({ length: prototypeCount }, () => {
    const [image, top, left] = [below(n), below(height - window + 1), below(width - window + 1)]
    return Array.from({ length: orientations * window * window }, (_, i) => {
      const [o, y, u] = [Math.floor(i / window ** 2), Math.floor(i / window) % window, i % window]
      return data[((image * orientations + o) * height + top + y) * width + left + u] as number
    })
  })
  return fx.ndarray(Float32Array.from(chosen.flat()), { shape: [prototypeCount, orientations, window, window] })
}

/** The features of all digits, as arrays on the host. */
const read = async (ctx: Context, digits: Digits, count: number, prototypes: Array32): Promise<Readonly<Record<string, Array32>>> => {
  const program = await fx.compile(features, [fx.spec([part, side * side]), fx.specOf(prototypes)] as const, { device: ctx.device })
  const rows: Record<string, number[][]> = {}
  for (let at = 0; at < count; at += part) {
    const { x } = gather(digits, Array.from({ length: part }, (_, i) => at + i)) // prettier-ignore
    for (const [name, found] of Object.entries(await program(x, prototypes))) (rows[name] ??= []).push([...(await found.toNDArray()).data])
    if ((at + part) % 5000 === 0) ctx.note(`${String(at + part)} digits seen`)
  }
  return Object.fromEntries(
    Object.entries(rows).map(([name, parts]) => [name, fx.ndarray(Float32Array.from(parts.flat()), { shape: [count, parts.flat().length / count] })] as const), // prettier-ignore
  )
}

/** How many test digits a linear read-out of features gets right: least squares to one-hot classes, with a prior. */
const readOut = async (ctx: Context, x: Array32, y: fx.NDArray<'i32'>, tests: Array32, labels: ArrayLike<number>): Promise<number> => {
  const withOne = (rows: F32): F32 => fx.concat([rows, fx.ones([rows.shape[0] as number, 1])], { axis: 1 })
  const program = await fx.compile(
    (rows: F32, classes: fx.Tensor<fx.Shape, 'i32'>, unseen: F32) =>
      fx.argmax(fx.matmul(withOne(unseen), ridge(withOne(rows), fx.oneHot<fx.Shape, number>(classes, 10), 10)), { axis: 1 }),
    [fx.specOf(x), fx.specOf(y), fx.specOf(tests)] as const,
    { device: ctx.device },
  )
  const { data } = await (await program(x, y, tests)).toNDArray()
  return Array.from(data).filter((answer, i) => answer === labels[i]).length / data.length
}

/** The filters; and some digits with their S1 at one size and their C1. */
const draw = async (ctx: Context, digits: Digits): Promise<void> => {
  const chosen = Array.from({ length: 8 }, (_, digit) => digits.labels.indexOf(digit))
  const { x } = gather(digits, chosen)
  const program = await fx.compile(
    (images: F32) => ({ filters: gaborBank({ size: 9, orientations }), s: s1(images)[1] as F32, c: c1(images) }),
    [fx.specOf(x)] as const,
    { device: ctx.device },
  )
  const found = await program(x)
  const [filters, s, c] = await Promise.all([found.filters.toNDArray(), found.s.toNDArray(), found.c.toNDArray()])
  /** The k-th map, as large as an image. */
  const shown = ({ shape, data }: Array32, k: number, range?: readonly [number, number]) => {
    const [height = 1, width = 1] = shape.slice(2)
    const values = Array.from({ length: side * side }, (_, i) => data[k * height * width + Math.floor((Math.floor(i / side) * height) / side) * width + Math.floor(((i % side) * width) / side)] as number) // prettier-ignore
    return shadesOf(values, [side, side], range)
  }
  const each = Array.from({ length: orientations }, (_, k) => k)
  await ctx.plot.images('filters', each.map((k) => shown(filters, k)), { columns: orientations, scale: 4 }) // prettier-ignore
  const rows = chosen.map((at, i) => [
    inkOf(digits, at),
    ...each.map((k) => shown(s, orientations * i + k, [0, 1])),
    ...each.map((k) => shown(c, orientations * i + k, [0, 1])),
  ])
  await ctx.plot.images('cells', rows.flat(), { columns: 1 + 2 * orientations })
}

export const system: System = {
  id: 'S11',
  title: 'HMAX',
  metric: 'test_accuracy',
  target: '>= 0.9',
  page: 'Cells after those of the visual cortex, with nothing trained. S1 cells are Gabor filters of four orientations, C1 cells take the strongest of neighbours and of two sizes, S2 cells compare with windows that were seen, C2 cells say whether such a window is anywhere. The picture shows digits, their S1 and their C1. A linear read-out of a thousand labelled digits tells 10,000 others apart, better than one of their pixels; C2 alone, which does not know where anything is, is worse.',
  run: async (ctx) => {
    const { train, test } = await ctx.data.mnist()
    const { x, y } = gather(train, Array.from({ length: examples }, (_, i) => i)) // prettier-ignore
    const prototypes = await choose(ctx, x)
    const [seen, unseen] = [await read(ctx, train, examples, prototypes), await read(ctx, test, test.count, prototypes)]
    const results: Record<string, number> = {}
    for (const [name, rows] of Object.entries(seen)) {
      results[name] = await readOut(ctx, rows, y, unseen[name] as Array32, test.labels)
      ctx.note(`${name}, ${String(rows.shape[1])} features: ${(100 * results[name]).toFixed(2)} %`)
    }
    await draw(ctx, test)
    return results['C1 and C2'] ?? NaN
  },
}

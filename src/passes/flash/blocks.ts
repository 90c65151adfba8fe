/** What is done with a block of columns: scores, powers of e, and sums of values. */
import { nodeAt } from '../../ir/graph.js'
import type { Scalar, Stmt } from '../../ir/kernel/kernel.js'
import type { ScalarBuilder } from '../../ir/kernel/scalar.js'
import { postOrder } from '../../ir/kernel/walk.js'
import type { Panel, Read } from '../../ir/ops/op.js'
import { range } from '../../ir/shape.js'
import { fresh } from '../kernel/accumulate.js'
import { dividing } from '../kernel/loops.js'
import { indexOf, reader, reductionOf } from '../lower.js'
import { elementAxes, f32, inArray, loadOwn, loop, registers, sumAxes, type Product, type Sum, type Writer } from './writer.js'

/** e to the power of less is zero in f32. */
const vanishing = -104

/** Sums of a matrix's products at one element, by the product. */
export type Sums = ReadonlyMap<number, Scalar>

/** What is computed of such sums at a row and a column: the values of nodes of the matrix. */
export type Element = (row: number, column: Scalar, sums: Sums) => readonly Scalar[]

/** The condition under which a score is not a number that is known, and that number. */
const maskOf = (b: ScalarBuilder, biased: Scalar): { readonly seen: Scalar; readonly otherwise: Scalar } | undefined => {
  if (biased.k !== 'op' || biased.op !== 'select') return undefined
  const [cond, then, otherwise] = biased.args as readonly [Scalar, Scalar, Scalar]
  if (postOrder(cond).some(({ k }) => k === 'reg')) return undefined
  if (otherwise.k === 'lit') return { seen: cond, otherwise }
  return then.k === 'lit' ? { seen: b.op('not', [cond], 'bool'), otherwise: then } : undefined
}

/** The sums of products of a contraction at several rows and columns, over so many terms. */
const sumsOf = (
  w: Writer,
  ids: readonly number[],
  terms: number,
  row: (row: number, term: Scalar) => Scalar,
  column: (column: number, term: Scalar) => Scalar,
): Stmt[] => {
  const { add, mul, reg } = f32(w.b)
  const columns = ids.length / w.sizes.rows
  const each = dividing(terms, w.terms, 1)
  return loop(w, terms / each, (round) =>
    range(each).flatMap((i) => {
      const term = w.b.add(w.b.mul(round, w.b.int(each)), w.b.int(i))
      return ids.map((id, n): Stmt => {
        const product = mul(column(n % columns, term), row(Math.floor(n / columns), term))
        return { k: 'set', id, value: add(reg(id), product) }
      })
    }),
  )
}

/** What reads the arguments of a product, and its factors. */
const factorsOf = ({ context }: Writer, id: number): { readonly panel: Panel; readonly read: Read } => ({
  panel: reductionOf(context.graph, nodeAt(context.graph, id)).panel as Panel,
  read: reader(context)(id),
})

/** The factor of a row or a column of the matrix. */
const factorAt = (w: Writer, { node }: Product, of: 'row' | 'column', row: number, column: Scalar, term: Scalar): Scalar => {
  const { panel, read } = factorsOf(w, node)
  const index = indexOf(w.b, nodeAt(w.context.graph, node).type.shape, elementAxes(w, row, column))
  return of === 'row' ? panel.row(w.b, read, index, [term]) : panel.pack(w.b, read, index, [term])
}

/** The factor of one of a point's rows, from where it is or where it was put. */
export const rowFactor = (w: Writer, product: Product, row: number, term: Scalar): Scalar =>
  w.keeps ? loadOwn(w, product.kept, row, product.depth, term) : factorAt(w, product, w.axis, row, w.b.int(0), term)

/** What is made of the products of a block, into its arrays. */
export const scoreBlock = (w: Writer, first: Scalar, element: Element): Stmt[] => {
  const { b, sizes } = w
  const { lit, reg } = f32(b)
  return loop(w, sizes.block / sizes.each, (step) => {
    const from = b.mul(step, b.int(sizes.each))
    const columnAt = (i: number): Scalar => b.add(first, b.add(from, b.int(i)))
    const multiplied = w.products.map((product) => {
      const { ids, stmts } = registers(w, sizes.rows * sizes.each, lit(0))
      const row = (at: number, term: Scalar): Scalar => rowFactor(w, product, at, term)
      const column = (i: number, term: Scalar): Scalar => factorAt(w, product, w.axis === 'row' ? 'column' : 'row', 0, columnAt(i), term)
      return { ids, node: product.node, stmts: [...stmts, ...sumsOf(w, ids, product.depth, row, column)] }
    })
    const stores = range(sizes.rows * sizes.each).flatMap((n) => {
      const [row, i] = [Math.floor(n / sizes.each), n % sizes.each]
      const sums = new Map(multiplied.map(({ node, ids }) => [node, reg(ids[n] as number)]))
      return element(row, columnAt(i), sums).map((value, array): Stmt => {
        return { k: 'store', ...inArray(w, array, row, sizes.block, b.add(from, b.int(i))), value }
      })
    })
    return [...multiplied.flatMap(({ stmts }) => stmts), ...stores]
  })
}

/** Registers of each row between blocks: of the largest score so far, and of the sum of the powers. */
export interface Running {
  readonly largest: readonly number[]
  readonly sums: readonly number[]
}

/** The powers of a block, in the place of its scores, and what its rows' sums shrink by. */
export const powerBlock = (w: Writer, { largest, sums }: Running): { readonly stmts: Stmt[]; readonly shrunk: readonly Scalar[] } => {
  const { context, b, sizes } = w
  const { lit, add, sub, mul, max, exp, reg } = f32(b)
  const rows = range(sizes.rows)
  const load = (row: number, at: Scalar): Scalar => loadOwn(w, 0, row, sizes.block, at)
  const best = registers(w, sizes.rows, lit(-Infinity))
  const added = registers(w, sizes.rows, lit(0))
  const bound = (value: Scalar): { readonly stmt: Stmt; readonly ref: Scalar } => {
    const id = fresh(context)
    return { stmt: { k: 'let', id, value }, ref: b.ref(id, value.dtype) }
  }
  const tops = rows.map((row) => bound(max(reg(largest[row] as number), reg(best.ids[row] as number))))
  // As softmax has it: what is not finite is not taken off.
  const shifts = tops.map(({ ref }) => bound(b.select(b.op('isFinite', [ref], 'bool'), ref, lit(0))))
  const shrunk = rows.map((row) => bound(exp(sub(reg(largest[row] as number), shifts[row]?.ref as Scalar))))
  const computed = loop(w, sizes.block, (at) => {
    const made = rows.map((row) => bound(exp(sub(load(row, at), shifts[row]?.ref as Scalar))))
    return [
      ...made.map(({ stmt }) => stmt),
      ...made.map(({ ref }, row): Stmt => ({ k: 'store', ...inArray(w, 0, row, sizes.block, at), value: ref })),
      ...made.map(({ ref }, row): Stmt => ({ k: 'set', id: added.ids[row] as number, value: add(reg(added.ids[row] as number), ref) })),
    ]
  })
  const next = (row: number): Scalar => add(mul(reg(sums[row] as number), shrunk[row]?.ref as Scalar), reg(added.ids[row] as number))
  return {
    stmts: [
      ...best.stmts,
      ...loop(w, sizes.block, (at) => best.ids.map((id, row): Stmt => ({ k: 'set', id, value: max(reg(id), load(row, at)) }))),
      ...[...tops, ...shifts, ...shrunk].map(({ stmt }) => stmt),
      ...rows.map((row): Stmt => ({ k: 'set', id: largest[row] as number, value: tops[row]?.ref as Scalar })),
      ...added.stmts,
      ...computed,
      ...rows.map((row): Stmt => ({ k: 'set', id: sums[row] as number, value: next(row) })),
    ],
    shrunk: shrunk.map(({ ref }) => ref),
  }
}

/** Adds the products of a block and what belongs to its columns to the sums, which shrink by so much before. */
export const valueBlock = (w: Writer, first: Scalar, shrunk?: readonly Scalar[]): Stmt[] =>
  w.sums.flatMap((sum) => valuesOf(w, sum, first, shrunk))

const valuesOf = (w: Writer, sum: Sum, first: Scalar, shrunk: readonly Scalar[] | undefined): Stmt[] => {
  const { context, b, sizes } = w
  const { features, wide, totals } = sum
  const { panel, read } = factorsOf(w, sum.node)
  const { lit, add, mul, reg } = f32(b)
  const { shape } = nodeAt(context.graph, sum.node).type
  const other = (feature: Scalar, term: Scalar): Scalar =>
    panel[sum.factor === 0 ? 'pack' : 'row'](b, read, indexOf(b, shape, sumAxes(w, sum, 0, feature)), [b.add(first, term)])
  return loop(w, features / wide, (step) => {
    const from = b.mul(step, b.int(wide))
    const { ids, stmts } = registers(w, sizes.rows * wide, lit(0))
    const sums = sumsOf(
      w,
      ids,
      sizes.block,
      (row, term) => loadOwn(w, sum.block, row, sizes.block, term),
      (i, term) => other(b.add(from, b.int(i)), term),
    )
    const stores = ids.map((id, n): Stmt => {
      const [row, i] = [Math.floor(n / wide), n % wide]
      const at = b.add(from, b.int(i))
      const total = loadOwn(w, totals, row, features, at)
      const before = shrunk === undefined ? total : mul(total, shrunk[row] as Scalar)
      return { k: 'store', ...inArray(w, totals, row, features, at), value: add(before, reg(id)) }
    })
    return [...stmts, ...sums, ...stores]
  })
}

/** How scores are asked for what masks them. */
export interface Masking {
  /** A score before the softmax. */
  readonly biased: (row: number, column: Scalar) => Scalar
  /** What is taken off a score in the exponent: where nothing finite is seen, zero, or what is not finite. */
  readonly shift: (row: number, column: Scalar) => Scalar
}

/** Whether a block can change anything, where there is a mask: a score of it is computed, or the number that stands for it is not far below. */
export const unlessMasked = (w: Writer, first: Scalar, { biased, shift }: Masking, body: readonly Stmt[]): readonly Stmt[] => {
  const { context, b, sizes } = w
  const { sub } = f32(b)
  const some = (xs: readonly Scalar[]): Scalar => xs.reduce((x, y) => b.op('or', [x, y], 'bool'))
  const maskAt = (row: number, column: Scalar) => maskOf(b, biased(row, column))
  const otherwise = maskAt(0, first)?.otherwise
  if (otherwise === undefined) return body
  const seen = fresh(context)
  const isNear = (row: number, column: Scalar): Scalar => {
    const off = shift(row, column)
    const near = b.op('not', [b.op('lt', [sub(otherwise, off), b.lit('f32', vanishing)], 'bool')], 'bool')
    // A row of nothing but infinities has no number for a weight: none of its blocks may be left out.
    return otherwise.k === 'lit' && Number.isFinite(otherwise.value) ? near : some([near, b.op('eq', [off, b.lit('f32', 0)], 'bool')])
  }
  const asked = loop(w, sizes.block, (at) => {
    const column = b.add(first, at)
    const conds = range(sizes.rows).map((row) => maskAt(row, column)?.seen as Scalar)
    const near = range(w.axis === 'row' ? sizes.rows : 1).map((row) => isNear(row, column))
    return [{ k: 'set', id: seen, value: some([b.reg(seen, 'bool'), ...conds, ...near]) }]
  })
  return [
    { k: 'register', id: seen, dtype: 'bool', init: b.lit('bool', 0) },
    ...asked,
    { k: 'if', cond: b.reg(seen, 'bool'), body, spares: true },
  ]
}

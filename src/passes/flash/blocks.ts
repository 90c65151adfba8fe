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
import { columnOf } from '../lowerRows.js'
import type { Group } from '../schedule.js'
import { f32, factors, inArray, loadOwn, loop, powers, registers, totals, type Writer } from './writer.js'

/** e to the power of less is zero in f32. */
const vanishing = -104

/** What scores are made of before the softmax, at a row and a column, from the sum of the first product. */
const biasedAt = (w: Writer, row: number, column: Scalar, sum: Scalar): Scalar => {
  const { context, flash, misplaced } = w
  const axes = [...(w.rowAxes[row] as readonly Scalar[]), column]
  const { own, evaluate } = columnOf(context, axes, misplaced)
  const at = (id: number): Scalar[] => indexOf(context.b, nodeAt(context.graph, id).type.shape, axes)
  own.set(flash.scores, sum)
  const group = context.schedule.groups[context.index] as Group
  for (const id of group.members) {
    if (id > flash.biased) break
    if (flash.before.has(id) && id !== flash.scores) own.set(id, evaluate.compute(id, at(id)))
  }
  return own.get(flash.biased) ?? evaluate.at(flash.biased, at(flash.biased))
}

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

/** The index of a result of a product at a row, in its own shape. */
const resultAt = ({ context, rowAxes }: Writer, id: number, row: number, column: Scalar): readonly Scalar[] =>
  indexOf(context.b, nodeAt(context.graph, id).type.shape, [...(rowAxes[row] as readonly Scalar[]), column])

/** The factor of a row, from where it is or where it was put. */
export const rowFactor = (w: Writer, row: number, term: Scalar): Scalar => {
  const { b, sizes, flash } = w
  if (w.keeps) return loadOwn(w, factors, row, sizes.depth, term)
  const { panel, read } = factorsOf(w, flash.scores)
  return panel.row(b, read, resultAt(w, flash.scores, row, b.int(0)), [term])
}

/** Scores of a block, into their array. */
export const scoreBlock = (w: Writer, first: Scalar): Stmt[] => {
  const { b, sizes, flash } = w
  const { panel, read } = factorsOf(w, flash.scores)
  const { lit, reg } = f32(b)
  return loop(w, sizes.block / sizes.each, (step) => {
    const from = b.mul(step, b.int(sizes.each))
    const columnAt = (i: number): Scalar => b.add(first, b.add(from, b.int(i)))
    const { ids, stmts } = registers(w, sizes.rows * sizes.each, lit(0))
    const sums = sumsOf(
      w,
      ids,
      sizes.depth,
      (row, term) => rowFactor(w, row, term),
      (i, term) => panel.pack(b, read, resultAt(w, flash.scores, 0, columnAt(i)), [term]),
    )
    const stores = ids.map((id, n): Stmt => {
      const [row, i] = [Math.floor(n / sizes.each), n % sizes.each]
      return {
        k: 'store',
        ...inArray(w, powers, row, sizes.block, b.add(from, b.int(i))),
        value: biasedAt(w, row, columnAt(i), reg(id)),
      }
    })
    return [...stmts, ...sums, ...stores]
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
  const load = (row: number, at: Scalar): Scalar => loadOwn(w, powers, row, sizes.block, at)
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
      ...made.map(({ ref }, row): Stmt => ({ k: 'store', ...inArray(w, powers, row, sizes.block, at), value: ref })),
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

/** Adds the products of a block's powers and values to the sums. */
export const valueBlock = (w: Writer, first: Scalar, shrunk: readonly Scalar[]): Stmt[] => {
  const { b, sizes, flash } = w
  const { panel, read } = factorsOf(w, flash.product)
  const { lit, add, mul, reg } = f32(b)
  return loop(w, sizes.features / sizes.wide, (step) => {
    const from = b.mul(step, b.int(sizes.wide))
    const { ids, stmts } = registers(w, sizes.rows * sizes.wide, lit(0))
    const sums = sumsOf(
      w,
      ids,
      sizes.block,
      (row, term) => loadOwn(w, powers, row, sizes.block, term),
      (i, term) => panel.pack(b, read, resultAt(w, flash.product, 0, b.add(from, b.int(i))), [b.add(first, term)]),
    )
    const stores = ids.map((id, n): Stmt => {
      const [row, i] = [Math.floor(n / sizes.wide), n % sizes.wide]
      const at = b.add(from, b.int(i))
      const value = add(mul(loadOwn(w, totals, row, sizes.features, at), shrunk[row] as Scalar), reg(id))
      return { k: 'store', ...inArray(w, totals, row, sizes.features, at), value }
    })
    return [...stmts, ...sums, ...stores]
  })
}

/** Whether a block can change anything, where there is a mask: a score of it is computed, or the number that stands for it is not far below. */
export const unlessMasked = (w: Writer, first: Scalar, { largest }: Running, body: readonly Stmt[]): readonly Stmt[] => {
  const { context, b, sizes } = w
  const { sub, reg } = f32(b)
  const some = (xs: readonly Scalar[]): Scalar => xs.reduce((x, y) => b.op('or', [x, y], 'bool'))
  const maskAt = (row: number, column: Scalar) => maskOf(b, biasedAt(w, row, column, reg(-1)))
  const rows = range(sizes.rows)
  const otherwise = maskAt(0, first)?.otherwise
  if (otherwise === undefined) return body
  const seen = fresh(context)
  const asked = loop(w, sizes.block, (at) => {
    const conds = rows.map((row) => maskAt(row, b.add(first, at))?.seen as Scalar)
    return [{ k: 'set', id: seen, value: some([b.reg(seen, 'bool'), ...conds]) }]
  })
  const vanishes = (row: number): Scalar => b.op('lt', [sub(otherwise, reg(largest[row] as number)), b.lit('f32', vanishing)], 'bool')
  const cond = some([b.reg(seen, 'bool'), ...rows.map((row) => b.op('not', [vanishes(row)], 'bool'))])
  return [{ k: 'register', id: seen, dtype: 'bool', init: b.lit('bool', 0) }, ...asked, { k: 'if', cond, body, spares: true }]
}

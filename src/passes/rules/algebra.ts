/** Identities of arithmetic and logic. Only those that hold for every value: `x · 0` is not 0 when x is NaN. */
import type { PointOp } from '../../ir/graph.js'
import { arg, fillValue, makePoint, rule, type Rule, type Site } from '../rewrite.js'

/** `x op value = x`, for a neutral `value` on the right (and on the left where the op commutes). */
const neutral = (op: PointOp, value: number, commutes: boolean, dtypes: readonly string[]): Rule =>
  rule(`${op} ${Object.is(value, -0) ? '-0' : String(value)}`, op, `x ${op} ${String(value)} = x`, (site, node) => {
    const [x, y] = [arg(node), arg(node, 1)]
    if (!dtypes.includes(site.at(x).type.dtype)) return undefined
    if (Object.is(fillValue(site, y), value)) return x
    return commutes && Object.is(fillValue(site, x), value) ? y : undefined
  })

const [float, int] = [
  ['f32', 'f16'],
  ['i32', 'u32'],
]
const numeric = [...float, ...int]

/** `f(f(x)) = x`. */
const involution = (op: 'neg' | 'not'): Rule =>
  rule(`${op} ${op}`, op, `${op} undoes itself`, (site, node) => {
    const inner = site.at(arg(node))
    return inner.op === op ? arg(inner) : undefined
  })

const isBoolAsNumber = (site: Site, id: number): number | undefined => {
  const node = site.at(id)
  return node.op === 'cast' && site.at(arg(node)).type.dtype === 'bool' ? arg(node) : undefined
}

export const algebra: readonly Rule[] = [
  rule('alias', 'alias', 'only tracing needs it', (_, node) => arg(node)),
  rule('stopGradient', 'stopGradient', 'derivatives are already taken', (_, node) => arg(node)),
  neutral('add', -0, true, float),
  neutral('add', 0, true, int),
  neutral('sub', 0, false, numeric),
  neutral('mul', 1, true, numeric),
  neutral('div', 1, false, numeric),
  neutral('pow', 1, false, float),
  rule('pow 2', 'pow', 'x² is one multiplication', (site, node) =>
    fillValue(site, arg(node, 1)) === 2 ? makePoint(site, 'mul', [arg(node), arg(node)]) : undefined,
  ),
  involution('neg'),
  involution('not'),
  rule('add neg', 'add', 'x + (-y) = x - y', (site, node) => {
    const y = site.at(arg(node, 1))
    return y.op === 'neg' ? makePoint(site, 'sub', [arg(node), arg(y)]) : undefined
  }),
  rule('select known', 'select', 'the condition is known, or does not matter', (site, node) => {
    const condition = fillValue(site, arg(node))
    if (arg(node, 1) === arg(node, 2)) return arg(node, 1)
    return condition === undefined ? undefined : arg(node, condition === 0 ? 2 : 1)
  }),
  rule('cast same', 'cast', 'a cast to the same dtype does nothing', (site, node) =>
    site.at(arg(node)).type.dtype === node.attrs.dtype ? arg(node) : undefined,
  ),
  rule('cast bool', 'cast', '0 and 1 are the same in every dtype', (site, node) => {
    const truth = isBoolAsNumber(site, arg(node))
    return truth === undefined ? undefined : site.make('cast', [truth], node.attrs)
  }),
  rule('bool ne 0', 'ne', 'a truth value as a number, compared with 0, is itself', (site, node) =>
    fillValue(site, arg(node, 1)) === 0 ? isBoolAsNumber(site, arg(node)) : undefined,
  ),
]

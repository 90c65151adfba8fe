/** Einstein's sums, planned as products of two operands at a time. */
import { naming, ShapeError } from '../error.js'
import type { DType } from '../ir/dtype.js'
import { checkSameDType, checkTakes } from '../ir/ops/check.js'
import { range, sizeOf, type Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { showType } from '../ir/type.js'
import { matmul } from './linear.js'
import { diagonal } from './matrix.js'
import { broadcastTo } from './operand.js'
import { cast, inF32, mul } from './point.js'
import { sum } from './reduce.js'
import { moveAxis, reshape, transpose } from './shape.js'
import type { Fits, SameDTypes, Summed } from './types/einsum.js'

/** A tensor whose axes have names: letters, or numbers for what '...' stands for (1 is the last). */
interface Term {
  readonly x: Tensor
  readonly labels: readonly string[]
}

/** The lengths of labels. */
type Lengths = ReadonlyMap<string, number>

const fail = (eq: string, at: number, problem: string, xs: readonly Tensor[], help: string): never => {
  const pointer = at < 0 ? [] : [`${' '.repeat(at)}^`]
  throw new ShapeError({
    op: 'einsum',
    problem,
    facts: [eq, ...pointer, ...xs.map((x, i) => `operand ${String(i)}: ${showType(x)}`)],
    help,
  })
}

const isEllipsis = (label: string): boolean => label >= '0' && label <= '9'

/** The labels of one side, with where it begins in the equation; '...' becomes numbers, down to 1. */
const labelsOf = (eq: string, text: string, at: number, dots: number, xs: readonly Tensor[]): string[] => {
  const labels: string[] = []
  for (let i = 0; i < text.length; i++) {
    const label = text[i] as string
    if (label === ' ') continue
    if (text.startsWith('...', i) && !labels.some(isEllipsis)) {
      labels.push(...range(dots).map((d) => String(dots - d)))
      i += 2
    } else if (/[A-Za-z]/.test(label)) labels.push(label)
    else fail(eq, at + i, `'${label}' is no label`, xs, "name axes by letters, and those left out by one '...'")
  }
  return labels
}

/** The two sides of an equation, and where each part begins. */
const partsOf = (eq: string, xs: readonly Tensor[]) => {
  const arrow = eq.indexOf('->')
  const left = arrow < 0 ? eq : eq.slice(0, arrow)
  const inputs = left.split(',')
  if (inputs.length !== xs.length)
    fail(
      eq,
      -1,
      `${String(inputs.length)} terms for ${String(xs.length)} operands`,
      xs,
      'separate the terms by commas, one for each operand',
    )
  const starts = inputs.map((_, i) => inputs.slice(0, i).reduce((at, text) => at + text.length + 1, 0))
  return { inputs, starts, output: arrow < 0 ? undefined : eq.slice(arrow + 2), outputAt: arrow + 2 }
}

interface Equation {
  readonly terms: readonly Term[]
  readonly output: readonly string[]
}

const parseEquation = (eq: string, xs: readonly Tensor[]): Equation => {
  const { inputs, starts, output, outputAt } = partsOf(eq, xs)
  const dots = inputs.map((text, i) => {
    const named = text.replace(/\.\.\.| /g, '').length
    const rest = (xs[i] as Tensor).ndim - named
    if (text.includes('...') ? rest >= 0 : rest === 0) return text.includes('...') ? rest : 0
    return fail(
      eq,
      starts[i] as number,
      `'${text.trim()}' names ${String(named)} axes of operand ${String(i)}, which has ${String((xs[i] as Tensor).ndim)}`,
      xs,
      "give every axis a letter, or leave axes to '...'",
    )
  })
  const terms = inputs.map((text, i): Term => ({
    x: xs[i] as Tensor,
    labels: labelsOf(eq, text, starts[i] as number, dots[i] as number, xs),
  }))
  const most = Math.max(0, ...dots)
  const all = terms.flatMap(({ labels }) => labels)
  if (output === undefined) return { terms, output: implicit(all, most) }
  const asked = labelsOf(eq, output, outputAt, most, xs)
  asked.forEach((label, i) => {
    const at = outputAt + output.indexOf(isEllipsis(label) ? '.' : label)
    if (!all.includes(label)) fail(eq, at, `the result has '${label}', which no operand has`, xs, 'use labels of the operands')
    if (asked.indexOf(label) !== i)
      fail(eq, outputAt + output.lastIndexOf(label), `the result has '${label}' twice`, xs, 'name each axis of the result once')
  })
  if (most > 0 && !asked.some(isEllipsis))
    fail(eq, outputAt, "the result leaves out '...'", xs, "write '...' in the result, or name the axes that are summed")
  return { terms, output: asked }
}

/** The result without '->': what '...' stands for, then the labels that occur once, in the order of the alphabet. */
const implicit = (all: readonly string[], dots: number): string[] => [
  ...range(dots).map((d) => String(dots - d)),
  ...[...new Set(all)].filter((l) => !isEllipsis(l) && all.indexOf(l) === all.lastIndexOf(l)).sort(),
]

/** The length of every label. @throws ShapeError where two axes of one label differ; those of '...' broadcast */
const lengthsOf = (eq: string, terms: readonly Term[]): Lengths => {
  const lengths = new Map<string, number>()
  const xs = terms.map(({ x }) => x)
  for (const { x, labels } of terms)
    labels.forEach((label, d) => {
      const [n, known] = [x.shape[d] as number, lengths.get(label)]
      if (known === undefined || (isEllipsis(label) && known === 1)) lengths.set(label, n)
      else if (known !== n && !(isEllipsis(label) && n === 1))
        fail(
          eq,
          eq.indexOf(isEllipsis(label) ? '.' : label),
          `'${isEllipsis(label) ? '...' : label}' is ${String(known)} in one place and ${String(n)} in another`,
          xs,
          'axes of one label must be equal',
        )
    })
  return lengths
}

/** One axis for every label: diagonals of those that repeat, and no axes that only broadcast. */
const distinct = ({ x, labels }: Term, lengths: Lengths): Term => {
  const twice = labels.findIndex((label, d) => labels.indexOf(label) !== d)
  if (twice >= 0) {
    const label = labels[twice] as string
    const first = labels.indexOf(label)
    const rest = labels.filter((_, d) => d !== first && d !== twice)
    return distinct({ x: diagonal(moveAxis(moveAxis(x, first, -1), twice - 1, -1)), labels: [...rest, label] }, lengths)
  }
  const kept = labels.flatMap((label, d) => (x.shape[d] === 1 && lengths.get(label) !== 1 ? [] : [d]))
  return {
    x: reshape(
      x,
      kept.map((d) => x.shape[d] as number),
    ),
    labels: kept.map((d) => labels[d] as string),
  }
}

/** Without the labels that nothing else needs. */
const summed = ({ x, labels }: Term, needed: ReadonlySet<string>): Term => {
  const axes = labels.flatMap((label, d) => (needed.has(label) ? [] : [d]))
  return axes.length === 0 ? { x, labels } : { x: sum(x, { axis: axes }), labels: labels.filter((label) => needed.has(label)) }
}

/** The axes in an order, merged by groups. */
const grouped = ({ x, labels }: Term, groups: readonly (readonly string[])[], lengths: Lengths): Tensor =>
  reshape(
    transpose(
      x,
      groups.flat().map((label) => labels.indexOf(label)),
    ),
    groups.map((group) => sizeOf(group.map((label) => lengths.get(label) as number))),
  )

/** The product of two terms, summed over what only they have. */
const contract = (a: Term, b: Term, needed: ReadonlySet<string>, lengths: Lengths): Term => {
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const [batch, inner] = [shared.filter((label) => needed.has(label)), shared.filter((label) => !needed.has(label))]
  const [left, right] = [a.labels.filter((label) => !shared.includes(label)), b.labels.filter((label) => !shared.includes(label))]
  const labels = [...batch, ...left, ...right]
  const shape = labels.map((label) => lengths.get(label) as number)
  if (inner.length > 0 && left.length + right.length > 0) {
    const product = matmul<Shape, Shape, DType>(grouped(a, [batch, left, inner], lengths), grouped(b, [batch, inner, right], lengths))
    return { x: reshape(product, shape), labels }
  }
  const whole = [...labels, ...inner]
  const [x, y] = [spread(a, whole), spread(b, whole)]
  const total = inF32(x, (v) => summed({ x: mul<Tensor, Tensor>(v, cast(y, v.dtype)), labels: whole }, new Set(labels)).x)
  return { x: total, labels }
}

/** The axes of a term among others, of length 1 where it has none. */
const spread = ({ x, labels }: Term, order: readonly string[]): Tensor => {
  const moved = transpose(
    x,
    order.filter((label) => labels.includes(label)).map((label) => labels.indexOf(label)),
  )
  return reshape(
    moved,
    order.map((label) => (labels.includes(label) ? (x.shape[labels.indexOf(label)] as number) : 1)),
  )
}

/** Contracts pairs until one term is left, each time the pair with the smallest result (then the least work), as opt_einsum's greedy order. */
const contractAll = (terms: readonly Term[], output: readonly string[], lengths: Lengths): Term => {
  const neededBesides = (rest: readonly Term[]): Set<string> => new Set([...output, ...rest.flatMap(({ labels }) => labels)])
  const sizeOfLabels = (labels: Iterable<string>): number => sizeOf([...labels].map((label) => lengths.get(label) as number))
  const cut = terms.map((term, i) => summed(term, neededBesides(terms.filter((_, j) => j !== i))))
  if (cut.length === 1) return cut[0] as Term
  const costOf = (i: number, j: number): number => {
    const needed = neededBesides(cut.filter((_, k) => k !== i && k !== j))
    const union = new Set([...(cut[i] as Term).labels, ...(cut[j] as Term).labels])
    return sizeOfLabels([...union].filter((label) => needed.has(label))) + 1e-3 * sizeOfLabels(union)
  }
  const pairs = range(cut.length).flatMap((j) => range(j).map((i) => ({ i, j, cost: costOf(i, j) })))
  const { i, j } = pairs.reduce((best, pair) => (pair.cost < best.cost ? pair : best))
  const rest = cut.filter((_, k) => k !== i && k !== j)
  return contractAll([...rest, contract(cut[i] as Term, cut[j] as Term, neededBesides(rest), lengths)], output, lengths)
}

/**
 * Sums of products by an equation, as NumPy's `einsum`: 'bij,bjk->bik'. Labels are letters; one that repeats within a
 * term takes the diagonal; '...' stands for the axes without labels, which broadcast. Without '->' the result has '...' and
 * the labels that occur once, in order of the alphabet. @throws ShapeError that points into the equation, DTypeError
 */
export const einsum = <const E extends string, const T extends readonly Tensor[]>(
  eq: E & Fits<E, T> & SameDTypes<T>,
  ...xs: T
): Tensor<Summed<E, T>, T[number]['dtype']> => {
  const operands: readonly Tensor[] = xs
  if (operands.length === 0) fail(eq, -1, 'no operands', operands, 'give one tensor for every term')
  checkTakes('einsum', 'numeric', operands)
  checkSameDType('einsum', operands)
  const { terms, output } = parseEquation(eq, operands)
  const lengths = lengthsOf(eq, terms)
  return naming('einsum', () => {
    const { x, labels } = contractAll(
      terms.map((term) => distinct(term, lengths)),
      output,
      lengths,
    )
    return broadcastTo(
      spread({ x, labels }, output),
      output.map((label) => lengths.get(label) as number),
    )
  }) as Tensor<Summed<E, T>, T[number]['dtype']>
}

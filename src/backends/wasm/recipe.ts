/** Recipes where they are used: a function of one vector, written in place. */
import type { Scalar, ScalarType } from '../../ir/kernel/kernel.js'
import { recipes } from '../../ir/kernel/recipes.js'
import { partsOf, postOrder } from '../../ir/kernel/walk.js'
import { op, type Code } from './code.js'
import { multiplyAdd, subtractProduct } from './relaxed.js'
import { keep, vectorsOf, type Lanes, type State } from './state.js'
import { varyingAlong, type Varying } from './varying.js'

/** All that a recipe computes is in lanes. */
const inLanes: Varying = { ...varyingAlong(-1, []), isVarying: (x) => x.k !== 'lit' }

type Op = Extract<Scalar, { k: 'op' }>

const isProduct = (x: Scalar | undefined): x is Op => x?.k === 'op' && x.op === 'mul' && x.dtype === 'f32'

/** A sum or difference of which one part is a product that nothing else reads: the product, what it is added to, and how. */
const fusedOf = (x: Op, uses: ReadonlyMap<Scalar, number>) => {
  if (x.dtype !== 'f32' || (x.op !== 'add' && x.op !== 'sub')) return undefined
  const [a, b] = x.args as readonly [Scalar, Scalar]
  const isOnce = (y: Scalar): y is Op => isProduct(y) && uses.get(y) === 1
  if (isOnce(b)) return { product: b, rest: a, emit: x.op === 'add' ? multiplyAdd : subtractProduct }
  return x.op === 'add' && isOnce(a) ? { product: a, rest: b, emit: multiplyAdd } : undefined
}

/** `select(a < b, a, b)` and the like are one instruction: the smaller or larger as hardware has it. */
export const asExtreme = (x: Op): { readonly name: string; readonly args: readonly [Scalar, Scalar] } | undefined => {
  if (x.op !== 'select' || x.dtype !== 'f32') return undefined
  const [cond, then, otherwise] = x.args as readonly [Scalar, Scalar, Scalar]
  if (cond.k !== 'op' || cond.op !== 'lt') return undefined
  const [a, b] = cond.args
  if (a === then && b === otherwise) return { name: 'f32x4.pmin', args: [otherwise, then] }
  return a === otherwise && b === then ? { name: 'f32x4.pmax', args: [otherwise, then] } : undefined
}

/** An op and what it is made of that nothing else reads, in one instruction or two that engines make one: arguments, and how. */
interface Joint {
  readonly inner: Scalar
  readonly args: readonly Scalar[]
  readonly emit: (parts: readonly Code[]) => Code
}

const jointOf = (x: Scalar, uses: ReadonlyMap<Scalar, number>): Joint | undefined => {
  if (x.k !== 'op') return undefined
  const extreme = asExtreme(x)
  const [cond] = x.args
  if (extreme !== undefined && cond !== undefined && uses.get(cond) === 1)
    return { inner: cond, args: extreme.args, emit: (parts) => op(extreme.name, parts) }
  const fused = fusedOf(x, uses)
  if (fused === undefined) return undefined
  const { product, rest, emit } = fused
  return { inner: product, args: [...product.args, rest], emit: ([a, b, c]) => emit(a as Code, b as Code, c as Code) }
}

/** The code of a recipe for vectors: each step for all of them, since engines compute in the order in which code is written, or nearly. */
export const inlineRecipe = (s: State, name: keyof typeof recipes, xs: readonly Code[]): readonly Code[] => {
  const { lanes: outer, rawBits } = s
  const lanes: Lanes = { axis: -1, width: xs.length, varying: inLanes }
  const bind = (codes: readonly Code[], dtype: ScalarType): Scalar => {
    const named = { k: 'ref', id: s.nextName--, dtype } as const
    s.refs.set(named.id, { vector: true, parts: codes.map((code) => keep(s, code, 'v128')) })
    return named
  }
  const argument = { k: 'ref', id: s.nextName--, dtype: 'f32' } as const
  s.refs.set(argument.id, { vector: true, parts: xs.map((x) => keep(s, x, 'v128')) })
  s.lanes = lanes
  s.rawBits = true
  const order = postOrder(recipes[name](argument))
  const uses = new Map<Scalar, number>()
  for (const part of order.flatMap(partsOf)) uses.set(part, (uses.get(part) ?? 0) + 1)
  const written = new Map<Scalar, Scalar>()
  const partsFor = (x: Scalar): readonly Code[] => vectorsOf(s, s.value(written.get(x) as Scalar), x.dtype, lanes)
  const step = (x: Op): readonly Code[] => {
    const joint = jointOf(x, uses)
    if (joint === undefined) return vectorsOf(s, s.value({ ...x, args: x.args.map((arg) => written.get(arg) as Scalar) }), x.dtype, lanes)
    const args = joint.args.map(partsFor)
    return xs.map((_, p) => joint.emit(args.map((parts) => parts[p] as Code)))
  }
  const later = new Set(order.map((x) => jointOf(x, uses)?.inner))
  let result = xs
  for (const part of order) {
    if (part.k !== 'op') written.set(part, part)
    else if (!later.has(part)) {
      result = step(part)
      written.set(part, bind(result, part.dtype))
    }
  }
  s.lanes = outer
  s.rawBits = rawBits
  return result
}

/** Recipes where they are used: a function of one vector, written in place. */
import type { Scalar, ScalarType } from '../../ir/kernel/kernel.js'
import { nearRecipes, recipes } from '../../ir/kernel/recipes.js'
import { partsOf, postOrder } from '../../ir/kernel/walk.js'
import type { Code } from './code.js'
import { multiplyAdd, subtractProduct } from './relaxed.js'
import { keep, vectorsOf, type Lanes, type State } from './state.js'
import { varyingAlong, type Varying } from './varying.js'

/** All that a recipe computes is in lanes. */
const inLanes: Varying = { ...varyingAlong(-1, []), isVarying: (x) => x.k !== 'lit' }

const all = { ...recipes, ...nearRecipes }

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

/** The code of a recipe for vectors: each step for all of them, since engines compute in the order in which code is written, or nearly. */
export const inlineRecipe = (s: State, name: keyof typeof all, xs: readonly Code[]): readonly Code[] => {
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
  const order = postOrder(all[name](argument))
  const uses = new Map<Scalar, number>()
  for (const part of order.flatMap(partsOf)) uses.set(part, (uses.get(part) ?? 0) + 1)
  const written = new Map<Scalar, Scalar>()
  const partsFor = (x: Scalar): readonly Code[] => vectorsOf(s, s.value(written.get(x) as Scalar), x.dtype, lanes)
  const step = (x: Op): readonly Code[] => {
    const fused = fusedOf(x, uses)
    if (fused === undefined) return vectorsOf(s, s.value({ ...x, args: x.args.map((arg) => written.get(arg) as Scalar) }), x.dtype, lanes)
    const [a, b, c] = [...fused.product.args, fused.rest].map(partsFor) as [readonly Code[], readonly Code[], readonly Code[]]
    return c.map((rest, p) => fused.emit(a[p] as Code, b[p] as Code, rest))
  }
  const later = new Set<Scalar | undefined>(order.map((x) => (x.k === 'op' ? fusedOf(x, uses)?.product : undefined)))
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

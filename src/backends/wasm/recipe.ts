/** Recipes where they are used: a function of one vector, written in place. */
import type { Scalar } from '../../ir/kernel/kernel.js'
import { nearRecipes, recipes } from '../../ir/kernel/recipes.js'
import { partsOf, postOrder } from '../../ir/kernel/walk.js'
import type { Code } from './code.js'
import { keep, type State } from './state.js'
import { varyingAlong, type Varying } from './varying.js'

/** All that a recipe computes is in lanes. */
const inLanes: Varying = { ...varyingAlong(-1, []), isVarying: (x) => x.k !== 'lit' }

const all = { ...recipes, ...nearRecipes }

/** The code of a recipe for a vector. What is used more than once is in a local. */
export const inlineRecipe = (s: State, name: keyof typeof all, x: Code): Code => {
  const { lanes, rawBits } = s
  const argument = { k: 'ref', id: s.nextName--, dtype: 'f32' } as const
  const order = postOrder(all[name](argument))
  const uses = new Map<Scalar, number>()
  for (const part of order.flatMap(partsOf)) uses.set(part, (uses.get(part) ?? 0) + 1)
  s.lanes = { axis: -1, width: 1, varying: inLanes }
  s.rawBits = true
  s.refs.set(argument.id, { vector: true, parts: [keep(s, x, 'v128')] })
  const written = new Map<Scalar, Scalar>()
  let result = x
  for (const part of order) {
    const made: Scalar = part.k === 'op' ? { ...part, args: part.args.map((arg) => written.get(arg) as Scalar) } : part
    written.set(part, made)
    const isLast = part === order.at(-1)
    if (part.k !== 'op' || (!isLast && (uses.get(part) ?? 0) < 2)) continue
    const v = s.value(made)
    result = v.vector ? (v.parts[0] as Code) : v.code
    if (isLast) continue
    const named = { k: 'ref', id: s.nextName--, dtype: part.dtype } as const
    s.refs.set(named.id, { vector: true, parts: [keep(s, result, 'v128')] })
    written.set(part, named)
  }
  s.lanes = lanes
  s.rawBits = rawBits
  return result
}

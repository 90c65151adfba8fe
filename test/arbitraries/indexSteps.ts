/** Random views whose place depends on data. */
import { bounded, add, castTo, fitShape, pick, pickAs, shapeOf } from './draft.js'
import type { Step } from './steps.js'

/** The indices are not known to be a permutation, so they are never said to be one. */
const takeAlong: Step = (draft, dice) => {
  const [x, raw] = [pick(draft, dice), pickAs(draft, dice, ['i32', 'u32'])]
  const shape = shapeOf(draft, x)
  const axis = dice.upTo(shape.length)
  if (shape.length === 0 || shape[axis] === 0) return undefined
  const wanted = shape.map((n, d) => (d === axis ? dice.upTo(5) : n))
  const fits = bounded(wanted, draft.limit).every((n, d) => n === wanted[d])
  return fits ? add(draft, 'takeAlong', [x, fitShape(draft, raw, wanted)], { axis, indices: 'any' }) : undefined
}

const dynamicSlice: Step = (draft, dice) => {
  const x = pick(draft, dice)
  const sizes = shapeOf(draft, x).map((n) => Math.max(0, n - dice.upTo(3)))
  const starts = sizes.map(() => fitShape(draft, castTo(draft, pick(draft, dice), 'i32'), []))
  return add(draft, 'dynamicSlice', [x, ...starts], { sizes })
}

export const indexSteps = { takeAlong, dynamicSlice } as const satisfies Readonly<Record<string, Step>>

/** Derivatives of views whose place depends on data. */
import type { Shape } from '../../ir/shape.js'
import { apply, type Tensor } from '../../ir/tensor.js'
import { placed } from '../../ops/index.js'
import { clamp } from '../../ops/point.js'
import { sumInto } from '../../ops/scatter.js'
import { argsort } from '../../ops/sort.js'
import type { Float, VjpTable } from './rule.js'

export const indexRules: VjpTable<'takeAlong' | 'dynamicSlice'> = {
  // A permutation is undone by another, without a sum: that is what keeps the gradient of a long sort cheap.
  takeAlong: (g, _, [x, index], { axis, indices }) => {
    if (indices === 'permutation') return [apply('takeAlong', [g, argsort(index as Tensor, { axis })], { axis, indices }), undefined]
    const n = (x as Float).shape[axis] as number
    const inside = clamp(index as Tensor as Tensor<Shape, 'i32'>, 0, Math.max(0, n - 1))
    return [sumInto({ rows: g, index: inside, axis, n }), undefined]
  },
  dynamicSlice: (g, _, [x, ...starts]) => [placed(g, (x as Float).shape, starts), ...starts.map(() => undefined)],
}

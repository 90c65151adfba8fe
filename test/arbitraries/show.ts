/** Cases as text: the printed IR, and the arguments. */
import type { Graph } from '../../src/ir/graph.js'
import type { NDArray } from '../../src/ir/ndarray.js'
import { showNumber } from '../../src/ir/number.js'
import { print } from '../../src/ir/print.js'
import { showType } from '../../src/ir/type.js'

/** `f32[2] [1, nan]`. */
export const showArray = (array: NDArray): string =>
  `${showType(array)} [${Array.from(array.data, (x) => showNumber(array.dtype, x)).join(', ')}]`

export const showCase = (graph: Graph, args: readonly NDArray[]): string =>
  [print(graph), ...args.map((arg, i) => `argument ${String(i)}: ${showArray(arg)}`)].join('\n')

/** Recurrent models, at sizes that every backend runs in a moment. */
import * as fx from '../../src/index.js'
import { lstm, recurrentNetwork } from '../../src/models.js'
import { rnnCell, unroll } from '../../src/nn.js'
import { noise } from '../harness/noise.js'
import type { F32, ModelProgram } from './devices.js'

const cell = lstm(3, 4)
const network = recurrentNetwork(rnnCell(3, 4), 3)

export const recurrentPrograms: readonly ModelProgram[] = [
  {
    name: 'LSTM, with its gradient',
    f: fx.valueAndGrad((w: F32, b: F32, x: F32) => fx.sum(fx.square(unroll(cell, { w, b }, x, cell.initCarry(2))[0])), {
      argnums: [0, 1, 2],
    }),
    args: [noise([16, 7], 1), noise([16], 2), noise([2, 5, 3], 3)],
  },
  {
    name: 'RNN from one to many, with its gradient',
    f: fx.valueAndGrad(
      (wx: F32, wh: F32, w: F32, x: F32) => {
        const params = { cell: { wx, wh, b: fx.zeros([4]) }, output: { w, b: fx.zeros([3]) } }
        return fx.sum(fx.square(network.oneToMany(params, x, 5, (y) => fx.softmax(y))))
      },
      { argnums: [0, 1, 2, 3] },
    ),
    args: [noise([3, 4], 1), noise([4, 4], 2), noise([4, 3], 3), noise([2, 3], 4)],
  },
]

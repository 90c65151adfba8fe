/** GPT at sizes that every backend runs in a moment. */
import * as fx from '../../src/index.js'
import { gpt, type GptConfig, type GptParams } from '../../src/models.js'
import { noise } from '../harness/noise.js'
import type { F32, ModelProgram } from './devices.js'

type I32 = fx.Tensor<fx.Shape, 'i32'>

/** Parameters without a pattern, of a usual size. */
export const gptParams = ({ vocabulary, context, layers, features: d, hidden = 4 * d, positions }: GptConfig): GptParams => {
  let seed = 1
  const matrix = (rows: number, columns: number): F32 => fx.constant(noise([rows, columns], seed++))
  const vector = (n: number, around = 0): F32 => fx.add(fx.mul(fx.constant(noise([n], seed++)), 0.1), around)
  const affine = (rows: number, columns: number) => {
    const w: F32 = fx.mul(matrix(rows, columns), Math.sqrt(2 / rows))
    return { w, b: vector(columns) }
  }
  const norm = () => ({ scale: vector(d, 1), shift: vector(d) })
  return {
    tokens: matrix(vocabulary, d),
    positions: positions === 'learned' ? matrix(context, d) : [],
    blocks: Array.from({ length: layers }, () => ({
      attention: { query: affine(d, d), key: affine(d, d), value: affine(d, d), out: affine(d, d) },
      norm1: norm(),
      feedForward: { up: affine(d, hidden), down: affine(hidden, d) },
      norm2: norm(),
    })),
    norm: norm(),
  }
}

const config: GptConfig = { vocabulary: 7, context: 5, layers: 2, heads: 2, features: 8, hidden: 12 }
const model = gpt(config)

const text = fx.ndarray(Int32Array.of(3, 1, 4, 1, 5, 2, 0, 6, 3, 3), { shape: [2, 5] })

export const gptPrograms: readonly ModelProgram[] = [
  {
    name: 'GPT, with its gradient',
    f: (tokens: I32) => fx.valueAndGrad((params: GptParams) => model.loss(params, tokens))(gptParams(config)),
    args: [text],
    tolerance: 1e-4,
  },
  {
    name: 'GPT, decoding with a cache that is full',
    f: (keys: F32, values: F32, token: I32, at: I32) =>
      model.decode(gptParams(config), { keys: [keys, values], values: [values, keys] }, token, at),
    args: [noise([2, 2, 5, 4], 1), noise([2, 2, 5, 4], 2), fx.ndarray(Int32Array.of(3, 6)), fx.ndarray(8, { dtype: 'i32' })],
  },
]

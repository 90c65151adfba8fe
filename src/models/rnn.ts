/**
 * Recurrent networks: hₜ = f(hₜ₋₁, xₜ; W), ŷₜ = W_hy hₜ + b, with one cell for all steps. Of the vanilla network (Elman 1990)
 * hₜ = tanh(W_hh hₜ₋₁ + W_xh xₜ + b); any other cell of `nn` will do. L = Σₜ Lₜ, and gradients are back-propagated through time.
 *
 *   1 → 1  tagging a word      1 → N  captioning an image      N → 1  judging a sentence      N → N  translating, or predicting the next word
 */
import { UnsupportedError } from '../error.js'
import type { Shape } from '../ir/shape.js'
import type { Tensor } from '../ir/tensor.js'
import { dense, embedding, type Affine, type Table } from '../nn/dense.js'
import { normal } from '../nn/initializers.js'
import { crossEntropy } from '../nn/losses.js'
import { unroll, type Cell } from '../nn/recurrent.js'
import { scan } from '../ops/control.js'
import { iota } from '../ops/creation.js'
import { split, type Key } from '../ops/random.js'
import { moveAxis, reshape, slice } from '../ops/shape.js'

type F32 = Tensor<Shape, 'f32'>
type I32 = Tensor<Shape, 'i32'>

export interface RecurrentParams<P> {
  readonly cell: P
  /** W_hy, b: w [hidden, outputs], b [outputs]. */
  readonly output: Affine
}

export interface RecurrentNetwork<P, C> {
  readonly cell: Cell<P, C>
  readonly init: (key: Key) => RecurrentParams<P>
  /** N → N: x [n, time, inputs] to `[ŷ [n, time, outputs], last carry]`, from a carry, or from zeros. */
  readonly manyToMany: (params: RecurrentParams<P>, x: F32, carry?: C) => readonly [F32, C]
  /** N → 1: x [n, time, inputs] to the last ŷ [n, outputs]. */
  readonly manyToOne: (params: RecurrentParams<P>, x: F32) => F32
  /** 1 → 1: x [n, inputs] to `[ŷ [n, outputs], carry]`: one step. */
  readonly oneToOne: (params: RecurrentParams<P>, x: F32, carry?: C) => readonly [F32, C]
  /**
   * 1 → N: x [n, inputs], then each x made of the ŷ before, to ŷ [n, steps, outputs]. `feed` takes ŷ [n, outputs] and the number of its
   * step to [n, inputs]. @throws UnsupportedError for no step
   */
  readonly oneToMany: (params: RecurrentParams<P>, x: F32, steps: number, feed: (y: F32, step: I32) => F32, carry?: C) => F32
}

/** A cell and a product after it. @throws ShapeError for sizes that are none */
export const recurrentNetwork = <P, C>(cell: Cell<P, C>, outputs: number): RecurrentNetwork<P, C> => {
  const output = dense(cell.hidden, outputs)
  const begin = (x: F32): C => cell.initCarry(x.shape[0] as number)
  const oneToOne: RecurrentNetwork<P, C>['oneToOne'] = (params, x, carry = begin(x)) => {
    const [next, h] = cell.step(params.cell, carry, cell.project(params.cell, x))
    return [output.apply(params.output, h), next]
  }
  return {
    cell,
    init: (key) => {
      const [first, second] = split(key)
      return { cell: cell.init(first), output: output.init(second) }
    },
    manyToMany: (params, x, carry = begin(x)) => {
      const [hs, last] = unroll(cell, params.cell, x, carry)
      return [output.apply(params.output, hs), last]
    },
    manyToOne: (params, x) => {
      const [hs] = unroll(cell, params.cell, x, begin(x))
      const [n, time, hidden] = hs.shape as readonly [number, number, number]
      return output.apply(params.output, reshape(slice(hs, [0, time - 1, 0], [n, time, hidden]), [n, hidden]))
    },
    oneToOne,
    oneToMany: (params, x, steps, feed, carry = begin(x)) => {
      if (!(Number.isInteger(steps) && steps >= 1))
        throw new UnsupportedError({ op: 'oneToMany', problem: `${String(steps)} steps`, help: 'give a whole number from 1' })
      const step = ([state, given]: readonly [C, F32], i: I32): readonly [readonly [C, F32], F32] => {
        const [y, next] = oneToOne(params, given, state)
        return [[next, feed(y, i)], y]
      }
      const [, ys] = scan(step as never, [carry, x] as never, iota(steps) as never) as unknown as readonly [unknown, F32]
      return moveAxis(ys, 0, 1)
    },
  }
}

export interface LanguageModelParams<P> extends RecurrentParams<P> {
  readonly embedding: Table
}

/** A recurrent network over tokens, N → N: P(xₜ₊₁ | x₁ … xₜ) = softmax(ŷₜ). */
export interface LanguageModel<P, C> {
  readonly init: (key: Key) => LanguageModelParams<P>
  /** Tokens i32[n, time] to `[logits [n, time, vocabulary], last carry]`. */
  readonly apply: (params: LanguageModelParams<P>, tokens: I32, carry?: C) => readonly [F32, C]
  /** Tokens i32[n] to `[logits [n, vocabulary], carry]`. */
  readonly step: (params: LanguageModelParams<P>, tokens: I32, carry: C) => readonly [F32, C]
  /** Nats a token of i32[n, time + 1], each predicted from those before it. */
  readonly loss: (params: LanguageModelParams<P>, tokens: I32) => F32
}

/** Of a vocabulary of tokens, each a row of `cell.inputs` features. */
export const languageModel = <P, C>(cell: Cell<P, C>, vocabulary: number): LanguageModel<P, C> => {
  const network = recurrentNetwork(cell, vocabulary)
  const rows = embedding(vocabulary, cell.inputs, { init: normal(0.1) })
  const apply: LanguageModel<P, C>['apply'] = (params, tokens, carry) =>
    network.manyToMany(params, rows.apply(params.embedding, tokens), carry)
  return {
    init: (key) => {
      const [first, second] = split(key)
      return { ...network.init(first), embedding: rows.init(second) }
    },
    apply,
    step: (params, tokens, carry) => network.oneToOne(params, rows.apply(params.embedding, tokens), carry),
    loss: (params, tokens) => {
      const [n, time] = tokens.shape as readonly [number, number]
      const [logits] = apply(params, slice(tokens, [0, 0], [n, time - 1]))
      return crossEntropy(logits, slice(tokens, [0, 1], [n, time]))
    },
  }
}

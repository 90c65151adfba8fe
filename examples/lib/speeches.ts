/** The State of the Union addresses as training and held-out text, and as pieces of tokens. */
import { ndarray, type NDArray } from '../../src/index.js'
import { subset, type Dataset, type Tokenizer } from '../../src/data.js'
import type { Context } from '../runner/system.js'

export interface Speeches {
  /** In the order of their years. */
  readonly train: readonly string[]
  /** Every tenth one. */
  readonly held: readonly string[]
}

export const speeches = async (ctx: Context): Promise<Speeches> => {
  const all = (await ctx.data.stateOfTheUnion()).split('\n\n')
  const isHeld = (i: number): boolean => i % 10 === 5
  return { train: all.filter((_, i) => !isHeld(i)), held: all.filter((_, i) => isHeld(i)) }
}

/** Texts as one run of tokens, a line end between. */
export const tokensOf = (tokenizer: Tokenizer, texts: readonly string[]): Int32Array => tokenizer.encode(texts.join('\n')).data

/** Pieces of `length` tokens and the one after, each beginning where the one before ends: i32[n, length + 1]. */
export const windows = (tokens: Int32Array, length: number): Dataset<NDArray<'i32'>> => ({
  size: Math.floor((tokens.length - 1) / length),
  gather: (indices) => {
    const rows = new Int32Array(indices.length * (length + 1))
    indices.forEach((w, row) => {
      rows.set(tokens.subarray(w * length, (w + 1) * length + 1), row * (length + 1))
    })
    return ndarray(rows, { shape: [indices.length, length + 1] })
  },
})

/** `count` examples at equal distances. */
export const some = <B>(data: Dataset<B>, count: number): Dataset<B> =>
  subset(
    data,
    Uint32Array.from({ length: count }, (_, i) => Math.floor((i * data.size) / count)),
  )

/** Bits for each character of a text that is so many tokens, from nats for each token. */
export const bitsPerCharacter = (nats: number, tokens: number, characters: number): number => (nats / Math.LN2) * (tokens / characters)

/** Pieces of text by where they come from: `parts` of the addresses in the order of their years, alike in number. */
export const byEra = (tokenizer: Tokenizer, texts: readonly string[], length: number, parts: number, each: number) => {
  const eras = Array.from({ length: parts }, (_, k) => {
    const own = texts.slice(Math.floor((k * texts.length) / parts), Math.floor(((k + 1) * texts.length) / parts))
    return some(windows(tokensOf(tokenizer, own), length), each)
  })
  return {
    size: parts * each,
    gather: async (indices: Uint32Array) => {
      const rows: number[][] = []
      for (const i of indices) rows.push([...((await eras[i % parts]?.gather(Uint32Array.of(Math.floor(i / parts))))?.data ?? [])])
      return {
        tokens: ndarray(Int32Array.from(rows.flat()), { shape: [rows.length, length + 1] }),
        era: ndarray(Int32Array.from(indices, (i) => i % parts)),
      }
    },
  }
}

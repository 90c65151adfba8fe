/** Byte-pair encoding of bytes (Sennrich et al., 2016; Radford et al., 2019): training, encoding, decoding. */
import type { Either } from 'fp-ts/lib/Either.js'
import { DecodeError, ShapeError } from '../error.js'
import { ndarray } from '../ir/ndarray.js'
import { decoding } from './decode.js'
import type { Tokenizer } from './text.js'

/**
 * A vocabulary as data: tokens 0 to 255 are the bytes, in the order of `bytes`; token 256 + i is merge i, two earlier tokens; then
 * come the special ones, which text never encodes to unless asked.
 */
export interface Bpe {
  readonly bytes: readonly number[]
  readonly merges: readonly (readonly [number, number])[]
  readonly special: readonly string[]
}

/** How GPT-2 cuts text into words, no merge crossing from one to the next. */
const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** Bytes that print as themselves in GPT-2's files, in the order of their tokens. */
const printable = [...Array(256).keys()].filter((b) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174)

/** The bytes in the order of GPT-2's tokens: printable ones first. */
export const gpt2Bytes: readonly number[] = [...printable, ...[...Array(256).keys()].filter((b) => !printable.includes(b))]

/** A pair as a key of a map: exact up to 2²⁶ tokens. */
const pairKey = (a: number, b: number): number => a * 67108864 + b

/** The word with each occurrence of a pair replaced, from the left. */
const mergeIn = (word: readonly number[], a: number, b: number, merged: number): number[] => {
  const out: number[] = []
  for (let i = 0; i < word.length; i++) {
    if (word[i] === a && word[i + 1] === b) {
      out.push(merged)
      i++
    } else out.push(word[i] as number)
  }
  return out
}

interface Corpus {
  readonly words: number[][]
  readonly counts: readonly number[]
  /** How often each pair occurs, and in which words. */
  readonly pairs: Map<number, { count: number; readonly in: Set<number> }>
}

const countPairs = ({ words: all, counts, pairs }: Corpus, w: number, sign: 1 | -1): void => {
  const word = all[w] as number[]
  for (let i = 0; i + 1 < word.length; i++) {
    const key = pairKey(word[i] as number, word[i + 1] as number)
    const pair = pairs.get(key) ?? { count: 0, in: new Set<number>() }
    pair.count += sign * (counts[w] as number)
    if (sign === 1) pair.in.add(w)
    if (pair.count > 0) pairs.set(key, pair)
    else pairs.delete(key)
  }
}

const corpusOf = (text: string): Corpus => {
  const tally = new Map<string, number>()
  for (const [word] of text.matchAll(words)) tally.set(word, (tally.get(word) ?? 0) + 1)
  const encoder = new TextEncoder()
  const tokenOf = tokenOfByte(gpt2Bytes)
  const corpus: Corpus = {
    words: [...tally.keys()].map((word) => Array.from(encoder.encode(word), (b) => tokenOf[b] as number)),
    counts: [...tally.values()],
    pairs: new Map(),
  }
  corpus.words.forEach((_, w) => countPairs(corpus, w, 1))
  return corpus
}

const tokenOfByte = (bytes: readonly number[]): readonly number[] => {
  const tokens: number[] = []
  bytes.forEach((b, token) => (tokens[b] = token))
  return tokens
}

/** The pair that occurs most; among equals the one of the smallest tokens, so that the result does not depend on order. */
const mostFrequent = ({ pairs }: Corpus): number | undefined => {
  let [best, most] = [-1, 1]
  for (const [key, { count }] of pairs)
    if (count > most || (count === most && best >= 0 && key < best)) {
      best = key
      most = count
    }
  return best < 0 ? undefined : best
}

/**
 * Learns merges from text: again and again the pair of neighbouring tokens that occurs most becomes one, until there are `size`
 * tokens, or no pair occurs twice.
 * @throws ShapeError where `size` is less than the 256 bytes and the special tokens
 */
export const trainBpe = (text: string, size: number, special: readonly string[] = []): Bpe => {
  const count = size - 256 - special.length
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError({
      op: 'trainBpe',
      problem: `a vocabulary of ${String(size)} is too small`,
      help: `the bytes and the special tokens alone are ${String(256 + special.length)}`,
    })
  const corpus = corpusOf(text)
  const merges: (readonly [number, number])[] = []
  while (merges.length < count) {
    const key = mostFrequent(corpus)
    if (key === undefined) break
    const [a, b] = [Math.floor(key / 67108864), key % 67108864]
    for (const w of [...(corpus.pairs.get(key)?.in ?? [])]) {
      countPairs(corpus, w, -1)
      corpus.words[w] = mergeIn(corpus.words[w] as number[], a, b, 256 + merges.length)
      countPairs(corpus, w, 1)
    }
    merges.push([a, b])
  }
  return { bytes: gpt2Bytes, merges, special }
}

/** The letters by which GPT-2's files write bytes: those that do not print are moved up from 256. */
const lettersOf = (bytes: readonly number[]): readonly string[] =>
  bytes.map((b, i) => String.fromCharCode(i < printable.length ? b : 256 + i - printable.length))

/** Reads merges as GPT-2 publishes them (`vocab.bpe`, `merges.txt`): a line for each, best first. */
export const parseBpe = (text: string, special: readonly string[] = ['<|endoftext|>']): Either<DecodeError, Bpe> =>
  decoding('parseBpe', 'give the text of a vocab.bpe or merges.txt', (fail) => {
    const tokens = new Map(lettersOf(gpt2Bytes).map((letter, token) => [letter, token]))
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#version'))
    const merges = lines.map((line, i): readonly [number, number] => {
      const [left = '', right = '', ...rest] = line.trim().split(' ')
      const pair = [tokens.get(left), tokens.get(right)] as const
      if (pair[0] === undefined || pair[1] === undefined || rest.length > 0)
        return fail(`merge ${String(i)} is not of two earlier tokens`, JSON.stringify(line))
      tokens.set(left + right, 256 + i)
      return [pair[0], pair[1]]
    })
    return { bytes: gpt2Bytes, merges, special }
  })

/** Merges the neighbours of the lowest rank until none has one. */
const mergeWord = (word: readonly number[], ranks: ReadonlyMap<number, number>): readonly number[] => {
  let tokens = word
  for (;;) {
    let [rank, at] = [Infinity, 0]
    for (let i = 0; i + 1 < tokens.length; i++) {
      const found = ranks.get(pairKey(tokens[i] as number, tokens[i + 1] as number)) ?? Infinity
      if (found < rank) [rank, at] = [found, i]
    }
    if (rank === Infinity) return tokens
    tokens = mergeIn(tokens, tokens[at] as number, tokens[at + 1] as number, 256 + rank)
  }
}

/** The bytes that each token stands for. */
const spelling = ({ bytes, merges, special }: Bpe): readonly Uint8Array[] => {
  const all = bytes.map((b) => Uint8Array.of(b))
  for (const [a, b] of merges) all.push(Uint8Array.of(...(all[a] as Uint8Array), ...(all[b] as Uint8Array)))
  return [...all, ...special.map((name) => new TextEncoder().encode(name))]
}

/** The tokenizer of a vocabulary. Every text has an encoding, and decodes to itself; parts of a character decode to U+FFFD. */
export const bpeTokenizer = (bpe: Bpe): Tokenizer => {
  const ranks = new Map(bpe.merges.map(([a, b], rank) => [pairKey(a, b), rank]))
  const [spelled, tokenOf, encoder] = [spelling(bpe), tokenOfByte(bpe.bytes), new TextEncoder()]
  const known = new Map<string, readonly number[]>()
  const encodeWord = (word: string): readonly number[] => {
    const tokens =
      known.get(word) ??
      mergeWord(
        Array.from(encoder.encode(word), (b) => tokenOf[b] as number),
        ranks,
      )
    if (known.size < 1 << 16) known.set(word, tokens)
    return tokens
  }
  const bytesOf = (token: number): Uint8Array => {
    const bytes = spelled[token]
    if (bytes !== undefined) return bytes
    throw new DecodeError({
      op: 'bpeTokenizer.decode',
      problem: `${String(token)} is no token`,
      facts: [`there are ${String(spelled.length)}`],
      help: 'decode what the same vocabulary encoded',
    })
  }
  return {
    size: spelled.length,
    encode: (text) => ndarray(Int32Array.from([...text.matchAll(words)].flatMap(([word]) => encodeWord(word)))),
    decode: (tokens) => new TextDecoder().decode(Uint8Array.from(Array.from(tokens, (token) => [...bytesOf(token)]).flat())),
  }
}

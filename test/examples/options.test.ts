import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../examples/demo/options.js'

const complaint = (...args: string[]): string => {
  const request = parseOptions(args)
  return E.isLeft(request) ? request.left : 'none'
}

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual(E.right({ device: 'auto', epochs: 5, seed: 1, out: 'out/demo' }))
  })

  it('takes all options', () => {
    expect(parseOptions(['--device', 'js', '--epochs=2', '--seed', '0', '--out', 'x'])).toEqual(
      E.right({ device: 'js', epochs: 2, seed: 0, out: 'x' }),
    )
    expect(parseOptions(['--help', '--epochs', 'many'])).toEqual(E.right('help'))
  })

  it('says in one line what is wrong', () => {
    expect(complaint('--device', 'cuda')).toBe("--device is one of auto, webgpu, wasm, js, not 'cuda'")
    for (const epochs of ['0', '1.5', 'x', '-1', '1e3', '', '1001'])
      expect(complaint(`--epochs=${epochs}`)).toBe(`--epochs takes a whole number from 1 to 1000, not '${epochs}'`)
    expect(complaint('--seed', '4294967296')).toMatch(/^--seed takes a whole number/)
    expect(complaint('--out', '')).toBe('--out takes a folder')
    for (const args of [['--speed', '9'], ['now'], ['--epochs']]) expect(complaint(...args)).toMatch(/^[^\n]+$/)
  })
})

import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { devices, firstSentence } from '../lib/commandLine.js'

export interface DemoOptions {
  readonly device: (typeof devices)[number]
  readonly epochs: number
  readonly seed: number
  readonly out: string
}

export const usage = `Trains a multi-layer perceptron on the 60,000 digits of MNIST, as one compiled step.

usage: npm run demo -- [options]

  --device auto|webgpu|wasm|js   where to run (default: auto)
  --epochs N                passes over the digits, 1 to 1000 (default: 5)
  --seed N                  for the initial weights and the order of the digits (default: 1)
  --out DIR                 where to put the picture, the curves and the checkpoint (default: out/demo)
  --help                    this text

Ctrl-C stops and writes a checkpoint; a second Ctrl-C stops at once.
`

/** What the command line asks for: options, help, or a complaint in one line. */
export type Request = E.Either<string, DemoOptions | 'help'>

const wholeNumber = (name: string, text: string, lo: number, hi: number): E.Either<string, number> => {
  const n = Number(text)
  return /^\d+$/.test(text) && n >= lo && n <= hi
    ? E.right(n)
    : E.left(`--${name} takes a whole number from ${String(lo)} to ${String(hi)}, not '${text}'`)
}

const oneOf = <T extends string>(name: string, text: string, choices: readonly T[]): E.Either<string, T> => {
  const found = choices.find((choice) => choice === text)
  return found === undefined ? E.left(`--${name} is one of ${choices.join(', ')}, not '${text}'`) : E.right(found)
}

const strings = {
  device: { type: 'string', default: 'auto' },
  epochs: { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'out/demo' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const parseOptions = (args: readonly string[]): Request => {
  const parsed = E.tryCatch(() => parseArgs({ args: [...args], options: strings }).values, firstSentence)
  if (E.isLeft(parsed)) return parsed
  const { help, out, ...rest } = parsed.right
  if (help) return E.right('help')
  const device = oneOf('device', rest.device, devices)
  if (E.isLeft(device)) return device
  const epochs = wholeNumber('epochs', rest.epochs, 1, 1000)
  if (E.isLeft(epochs)) return epochs
  const seed = wholeNumber('seed', rest.seed, 0, 0xffffffff)
  if (E.isLeft(seed)) return seed
  return out === '' ? E.left('--out takes a folder') : E.right({ device: device.right, epochs: epochs.right, seed: seed.right, out })
}

import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { devices, firstSentence } from '../lib/commandLine.js'

export type DeviceChoice = (typeof devices)[number]

export interface RunnerOptions {
  /** `all` for every system. */
  readonly ids: readonly string[] | 'all'
  readonly seconds: number
  readonly device: DeviceChoice
  readonly seed: number
  readonly out: string
}

export const usage = `Trains one of the systems on real data and judges the result; the last line is JSON.

usage: npm run example -- <id> [options]
       npm run examples -- --all [options]

  --budget 3m               how long one system may train: seconds (90s, 90), minutes or hours (default: 3m)
  --device auto|webgpu|wasm|js   where to run (default: auto)
  --seed N                  for everything that is random (default: 1)
  --out DIR                 results go to DIR/<id> (default: out)
  --all                     every system, one after another
  --help                    this text

The exit status is 1 where a target is missed.
`

export type Request = E.Either<string, RunnerOptions | 'help'>

const units = { s: 1, m: 60, h: 3600 } as const

/** `90`, `90s`, `3m` and `1.5h` in seconds; undefined for anything else. */
export const parseBudget = (text: string): number | undefined => {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? []
  const seconds = Number(number) * units[unit as keyof typeof units]
  return seconds > 0 ? seconds : undefined
}

const strings = {
  budget: { type: 'string', default: '3m' },
  device: { type: 'string', default: 'auto' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'out' },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const parseOptions = (args: readonly string[]): Request => {
  const parsed = E.tryCatch(() => parseArgs({ args: [...args], options: strings, allowPositionals: true }), firstSentence)
  if (E.isLeft(parsed)) return parsed
  const { values, positionals } = parsed.right
  if (values.help) return E.right('help')
  const seconds = parseBudget(values.budget)
  const device = devices.find((name) => name === values.device)
  if (seconds === undefined) return E.left(`--budget takes a time such as 90s or 3m, not '${values.budget}'`)
  if (device === undefined) return E.left(`--device is one of ${devices.join(', ')}, not '${values.device}'`)
  if (!/^\d+$/.test(values.seed) || Number(values.seed) > 0xffffffff)
    return E.left(`--seed takes a whole number up to 4294967295, not '${values.seed}'`)
  if (values.out === '') return E.left('--out takes a folder')
  if (!values.all && positionals.length === 0) return E.left('name a system, or --all')
  return E.right({ ids: values.all ? 'all' : positionals, seconds, device, seed: Number(values.seed), out: values.out })
}

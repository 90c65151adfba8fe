/** The report of `verify`, as data and as text. */
import type { Device } from '../backends/backend.js'
import { encodeData, type DataJSON } from '../ir/codec/data.js'
import { toJSON } from '../ir/codec.js'
import { toNumbers, type DType } from '../ir/dtype.js'
import type { NDArray } from '../ir/ndarray.js'
import { showNumber } from '../ir/number.js'
import { print } from '../ir/print.js'
import { sameShape, showShape, sizeOf, type Shape } from '../ir/shape.js'
import { showType, type TensorType } from '../ir/type.js'
import { version } from '../version.js'
import type { Blame, BlamedKernel } from './bisect.js'
import type { ResultElement } from './judge.js'
import type { Trial } from './trial.js'

/** One result leaf, held against the reference. */
export interface ResultReport {
  /** Its path in the result. */
  readonly path: string
  readonly type: TensorType
  readonly elements: number
  /** How many could be judged: the stated bounds leave the others more than one kind of value, as at a jump of `floor`. */
  readonly judged: number
  /** How many are further from the reference than the bounds allow. */
  readonly wrong: number
  /** The largest error in units of what the bounds allow: at most 1 where it agrees. */
  readonly error: number
  /** Where that is; undefined where nothing could be judged. */
  readonly worst: ResultElement | undefined
}

export interface VerifyReport {
  readonly agreed: boolean
  /** Of fluxion. */
  readonly version: string
  readonly device: Pick<Device, 'kind' | 'description'>
  readonly results: readonly ResultReport[]
  /** What is to blame where they do not agree. */
  readonly blame: Blame | undefined
  /** JSON that shows the fault by itself; undefined where they agree, or where its arguments are large. */
  readonly reproduction: Reproduction | undefined
  /** All of it for people: what to put into an issue. */
  readonly text: string
}

/** `graph` is for `fromJSON`; `data` is a list of numbers, or base64 of the little-endian bytes. */
export interface Reproduction {
  readonly fluxion: string
  readonly device: string
  readonly graph: unknown
  readonly args: readonly { readonly shape: Shape; readonly dtype: DType; readonly data: DataJSON }[]
}

/** More elements than this are not put into JSON. */
const mostElements = 4096

/** Longer JSON is not put into the text. */
const mostCharacters = 4000

const longestLine = 160

/** The smallest program known to be wrong, as JSON. */
export const reproductionOf = ({ run }: Trial, { kind, description }: Device): Reproduction | undefined => {
  const constants = run.graph.nodes.filter(({ op }) => op === 'constant').map(({ type }) => sizeOf(type.shape))
  const elements = [...run.args.map(({ data }) => data.length), ...constants].reduce((sum, n) => sum + n, 0)
  if (elements > mostElements) return undefined
  return {
    fluxion: version,
    device: `${kind}: ${description}`,
    graph: toJSON(run.graph),
    args: run.args.map(({ shape, dtype, data }) => ({ shape, dtype, data: encodeData(dtype, data) })),
  }
}

/** A flat index as one for each axis. */
const placeOf = (shape: Shape, flat: number): number[] => {
  let rest = flat
  return shape
    .map((_, d) => shape.length - 1 - d)
    .map((d) => {
      const n = shape[d] as number
      const i = rest % n
      rest = Math.floor(rest / n)
      return i
    })
    .reverse()
}

const short = (line: string): string => (line.length > longestLine ? `${line.slice(0, longestLine - 3)}...` : line)

const indented = (indent: string, text: string): string[] => text.split('\n').map((line) => `${indent}${short(line)}`)

const showError = (error: number): string => (error === Infinity ? 'infinitely many' : String(Number(error.toPrecision(3))))

const showElement = ({ shape, dtype }: TensorType, { index, expected, got, bound, error }: ResultElement): string =>
  `at ${showShape(placeOf(shape, index))} expected ${showNumber(dtype, expected)}, got ${showNumber(dtype, got)}: ` +
  (bound === 0 ? 'no error is allowed' : `${showError(error)} times the bound ${bound.toPrecision(3)}`)

const showResult = ({ path, type, elements, judged, wrong, error, worst }: ResultReport): string[] => {
  const name = `${path === '' ? 'the result' : path} : ${showType(type)}`
  const left = judged < elements ? `; ${String(elements - judged)} of ${String(elements)} elements have more than one right value` : ''
  if (wrong > 0 && worst !== undefined) {
    return [`  wrong  ${name}: ${String(wrong)} of ${String(elements)} elements${left}`, `         ${showElement(type, worst)}`]
  }
  return [`  agrees ${name}: largest error ${showError(error)} of the bound${left}`]
}

/** An argument: what is read at the worst element where shapes are the same, else what fits a line. */
const showArgument = (array: NDArray, i: number, worst: ResultElement | undefined, shape: Shape | undefined): string => {
  const head = `    argument ${String(i)} ${showType(array)}`
  const numbers = toNumbers(array.dtype, array.data)
  const show = (x: number): string => showNumber(array.dtype, x)
  if (worst !== undefined && shape !== undefined && shape.length > 0 && sameShape(array.shape, shape)) {
    return `${head} at ${showShape(placeOf(shape, worst.index))}: ${show(numbers[worst.index] as number)}`
  }
  return short(`${head}: [${Array.from(numbers.slice(0, 32), show).join(', ')}${array.data.length > 32 ? ', ...' : ''}]`)
}

const showTrial = ({ run }: Trial, worst: ResultElement | undefined): string[] => {
  const type = worst === undefined ? undefined : run.results[worst.output]
  return [
    ...(worst === undefined || type === undefined ? [] : [`  result ${String(worst.output)} ${showElement(type, worst)}`]),
    '  the smallest program that shows it:',
    ...indented('    ', print(run.graph)),
    ...run.args.map((array, i) => showArgument(array, i, worst, type?.shape)),
  ]
}

const showKernel = ({ launch, report, bindings, members }: BlamedKernel): string[] => [
  `  kernel ${report.name}, launch ${String(launch)}, workgroups ${showShape(report.workgroups)}`,
  ...(members.length === 0 ? [] : ['    computes', ...members.flatMap((line) => indented('      ', line))]),
  '    binds',
  ...bindings.map((line) => `      ${line}`),
  '    source',
  ...report.source
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`),
]

const showBlame = ({ kind, problem, within, node, element, kernel, trial }: Blame): string[] => [
  '',
  `to blame: ${kind}`,
  `  ${problem}`,
  ...within.map((step) => short(`  in ${step}`)),
  ...(node === undefined ? [] : indented('  ', node)),
  ...(trial === undefined ? [] : showTrial(trial, element)),
  ...(trial !== undefined || element === undefined ? [] : [`  expected ${String(element.expected)}, found ${String(element.got)}`]),
  ...(kernel === undefined ? [] : showKernel(kernel)),
]

const showReproduction = (reproduction: Reproduction | undefined): string[] => {
  if (reproduction === undefined) return ['', 'its arguments are too large to show as JSON: try smaller ones']
  const json = JSON.stringify(reproduction)
  return ['', json.length > mostCharacters ? `as JSON: report.reproduction, ${String(json.length)} characters` : `as JSON: ${json}`]
}

/** The report as text. */
export const showReport = ({ agreed, device, results, blame, reproduction }: Omit<VerifyReport, 'text'>): string =>
  [
    `fluxion ${version} on ${device.kind}, ${device.description}: ${agreed ? 'agrees with' : 'differs from'} the reference`,
    ...results.flatMap(showResult),
    ...(blame === undefined ? [] : [...showBlame(blame), ...showReproduction(reproduction)]),
  ].join('\n')

/** The errors of fluxion: one tagged union. Data here; `render` makes the text, in the manner of good compilers. */

import { userSite, type Site } from './site.js'

export const errorTags = [
  'ShapeError',
  'DTypeError',
  'TraceError',
  'DecodeError',
  'VerifyError',
  'UnsupportedError',
  'GradientError',
  'NumericError',
  'DeviceError',
  'DeviceLostError',
  'OutOfMemoryError',
] as const

export type ErrorTag = (typeof errorTags)[number]

/** What went wrong, as data. */
export interface ErrorDetail {
  /** The function or op that refused. */
  readonly op: string
  /** One clause, no full stop: what is wrong. */
  readonly problem: string
  /** The facts that show it, a line each: operands with their shapes, the axis, a path. */
  readonly facts?: readonly string[]
  /** What to do. */
  readonly help: string
}

const render = (tag: ErrorTag, detail: ErrorDetail, site: Site | undefined): string =>
  [
    `${tag}: ${detail.op}: ${detail.problem}`,
    ...(detail.facts ?? []).map((fact) => `  | ${fact}`),
    ...(site === undefined ? [] : [`  --> ${site.file}:${String(site.line)}:${String(site.column)}`, ...site.excerpt]),
    `  = help: ${detail.help}`,
    `  = see: docs/errors/${tag}.md`,
  ].join('\n')

/** A stack that reaches the user's frame from inside trees and sub-graphs: V8 keeps ten frames unless told. */
const deepStack = (): string | undefined => {
  const host = Error as { stackTraceLimit?: number }
  const limit = host.stackTraceLimit
  if (limit === undefined) return undefined
  host.stackTraceLimit = Math.max(limit, 100)
  const { stack } = new Error()
  host.stackTraceLimit = limit
  return stack
}

class Failure<T extends ErrorTag> extends Error {
  readonly _tag: T
  readonly detail: ErrorDetail
  /** The first line of the stack that is not fluxion's own. */
  readonly site: Site | undefined

  constructor(tag: T, detail: ErrorDetail) {
    super()
    const stack = deepStack() ?? this.stack ?? ''
    const site = userSite(stack)
    this.name = tag
    this._tag = tag
    this.detail = detail
    this.site = site
    const text = render(tag, detail, site)
    this.message = text.slice(tag.length + 2)
    // The stack was taken before there was a message: engines print the stack, so it must start with it.
    this.stack = [text, ...stack.split('\n').filter((line) => /^\s*at |@/.test(line))].join('\n')
  }
}

/** The type is written out: inferred, it would take in what Node adds to `Error`, which a browser's program does not know. */
const failureClass = <T extends ErrorTag>(tag: T): new (detail: ErrorDetail) => Failure<T> =>
  class extends Failure<T> {
    constructor(detail: ErrorDetail) {
      super(tag, detail)
    }
  }

/** Shapes, axes, lengths or indices do not fit. */
export class ShapeError extends failureClass('ShapeError') {}
/** Element types are mixed, or not what the op takes. */
export class DTypeError extends failureClass('DTypeError') {}
/** The function given to `trace`, `grad` or `compile` is not one from trees of tensors to trees of tensors. */
export class TraceError extends failureClass('TraceError') {}
/** Data from outside is not what it should be; `facts` hold a path into it. */
export class DecodeError extends failureClass('DecodeError') {}
/** An invariant of the IR is broken: a bug in fluxion, with the pass that broke it. */
export class VerifyError extends failureClass('VerifyError') {}
/** A derivative is not what differences of values say. */
export class GradientError extends failureClass('GradientError') {}
/** A number that must be finite is not. */
export class NumericError extends failureClass('NumericError') {}
/** What was asked for is outside of what fluxion or this device does. */
export class UnsupportedError extends failureClass('UnsupportedError') {}
/** The device cannot be had, or refused the work. */
export class DeviceError extends failureClass('DeviceError') {}
/** The device went away. */
export class DeviceLostError extends failureClass('DeviceLostError') {}
/** The program does not fit the device's memory. */
export class OutOfMemoryError extends failureClass('OutOfMemoryError') {}

export type FluxionError =
  | ShapeError
  | DTypeError
  | TraceError
  | DecodeError
  | VerifyError
  | UnsupportedError
  | GradientError
  | NumericError
  | DeviceError
  | DeviceLostError
  | OutOfMemoryError

export const isFluxionError = (x: unknown): x is FluxionError => x instanceof Failure

/** Does the work of an op: what it throws names the op that was called, not one of those that it is made of. */
export const naming = <T>(op: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!isFluxionError(error) || error.detail.op === op) throw error
    throw new (error.constructor as new (detail: ErrorDetail) => FluxionError)({ ...error.detail, op })
  }
}

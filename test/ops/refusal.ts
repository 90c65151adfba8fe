/** Calls that must fail, and what the error must say. */
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'

export interface Refusal {
  readonly name: string
  readonly run: () => unknown
  readonly tag: fx.ErrorTag
  /** The op that the error names, first of all. */
  readonly op: string
  /** What the message holds: shapes, dtypes, the axis, what to do. */
  readonly says: readonly string[]
}

export const refusal = (name: string, tag: fx.ErrorTag, op: string, run: () => unknown, ...says: readonly string[]): Refusal => ({
  name,
  run,
  tag,
  op,
  says,
})

const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

/** A test per call; `file` is the test's own, at whose line every error must point. */
export const checkRefusals = (file: string, refusals: readonly Refusal[]): void => {
  test.each(refusals)('$op: $name', ({ run, tag, op, says }) => {
    const error = thrownBy(run)
    if (!fx.isFluxionError(error)) throw new Error(`expected a ${tag}, got ${String(error)}`)
    expect(error._tag).toBe(tag)
    expect(error.message.split(':')[0]).toBe(op)
    expect(says.filter((text) => !error.message.includes(text))).toEqual([])
    expect(error.detail.help.length).toBeGreaterThan(10)
    expect(error.site?.file.endsWith(file)).toBe(true)
    expect(error.site?.excerpt[0]).toContain(`fx.${op}(`)
    expect(error.message).toContain(`docs/errors/${tag}.md`)
  })
}

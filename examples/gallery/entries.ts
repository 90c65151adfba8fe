/** What the gallery knows of each system: what it is, what its last run gave, and its pictures. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import type { System } from '../runner/system.js'

/** `result.json`, which a run leaves. */
export const Result = t.readonly(
  t.type({
    system: t.string,
    metric: t.string,
    value: t.number,
    target: t.string,
    ok: t.boolean,
    seconds: t.number,
    device: t.string,
    seed: t.number,
    pictures: t.readonlyArray(t.string),
  }),
)
export type Result = t.TypeOf<typeof Result>

/** A system and its run; `result` is undefined where it was never run. */
export interface Entry {
  readonly id: string
  readonly title: string
  readonly page: string
  readonly result: Result | undefined
}

/** Left says what is wrong with a file's text. */
export const parseResult = (text: string, path: string): E.Either<string, Result> =>
  pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () => `${path} is no JSON: run its example again`,
    ),
    E.chain((json) => {
      const decoded = Result.decode(json)
      return E.isRight(decoded)
        ? decoded
        : E.left(`${path} is not what a run writes (${PathReporter.report(decoded)[0] ?? ''}): run its example again`)
    }),
  )

export const entryOf = ({ id, title, page }: System, result: Result | undefined): Entry => ({ id, title, page, result })

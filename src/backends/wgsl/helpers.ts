/** The helper functions that a kernel's text calls, found by name, with what they call in turn. */
import { basicHelpers } from './basic.js'
import { expHelpers } from './exp.js'
import { logHelpers } from './log.js'
import { trigHelpers } from './trig.js'

const helpers: Readonly<Record<string, string>> = { ...basicHelpers, ...expHelpers, ...logHelpers, ...trigHelpers }

const callsIn = (text: string): readonly string[] => text.match(/\bfx_\w+/g) ?? []

/** The declarations that `body` needs, in one fixed order: equal kernels print equally. */
export const helpersFor = (body: string): readonly string[] => {
  const needed = new Set<string>()
  const visit = (text: string): void => {
    for (const name of callsIn(text)) {
      if (needed.has(name)) continue
      needed.add(name)
      visit(helpers[name] ?? '')
    }
  }
  visit(body)
  return Object.keys(helpers)
    .filter((name) => needed.has(name))
    .map((name) => helpers[name] as string)
}

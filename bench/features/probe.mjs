/** node probe.mjs <system>: runs its probes, one after another, and prints what came out as one line of JSON. */
import { features } from './features.mjs'
import { outcome } from './lib/check.mjs'

const [system] = process.argv.slice(2)
const { probes, version } = await import(`./systems/${system}.mjs`)
const cells = {}
for (const [id] of features.flatMap(([, rows]) => rows)) {
  cells[id] = probes[id] === undefined ? { value: '–' } : await outcome(probes[id])
  if (process.env.DEBUG) console.error(id, JSON.stringify(cells[id]))
}
console.log(`RESULT ${JSON.stringify({ version, cells })}`)
process.exit(0)

// node entry: `node <peer>.mjs <workload> [--first]` prints one JSON line per event; the last one is the result.
import { readFileSync } from 'node:fs'
import { runWorkload } from './common.mjs'

export async function main(peer, load) {
  const [workload, flag] = process.argv.slice(2)
  const emit = (o) => console.log('JSON ' + JSON.stringify({ peer, workload, ...o }))
  let expected = {}
  try {
    expected = JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8'))
  } catch {}
  try {
    let t = performance.now()
    const start = await load() // imports the library
    const import_ms = performance.now() - t
    t = performance.now()
    const impl = await start() // starts the backend
    const init_ms = performance.now() - t
    emit({ import_ms, init_ms, ...(await runWorkload(workload, impl, expected, emit, flag === '--first')), done: true })
    process.exit(0)
  } catch (e) {
    emit({ error: String(e?.message ?? e).slice(0, 300), done: true })
    if (process.env.DEBUG) console.error(e)
    process.exit(1)
  }
}

/**
 * Runs every system's probes, each system in a process of its own, and writes results.json and the table between the README's markers.
 * What cannot be run here keeps the column it had, with its date and version; the run says so.
 * JAX is looked for in the Python that JAX_PYTHON names, or python3. With arguments only those systems are run: node run.mjs fluxion jax
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { features } from './features.mjs'

const here = new URL('.', import.meta.url).pathname
const results = join(here, 'results.json')
const readme = join(here, '../../README.md')
const before = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {}
const icd = process.env.VK_DRIVER_FILES ?? '/usr/lib/chromium/vk_swiftshader_icd.json'
const env = { ...process.env, VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp' }

const python = process.env.JAX_PYTHON ?? 'python3'
const probe = (name) => ['node', ['--import', './lib/gpu.mjs', 'probe.mjs', name]]
const systems = [
  ['fluxion', 'fluxion', probe('fluxion')],
  ['jaxjs', 'jax-js', probe('jaxjs')],
  ['tfjs', 'TensorFlow.js', probe('tfjs')],
  ['tensorgrad', 'tensorgrad', undefined],
  ['jax', 'JAX (Python)', [python, ['systems/jax_probes.py']]],
]

const measure = (id, command) => {
  if (command === undefined) return JSON.parse(readFileSync(join(here, 'systems', `${id}.json`), 'utf8'))
  const output = execFileSync(...command, { cwd: here, env, encoding: 'utf8', timeout: 600_000, maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'pipe'] }) // prettier-ignore
  const found = /^RESULT (.*)$/m.exec(output)
  if (found === null) throw new Error(`${id} printed no result`)
  return { ...JSON.parse(found[1]), date: new Date().toISOString().slice(0, 10) }
}

const only = process.argv.slice(2)
const measured = systems.map(([id, name, command]) => {
  if (only.length > 0 && !only.includes(id)) return [id, before[id]]
  try {
    const column = measure(id, command)
    const count = (value) => Object.values(column.cells).filter((c) => c.value === value).length
    console.log(
      `${name} ${column.version}: ${count('yes')} yes, ${count('partly')} partly, ${count('no')} no${column.read === undefined ? '' : ` (${column.read})`}`,
    )
    return [id, column]
  } catch (error) {
    const why = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1)
    const old = before[id]
    console.log(`${name}: could not be run (${why}); ${old === undefined ? 'there is no column' : `its column stays that of ${old.version}, ${old.date}`}`) // prettier-ignore
    return [id, old]
  }
})

const columns = Object.fromEntries(measured.filter(([, column]) => column !== undefined))
writeFileSync(results, `${JSON.stringify(columns, null, 2)}\n`)

/** Footnotes are numbered as they come, row by row, and equal ones are one. */
const notes = []
const footnote = (text) => {
  if (!notes.includes(text)) notes.push(text)
  return `<sup>${notes.indexOf(text) + 1}</sup>`
}
const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_')
/** What is missing says no more than `no`; a wrong number or a failure says what it was. results.json has every word. */
const telling = ({ value, note }) => note !== undefined && !(value === 'no' && note.startsWith('there is no '))
const cell = (c = { value: '–' }) => `${c.value}${telling(c) ? ` ${footnote(c.note)}` : ''}`
const shown = systems.filter(([id]) => columns[id] !== undefined)
const head = ['', ...shown.map(([id, name]) => `${name} ${columns[id].version}${columns[id].read === undefined ? '' : ' (read, not run)'}`)]
const rows = features.flatMap(([group, list]) => [
  [`**${group}**`, ...shown.map(() => '')],
  ...list.map(([id, says]) => [says, ...shown.map(([system]) => cell(columns[system].cells[id]))]),
])
const line = (cells) => `| ${cells.join(' | ')} |`
const days = [...new Set(shown.map(([id]) => columns[id].date))].toSorted()
const dates = days.map((day) => `${shown.flatMap(([id, name]) => (columns[id].date === day && columns[id].read === undefined ? [name] : [])).join(', ')} on ${day}`) // prettier-ignore
const unread = shown.flatMap(([id, name]) => (columns[id].read === undefined ? [] : [` ${name}: ${columns[id].read}.`])).join('')
const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
const list = notes.map((text, i) => `${i + 1}. ${escaped(text)}`).join('\n')
const block = `Each cell is a small program that was run and whose numbers were checked ([probes](bench/features), \`npm run bench:features\`; the error behind each *no* is in [results.json](bench/features/results.json)). Run: ${dates.join('; ')}.${unread} WebGPU is a software driver's here.\n\n${table}\n\n<details><summary>Notes</summary>\n\n${list}\n\n</details>` // prettier-ignore

const [start, end] = ['<!-- features -->', '<!-- /features -->']
const text = readFileSync(readme, 'utf8')
if (!text.includes(start) || !text.includes(end)) throw new Error(`README.md has no ${start} … ${end}`)
writeFileSync(readme, `${text.slice(0, text.indexOf(start) + start.length)}\n\n${block}\n\n${text.slice(text.indexOf(end))}`)

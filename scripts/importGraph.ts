/**
 * Writes the import graph of `src`, folder by folder, into docs/architecture.md between its two markers.
 * `--check` writes nothing and fails where the page is out of date.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { entries, root } from './paths.js'

const page = join(root, 'docs/architecture.md')
const markers = /(<!-- imports -->\n)[^]*?(<!-- \/imports -->)/

/** What is drawn as one box: a file of `src` itself, a folder, or one level deeper where folders have rules of their own. */
const unitOf = (file: string): string => /^src\/(ir\/(?:kernel|ops)|backends\/\w+(?=\/)|[^/]+)/.exec(file)?.[1] ?? file

/** Everything may import these, and entries re-export most: drawn, they would hide the rest. */
const undrawn = new Set(['error.ts', 'site.ts', ...entries().map((path) => path.replace('src/', ''))])

const edgesOf = ({ modules }: ICruiseResult): readonly string[] => {
  const edges = modules
    .filter(({ source }) => source.startsWith('src/'))
    .flatMap(({ source, dependencies }) =>
      dependencies.filter(({ resolved }) => resolved.startsWith('src/')).map(({ resolved }) => [unitOf(source), unitOf(resolved)] as const),
    )
    .filter((edge) => edge[0] !== edge[1] && !edge.some((unit) => undrawn.has(unit)))
  return [...new Set(edges.map(([from, to]) => `  ${idOf(from)}["${from}"] --> ${idOf(to)}["${to}"]`))].sort()
}

const idOf = (unit: string): string => unit.replace(/\W/g, '_')

const drawing = async (): Promise<string> => {
  const { output } = await cruise(['src'], { baseDir: root, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true }, {}, {})
  return ['', '```mermaid', 'flowchart TD', ...edgesOf(output as ICruiseResult), '```', '', ''].join('\n')
}

const before = readFileSync(page, 'utf8')
const after = before.replace(markers, `$1${await drawing()}$2`)
if (process.argv.includes('--check')) {
  if (before !== after) {
    process.stderr.write('the import graph in docs/architecture.md is out of date: run `npm run docs`\n')
    process.exitCode = 1
  }
} else writeFileSync(page, after)

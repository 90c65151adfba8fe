/** docs/ops.md has every function that a user calls on tensors, and every op of the IR. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as fx from '../../src/index.js'
import { opNames } from '../../src/ir/ops/table.js'
import { root } from '../harness/built.js'

const page = readFileSync(join(root, 'docs/ops.md'), 'utf8')

const [functions = '', ops = ''] = page.split('\n## Ops of the IR\n')

/** What is exported and no function of tensors: values, tools and devices. */
const others = new Set(
  [
    'ndarray',
    'toNested',
    'isTensor',
    'isFluxionError',
    'spec',
    'specOf',
    'trace',
    'print',
    'parse',
    'fromJSON',
    'toJSON',
    'verifyGraph',
  ].concat(['compile', 'compileTE', 'explain', 'verify', 'webgpu', 'wasm', 'js', 'evaluate', 'checkGrads']),
)

const callable = (prefix: string, from: object): string[] =>
  Object.entries(from).flatMap(([name, value]) =>
    typeof value === 'function' && /^[a-z]/.test(name) && !others.has(name) ? [prefix + name] : [],
  )

const names = [...callable('', fx), ...callable('random.', fx.random), ...callable('linalg.', fx.linalg)]

test('has a section with a signature for every public function', () => {
  expect(names.length).toBeGreaterThan(150)
  expect(names.filter((name) => !functions.includes(`#### \`${name}\`\n\n\`\`\`ts\n`))).toEqual([])
})

test('has a section for every op of the IR, with all of its rows', () => {
  const sections = ops.split(/^#### /m).slice(1)
  expect(sections.map((section) => /^`(\w+)`/.exec(section)?.[1])).toEqual(opNames)
  for (const section of sections)
    for (const row of ['arguments', 'attributes', 'shapes', 'dtypes', 'derivative', '`vmap`', 'error'])
      expect(section).toMatch(new RegExp(`\\| ${row} +\\| +\\S`))
})

test('links to sections that are there', () => {
  const anchors = new Set([...page.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id))
  expect([...page.matchAll(/\]\(#([^)]+)\)/g)].filter(([, id]) => !anchors.has(id))).toEqual([])
})

test('tells rules as the tables have them', () => {
  const section = (op: string): string => ops.split(/^#### /m).find((text) => text.startsWith(`\`${op}\``)) ?? ''
  expect(section('tanh')).toContain('unary((_, y) => oneLessSquare(y))')
  expect(section('floor')).toMatch(/\| derivative +\| none/)
  expect(section('tanh')).toContain('4 ulp on WebGPU and WebAssembly')
  expect(section('matmul')).toContain('[*batch, m, k]')
})

/** No op without numbers: every function that makes tensors must be in a case. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as arrange from '../../src/ops/arrange.js'
import * as attention from '../../src/ops/attention.js'
import * as convTranspose from '../../src/ops/convTranspose.js'
import * as creation from '../../src/ops/creation.js'
import * as cumulative from '../../src/ops/cumulative.js'
import * as einsum from '../../src/ops/einsum.js'
import * as index from '../../src/ops/index.js'
import * as linear from '../../src/ops/linear.js'
import * as matrix from '../../src/ops/matrix.js'
import * as point from '../../src/ops/point.js'
import * as prod from '../../src/ops/prod.js'
import * as reduce from '../../src/ops/reduce.js'
import * as scatter from '../../src/ops/scatter.js'
import * as shape from '../../src/ops/shape.js'
import * as sort from '../../src/ops/sort.js'
import * as fx from '../../src/index.js'
import { root } from '../harness/built.js'

const folder = join(root, 'test/ops/cases')
const text = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')

const families = [
  arrange,
  attention,
  convTranspose,
  creation,
  cumulative,
  einsum,
  index,
  linear,
  matrix,
  point,
  prod,
  reduce,
  scatter,
  shape,
  sort,
]

const ops = families.flatMap((family) => Object.keys(family)).filter((name) => name in fx)

test.each(ops)('%s has cases', (name) => {
  expect(new RegExp(`\\bfx\\.${name}\\b`).test(text)).toBe(true)
})

test.each(Object.keys(fx.linalg))('linalg.%s has cases', (name) => {
  expect(new RegExp(`\\bfx\\.linalg\\.${name}\\b`).test(text)).toBe(true)
})

test('there are as many ops as are exported', () => {
  expect(ops.length).toBeGreaterThan(90)
})

import { expect, test } from 'vitest'
import type { Tuning } from '../../src/index.js'
import { withPage } from '../harness/browser.js'

interface Tuned {
  readonly first: Tuning
  readonly second: Tuning
  readonly kept: readonly string[]
}

test('what is measured in Chromium is kept in its database', () =>
  withPage(async (page) => {
    const { first, second, kept } = await page.evaluate<Tuned>(`import('/page/tune.js').then(({ tune }) => tune())`)
    expect(Object.keys(first.kernels)).toHaveLength(1)
    expect(kept.map((text) => JSON.parse(text) as unknown)).toEqual([first])
    expect(second).toEqual(first)
  }))

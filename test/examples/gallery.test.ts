import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { entryOf, parseResult, type Result } from '../../examples/gallery/entries.js'
import { pageOf } from '../../examples/gallery/page.js'
import { systemIds, systemOf } from '../../examples/runner/all.js'
import { meets } from '../../examples/runner/system.js'

const result: Result = {
  system: 'S99',
  metric: 'test_error',
  value: 0.25,
  target: '<= 0.5',
  ok: true,
  seconds: 12,
  device: 'wasm',
  seed: 1,
  pictures: ['loss.png', 'first-samples.png'],
}

const entry = entryOf(
  { id: 'S99', title: 'A <b> & "c"', metric: 'm', target: '= 0', page: 'Is x < y?', run: () => Promise.resolve(0) },
  result,
)

describe('the page of the gallery', () => {
  const page = pageOf([entry, { ...entry, id: 'S98', result: undefined }])

  it('has a picture for each that was drawn, in order and with words for those who do not see it', () => {
    expect([...page.matchAll(/src="([^"]+)" alt="([^"]+)"/g)].map(([, src, alt]) => [src, alt])).toEqual([
      ['S99/loss.png', 'A &lt;b&gt; &amp; &quot;c&quot;: loss'],
      ['S99/first-samples.png', 'A &lt;b&gt; &amp; &quot;c&quot;: first samples'],
    ])
  })

  it('says what was measured, what was wanted and what was not run, and counts', () => {
    expect(page).toContain('<b>test error</b> 0.25 <span>target ≤ 0.5, met, in 12 s</span>')
    expect(page).toContain('Not run yet.')
    expect(page).toContain('1 of 2 meet their targets')
    expect(page).toContain('Is x &lt; y?')
  })

  it('is for light and for dark', () => {
    expect(page).toContain('prefers-color-scheme: dark')
  })
})

it('reads what a run wrote, and says what to do with anything else', () => {
  expect(parseResult(JSON.stringify(result), 'x/result.json')).toEqual(E.right(result))
  for (const text of ['', '{', '{}', JSON.stringify({ ...result, value: 'high' }), JSON.stringify({ ...result, pictures: 1 })])
    expect(parseResult(text, 'x/result.json')).toMatchObject({
      left: expect.stringMatching(/x\/result\.json .*run its example again/) as string,
    })
})

it('every system has a target that can be judged and a page', async () => {
  const ids = await systemIds()
  expect(ids.length).toBeGreaterThan(3)
  for (const id of ids) {
    const system = await systemOf(id)
    expect(system.id).toBe(id)
    expect(() => meets(0, system.target)).not.toThrow()
    expect(system.page.length, id).toBeGreaterThan(100)
  }
})

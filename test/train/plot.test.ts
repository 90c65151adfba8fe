import { expect, test } from 'vitest'
import { curvesSvg, memoryStore, plotLog, type EpochRecord } from '../../src/train.js'

const records: readonly EpochRecord[] = [
  { epoch: 1, step: 10, metrics: { loss: 2, accuracy: 0.5 }, validation: { accuracy: 0.25, 'a<b': 7 } },
  { epoch: 2, step: 20, metrics: { loss: 1, accuracy: 0.75 }, validation: { accuracy: 0.5, 'a<b': NaN } },
  { epoch: 3, step: 30, metrics: { loss: 1.5, accuracy: 1 }, validation: { accuracy: 0.75, 'a<b': 7 } },
]

/** Corners of each curve, in pixels. */
const curves = (svg: string): readonly (readonly (readonly number[])[])[] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) => points.split(' ').map((point) => point.split(',').map(Number)))

test('curves are at their values: equal steps of epochs, heights in proportion, the least at the bottom', () => {
  const [loss, training, validation] = curves(curvesSvg(records).replace(/a&lt;b[^]*?(?=<text[^>]*bold|<\/svg>)/, '')) as number[][][]
  const [[x1, y1], [x2, y2], [x3, y3]] = loss as [[number, number], [number, number], [number, number]]
  expect(x2 - x1).toBeCloseTo(x3 - x2, 5)
  expect(y2 - y1).toBeGreaterThan(100)
  expect(y2 - y3).toBeCloseTo((y2 - y1) / 2, 5)
  const heights = [...(training ?? []), ...(validation ?? [])].map(([, y = NaN]) => y)
  const unit = (heights[3]! - heights[2]!) / 3
  expect(heights.map((y) => Math.round((heights[3]! - y) / unit))).toEqual([1, 2, 3, 0, 1, 2])
})

test('a figure that is constant, or no number once, has its line, and names are escaped', () => {
  const svg = curvesSvg(records)
  expect(svg).toContain('a&lt;b')
  expect(svg).not.toMatch(/NaN|a<b/)
  const flat = curves(svg).find((points) => points.length === 2)
  expect(flat?.[0]?.[1]).toBe(flat?.[1]?.[1])
  expect(svg.indexOf('>loss<')).toBeLessThan(svg.indexOf('>accuracy<'))
  expect(curvesSvg([])).toContain('</svg>')
})

test('the callback writes what all epochs so far give, and is pure in its memory', async () => {
  const store = memoryStore()
  const { init, onEpoch } = plotLog(store, 'a-')
  const memory = await records.reduce<Promise<readonly EpochRecord[]>>(
    async (before, record) => (await onEpoch?.(await before, record)) ?? [],
    Promise.resolve(init),
  )
  expect(memory).toEqual(records)
  expect(init).toEqual([])
  expect(store.names()).toEqual(['a-curves.svg'])
  expect(new TextDecoder().decode(await store.read('a-curves.svg'))).toBe(curvesSvg(records))
})

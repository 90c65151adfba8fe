import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { figure } from '../../examples/demo/figure.js'
import { inkUrl, smooth, toPng, toSvg } from '../../examples/lib/plot.js'
import { pixels } from '../../examples/lib/mnist.js'

const digits = { count: 4, images: new Uint8Array(4 * pixels).fill(200), labels: Uint8Array.of(1, 2, 3, 4) }
const point = (epoch: number) => ({ step: epoch, epoch, loss: 1 / (1 + epoch), accuracy: 0.9 })
const story = {
  title: 'a title',
  subtitle: 'a subtitle',
  curve: [0, 1, 2].map(point),
  tests: [point(2)],
  digits,
  seed: 1,
  epochs: 2,
  evaluation: { accuracy: 0.75, loss: 0.1, answers: Int32Array.of(1, 2, 3, 9), probabilities: Float32Array.of(1, 1, 1, 0.6) },
}

describe('figure', () => {
  it('marks mistakes with what was said and what is right', async () => {
    const svg = await toSvg(figure(story))
    for (const text of ['a title', 'a subtitle', 'Loss', 'Accuracy', '9, not 4', 'Of its 1 mistakes']) expect(svg).toContain(text)
    expect(svg.match(/<image/g)).toHaveLength(5)
  })

  it('becomes a PNG with text in it, whatever fonts the machine has', async () => {
    const png = PNG.sync.read(Buffer.from(toPng(await toSvg(figure(story)), 1)))
    const title = png.data.subarray(0, 4 * png.width * 60)
    expect(png.width).toBeGreaterThan(1000)
    expect(title.some((x) => x < 100)).toBe(true)
  })

  it('shows a run without mistakes', async () => {
    const flawless = { ...story, evaluation: { ...story.evaluation, answers: Int32Array.of(1, 2, 3, 4) } }
    expect(await toSvg(figure(flawless))).not.toContain(', not ')
  })
})

describe('plot', () => {
  it('draws ink dark on white', () => {
    const { data } = PNG.sync.read(Buffer.from(inkUrl(Uint8Array.of(0, 255), 2).split(',')[1] as string, 'base64'))
    expect([...data]).toEqual([255, 255, 255, 255, 0, 0, 0, 255])
  })

  it('smooths from the first value on', () => {
    expect(smooth([2, 2, 2], 0.9).map((x) => x.toFixed(6))).toEqual(['2.000000', '2.000000', '2.000000'])
    expect(smooth([], 0.9)).toEqual([])
  })
})

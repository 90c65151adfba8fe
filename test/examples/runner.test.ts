import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { linesChart } from '../../examples/runner/context.js'
import { parseBudget, parseOptions } from '../../examples/runner/options.js'
import { meets } from '../../examples/runner/system.js'
import { toSvg } from '../../examples/lib/plot.js'

describe('the options of the runner', () => {
  it('are a budget, a device, a seed, a folder and systems', () => {
    expect(parseOptions(['S02', '--budget', '2m', '--device=webgpu', '--seed', '7', '--out', 'x'])).toEqual(
      E.right({ ids: ['S02'], seconds: 120, device: 'webgpu', seed: 7, out: 'x' }),
    )
    expect(parseOptions(['--all'])).toEqual(E.right({ ids: 'all', seconds: 180, device: 'auto', seed: 1, out: 'out' }))
    expect(parseOptions(['--help'])).toEqual(E.right('help'))
  })

  it('are refused in a line', () => {
    for (const [args, words] of [
      [[], /name a system/],
      [['S02', '--budget', 'soon'], /--budget/],
      [['S02', '--device', 'tpu'], /--device/],
      [['S02', '--seed', '-1'], /seed/],
      [['S02', '--wrong'], /wrong/],
    ] as const) {
      const result = parseOptions(args)
      expect(E.isLeft(result) && result.left).toMatch(words)
    }
  })

  it('know seconds, minutes and hours', () => {
    expect(['90', '90s', '3m', '1.5h', '0', '3d', ''].map(parseBudget)).toEqual([90, 90, 180, 5400, undefined, undefined, undefined])
  })
})

it('judges figures by targets, and NaN by none', () => {
  expect([
    meets(95, '<= 95'),
    meets(95.1, '<= 95'),
    meets(0.98, '>= 0.98'),
    meets(0.97, '>= 0.98'),
    meets(0, '= 0'),
    meets(1e-6, '<= 1e-5'),
  ]).toEqual([true, false, true, false, true, true])
  expect([meets(NaN, '<= 95'), meets(NaN, '>= 0'), meets(NaN, '= 0')]).toEqual([false, false, false])
  expect(() => meets(1, 'about 3')).toThrow(/no target/)
})

it('draws curves', async () => {
  const svg = await toSvg(
    linesChart({
      title: 'T',
      x: 'epoch',
      y: 'loss',
      curves: [
        {
          name: 'a',
          points: [
            [0, 1],
            [1, 2],
          ],
        },
        {
          name: 'b',
          points: [
            [0, 2],
            [1, 1],
          ],
        },
      ],
      logY: true,
    }),
  )
  expect(svg).toMatch(/^<svg[^]*epoch[^]*<\/svg>$/)
})

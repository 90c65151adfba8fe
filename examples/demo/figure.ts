import { fontName, inkUrl, smooth, type TopLevelSpec } from '../lib/plot.js'
import { generator, permutation } from '../../src/data.js'
import { pixels, side, type Digits } from '../lib/mnist.js'
import type { Evaluation } from './evaluate.js'
import type { Point } from './train.js'

/** Everything the picture shows. */
export interface Story {
  readonly title: string
  readonly subtitle: string
  readonly curve: readonly Point[]
  /** On the test digits, after each epoch. */
  readonly tests: readonly Point[]
  readonly digits: Digits
  readonly evaluation: Evaluation
  readonly seed: number
  readonly epochs: number
}

const blue = '#2f6fb3'
const ink = '#24292f'
const quiet = '#6e7781'
const red = '#d1242f'
const amber = '#e07b00'

const cell = 56
const columns = 19
const gap = 24
const axisWidth = 42
const chartWidth = (columns * cell - axisWidth - gap) / 2
const chartHeight = 210

interface Series {
  readonly title: string
  readonly field: 'loss' | 'accuracy'
  readonly scale: object
  readonly format: string
  readonly ticks: readonly number[]
}

const seriesData = ({ curve, tests }: Story, field: Series['field']): object[] => {
  const smoothed = smooth(
    curve.map((p) => p[field]),
    0.93,
  )
  return [
    ...curve.map((p, i) => ({ kind: 'batch', epoch: p.epoch, value: p[field], smooth: smoothed[i] })),
    ...tests.map((p) => ({ kind: 'test', epoch: p.epoch, value: p[field], smooth: p[field] })),
  ]
}

const heading = { anchor: 'start', frame: 'group', fontSize: 14, color: ink, offset: 10 } as const

/** One curve: every batch as a faint dot, their running mean as a line, the test digits after each epoch as rings. */
const chart = (story: Story, { title, field, scale, format, ticks }: Series) => {
  const x = {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    axis: { tickMinStep: 1, format: 'd' },
    scale: { domain: [0, story.epochs], nice: false },
  }
  const y = (of: string) => ({
    field: of,
    type: 'quantitative',
    title: null,
    scale,
    axis: { format, values: ticks, minExtent: axisWidth, maxExtent: axisWidth },
  })
  const only = (kind: string) => [{ filter: `datum.kind === '${kind}'` }]
  return {
    title: { ...heading, text: title },
    width: chartWidth,
    height: chartHeight,
    data: { values: seriesData(story, field) },
    layer: [
      {
        transform: only('batch'),
        mark: { type: 'circle', clip: true, size: 7, opacity: 0.22, color: blue },
        encoding: { x, y: y('value') },
      },
      { transform: only('batch'), mark: { type: 'line', clip: true, strokeWidth: 2, color: blue }, encoding: { x, y: y('smooth') } },
      {
        transform: only('test'),
        mark: { type: 'point', size: 70, filled: true, color: amber, stroke: 'white', strokeWidth: 1.5 },
        encoding: { x, y: y('value') },
      },
    ],
  }
}

interface Pick {
  readonly index: number
  readonly wrong: boolean
}

const cellsOf = ({ digits, evaluation }: Story, picks: readonly Pick[]): object[] =>
  picks.map(({ index, wrong }, i) => ({
    column: (i % columns) + 0.5,
    row: Math.floor(i / columns),
    url: inkUrl(digits.images.subarray(index * pixels, (index + 1) * pixels), side),
    wrong,
    caption: wrong ? `${String(evaluation.answers[index])}, not ${String(digits.labels[index])}` : String(evaluation.answers[index]),
  }))

/** An axis that shows nothing but takes the room of the charts' axes, so all starts at one line. */
const margin = { labels: false, ticks: false, domain: false, grid: false, title: null, minExtent: axisWidth, maxExtent: axisWidth } as const

/** A grid of digits, each over what the model answered; a mistake has a red frame and the right answer beside. */
const grid = (story: Story, title: string, picks: readonly Pick[]) => {
  const rows = Math.max(1, Math.ceil(picks.length / columns))
  const x = { field: 'column', type: 'quantitative', axis: null, scale: { domain: [0, columns], nice: false } }
  const y = (offset: number) => ({
    field: `row${String(offset)}`,
    type: 'quantitative',
    axis: margin,
    scale: { domain: [rows, 0], nice: false, zero: false },
  })
  const isWrong = { condition: { test: 'datum.wrong', value: red }, value: quiet }
  const at = [0.34, 0.8]
  return {
    title: { ...heading, text: title },
    width: columns * cell,
    height: rows * (cell + 14),
    data: { values: cellsOf(story, picks) },
    transform: at.map((offset, i) => ({ calculate: `datum.row + ${String(offset)}`, as: `row${String(i)}` })),
    layer: [
      { mark: { type: 'image', width: cell - 14, height: cell - 14 }, encoding: { x, y: y(0), url: { field: 'url', type: 'nominal' } } },
      {
        transform: [{ filter: 'datum.wrong' }],
        mark: { type: 'square', size: (cell - 12) ** 2, filled: false, color: red, strokeWidth: 1.6, opacity: 1 },
        encoding: { x, y: y(0) },
      },
      { mark: { type: 'text', fontSize: 10.5, fontWeight: 'bold' }, encoding: { x, y: y(1), text: { field: 'caption' }, color: isWrong } },
    ],
  }
}

const isWrong = ({ digits, evaluation }: Story, index: number): boolean => evaluation.answers[index] !== digits.labels[index]

const randomPicks = (story: Story, rows: number): Pick[] =>
  [...permutation(generator(story.seed, -1), story.evaluation.answers.length).slice(0, rows * columns)].map((index) => ({
    index,
    wrong: isWrong(story, index),
  }))

/** The mistakes that the model was surest of. */
const worstPicks = (story: Story, rows: number): Pick[] =>
  [...story.evaluation.answers.keys()]
    .filter((index) => isWrong(story, index))
    .sort((a, b) => (story.evaluation.probabilities[b] as number) - (story.evaluation.probabilities[a] as number))
    .slice(0, rows * columns)
    .map((index) => ({ index, wrong: true }))

const mistakes = (story: Story): number => [...story.evaluation.answers.keys()].filter((index) => isWrong(story, index)).length

/** The picture: curves above, digits below. */
export const figure = (story: Story): TopLevelSpec =>
  ({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    padding: 28,
    background: 'white',
    spacing: 30,
    title: {
      text: story.title,
      subtitle: [story.subtitle, 'Dots: each batch. Line: their running mean. Orange: the test digits after each epoch.'],
      anchor: 'start',
      dx: axisWidth,
      fontSize: 20,
      subtitleFontSize: 13,
      subtitleColor: quiet,
      color: ink,
      offset: 18,
      subtitlePadding: 6,
      subtitleLineHeight: 18,
    },
    config: {
      aria: false,
      font: fontName,
      view: { stroke: null },
      axis: {
        labelColor: quiet,
        titleColor: quiet,
        titleFontWeight: 'normal',
        gridColor: '#eaeef2',
        domainColor: '#d0d7de',
        tickColor: '#d0d7de',
      },
    },
    vconcat: [
      {
        spacing: gap,
        hconcat: [
          chart(story, {
            title: 'Loss',
            field: 'loss',
            scale: { type: 'log', domain: [0.005, 2.6], nice: false },
            format: '.2~g',
            ticks: [2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
          }),
          chart(story, {
            title: 'Accuracy',
            field: 'accuracy',
            scale: { domain: [0.85, 1.005], nice: false },
            format: '.0%',
            ticks: [0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98, 1],
          }),
        ],
      },
      grid(story, 'Test digits, taken at random, and what the model says they are', randomPicks(story, 3)),
      grid(story, `Of its ${String(mistakes(story))} mistakes, those it was surest of`, worstPicks(story, 3)),
    ],
  }) as TopLevelSpec

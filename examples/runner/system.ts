/** What an example is, and what it is given. */
import type { DeviceChoice } from './options.js'
import type { Loaders } from '../lib/data.js'
import type { TopLevelSpec } from '../lib/plot.js'
import type { FitOptions, Fitted, Store } from '../../src/train.js'

export interface Budget {
  readonly seconds: number
  readonly spent: () => number
  readonly left: () => number
}

/** One curve of a plot: its points in order. */
export interface Curve {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LinePlot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly curves: readonly Curve[]
  readonly logY?: boolean
  readonly logX?: boolean
  /** Points without lines. */
  readonly dots?: boolean
}

/** Pictures in a grid: each f32[h, w] or f32[c, h, w] from 0 to 1. */
export interface ImageGrid {
  readonly columns: number
  /** Pixels of the result for one of the images'. Default 2. */
  readonly scale?: number
}

export interface Context {
  readonly id: string
  readonly seed: number
  readonly device: DeviceChoice
  readonly budget: Budget
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** The folder of results, as a store: `out/<id>/`. */
  readonly store: Store
  readonly data: Loaders
  /** A line for whoever watches. */
  readonly note: (line: string) => void
  /** `fit` on the device asked for, with a progress bar, `steps.csv` and `epochs.csv`, until the epochs are done or the budget but for `reserve` seconds (10) is spent. `log` goes before the names of the files, where a system fits several. */
  readonly fit: <S, B>(options: FitOptions<S, B> & { readonly reserve?: number; readonly log?: string }) => Promise<Fitted<S>>
  /** Each writes `<name>.png`. */
  readonly plot: {
    readonly lines: (name: string, plot: LinePlot) => Promise<void>
    readonly images: (
      name: string,
      images: readonly { readonly shape: readonly number[]; readonly data: ArrayLike<number> }[],
      grid: ImageGrid,
    ) => Promise<void>
    /** Any Vega-Lite chart. */
    readonly chart: (name: string, spec: TopLevelSpec) => Promise<void>
  }
}

export interface System {
  readonly id: string
  readonly title: string
  /** The name of the figure that is judged. */
  readonly metric: string
  /** `<= 95`, `>= 0.98` or `= 0`. */
  readonly target: string
  /** A paragraph for the gallery: what it is and what the pictures show. */
  readonly page: string
  /** Trains or fits, writes pictures, and gives the figure. */
  readonly run: (ctx: Context) => Promise<number>
}

/** Whether a figure meets a target. NaN meets none. @throws Error for a target of another form */
export const meets = (value: number, target: string): boolean => {
  const [, relation, bound] = /^(<=|>=|=) (-?[\d.]+(?:e-?\d+)?)$/.exec(target) ?? []
  if (bound === undefined) throw new Error(`'${target}' is no target: write '<= 95', '>= 0.98' or '= 0'`)
  return relation === '<=' ? value <= Number(bound) : relation === '>=' ? value >= Number(bound) : value === Number(bound)
}
